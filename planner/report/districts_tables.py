"""What is told of many districts, as tables: ranking, groups of settlements, parity between districts, failures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from planner.i18n import Speech, words
from planner.results import REFERENCE_KINDS, TOGETHER, Districts, GroupRow
from planner.standards.model import in_language

Cell = str | float | None

N_ = words.N_

GROUP_NAMES = {
    "small": N_("small settlements"),
    "other": N_("other settlements"),
    "centre": N_("district centres"),
    "regional_centre": N_("regional centres"),
    "capital": N_("capital"),
}
_NAMED = 3
"""More districts than this, all equally well off, are counted instead of named."""

SMALL_AGAINST = {
    "district_centre": N_("Small settlements against the district centre"),
    "regional_centre": N_("Small settlements against the regional centre"),
    "capital": N_("Small settlements against the capital"),
}
_KEEP_UP = {
    "district_centre": N_("Small settlements ({people}) keep up with their district centres to {share}."),
    "regional_centre": N_("Small settlements ({people}) keep up with the regional centres to {share}."),
    "capital": N_("Small settlements ({people}) keep up with the capital to {share}."),
}


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a report or a page.

    Attributes
    ----------
    id, heading : str
    notes : tuple of str
    columns : tuple of (str, str)
        Title and style: ``text``, ``people``, ``count``, ``share`` (0 to 1, written as a percentage) or ``score``.
    rows : tuple
        None where a number is not known.
    """

    id: str
    heading: str
    notes: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[Cell, ...], ...]


def written(cell: Cell, style: str, say: Speech) -> str:
    """Return a cell as a page shows it."""
    if cell is None:
        return "–"
    if isinstance(cell, str):
        return cell
    if style == "share":
        return say.percent(cell)
    return say.number(cell, 2 if style == "score" else 3 if style == "index" else 0)


def tables(found: Districts, say: Speech) -> tuple[Table, ...]:
    """Return all tables of a comparison of districts."""
    made = (ranking(found, say), groups(found, say), parity(found, say), between(found, say))
    return (*made, failures(found, say)) if found.failures else made


def ranking(found: Districts, say: Speech, service: str = TOGETHER) -> Table:
    """Return the ranking of districts, the worst off first."""
    value = (say("Covered"), "share") if service else (say("Level of service"), "score")
    span = ((say("Rank, from – to"), "text"),) if service else ()
    regions = ((say("Region"), "text"),) if found.regions else ()
    rows = []
    for row in found.ranking[service]:
        district = found.district(row.id)
        small = {r.kind: r.mean.get("small") for r in district.parity}
        counted = district.service(service) if service else None
        rows.append(
            (
                row.rank,
                found.name(row.id, say.language),
                *((found.regions.get(row.id, ""),) if regions else ()),
                district.people,
                row.value,
                *((f"{row.earliest} – {row.latest}" if row.rank else "",) if span else ()),
                *((counted.tally().lacking if counted else None,) if service else ()),
                row.against_country,
                *(() if service else (small.get(kind) for kind in REFERENCE_KINDS)),
            )
        )
    against = () if service else tuple(
        (say(SMALL_AGAINST[kind]), "score")
        for kind in REFERENCE_KINDS
    )  # fmt: skip
    return Table(
        "ranking",
        say("Ranking of districts"),
        (
            say(
                "The worst off first. The level of service is 1 where nobody lags behind any standard; against the "
                "country, a district's level is set beside that of all districts together."
            ),
        ),
        (
            (say("Rank"), "count"), (say("District"), "text"), *regions, (say("People"), "people"), value, *span,
            *(((say("People without it"), "people"),) if service else ()), (say("Against the country"), "score"),
            *against,
        ),
        tuple(rows),
    )  # fmt: skip


def groups(found: Districts, say: Speech) -> Table:
    """Return each service in small settlements beside the centres: the share of people covered."""
    shown = [g for g in GROUP_NAMES if any(r.group == g for r in found.groups)]
    of = {(r.service, r.group): r for r in found.groups}
    rows: list[tuple[Cell, ...]] = [
        (
            say("Level of service, all services together"),
            *(_level(of.get((TOGETHER, group))) for group in shown),
        )
    ]
    for service, name in found.names.items():
        rows.append(
            (in_language(name, say.language), *(_covered(of.get((service, group))) for group in shown))
        )
    return Table(
        "groups",
        say("Small settlements against the centres"),
        (_small(found, say),),
        ((say("Share of people covered"), "text"), *((say(GROUP_NAMES[g]), "share") for g in shown)),
        tuple(rows),
    )


def _small(found: Districts, say: Speech) -> str:
    return say(
        "A small settlement has fewer than {people} people and is not the centre of its district.",
        people=say.number(found.small_below),
    )


def _level(row: GroupRow | None) -> float | None:
    return row.level if row else None


