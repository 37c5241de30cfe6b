"""Names in plain Latin letters, for files and schemas: Russian and Belarusian ones keep their sound."""

from __future__ import annotations

import re
import unicodedata

_LETTERS = str.maketrans({
    "а": "a", "б": "b", "в": "v", "г": "g", "ґ": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z", "и": "i",
    "і": "i", "й": "y", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t",
    "у": "u", "ў": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y",
    "ь": "", "э": "e", "ю": "yu", "я": "ya", "ł": "l", "№": "", "’": "", "'": "", "ʼ": "",
})  # fmt: skip


def slug(text: str, between: str = "-") -> str:
    """Return a name in the letters a to z and digits, its words joined; empty where it has none that are known.

    Parameters
    ----------
    text : str
    between : str
        What joins words.
    """
    # Composed first: an и with its breve apart would lose it.
    plain = unicodedata.normalize("NFC", text).casefold().translate(_LETTERS)
    parts = re.findall(r"[a-z0-9]+", _without_accents(plain))
    return between.join(parts)


def _without_accents(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
