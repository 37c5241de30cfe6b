"""Whatever is done to a catalogue file, it is either taken or refused with a line: nothing else happens."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from planner.standards.catalogue import load, parse, to_yaml
from planner.standards.model import AREA_TYPES, CONFIDENCES, LAYERS, Indicator
from planner.standards.problems import CatalogueError

SEEDS = tuple(to_yaml([s]) for s in load().standards)
SPLINTERS = st.sampled_from(
    [
        *(
            "",
            "\n",
            " ",
            "\t",
            ":",
            ": ",
            "- ",
            "[",
            "]",
            "{",
            "}",
            "&a ",
            "*a",
            "!!x ",
            "'",
            '"',
            "#",
            "|",
            ">",
        ),
        *("null", "~", "10,5", "-1", ".inf", "yes", "0x1F", "1e400", "%", "---\n", "...\n", "<<: "),
        *("\ud800", "\x00", "\u2028", "\ufeff"),
    ]
)


@st.composite
def damaged(draw: st.DrawFn) -> str:
    text = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(text)))
        stop = min(len(text), start + draw(st.integers(0, 12)))
        put = draw(SPLINTERS | st.text(max_size=4) | st.sampled_from(text.splitlines() or [""]))
        text = text[:start] + put + text[stop:]
    return text


def check_outcome(text: str) -> None:
    try:
        standards = parse(text, "damaged")
    except CatalogueError as error:
        assert error.problems
        lines = (
            text.count("\n")
            + text.count("\r")
            + text.count("\u2028")
            + text.count("\u2029")
            + text.count("\x85")
        )
        for problem in error.problems:
            assert 0 <= problem.line <= lines + 2
            assert problem.message
            assert problem.fix
            assert str(problem) in str(error) or len(error.problems) > 50
        return
    for standard in standards:
        assert standard.layer in LAYERS
        assert standard.confidence in CONFIDENCES
        assert standard.title["en"]
        assert standard.legal_basis["en"]
        assert set(standard.area.types) <= set(AREA_TYPES)
        assert standard.target_share is None or 0 < standard.target_share <= 1
        if standard.measure is not None:
            assert standard.measure.sources
            assert standard.measure.threshold > 0 or standard.measure.indicator is Indicator.WITHIN_AREA
    assert parse(to_yaml(standards), "again") == standards


@given(damaged())
@settings(max_examples=200, deadline=None)
def test_damaged_files(text: str) -> None:
    check_outcome(text)


@given(st.text(max_size=200))
@settings(max_examples=100, deadline=None)
def test_any_text(text: str) -> None:
    check_outcome(text)
