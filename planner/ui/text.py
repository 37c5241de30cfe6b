"""Text from files, on pages that understand Markdown."""

from __future__ import annotations

import re

# Addresses become links even where every sign is escaped: Streamlit's Markdown looks for them once more in the finished
# text. A word joiner, which is not seen, takes them apart.
_ADDRESS = re.compile(r"(?<=:)(?=//)|(?<=www)(?=\.)|(?<=@)", re.IGNORECASE)
_WORD_JOINER = "\u2060"


def plain(text: str) -> str:
    """Return a text that Markdown shows as it is: nothing in it becomes a link, a picture or markup."""
    apart = _ADDRESS.sub(_WORD_JOINER, text)
    return "".join(f"\\{c}" if c in r"\`*_{}[]()#+-.!|<>~$:&" else c for c in apart)
