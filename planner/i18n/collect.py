"""Find every message of the planner in its source text; nothing of it is run.

A message stands where it is said (``say("…")``), marked (``N_("…")``), or given to something that keeps it as a
template until an interface says it: an error, a fault of a layer, a problem of a catalogue, a remark.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

VOICES = frozenset({"say", "_say"})
"""What a speech is called where it is called."""

SINGLE: Mapping[str, tuple[int, ...]] = {
    "N_": (0,),
    "Fault": (1, 2),
    "Repair": (3,),
    "Reason": (0,),
    "Problem": (3, 4),
    "Unfit": (0, 1),
    "NoPlanError": (0, 1),
    "_unusable": (0,),
    "_RefusedError": (2, 3),
    # Methods that note a problem: message and fix come last, after one or two arguments that say where.
    "wrong": (-2, -1),
    "lacks": (-2, -1),
    "matching": (-1,),
    # Its other argument names a place in a file, which is data.
    "unfit": (-1,),
}
"""Which positional arguments of a call are messages, by the name that is called."""

TABLES: Mapping[str, tuple[str, ...]] = {
    "planner/layers/repair.py": ("DONE",),
    "planner/workspace/chronicle.py": ("DONE",),
    "planner/standards/values.py": ("_KINDS",),
    "planner/studies/figures.py": ("_LOST",),
    "planner/siting/tour.py": ("_IMPOSSIBLE", "_WOULD_DO"),
    "planner/studies/tour.py": ("_NOBODY", "_WOULD_DO"),
}
"""Dictionaries whose values are messages, in rooms that may not import the marker ``N_``."""

YIELDING = (
    "planner/studies/remarks.py",
    "planner/studies/districts.py",
    "planner/studies/parity.py",
    "planner/studies/radio.py",
    "planner/studies/radio_links.py",
    "planner/studies/siting_remarks.py",
)
"""Modules that yield pairs of a template and its values."""

_ROOT_ERROR = "PlannerError"
_ERROR_ARGUMENTS = (0, 1)


@dataclass(frozen=True, slots=True, order=True)
class Message:
    """A message as the code writes it.

    Attributes
    ----------
    singular : str
    plural : str
        Empty where the message has no number.
    file : str
        Where it stands, from the root of the source tree, with forward slashes.
    """

    singular: str
    plural: str
    file: str


def collect(sources: Mapping[str, str]) -> tuple[Message, ...]:
    """Return every message of some modules, sorted, each once per file.

    Parameters
    ----------
    sources : mapping of str to str
        Source text by path from the root of the tree, for example ``planner/ui/main.py``.

    Raises
    ------
    SyntaxError
        If a module is not Python.
    """
    trees = {file: ast.parse(text, filename=file) for file, text in sorted(sources.items())}
    constants = {_module(file): _strings_bound(tree.body) for file, tree in trees.items()}
    errors = _errors(trees.values())
    found: set[Message] = set()
    for file, tree in trees.items():
        found.update(_Module(file, tree, constants, errors).messages())
    return tuple(sorted(found))


def read_sources(package: Path) -> dict[str, str]:
    """Return the text of every module of a package, by its path from the folder that holds the package."""
    root = package.parent
    return {
        path.relative_to(root).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(package.rglob("*.py"))
    }


def _module(file: str) -> str:
    return file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _errors(trees: Iterable[ast.Module]) -> frozenset[str]:
    """Return the names of errors that are made like a PlannerError: of message, fix and values."""
    classes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    known, alike = {_ROOT_ERROR}, {_ROOT_ERROR}
    for _ in classes:  # a class may be written before its base is seen
        for cls in classes:
            bases = {base.id for base in cls.bases if isinstance(base, ast.Name)}
            if bases & known:
                known.add(cls.name)
                own = any(isinstance(part, ast.FunctionDef) and part.name == "__init__" for part in cls.body)
                if bases & alike and not own:
                    alike.add(cls.name)
    return frozenset(alike)


def _strings_bound(body: Iterable[ast.stmt]) -> dict[str, list[str]]:
    """Return the texts that statements give to names, those of branches and loops included."""
    bound: dict[str, list[str]] = {}
    for statement in body:
        for node in _without_functions(statement):
            for name, value in _bindings(node):
                bound.setdefault(name, []).extend(_constants(value))
    return bound


def _without_functions(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        for child in ast.iter_child_nodes(node):
            yield from _without_functions(child)


def _bindings(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(node, ast.AnnAssign) and node.value is not None and isinstance(node.target, ast.Name):
        yield node.target.id, node.value
    if not isinstance(node, ast.Assign):
        return
    for target in node.targets:
        if isinstance(target, ast.Name):
            yield target.id, node.value
        elif isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            for part, value in zip(target.elts, node.value.elts, strict=False):
                if isinstance(part, ast.Name):
                    yield part.id, value


def _constants(node: ast.expr) -> list[str]:
    """Return the text an expression stands for; both, of a choice between two."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return _constants(node.body) + _constants(node.orelse)
    return []


