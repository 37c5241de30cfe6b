"""Texts, numbers and choices out of a document's nodes, every fault noted with its line."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping, Sequence
from difflib import get_close_matches

from planner.standards.document import Node
from planner.standards.model import LANGUAGES
from planner.standards.problems import Problem

# YAML itself would read 010 as eight and 1:30 as ninety; a threshold must mean what a person reads in it.
_NUMBER = re.compile(r"[+-]?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?")
_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+")
_SPACED = re.compile(r"[+-]?[0-9]{1,3}([ \u00a0\u202f_][0-9]{3})+([.,][0-9]+)?")
_WITH_UNIT = re.compile(r"([+-]?[0-9]+(?:[.,][0-9]+)?)\s*([^\W\d_].*|%)")
_YES_NO = {"true": True, "false": False}
_OTHER_YES_NO = {
    "yes": "true",
    "on": "true",
    "да": "true",
    "так": "true",
    "no": "false",
    "off": "false",
    "нет": "false",
    "не": "false",
}
TWICE = "“{key}” stands here a second time (first in line {first})."
KEEP_ONE = "Keep one of them."

_LONGEST_SHOWN = 60
_SLIPS = 1000
_KINDS = {"scalar": "a single value", "list": "a list", "mapping": "keys with values"}


def shown(text: str) -> str:
    """Return a text short enough for a message."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_SHOWN else line[: _LONGEST_SHOWN - 1] + "…"


def nearest(word: str, known: Collection[str]) -> str | None:
    """Return the known word that one was probably meant to be, or None."""
    folded = {k.casefold(): k for k in known}
    found = get_close_matches(
        word.casefold().replace("-", "_").replace(" ", "_"), list(folded), n=1, cutoff=0.6
    )
    return folded[found[0]] if found else None


