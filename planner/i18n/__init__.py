"""What the planner says to people, in Russian, Belarusian or English.

Messages are written in English in the code and translated by gettext catalogues (``locale/*/LC_MESSAGES/planner.po``,
read as they are: no compiled files to forget). Numbers, dates and plurals follow the language through Babel.
"""

from __future__ import annotations

import datetime as dt
import gettext
import io
import math
from functools import cache, lru_cache
from importlib import resources

from babel import numbers
from babel.dates import format_date, format_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES = {"ru": "Русский", "be": "Беларуская", "en": "English"}
DEFAULT_LANGUAGE = "ru"

_DATES = {"en": "en_GB"}
"""English is written as in Britain throughout, and so are its dates."""

_WRITTEN_OUT = 1e15
"""From here on a number is written as a power of ten."""


@cache
def _translations(language: str) -> gettext.NullTranslations:
    if language == "en":
        return gettext.NullTranslations()
    source = resources.files("planner.i18n") / "locale" / language / "LC_MESSAGES" / "planner.po"
    compiled = io.BytesIO()
    with source.open("rb") as stream:
        write_mo(compiled, read_po(stream, locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


@lru_cache(maxsize=65_536)
def _number(language: str, value: float, digits: int) -> str:
    """Return a rounded number as a language writes it; kept, for a map of many places writes the same ones often."""
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    # Nothing is written without a sign, whichever nothing it is.
    return str(numbers.format_decimal(value or 0.0, format=pattern, locale=language))


class Speech:
    """The planner's voice in one language.

    Parameters
    ----------
    language : {"ru", "be", "en"}
    """

    def __init__(self, language: str) -> None:
        if language not in LANGUAGES:
            raise ValueError(f"language: {language!r} is not one of {', '.join(LANGUAGES)}")
        self.language = language
        self._catalogue = _translations(language)

    def __call__(self, message: str, **values: object) -> str:
        """Return a message in this language, its placeholders filled in."""
        text = self._catalogue.gettext(message) if message else ""
        return text.format(**values) if values else text

    def plural(self, singular: str, plural: str, count: float, **values: object) -> str:
        """Return the form of a message that the count asks for; ``{count}`` is the number itself, formatted."""
        whole = round(count)
        text = self._catalogue.ngettext(singular, plural, whole)
        return text.format(count=self.number(whole), **values)

    def quoted(self, name: str) -> str:
        """Return a name in the quotation marks of the language."""
        return f"“{name}”" if self.language == "en" else f"«{name}»"

    def number(self, value: float | None, digits: int = 0) -> str:
        """Return a number as the language writes it, rounded to so many digits; a dash where it is unknown."""
        if value is None or math.isnan(value):
            return "—"
        if math.isinf(value):
            return "∞"
        if abs(value) >= _WRITTEN_OUT:
            return str(numbers.format_scientific(value, format="0.00E0", locale=self.language))
        return _number(self.language, float(round(value, digits)), digits)

    def percent(self, share: float | None, digits: int = 1) -> str:
        """Return a share (0 to 1) as a percentage; a dash where it is unknown.

        A share short of the whole is never rounded up to 100 %, nor one above nothing down to 0 %.
        """
        if share is None or math.isnan(share):
            return "—"
        step = 10.0 ** -(digits + 2)
        if 0 < share < 1:
            share = min(max(share, step), 1 - step)
        pattern = "#,##0" + ("." + "0" * digits if digits else "") + ("%" if self.language == "en" else " %")
        return str(
            numbers.format_percent(share, format=pattern, locale=self.language, decimal_quantization=True)
        )

    def date(self, day: dt.date) -> str:
        """Return a date written out."""
        return str(format_date(day, format="long", locale=_DATES.get(self.language, self.language)))

    def moment(self, when: dt.datetime) -> str:
        """Return a date with the time of day."""
        return str(format_datetime(when, format="medium", locale=_DATES.get(self.language, self.language)))


@cache
def speech(language: str) -> Speech:
    """Return the planner's voice in a language (``ru``, ``be`` or ``en``)."""
    return Speech(language)