class _Module:
    """One module's messages."""

    def __init__(
        self,
        file: str,
        tree: ast.Module,
        constants: Mapping[str, dict[str, list[str]]],
        errors: frozenset[str],
    ) -> None:
        self._file = file
        self._tree = tree
        self._errors = errors
        self._known = dict(constants[_module(file)])
        for node in tree.body:
            if isinstance(node, ast.ImportFrom):
                there = constants.get(node.module or "", {})
                for alias in node.names:
                    if alias.name in there:
                        self._known[alias.asname or alias.name] = there[alias.name]

    def messages(self) -> Iterator[Message]:
        """Yield the module's messages, some of them more than once."""
        yield from self._within(self._tree, self._known)
        for name in TABLES.get(self._file, ()):
            yield from self._table(name)

    def _within(self, node: ast.AST, known: Mapping[str, list[str]]) -> Iterator[Message]:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            known = {**known, **_strings_bound(node.body)}
        if isinstance(node, ast.ClassDef):
            yield from self._given_to_base(node)
        if isinstance(node, ast.Call):
            yield from self._said(node, known)
        if isinstance(node, ast.Yield) and self._file in YIELDING and isinstance(node.value, ast.Tuple):
            yield from self._single(node.value.elts[:1], known)
        for child in ast.iter_child_nodes(node):
            yield from self._within(child, known)

    def _single(self, nodes: Iterable[ast.expr], known: Mapping[str, list[str]]) -> Iterator[Message]:
        for node in nodes:
            found = known.get(node.id, []) if isinstance(node, ast.Name) else _constants(node)
            for text in filter(None, found):
                yield Message(text, "", self._file)

    def _said(self, call: ast.Call, known: Mapping[str, list[str]]) -> Iterator[Message]:
        name = _called(call.func)
        if name == "plural" and isinstance(call.func, ast.Attribute) and _called(call.func.value) in VOICES:
            one, many = (_constants(argument) for argument in call.args[:2])
            for singular, plural in zip(one, many, strict=True):
                yield Message(singular, plural, self._file)
            return
        if name in VOICES:
            yield from self._single(call.args[:1], known)
            return
        for at in _ERROR_ARGUMENTS if name in self._errors else SINGLE.get(name, ()):
            if -len(call.args) <= at < len(call.args):
                yield from self._single([call.args[at]], known)

    def _given_to_base(self, cls: ast.ClassDef) -> Iterator[Message]:
        """Yield what an error of another form than its base hands to it."""
        if not any(isinstance(base, ast.Name) and base.id in self._errors for base in cls.bases):
            return
        for node in ast.walk(cls):
            if isinstance(node, ast.Call) and _called(node.func) == "__init__":
                yield from self._single([node.args[at] for at in _ERROR_ARGUMENTS if at < len(node.args)], {})

    def _table(self, name: str) -> Iterator[Message]:
        for statement in self._tree.body:
            for bound, value in _bindings(statement):
                if bound == name and isinstance(value, ast.Dict):
                    for item in value.values:
                        # ``**dict.fromkeys(codes, text)``: one text for several keys
                        text = item.args[1] if isinstance(item, ast.Call) and len(item.args) == 2 else item
                        yield from self._single([text], self._known)


def _called(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