class Reader:
    """Reads values and collects what is wrong with them.

    Every method returns None for a value that is missing or wrong; wrong ones, and required ones that are
    missing, are in :attr:`problems` then. `where` says which value of which standard it is.
    """

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def wrong(self, node: Node, where: str, message: str, fix: str, /, **values: object) -> None:
        """Note a problem at a node; `message` and `fix` are templates for `values`."""
        self.problems.append(Problem(node.line, node.column, where, message, fix, values))

    def _is(self, node: Node, kind: str, where: str) -> bool:
        if node.kind == kind:
            return True
        self.wrong(
            node,
            where,
            "Here stands {found}.",
            "Write {expected}.",
            found=_KINDS[node.kind],
            expected=_KINDS[kind],
        )
        return False

    def pairs(self, node: Node, where: str) -> dict[str, Node] | None:
        """Return the values of a mapping by key; a key may stand only once."""
        if not self._is(node, "mapping", where):
            return None
        found: dict[str, Node] = {}
        lines: dict[str, int] = {}
        for key, value in node.pairs:
            if not self._is(key, "scalar", where):
                continue
            if key.text in found:
                self.wrong(key, where, TWICE, KEEP_ONE, key=shown(key.text), first=lines[key.text])
                continue
            found[key.text] = value
            lines[key.text] = key.line
        return found

    def fields(
        self, node: Node, where: str, known: Sequence[str], required: Collection[str] = ()
    ) -> Fields | None:
        """Return the values of a mapping with fixed keys; a key with nothing behind it counts as absent."""
        found = self.pairs(node, where)
        if found is None:
            return None
        keys = {key.text: key for key, _ in node.pairs}
        for word in found:
            if word not in known:
                self.unknown(keys[word], where, word, known)
        present = {word: value for word, value in found.items() if word in known and not value.empty}
        for word in known:
            if word in required and word not in present:
                self.wrong(keys.get(word, node), where, "“{key}” is missing.", "Add it.", key=word)
        return Fields(self, node, where, present)

    def unknown(self, node: Node, where: str, word: str, known: Collection[str]) -> None:
        """Note a word that is none of the known ones, and the one it was probably meant to be."""
        # Searching takes its time: neither a long word nor the thousandth one is a slip of the pen.
        meant = nearest(word, known) if len(self.problems) < _SLIPS and len(word) <= _LONGEST_SHOWN else None
        if meant is not None:
            self.wrong(
                node,
                where,
                "“{word}” is not known here.",
                "Did you mean “{meant}”?",
                word=shown(word),
                meant=meant,
            )
            return
        self.wrong(
            node,
            where,
            "“{word}” is not known here.",
            "Known are: {known}.",
            word=shown(word),
            known=", ".join(known),
        )

    def text(self, node: Node, where: str) -> str | None:
        """Return a text that is not empty."""
        if not self._is(node, "scalar", where):
            return None
        if node.empty or not node.text.strip():
            self.wrong(node, where, "The text is empty.", "Write it, or delete the key.")
            return None
        return node.text

    def matching(self, node: Node, where: str, pattern: re.Pattern[str], fix: str) -> str | None:
        """Return a text of a certain form; `fix` says which."""
        text = self.text(node, where)
        if text is not None and pattern.fullmatch(text) is None:
            self.wrong(node, where, "“{word}” does not have the right form.", fix, word=shown(text))
            return None
        return text

    def texts(self, node: Node, where: str) -> dict[str, str] | None:
        """Return a text by language: one text for all languages, or one for each of some.

        English stands in where a language is missing; where English is missing, the first one given does.
        """
        if node.kind == "scalar":
            text = self.text(node, where)
            return None if text is None else {"en": text}
        found = self.fields(node, where, LANGUAGES)
        if found is None:
            return None
        read = {language: found.text(language) for language in LANGUAGES if language in found}
        said = {language: text for language, text in read.items() if text is not None}
        if not said and len(read) == 0:
            self.wrong(
                node, where, "The text is empty.", "Write it in at least one of the languages ru, be, en."
            )
        if len(said) < len(read) or not said:
            return None
        said.setdefault("en", next(iter(said.values())))
        return said

    def choice(self, node: Node, where: str, known: Collection[str]) -> str | None:
        """Return one of the known words."""
        text = self.text(node, where)
        if text is not None and text not in known:
            self.unknown(node, where, text, known)
            return None
        return text

    def flag(self, node: Node, where: str) -> bool | None:
        """Return a yes or no, written ``true`` or ``false``."""
        if not self._is(node, "scalar", where):
            return None
        if node.plain and node.text in _YES_NO:
            return _YES_NO[node.text]
        meant = _OTHER_YES_NO.get(node.text.casefold(), "true” or “false")
        self.wrong(
            node,
            where,
            "“{word}” is not a yes or no.",
            "Write “{meant}”.",
            word=shown(node.text),
            meant=meant,
        )
        return None

    def number(self, node: Node, where: str) -> float | None:
        """Return a finite number that is not negative."""
        if not self._is(node, "scalar", where):
            return None
        text = node.text
        if not node.plain or _NUMBER.fullmatch(text) is None or not math.isfinite(float(text)):
            self._not_a_number(node, where)
            return None
        if float(text) < 0:
            self.wrong(node, where, "{word} is negative.", "Write a number from 0 up.", word=text)
            return None
        return float(text)

    def _not_a_number(self, node: Node, where: str) -> None:
        text = node.text.strip()
        said = "“{word}” is not a number."
        if not node.plain and _NUMBER.fullmatch(text):
            self.wrong(node, where, "“{word}” is a text, not a number.", "Take the quotes away.", word=text)
        elif _COMMA.fullmatch(text):
            fix = "Write {meant}: a point, not a comma."
            self.wrong(node, where, said, fix, word=shown(text), meant=text.replace(",", "."))
        elif _SPACED.fullmatch(text):
            meant = re.sub(r"[ \u00a0\u202f_]", "", text).replace(",", ".")
            self.wrong(
                node, where, said, "Write {meant}: nothing between the digits.", word=shown(text), meant=meant
            )
        elif text.casefold() in _YES_NO or text.casefold() in _OTHER_YES_NO:
            self.wrong(node, where, "“{word}” is a yes or no, not a number.", "Write a number.", word=text)
        elif text.casefold().lstrip("+-").lstrip(".") in ("inf", "infinity", "nan") or _NUMBER.fullmatch(
            text
        ):
            self.wrong(
                node, where, "“{word}” is not a finite number.", "Write the number itself.", word=shown(text)
            )
        elif found := _WITH_UNIT.fullmatch(text):
            fix = "Write {meant} alone; the unit has a key of its own."
            self.wrong(node, where, said, fix, word=shown(text), meant=found[1].replace(",", "."))
        else:
            self.wrong(node, where, said, "Write it in digits, for example 30 or 1.5.", word=shown(text))

    def names(self, node: Node, where: str) -> list[tuple[str, Node]] | None:
        """Return the texts of a list, each with its node; a single text is a list of one."""
        nodes = [node] if node.kind == "scalar" else node.items
        if node.kind == "mapping":
            self._is(node, "list", where)
            return None
        if not nodes:
            self.wrong(node, where, "The list is empty.", "Name at least one, or delete the key.")
            return None
        read = [(self.text(item, where), item) for item in nodes]
        found = [(text, item) for text, item in read if text is not None]
        return found if len(found) == len(read) else None


