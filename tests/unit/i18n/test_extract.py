"""Messages are found in source text; catalogues follow them and nothing else."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import planner.i18n
from planner.i18n.collect import VOICES, collect, read_sources
from planner.i18n.extract import LOCALES, catalogue_file, main, placeholders

ERRORS = """
class PlannerError(Exception):
    def __init__(self, message, fix="", **values): ...
class InputError(PlannerError, ValueError): ...
class OtherError(Exception): ...
class ListError(InputError):
    def __init__(self, problems):
        super().__init__("In all {count}.", "Look at each.")
"""


def found(source: str, file: str = "planner/ui/page.py", **more: str) -> set[tuple[str, str]]:
    sources = {
        "planner/errors.py": ERRORS,
        file: source,
        **{k.replace("__", "/") + ".py": v for k, v in more.items()},
    }
    return {(m.singular, m.plural) for m in collect(sources) if m.file == file}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('say("Map")', {("Map", "")}),
        ('self.say("One " "line", name=1)', {("One line", "")}),
        ('self._say("nearest: {name}", name=1)', {("nearest: {name}", "")}),
        ('edition.say("a" if x else "b")', {("a", ""), ("b", "")}),
        ('X = {"k": N_("kept")}', {("kept", "")}),
        ('say.plural("{count} man", "{count} men", n)', {("{count} man", "{count} men")}),
        ('raise InputError("Wrong {x}.", "Mend it.", x="not this")', {("Wrong {x}.", ""), ("Mend it.", "")}),
        ('raise OtherError("internal")', set()),
        ('Fault("error", "Bad.", "Good.", True)', {("Bad.", ""), ("Good.", "")}),
        ('Problem(1, 2, where, "Bad.", "Good.", {})', {("Bad.", ""), ("Good.", "")}),
        ('reader.wrong(node, where, "Bad.", "Good.", word=1)', {("Bad.", ""), ("Good.", "")}),
        ('found.wrong("key", "Bad.", "Good.")', {("Bad.", ""), ("Good.", "")}),
        ('found.lacks("Bad.", "Good.")', {("Bad.", ""), ("Good.", "")}),
        ('raise self.unfit("roads.speed_kmh", "a list")', {("a list", "")}),
        ('TEXT = "Bad."\ndef f():\n    g.lacks(TEXT, "Good.")', {("Bad.", ""), ("Good.", "")}),
        ('def f():\n    fix = "A."\n    if x:\n        fix = "B."\n    g.lacks("A.", fix)', {("A.", ""), ("B.", "")}),
        ('def f():\n    m, fix = "A.", "B."\n    g.lacks(m, fix)', {("A.", ""), ("B.", "")}),
        ('def f():\n    fix = "A."\ndef h():\n    g.lacks("C.", fix)', {("C.", "")}),
        ('say(name)\nsay(f"{name}")\nprint("other")', set()),
        ('say("")', set()),
    ],
)  # fmt: skip
def test_messages_are_found_where_they_stand(source: str, expected: set[tuple[str, str]]) -> None:
    assert found(source) == expected


def bindings(node: ast.Assign) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Yield what an assignment binds to what, in pairs also where several are bound at once."""
    for target in node.targets:
        if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            yield from zip(target.elts, node.value.elts, strict=True)
        else:
            yield target, node.value


def test_a_voice_is_kept_under_no_name_that_hides_what_it_says() -> None:
    kept: set[str] = set()
    for text in read_sources(Path(planner.i18n.__file__).parents[1]).values():
        for node in ast.walk(ast.parse(text)):
            for target, value in bindings(node) if isinstance(node, ast.Assign) else ():
                if isinstance(value, ast.Name) and value.id in VOICES and isinstance(target, ast.Attribute):
                    kept.add(target.attr)
    assert kept and kept <= VOICES


def test_a_text_bound_in_another_module_is_followed() -> None:
    source = (
        "from planner.standards.values import TWICE as AGAIN\nreader.wrong(node, where, AGAIN, 'Keep one.')"
    )
    assert found(source, planner__standards__values='TWICE = "Twice."') == {("Twice.", ""), ("Keep one.", "")}


def test_what_an_error_hands_to_its_base_is_a_message_and_its_own_arguments_are_not() -> None:
    assert {m.singular for m in collect({"planner/errors.py": ERRORS})} == {
        "In all {count}.",
        "Look at each.",
    }
    assert found('raise ListError("x")') == set()


