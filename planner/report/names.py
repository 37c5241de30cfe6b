"""Names of files: plain ASCII, whatever script a district is written in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from planner.standards.model import in_language

LONGEST = 60
"""Of a name in a file's name, characters: the name of a file has its limit, that of a district has none."""

_SOFT = {"е": "e", "ё": "o", "ю": "u", "я": "a"}
_LETTERS = {
    "а": "a", "б": "b", "в": "v", "г": "h", "ґ": "g", "д": "d", "ж": "z", "з": "z", "и": "i", "і": "i", "й": "j",
    "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ў": "u",
    "ф": "f", "х": "ch", "ц": "c", "ч": "c", "ш": "s", "щ": "sc", "ъ": "", "ы": "y", "ь": "", "э": "e",
    "'": "", "’": "", "ʼ": "",
}  # fmt: skip
"""Of the Belarusian Roman alphabet (instruction of the State Committee for Property, 2000, as amended in 2007), without
its marks over and under letters. Of Russian those letters that Belarusian has not are added."""

_CONSONANTS = frozenset("бвгґджзклмнпрстфхцчшщ")


def romanised(text: str) -> str:
    """Return a Cyrillic text in letters of the Belarusian Roman alphabet, without marks: *Лепель* is *liepiel*.

    Parameters
    ----------
    text : str
        Other scripts stay; letters lose their marks.
    """
    made, before = [], ""
    for letter in text.lower():
        if letter in _SOFT:
            made.append(("i" if before in _CONSONANTS else "j") + _SOFT[letter])
        else:
            made.append(_LETTERS.get(letter, letter))
        before = letter
    plain = unicodedata.normalize("NFKD", "".join(made))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def slug(name: Mapping[str, str]) -> str:
    """Return a name by language as a part of a file's name; empty where no letter or digit remains of it.

    The English name is taken as it is. One in Cyrillic is romanised, the Belarusian before the Russian, as maps do.
    """
    english = in_language(name, "en")
    foreign = any(letter.isalpha() and letter > "\u02af" for letter in english)
    text = name.get("be") or english if foreign else english
    return re.sub(r"[^a-z0-9]+", "-", romanised(text)).strip("-")[:LONGEST].strip("-")