class Fields:
    """The values of a mapping with fixed keys. A key that is absent reads as None, without a problem."""

    def __init__(self, reader: Reader, node: Node, where: str, found: Mapping[str, Node]) -> None:
        self.reader = reader
        self.node = node
        self.where = where
        self.found = found

    def __contains__(self, key: str) -> bool:
        return key in self.found

    def at(self, key: str) -> tuple[Node, str]:
        """Return the node of a key that is there, and which value of which standard it is."""
        return self.found[key], f"{self.where}.{key}"

    def wrong(self, key: str, message: str, fix: str, /, **values: object) -> None:
        """Note a problem at a key that is there."""
        node, where = self.at(key)
        self.reader.wrong(node, where, message, fix, **values)

    def lacks(self, message: str, fix: str, /, **values: object) -> None:
        """Note a problem of the mapping as a whole."""
        self.reader.wrong(self.node, self.where, message, fix, **values)

    def text(self, key: str) -> str | None:
        """Return a text that is not empty."""
        return self.reader.text(*self.at(key)) if key in self else None

    def free_text(self, key: str) -> str:
        """Return a text, which may be empty."""
        if key not in self or (self.found[key].kind == "scalar" and not self.found[key].text.strip()):
            return ""
        return self.text(key) or ""

    def matching(self, key: str, pattern: re.Pattern[str], fix: str) -> str | None:
        """Return a text of a certain form; `fix` says which."""
        return self.reader.matching(*self.at(key), pattern, fix) if key in self else None

    def texts(self, key: str) -> dict[str, str]:
        """Return a text by language, empty where there is none."""
        return (self.reader.texts(*self.at(key)) or {}) if key in self else {}

    def choice(self, key: str, known: Collection[str]) -> str | None:
        """Return one of the known words."""
        return self.reader.choice(*self.at(key), known) if key in self else None

    def flag(self, key: str) -> bool | None:
        """Return a yes or no."""
        return self.reader.flag(*self.at(key)) if key in self else None

    def number(self, key: str) -> float | None:
        """Return a finite number that is not negative."""
        return self.reader.number(*self.at(key)) if key in self else None

    def positive(self, key: str) -> float | None:
        """Return a finite number above 0."""
        number = self.number(key)
        if number == 0:
            self.wrong(key, "“{key}” cannot be 0.", "Write a number above 0.", key=key)
            return None
        return number

    def names(self, key: str) -> list[tuple[str, Node]]:
        """Return the texts of a list, each with its node; nothing where there is none or a wrong one."""
        return (self.reader.names(*self.at(key)) or []) if key in self else []