def _covered(row: GroupRow | None) -> float | None:
    return row.tally.share_covered if row and row.tally else None


def parity(found: Districts, say: Speech) -> Table:
    """Return how settlements keep up with the reference places, over all districts."""
    rows = []
    for kind in REFERENCE_KINDS:
        means = [found.parity_of(group, kind) for group in ("small", "other", "centre")]
        if any(mean is not None for mean, _ in means):
            rows.append((say(words.REFERENCES[kind]), *(mean for mean, _ in means)))
    return Table(
        "parity",
        say("Parity with the centres"),
        (
            say(
                "1 means no worse than the place compared with; one half means a lag of a whole threshold of the "
                "standard; 0 means that the service cannot be reached."
            ),
        ),
        (
            (say("Compared with"), "text"),
            *((say(GROUP_NAMES[g]), "score") for g in ("small", "other", "centre")),
        ),
        tuple(rows),
    )


def between(found: Districts, say: Speech) -> Table:
    """Return how evenly services are spread between districts."""
    rows = []
    for one in found.between:
        name = (
            in_language(found.names[one.service], say.language)
            if one.service
            else say("All services together")
        )
        divided = one.theil is not None and one.theil_between is not None and one.theil > 0
        rows.append(
            (
                name,
                one.mean,
                _district(found, one.lowest, say),
                _district(found, one.highest, say),
                one.gini,
                one.theil,
                one.theil_between / one.theil
                if divided and one.theil and one.theil_between is not None
                else None,
            )
        )
    return Table(
        "between",
        say("Parity between districts"),
        (
            say(
                "The Gini coefficient is 0 where all districts have the same level of service. Theil's index is over "
                "all people; its part between districts is what would vanish if each district had the country's mean."
            ),
        ),
        (
            (say("Service"), "text"), (say("Level of service"), "score"), (say("Lowest"), "text"),
            (say("Highest"), "text"), (say("Gini coefficient"), "index"), (say("Theil's index"), "index"),
            (say("Of it between districts"), "share"),
        ),
        tuple(rows),
    )  # fmt: skip


def _district(found: Districts, id: str | None, say: Speech) -> str:
    return found.name(id, say.language) if id is not None else ""


def _as_low_as(found: Districts, id: str, say: Speech) -> str:
    """Return the names of the districts whose level of service is that of one; of many how many they are."""
    levels = {row.id: row.value for row in found.ranking[TOGETHER]}
    equal = [each for each, level in levels.items() if level == levels[id]]
    if len(equal) > _NAMED:
        return say.plural("{count} district", "{count} districts", len(equal))
    return ", ".join(found.name(each, say.language) for each in equal)


def failures(found: Districts, say: Speech) -> Table:
    """Return the districts that could not be assessed, and why."""
    return Table(
        "failures",
        say("Districts that were not assessed"),
        (),
        ((say("District"), "text"), (say("Workspace"), "text"), (say("Reason"), "text")),
        tuple((f.id, f.location, reason(f.message, f.fix, f.values, say)) for f in found.failures),
    )


def reason(message: str, fix: str, values: object, say: Speech) -> str:
    """Return why a district was not assessed, in the language."""
    known = dict(values) if isinstance(values, dict) else {}
    return " ".join(words.told(say, text, known) for text in (message, fix) if text)


def summary(found: Districts, say: Speech) -> tuple[str, ...]:
    """Return the comparison in a few sentences: how many, who is worst off, small settlements against the centres."""
    sentences = [
        say(
            "{districts} were compared, with {people}.",
            districts=say.plural("{count} district", "{count} districts", len(found.districts)),
            people=say.plural("{count} person", "{count} people", found.people),
        )
    ]
    together = found.between[0] if found.between else None
    if together is not None and together.lowest is not None and together.highest is not None:
        lowest, highest = (_as_low_as(found, id, say) for id in (together.lowest, together.highest))
        sentences.append(
            say("The level of service is {mean} of 1.", mean=say.number(together.mean, 2))
            if lowest == highest
            else say(
                "The level of service is {mean} of 1; lowest in {lowest}, highest in {highest}.",
                mean=say.number(together.mean, 2),
                lowest=lowest,
                highest=highest,
            )
        )
    for kind in reversed(REFERENCE_KINDS):
        small, people = found.parity_of("small", kind)
        if small is not None:
            sentences.append(
                say(
                    _KEEP_UP[kind],
                    people=say.plural("{count} person", "{count} people", people),
                    share=say.percent(small, 0),
                )
            )
            break
    if found.failures:
        sentences.append(
            say.plural(
                "{count} district was not assessed, see below.",
                "{count} districts were not assessed, see below.",
                len(found.failures),
            )
        )
    return tuple(sentences)


def remarks(found: Districts, say: Speech) -> Sequence[str]:
    """Return what a reader of the numbers has to know."""
    return [words.told(say, template, values) for template, values in found.remarks]
