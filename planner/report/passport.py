"""The standards passport of one settlement: every standard with its act, parity with the centre, the cheapest step up.

HTML and PDF are set from the same blocks, so that neither says what the other does not.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import orjson
from markupsafe import Markup

from planner.errors import InputError
from planner.i18n import speech
from planner.report.blocks import Document, Figure
from planner.report.edition import moment
from planner.report.files import part_of_name, write_files
from planner.report.passport_blocks import passport_document
from planner.report.pdf import set_pdf
from planner.report.templating import templates
from planner.results import Assessment, SettlementCard
from planner.standards.model import in_language


def passport(
    assessment: Assessment,
    card: SettlementCard,
    format: str,
    language: str,
    *,
    made_at: dt.datetime | None = None,
) -> bytes:
    """Return the standards passport of a settlement.

    Parameters
    ----------
    assessment : Assessment
    card : SettlementCard
        From :func:`planner.studies.settlement.card`, of the same assessment.
    format : {"html", "pdf"}
    language : {"ru", "be", "en"}
    made_at : datetime.datetime, optional
        The passport's date; now, where it is not given.

    Raises
    ------
    InputError
        If the format is not one of those available.
    """
    (writer,) = _writers([format])
    made_at = made_at or moment()
    printed = passport_document(assessment, card, speech(language), made_at, data_digest(assessment))
    return writer(printed, made_at)


def passport_name(assessment: Assessment, card: SettlementCard, format: str, language: str) -> str:
    """Return the name of a passport's file: ``standards-passport-PLACE-LANGUAGE.FORMAT``, in plain ASCII."""
    names = (assessment.places.ids[card.index], in_language(assessment.places.names[card.index], "en"))
    place = next(filter(None, map(part_of_name, names)), f"place-{card.index + 1}")
    return f"standards-passport-{place}-{language}.{format}"


def write_passport(
    assessment: Assessment,
    card: SettlementCard,
    formats: Sequence[str],
    language: str,
    out: Path,
    *,
    made_at: dt.datetime | None = None,
) -> tuple[Path, ...]:
    """Write the passport in several formats into a folder, which is made where it does not exist.

    Raises
    ------
    InputError
        If no format is named or one is not available, or the folder cannot be written to.
    """
    _writers(formats)
    made_at = made_at or moment()
    return write_files(
        out,
        {
            passport_name(assessment, card, name, language): passport(
                assessment, card, name, language, made_at=made_at
            )
            for name in dict.fromkeys(formats)
        },
    )


def data_digest(assessment: Assessment) -> str:
    """Return a digest of all that the numbers rest on: layers, catalogue, scenario, assumptions of travel (SHA-256)."""
    manifest = assessment.manifest
    layers = manifest.get("layers", {})
    told = {
        "layers": [[e.get("name"), e.get("digest")] for e in layers] if isinstance(layers, list) else layers,
        "standards": manifest.get("standards"),
        "scenario": manifest.get("scenario"),
        "travel": manifest.get("travel"),
    }
    return hashlib.sha256(
        orjson.dumps(told, default=str, option=orjson.OPT_SORT_KEYS | orjson.OPT_SERIALIZE_NUMPY)
    ).hexdigest()


def _html(printed: Document, made_at: dt.datetime) -> bytes:
    template = templates().get_template("passport.html.j2")
    return template.render(d=printed, blocks=(*printed.memo, *printed.body), svg=_svg).encode()


def _pdf(printed: Document, made_at: dt.datetime) -> bytes:
    return set_pdf(printed, made_at)


def _svg(figure: Figure) -> Markup:
    # The planner's own drawing, in which every text is escaped.
    return Markup(figure.svg)  # noqa: S704


PASSPORT_FORMATS: dict[str, Callable[[Document, dt.datetime], bytes]] = {"html": _html, "pdf": _pdf}
"""What sets each format, by the format's name, which is also the file's ending."""


def _writers(formats: Sequence[str]) -> list[Callable[[Document, dt.datetime], bytes]]:
    wrong = [name for name in formats if name not in PASSPORT_FORMATS]
    if wrong or not formats:
        raise InputError(
            "There is no format {format!r} of the passport.", "Choose from: {available}.",
            format=wrong[0] if wrong else "", available=", ".join(PASSPORT_FORMATS),
        )  # fmt: skip
    return [PASSPORT_FORMATS[name] for name in formats]
