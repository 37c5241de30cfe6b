"""Bring the catalogues up to date with the messages in the code: ``python -m planner.i18n.extract``.

Translations are kept, new messages come in empty, messages that are gone are dropped. The files hold no dates and
no line numbers, so that the same messages always give the same files. ``--check`` changes nothing and tells what
is missing, left over or does not fit.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry
from babel.messages.pofile import read_po, write_po

from planner.i18n.collect import Message, collect, read_sources

LOCALES = ("ru", "be")
PLURAL_FORMS = 3
"""Of Russian and Belarusian: 1 person, 2 people, 5 people."""

_FOLDER = Path(__file__).resolve().parent / "locale"
_PACKAGE = Path(__file__).resolve().parents[1]
_RULE = (
    "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);"
)
_HEADER = """\
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {rule}\\n"

"""
_WIDTH = 110

Key = tuple[str, str]


def catalogue_file(language: str, folder: Path = _FOLDER) -> Path:
    """Return where the catalogue of a language lies."""
    return folder / language / "LC_MESSAGES" / "planner.po"


def merge(messages: Iterable[Message], old: Catalog, language: str) -> str:
    """Return the text of a catalogue that holds exactly these messages.

    Parameters
    ----------
    messages : iterable of Message
        See :func:`planner.i18n.collect.collect`.
    old : babel.messages.catalog.Catalog
        Translations are taken from it. One that was marked fuzzy comes in fuzzy again.
    language : str
    """
    places: dict[Key, list[tuple[str, int]]] = {}
    for message in sorted(messages):
        places.setdefault((message.singular, message.plural), []).append((message.file, 0))
    known = {_key(entry): entry for entry in old if entry.id}
    new = Catalog(locale=language)
    for (singular, plural), where in places.items():
        before = known.get((singular, plural))
        said = before.string if before is not None else None
        new.add(
            (singular, plural) if plural else singular,
            said or (("",) * PLURAL_FORMS if plural else ""),
            locations=where,
            flags={"fuzzy"} if before is not None and before.fuzzy else (),
            auto_comments=before.auto_comments if before is not None else (),
            user_comments=before.user_comments if before is not None else (),
        )
    body = io.BytesIO()
    write_po(body, new, width=_WIDTH, omit_header=True, sort_output=True, include_lineno=False)
    return _HEADER.format(language=language, rule=_RULE) + body.getvalue().decode().strip() + "\n"


def problems(messages: Iterable[Message], catalogue: Catalog) -> Iterator[str]:
    """Yield what keeps a catalogue from being complete, a line each.

    Every message has to be there, translated in every plural form, not fuzzy, with the placeholders of the
    original; and nothing else may be there.
    """
    wanted = {(message.singular, message.plural) for message in messages}
    there = {_key(entry): entry for entry in catalogue if entry.id}
    for key in sorted(wanted - there.keys()):
        yield f"missing: {key[0]!r}"
    for key in sorted(there.keys() - wanted):
        yield f"obsolete: {key[0]!r}"
    for entry in catalogue.obsolete.values():
        yield f"obsolete: {_key(entry)[0]!r}"
    for key in sorted(wanted & there.keys()):
        yield from _faults(key, there[key])


def _faults(key: Key, entry: Entry) -> Iterator[str]:
    forms = list(entry.string) if isinstance(entry.string, list | tuple) else [entry.string or ""]
    if len(forms) != (PLURAL_FORMS if key[1] else 1) or not all(forms):
        yield f"not translated: {key[0]!r}"
        return
    if entry.fuzzy:
        yield f"fuzzy: {key[0]!r}"
    for form in forms:
        if placeholders(form) != placeholders(key[1] or key[0]):
            yield f"placeholders differ: {key[0]!r} and {form!r}"


def placeholders(template: str) -> set[str] | None:
    """Return the names of a template's placeholders; None where its braces do not match."""
    try:
        return {name for _, name, _, _ in Formatter().parse(template) if name is not None}
    except ValueError:
        return None


def _key(entry: Entry) -> Key:
    return (entry.id[0], entry.id[1]) if isinstance(entry.id, list | tuple) else (entry.id, "")


def _read(path: Path, language: str) -> Catalog:
    if not path.is_file():
        return Catalog(locale=language)
    with path.open("rb") as stream:
        return read_po(stream, locale=language)


def main(arguments: Sequence[str] | None = None) -> int:
    """Update the catalogues, or check them; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m planner.i18n.extract", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; say what is missing or wrong")
    parser.add_argument("--source", type=Path, default=_PACKAGE, help="the package to read")
    parser.add_argument("--catalogues", type=Path, default=_FOLDER, help="the folder of the languages")
    options = parser.parse_args(arguments)
    messages = collect(read_sources(options.source))
    found = 0
    for language in LOCALES:
        path = catalogue_file(language, options.catalogues)
        if not options.check:
            text = merge(messages, _read(path, language), language)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        for problem in problems(messages, _read(path, language)):
            found += 1
            sys.stderr.write(f"{language}: {problem}\n")
    return 1 if found and options.check else 0


if __name__ == "__main__":
    sys.exit(main())
