"""The report as one HTML file that asks nothing of a network and prints on A4."""

from __future__ import annotations

from markupsafe import Markup

from planner.errors import PlannerError
from planner.i18n import Speech, words
from planner.report import charts
from planner.report.chapters import chapters, written
from planner.report.content import Content, compose
from planner.report.edition import Edition, Interactive, Pictures
from planner.report.templating import templates
from planner.results import Assessment

PLACES_SHOWN = 15
"""So many places are listed for a service and in the ranking; the workbook lists all."""

CHAPTER_ROWS = 8
"""So many rows are shown of what a further study found for a service; the workbook has all."""

PICTURE_WIDTH_PX = 760
"""Of a map, before it is scaled to the page: the smallest at which its legend can be read on A4."""

# Nothing may be fetched, whatever the layers' texts or a map's own code ask for.
_CLOSED = "default-src 'none'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:"
_WITH_SCRIPT = f"{_CLOSED}; script-src 'unsafe-inline'; worker-src blob:; frame-src 'self'"


def html(assessment: Assessment, edition: Edition) -> bytes:
    """Return the report as a self-contained HTML document, UTF-8.

    Parameters
    ----------
    assessment : Assessment
    edition : Edition
        Where it brings no pictures, the planner's own maps are drawn.
    """
    say = edition.say
    content = compose(assessment, say, say.date(edition.made_at.date()), edition.findings)
    pictures = edition.pictures or _own_pictures(assessment, edition)
    interactive, missing = _interactive(assessment, edition, [row.id for row in content.services])
    text = (
        templates()
        .get_template("report.html.j2")
        .render(
            c=content,
            say=say,
            h=content.labels.headings,
            col=content.labels.columns,
            ph=content.labels.phrases,
            verdicts=content.labels.verdicts,
            bar=charts.bar,
            states={s.label: name for s, name in content.states.items()},
            legend=[s.label for s in charts.present([row.tally for row in content.standards])],
            maps={row.id: Markup(pictures(row.id)) for row in content.services},  # noqa: S704
            interactive=interactive,
            interactive_missing=missing,
            policy=_WITH_SCRIPT if interactive else _CLOSED,
            shown=PLACES_SHOWN,
            chapters=chapters(edition.findings, say),
            written=written,
            chapter_rows=CHAPTER_ROWS,
            more_rows=lambda n: say.plural("and {count} more row", "and {count} more rows", n),
            rest=lambda n: _rest(content, say, n),
            plain=plain,
        )
    )
    return text.encode()


def plain(value: float | None) -> str:
    """Return a number as a machine reads it: whole numbers without a point, nothing where it is unknown."""
    if value is None:
        return ""
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def _rest(content: Content, say: Speech, count: int) -> str:
    more = max(0, count - PLACES_SHOWN)
    return content.labels.more_places(say, more) if more else ""


def _own_pictures(assessment: Assessment, edition: Edition) -> Pictures:
    from planner.maps.picture import district_picture

    return lambda service: district_picture(assessment, edition.say, service, width=PICTURE_WIDTH_PX)


def _own_interactive(assessment: Assessment, edition: Edition, services: list[str]) -> Interactive:
    from planner.maps.standalone import standalone_html

    return lambda: standalone_html(assessment, edition.say, services)


def _interactive(assessment: Assessment, edition: Edition, services: list[str]) -> tuple[str, str]:
    """Return the interactive map, and why there is none where it cannot be made.

    A report without it is still a report: an installation without the browser's map library goes on, and
    says so.
    """
    if not services:
        return "", ""
    make = edition.interactive
    if make is None:
        # A caller that brings its own pictures decides about the interactive map as well.
        if edition.pictures:
            return "", ""
        make = _own_interactive(assessment, edition, services)
    try:
        return make(), ""
    except PlannerError as error:
        return "", " ".join(
            words.told(edition.say, t, error.values) for t in (error.template, error.fix_template) if t
        )
