"""Write ``docs/reference/python.md`` from the docstrings of the public API.

Run as ``python docs/generate_api.py`` from the project's top. A test fails where the page is not current.
"""

from __future__ import annotations

import dataclasses
import enum
import inspect
import re
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

PAGE = Path(__file__).resolve().parent / "reference" / "python.md"
ROOMS = ("planner", "planner.network", "planner.coverage", "planner.siting")
"""Rooms whose public names are the API; ``planner`` brings the most used of the others, too."""

_HEAD = """\
# The Python interface

<!-- Written by docs/generate_api.py from the program's own docstrings; do not edit by hand. -->

What other programs may rely on. [Examples that are run](examples.md) show it at work; the words are in
[Terms](../terms.md), the formulas in [Methods](../methods.md). Arrays are NumPy's, sparse matrices SciPy's; whatever is
given back is read-only. Errors derive from `planner.PlannerError`; a wrong argument is a `ValueError` that names it.
"""
_SECTIONS = (
    "Parameters",
    "Returns",
    "Yields",
    "Raises",
    "Attributes",
    "Notes",
    "References",
    "Examples",
    "See Also",
)
_ENTRIES = ("Parameters", "Returns", "Yields", "Raises", "Attributes")
_ROLE = re.compile(r":\w+(?::\w+)?:`~?([^`]+)`")
_MADE_ANEW = "<factory>"


def render() -> str:
    """Return the page."""
    homes = _homes()
    parts = [_HEAD]
    for room in ROOMS:
        parts += [f"## {room}", "", _prose(inspect.getdoc(import_module(room)) or ""), ""]
        parts += [_line(room, name, homes) for name in _names(room)]
        parts.append("")
    for (room, name), thing in homes.items():
        parts += [f"## {_heading(room, name, thing)}", "", *_told(name, thing)]
    return "\n".join(parts).rstrip() + "\n"


def _names(room: str) -> list[str]:
    return list(import_module(room).__all__)


def _homes() -> dict[tuple[str, str], object]:
    """Return every public thing once, under the room nearest to it."""
    found: dict[int, tuple[str, str]] = {}
    things: dict[tuple[str, str], object] = {}
    for room in (*ROOMS[1:], ROOMS[0]):
        for name in _names(room):
            thing = getattr(import_module(room), name)
            if id(thing) not in found:
                found[id(thing)] = (room, name)
                things[room, name] = thing
    return dict(sorted(things.items(), key=lambda item: (ROOMS.index(item[0][0]), item[0][1])))


def _line(room: str, name: str, homes: dict[tuple[str, str], object]) -> str:
    thing = getattr(import_module(room), name)
    home = next(key for key, value in homes.items() if value is thing)
    anchor = re.sub(r"[^\w\- ]", "", _heading(*home, thing).lower()).replace(" ", "-")
    first = (inspect.getdoc(thing) or "").split("\n\n")[0]
    return f"- [`{name}`](#{anchor}): {_prose(' '.join(first.split()))}"


def _heading(room: str, name: str, thing: object) -> str:
    # What it is stands before the name: a class and a function may differ by a capital only, and anchors have none.
    return f"{'class' if inspect.isclass(thing) else 'function'} {room}.{name}"


def _told(name: str, thing: object) -> Iterator[str]:
    """Yield the lines on a class or a function."""
    if not inspect.isclass(thing):
        yield from _function(name, thing)
        return
    yield from _docstring(thing)
    if issubclass(thing, enum.Enum):
        yield from (f"- `{member.name}` = `{member.value!r}`" for member in thing)
        yield ""
        return
    if _has_init(thing):
        yield from ("```python", _signature(name, thing).removesuffix(" -> None"), "```", "")
    for member, value in _members(thing).items():
        plain = value.__func__ if isinstance(value, classmethod | staticmethod) else value
        if isinstance(plain, property):
            yield from (f"**{name}.{member}** (property)", "", *_docstring(plain))
        elif inspect.isfunction(plain):
            yield from _function(f"{name}.{member}", plain)


