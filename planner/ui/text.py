"""Text from files, on pages that understand Markdown."""

from __future__ import annotations


def plain(text: str) -> str:
    """Return a text that Markdown shows as it is: nothing in it becomes a link, a picture or markup."""
    return "".join(f"\\{c}" if c in r"\`*_{}[]()#+-.!|<>~$:" else c for c in text)
