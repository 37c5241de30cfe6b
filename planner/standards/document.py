"""A YAML document as plain nodes that know their line.

Only what a catalogue needs is accepted: texts, numbers, lists and mappings, and anchors that repeat them.
Tags, deep nesting, references in a circle and references that blow a small file up are refused, so that a
file from a stranger can be checked without fear. Nothing is ever constructed from it but texts and numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import yaml

from planner.standards.problems import CatalogueError, Problem

SIZE_LIMIT = 5 * 1024 * 1024
"""Bytes; the catalogue that ships is about a thirtieth of it."""

_DEPTH_LIMIT = 20
_GROWTH_LIMIT = (
    4  # references may repeat a file's content so many times over; a bomb repeats it a million times
)
_SMALL = 1000  # nodes; below this growth is no matter

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True, eq=False)
class Node:
    """One value of a document.

    Attributes
    ----------
    kind : {"scalar", "list", "mapping"}
    text : str
        Of a scalar, as written.
    plain : bool
        A scalar written without quotes: it may be a number, a yes or no, or nothing.
    items : list of Node
        Of a list.
    pairs : list of (Node, Node)
        Of a mapping, keys with their values, in the order written, doubles included.
    line, column : int
        Counted from 1.
    """

    kind: Literal["scalar", "list", "mapping"]
    line: int
    column: int
    text: str = ""
    plain: bool = False
    items: list[Node] = field(default_factory=list)
    pairs: list[tuple[Node, Node]] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """Whether this is the value "nothing": no text, ``null`` or ``~``, without quotes."""
        return self.kind == "scalar" and self.plain and self.text in ("", "~", "null", "Null", "NULL")


class _RefusedError(Exception):
    """The document cannot be read further."""

    def __init__(self, line: int, column: int, message: str, fix: str, **values: object) -> None:
        super().__init__(message)
        self.problem = Problem(line, column, "", message, fix, values)


def read_document(text: str, name: str) -> Node:
    """Return the nodes of a YAML text.

    Parameters
    ----------
    text : str
    name : str
        What to call the text in an error.

    Returns
    -------
    Node

    Raises
    ------
    CatalogueError
        If it is empty, is not YAML, holds more than one document or anything the module does not accept.
    """
    try:
        return _Builder(_events(text)).document()
    except _RefusedError as refused:
        raise CatalogueError(name, [refused.problem]) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        raise CatalogueError(name, [_syntax(line, column, error.problem or error.context or "")]) from None
    except yaml.reader.ReaderError as error:
        raise CatalogueError(name, [_bad_character(text, error)]) from None
    except UnicodeError:
        problem = Problem(
            0, 0, "", "The text holds characters that are not Unicode.", "Save the file as UTF-8."
        )
        raise CatalogueError(name, [problem]) from None


def _syntax(line: int, column: int, reason: str) -> Problem:
    return Problem(
        line,
        column,
        "",
        "This is not valid YAML: {reason}.",
        "Look at this line and the one above it: indent with spaces, put a colon and a space after a key, and"
        " quote a text that itself holds a colon.",
        {"reason": reason},
    )


def _bad_character(text: str, error: yaml.reader.ReaderError) -> Problem:
    # The position counts characters or bytes, depending on the parser, so the character is looked up instead.
    code = error.character if isinstance(error.character, int) else ord(error.character)
    at = text.find(chr(code)) if 0 <= code <= 0x10FFFF else -1
    line = text.count("\n", 0, at) + 1 if at >= 0 else 0
    column = at - text.rfind("\n", 0, at) if at >= 0 else 0
    message = "The text holds a character that YAML does not allow (code {code})."
    return Problem(line, column, "", message, "Delete it.", {"code": f"U+{code:04X}"})


def _events(text: str) -> Iterator[Any]:
    loader = _Loader(text)
    try:
        while loader.check_event():
            yield loader.get_event()
    finally:
        loader.dispose()


class _Builder:
    """Nodes from parse events.

    PyYAML's own composer calls itself for every level, in C without a limit: a file of brackets would end the
    whole process. This one counts levels before it goes down.
    """

    def __init__(self, events: Iterator[Any]) -> None:
        self._next: Callable[[], Any] = events.__next__
        self._anchors: dict[str, tuple[Node, int]] = {}
        self._open: set[str] = set()
        self._count = 0  # nodes written
        self._spread = 0  # nodes once every reference is written out

    def document(self) -> Node:
        """Return the root of the only document."""
        self._next()  # the stream's start
        if not isinstance(self._next(), yaml.DocumentStartEvent):
            raise _RefusedError(0, 0, "The file is empty.", "Begin it with a line “standards:”.")
        root, _ = self._node(self._next(), 0)
        self._next()  # the document's end
        event = self._next()
        if not isinstance(event, yaml.StreamEndEvent):
            mark = event.start_mark
            raise _RefusedError(
                mark.line + 1,
                mark.column + 1,
                "A second document begins here.",
                "Put everything into one document: delete the line “---”.",
            )
        return root

    def _node(self, event: Any, depth: int) -> tuple[Node, int]:
        """Return the node that begins with an event, and its nodes counted with references written out."""
        mark = event.start_mark
        line, column = mark.line + 1, mark.column + 1
        if isinstance(event, yaml.AliasEvent):
            return self._referred(str(event.anchor), line, column)
        return self._written(event, line, column, depth)

    def _referred(self, anchor: str, line: int, column: int) -> tuple[Node, int]:
        if anchor in self._open:
            raise _RefusedError(
                line,
                column,
                "“*{name}” refers to the value it is part of.",
                "Write the value out.",
                name=anchor,
            )
        if anchor not in self._anchors:
            raise _RefusedError(
                line,
                column,
                "“*{name}” refers to nothing.",
                "Mark a value above with “&{name}”.",
                name=anchor,
            )
        node, size = self._anchors[anchor]
        self._spread += size
        if self._spread > _SMALL + _GROWTH_LIMIT * self._count:
            raise _RefusedError(
                line,
                column,
                "References (“*{name}”) blow the file up to many times its size.",
                "Write the values out.",
                name=anchor,
            )
        return node, size

    def _written(self, event: Any, line: int, column: int, depth: int) -> tuple[Node, int]:
        self._count += 1
        self._spread += 1
        if depth > _DEPTH_LIMIT:
            raise _RefusedError(
                line,
                column,
                "Lists and mappings are nested too deeply here.",
                "A catalogue needs no more than five levels; look for a missing line end or bracket.",
            )
        if event.tag is not None and event.tag != "!":
            raise _RefusedError(
                line,
                column,
                "Tags (“{tag}”) have no meaning in a catalogue.",
                "Delete the tag.",
                tag=event.tag,
            )
        if event.anchor is not None:
            self._open.add(event.anchor)
        node, size = self._content(event, Node("scalar", line, column), depth)
        if event.anchor is not None:
            self._open.discard(event.anchor)
            self._anchors[event.anchor] = (node, size)
        return node, size

    def _content(self, event: Any, node: Node, depth: int) -> tuple[Node, int]:
        size = 1
        if isinstance(event, yaml.ScalarEvent):
            node.text, node.plain = event.value, bool(event.implicit[0])
        elif isinstance(event, yaml.SequenceStartEvent):
            node.kind = "list"
            while not isinstance(event := self._next(), yaml.SequenceEndEvent):
                child, more = self._node(event, depth + 1)
                node.items.append(child)
                size += more
        else:
            node.kind = "mapping"
            while not isinstance(event := self._next(), yaml.MappingEndEvent):
                key, more = self._node(event, depth + 1)
                value, still_more = self._node(self._next(), depth + 1)
                node.pairs.append((key, value))
                size += more + still_more
        return node, size
