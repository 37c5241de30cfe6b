"""Names of places across Russian, Belarusian and Latin letters, reduced to what all spellings share."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_KINDS = {
    "г": "town", "горад": "town", "город": "town",
    "гп": "urban", "пгт": "urban", "рп": "urban", "кп": "urban",
    "аг": "agrotown", "агрогородок": "agrotown", "аграгарадок": "agrotown",
    "д": "village", "дер": "village", "деревня": "village", "веска": "village", "вёска": "village", "в": "village",
    "п": "village", "пос": "village", "поселок": "village", "посёлок": "village", "с": "village", "село": "village",
    "х": "village", "хут": "village", "хутор": "village", "ст": "village", "станция": "village",
    "местечко": "village",
}  # fmt: skip
_NUMBERS = {
    "1": "1", "i": "1", "первое": "1", "первая": "1", "первый": "1", "первые": "1", "першае": "1", "першая": "1",
    "pershaya": "1", "pershaye": "1", "pervoye": "1", "pervaya": "1",
    "2": "2", "ii": "2", "второе": "2", "вторая": "2", "второй": "2", "вторые": "2", "другое": "2", "другая": "2",
    "другія": "2", "другия": "2", "druhiya": "2", "druhaya": "2", "druhoye": "2", "vtoroye": "2", "vtoraya": "2",
    "3": "3", "iii": "3", "третье": "3", "третья": "3", "третий": "3", "трэцяе": "3", "трэцяя": "3",
}  # fmt: skip
_CYRILLIC = {
    "а": "a", "б": "b", "в": "v", "г": "h", "ґ": "h", "д": "d", "е": "e", "ё": "e", "ж": "Z", "з": "z", "и": "i",
    "й": "i", "і": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "a", "п": "p", "р": "r", "с": "s", "т": "t",
    "у": "u", "ў": "v", "ф": "f", "х": "X", "ц": "t", "ч": "C", "ш": "S", "щ": "SC", "ъ": "", "ы": "i", "ь": "",
    "э": "e", "ю": "u", "я": "e",
}  # fmt: skip
"""Sounds that Russian and Belarusian spell differently are one: о and а, е and я, и, і and ы, в and ў, ц and т."""
_LATIN = (
    ("shch", "SC"), ("szcz", "SC"), ("dzh", "Z"), ("sh", "S"), ("ch", "C"), ("zh", "Z"), ("kh", "X"), ("ts", "t"),
    ("dz", "d"), ("tz", "t"), ("ou", "u"), ("ya", "e"), ("ye", "e"), ("yo", "e"), ("yu", "u"), ("ia", "e"), ("ie", "e"),
    ("iu", "u"), ("ja", "e"), ("je", "e"), ("jo", "e"), ("ju", "u"), ("o", "a"), ("w", "v"), ("y", "i"), ("j", "i"),
    ("g", "h"), ("c", "t"), ("q", "k"), ("x", "ks"),
)  # fmt: skip
_APOSTROPHES = re.compile(r"[’'ʼ`´ʹ″\"«»“”]")


@dataclass(frozen=True, slots=True)
class PlaceName:
    """A name taken apart.

    Attributes
    ----------
    written : str
        Without the kind and the number, in lower case, ё as е.
    key : str
        What all its spellings share.
    number : str
        Of several places of one name: ``1``, ``2`` …; empty without one.
    kind : str
        ``town``, ``urban``, ``agrotown``, ``village``; empty where the name does not say.
    """

    written: str
    key: str
    number: str = ""
    kind: str = ""


@lru_cache(maxsize=200_000)
def place_name(text: str) -> PlaceName:
    """Return a place's name taken apart.

    Parameters
    ----------
    text : str
        As a list has it: ``аг Коробы 2``, ``г. Глубокое``, ``Старые-Шарабаи``, ``Karaby Druhiya``.
    """
    bare = _APOSTROPHES.sub("", text.casefold().replace("ё", "е").replace("ў", "ў"))
    words = re.findall(r"[^\W\d_]+|\d+", bare)
    kind = number = ""
    if len(words) > 1 and words[0] in _KINDS:
        kind = _KINDS[words.pop(0)]
    if len(words) > 1 and words[-1] in _NUMBERS:
        number = _NUMBERS[words.pop()]
    elif len(words) > 1 and words[0] in _NUMBERS:
        number = _NUMBERS[words.pop(0)]
    elif len(words) > 1 and words[-1].isdigit():
        number = words.pop()
    return PlaceName(" ".join(words), "".join(map(skeleton, words)), number, kind)


def skeleton(word: str) -> str:
    """Return what all spellings of a word share, in Russian, Belarusian and Latin letters."""
    word = _APOSTROPHES.sub("", word.casefold())
    if any("а" <= letter <= "ё" or letter in "іўґ" for letter in word):
        word = word.replace("дж", "ж").replace("дз", "д")
        sounds = "".join(_CYRILLIC.get(letter, letter) for letter in word)
    else:
        sounds = unicodedata.normalize("NFKD", word.replace("ł", "l"))
        sounds = "".join(letter for letter in sounds if not unicodedata.combining(letter))
        for written, sound in _LATIN:
            sounds = sounds.replace(written, sound)
    # Doubled letters stand for softness in one spelling and for nothing in another.
    sounds = re.sub(r"(.)\1+", r"\1", sounds)
    # The sound before a vowel may be written with a sign of its own or without: Plyisa, Plisa; Maiak, Mayak.
    return re.sub(r"i(?=[aeu])|(?<=[aeu])i(?=$)", "", sounds)