def test_repairs_and_remarks_are_found_in_their_modules() -> None:
    repairs = (
        '_OUT = "Left out."\nDONE: dict[str, str] = {"a": _OUT, **dict.fromkeys(X, "Kept."), "b": "Cut."}'
    )
    assert found(repairs, "planner/layers/repair.py") == {("Left out.", ""), ("Kept.", ""), ("Cut.", "")}
    remarks = 'def f():\n    yield "No roads.", {}\n    yield ("{n} places.", {"n": 1})'
    assert found(remarks, "planner/studies/remarks.py") == {("No roads.", ""), ("{n} places.", "")}
    assert found(remarks) == set()


@pytest.fixture
def package(tmp_path: Path) -> Path:
    room = tmp_path / "planner"
    room.mkdir()
    (room / "page.py").write_text(
        'say("Map")\nsay("Of {name}", name=n)\nsay.plural("{count} man", "{count} men", n)\n'
    )
    return room


def run(package: Path, *options: str) -> int:
    return main([*options, "--source", str(package), "--catalogues", str(package.parent / "locale")])


def read(package: Path, language: str = "ru") -> Path:
    return catalogue_file(language, package.parent / "locale")


def translate(package: Path) -> None:
    """Fill in every message: itself as its translation, in three forms where it is counted."""
    for language in LOCALES:
        path = read(package, language)
        text = re.sub(r'(msgid "(.+)"\nmsgstr) ""', r'\1 "\2"', path.read_text())
        path.write_text(re.sub(r'(msgstr\[\d\]) ""', r'\1 "{count}"', text))


def test_untranslated_messages_fail_the_check_and_translated_ones_pass(
    package: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(package) == 0
    assert run(package, "--check") == 1
    assert "ru: not translated: 'Map'" in capsys.readouterr().err
    translate(package)
    assert run(package, "--check") == 0


def test_the_same_messages_give_the_same_files_without_dates_or_line_numbers(package: Path) -> None:
    run(package)
    translate(package)
    first = read(package).read_bytes()
    page = package / "page.py"
    page.write_text("\n\n" + page.read_text())
    assert run(package) == 0
    assert read(package).read_bytes() == first
    assert b"planner/page.py\n" in first
    assert b"Date" not in first


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ('msgid "Map"\nmsgstr "Map"\n', "", "missing: 'Map'"),
        ('msgstr "Map"', 'msgstr ""', "not translated: 'Map'"),
        ('msgstr "Of {name}"', 'msgstr "Of {nom}"', "placeholders differ: 'Of {name}' and 'Of {nom}'"),
        ('msgstr "Of {name}"', 'msgstr "Of {name"', "placeholders differ: 'Of {name}' and 'Of {name'"),
        ('msgstr[2] "{count}"', 'msgstr[2] ""', "not translated: '{count} man'"),
        ('msgstr[1] "{count}"', 'msgstr[1] "two"', "placeholders differ: '{count} man' and 'two'"),
        ('msgid "Map"\n', '#, fuzzy\nmsgid "Map"\n', "fuzzy: 'Map'"),
        ('msgid "Map"\n', 'msgid "Gone"\nmsgstr "Gone"\n\nmsgid "Map"\n', "obsolete: 'Gone'"),
        ('msgid "Map"\n', '#~ msgid "Gone"\n#~ msgstr "Gone"\n\nmsgid "Map"\n', "obsolete: 'Gone'"),
    ],
)
def test_a_doctored_catalogue_fails_the_check(
    package: Path, capsys: pytest.CaptureFixture[str], before: str, after: str, fault: str
) -> None:
    run(package)
    translate(package)
    text = read(package).read_text()
    assert before in text
    read(package).write_text(text.replace(before, after))
    capsys.readouterr()
    assert run(package, "--check") == 1
    assert capsys.readouterr().err == f"ru: {fault}\n"


def test_translations_are_kept_new_messages_come_in_and_gone_ones_go(package: Path) -> None:
    run(package)
    translate(package)
    (package / "page.py").write_text('say("Map")\nsay("New")\n')
    run(package)
    text = read(package).read_text()
    assert 'msgid "Map"\nmsgstr "Map"' in text
    assert 'msgid "New"\nmsgstr ""' in text
    assert "Of {name}" not in text


def test_placeholders_are_names_without_their_format() -> None:
    assert placeholders("{a} {b!r} {c:.1f} {{d}}") == {"a", "b", "c"}
    assert placeholders("{a") is None
