"""In which encoding a text is written, told by evidence."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from planner.errors import InputError

_CYRILLIC = ("cp1251", "cp866", "koi8-r")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_COMMON = set("оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфўіёОЕАИНТСРВЛКМДПУЯЫЬГЗБЧЙХЖШЮЦЩЭФЎІЁ№«»–—")
_ODD = re.compile("[а-яўіё][А-ЯЎІЁ]")
_SAMPLE = 200_000
_XML_ENCODING = re.compile(
    rb"(\s*<\?xml[^>]*?encoding\s*=\s*[\"'])((?:windows-|cp)(?:125\d|866)|koi8-[ru]|iso-8859-\d+)",
    re.IGNORECASE,
)
_FOREIGN = re.compile(r"\w*[^\x00-\x7f]\w*(?:[ \-]\w+){0,2}")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text and how it was decoded.

    Attributes
    ----------
    text : str
    encoding : str
        Name of Python's codec.
    certain : bool
        The bytes themselves prove it (a byte order mark, valid UTF-8, zero bytes), or somebody said so.
    """

    text: str
    encoding: str
    certain: bool


def decode(data: bytes, declared: str | None = None) -> Decoded:
    """Return the text of bytes.

    Parameters
    ----------
    data : bytes
    declared : str, optional
        The encoding, where somebody said which; then no evidence is weighed.

    Raises
    ------
    InputError
        If the encoding declared is unknown or does not fit the bytes.
    """
    if declared is not None:
        return _as_declared(data, declared)
    encoding, certain = detect(data)
    text = data.decode(encoding, errors="strict" if certain else "replace")
    return Decoded(text.removeprefix("\ufeff"), encoding, certain)


def excerpt(text: str) -> str:
    """Return the first words of a text that are not plain Latin: by these an encoding is judged."""
    _, _, below = text[:_SAMPLE].partition("\n")
    # A heading says less than what stands below it.
    match = _FOREIGN.search(below) or _FOREIGN.search(text[:_SAMPLE])
    return match[0].strip() if match else ""


def known(encoding: str) -> bool:
    """Return whether Python knows a text encoding of this name."""
    try:
        return codecs.lookup(encoding)._is_text_encoding
    except (LookupError, ValueError):
        return False


def detect(data: bytes) -> tuple[str, bool]:
    """Return the most likely encoding of bytes, and whether it is certain.

    A byte order mark decides; then the upper bytes of UTF-16 at every other place; then UTF-8 where the bytes
    are valid UTF-8, which other encodings are only by rare accident; then whichever of cp1251, cp866 and
    KOI8-R gives the most letters common in Russian and Belarusian with natural capitals, and cp1252 where
    accented letters stand alone among Latin ones.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark) and _fits(data, encoding):
            return encoding, True
    for encoding, offset in (("utf-16-le", 1), ("utf-16-be", 0)):
        # Latin letters have 0 for their upper byte, Cyrillic ones 4; no text of single bytes holds these.
        upper = data[offset:_SAMPLE:2]
        if len(upper) > 1 and (upper.count(0) + upper.count(4)) > 0.8 * len(upper) and _fits(data, encoding):
            return encoding, True
    if _fits(data, "utf-8"):
        return "utf-8", True
    return guess(data), False


def guess(data: bytes) -> str:
    """Return the most likely eight-bit encoding of bytes that are not Unicode."""
    sample = data[:_SAMPLE] if any(byte > 127 for byte in data[:_SAMPLE]) else data
    high = len(re.findall(rb"[\x80-\xff]", sample))
    alone = len(re.findall(rb"(?<=[A-Za-z])[\x80-\xff](?=[A-Za-z])", sample))
    if alone * 2 > high:
        return "cp1252" if _fits(data, "cp1252") else "latin-1"
    return max(_CYRILLIC, key=lambda encoding: _plausibility(sample, encoding))


def _plausibility(sample: bytes, encoding: str) -> int:
    text = sample.decode(encoding, errors="replace")
    foreign = [char for char in text if char > "\x7f"]
    common = sum(char in _COMMON for char in foreign)
    return 2 * common - len(foreign) - 3 * len(_ODD.findall(text))


def _fits(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return False
    return True


def xml_in_utf8(data: bytes) -> bytes:
    """Return an XML document in UTF-8 where it declares an eight-bit encoding, which its readers may not know."""
    match = _XML_ENCODING.match(data)
    if match is None or not _fits(data, match[2].decode("ascii")):
        return data
    text = data[match.end() :].decode(match[2].decode("ascii"))
    return match[1] + b"utf-8" + text.encode("utf-8")


def _as_declared(data: bytes, declared: str) -> Decoded:
    if not known(declared):
        raise InputError(
            "The encoding {encoding} is not known.",
            "Give one like utf-8, cp1251 or cp866.",
            encoding=declared,
        )
    try:
        text = data.decode(declared)
    except UnicodeError as error:
        raise InputError(
            "The text does not fit the encoding {encoding}: {reason}.",
            "Leave the encoding out, so that it is found out, or give another one.",
            encoding=declared,
            reason=str(error),
        ) from error
    return Decoded(text.removeprefix("\ufeff"), declared, True)