def _members(thing: type) -> dict[str, object]:
    """Return what a class offers, with what it has from the program's other classes; theirs go first."""
    own = [each for each in reversed(thing.__mro__) if each.__module__.startswith("planner")]
    found = {name: value for each in own for name, value in vars(each).items()}
    return {name: value for name, value in found.items() if not name.startswith("_")}


def _has_init(thing: type) -> bool:
    """Return whether a class is made by calling it, not only got from a function."""
    return dataclasses.is_dataclass(thing) or "__init__" in vars(thing)


def _function(name: str, thing: object) -> Iterator[str]:
    yield from ("```python", _signature(name, thing), "```", "")
    yield from _docstring(thing)


class _Written:
    """A type as the source has it, not in quotes."""

    def __init__(self, text: object) -> None:
        self.text = str(text)

    def __repr__(self) -> str:
        return self.text


def _signature(name: str, thing: object) -> str:
    signature = inspect.signature(thing)  # type: ignore[arg-type]
    empty = inspect.Signature.empty
    kept = [
        p.replace(annotation=p.annotation if p.annotation is empty else _Written(p.annotation))
        for p in signature.parameters.values()
        if p.name not in ("self", "cls")
    ]
    told = signature.return_annotation
    back = "" if told is empty else f" -> {told}"
    short = f"{name}{inspect.Signature(kept)}{back}".replace(_MADE_ANEW, "...")
    if len(short) <= 100:
        return short
    inside = "".join(f"    {line},\n" for line in _arguments(kept))
    return f"{name}(\n{inside}){back}"


def _arguments(parameters: list[inspect.Parameter]) -> Iterator[str]:
    bare = True
    for parameter in parameters:
        if parameter.kind is parameter.KEYWORD_ONLY and bare:
            yield "*"
        bare = bare and parameter.kind not in (parameter.KEYWORD_ONLY, parameter.VAR_POSITIONAL)
        # A default that is made anew each time has no value to be shown.
        yield str(parameter).replace(_MADE_ANEW, "...")


def _docstring(thing: object) -> Iterator[str]:
    """Yield a docstring in numpy's style as Markdown: its sections as bold words, their entries as lists."""
    section = ""
    for part, lines in _parts(inspect.getdoc(thing) or ""):
        if part:
            section = part
            yield from (f"**{section}**", "")
        yield from (_entries(lines) if section in _ENTRIES else [_prose("\n".join(lines))])
        yield ""


def _parts(text: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the sections of a docstring with their lines; what stands before the first has no name."""
    name = ""
    held: list[str] = []
    lines = text.splitlines()
    for number, line in enumerate(lines):
        following = lines[number + 1] if number + 1 < len(lines) else ""
        if line in _SECTIONS and set(following) == {"-"}:
            yield name, _stripped(held)
            name, held = line, []
        elif not (set(line) == {"-"} and number and lines[number - 1] in _SECTIONS):
            held.append(line)
    if name or held:
        yield name, _stripped(held)


def _stripped(lines: list[str]) -> list[str]:
    return "\n".join(lines).strip("\n").splitlines()


def _entries(lines: list[str]) -> Iterator[str]:
    """Yield the entries of a section: a name or a type, and what is said of it."""
    entry = ""
    said: list[str] = []
    for line in [*lines, ""]:
        if line and not line.startswith(" "):
            if entry:
                yield _entry(entry, said)
            entry, said = line, []
        elif line.strip():
            said.append(line.strip())
    if entry:
        yield _entry(entry, said)


def _entry(entry: str, said: list[str]) -> str:
    name, colon, kind = entry.partition(" : ")
    told = f"`{name}`" + (f" ({_prose(kind)})" if colon else "")
    return f"- {told}" + (f": {_prose(' '.join(said))}" if said else "")


def _prose(text: str) -> str:
    return _ROLE.sub(lambda m: f"`{m[1]}`", text).replace("``", "`")


def main() -> int:
    """Write the page."""
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(render(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    sys.exit(main())
