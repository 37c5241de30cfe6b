"""A small YAML document as texts, numbers, lists and mappings, whoever wrote it."""

from __future__ import annotations

from typing import Any

import yaml

LARGEST = 1_000_000
"""Characters."""


class _Loader(yaml.SafeLoader):
    """Takes no merge keys: a few lines of them, one in another, make millions of entries."""

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        """Refuse to merge other mappings into one."""
        for key, _ in node.value:
            if key.tag == "tag:yaml.org,2002:merge":
                raise yaml.constructor.ConstructorError(None, None, "<< is not taken here", key.start_mark)
        super().flatten_mapping(node)


def read_plain(text: str) -> Any:
    """Return what a document holds.

    Parameters
    ----------
    text : str

    Raises
    ------
    ValueError
        If it is not such a document: it says why, and where as far as that is known.
    """
    if len(text) > LARGEST:
        raise ValueError(f"it is longer than {LARGEST} characters")
    try:
        return yaml.load(text, _Loader)  # noqa: S506 - it constructs no objects
    except (
        yaml.YAMLError, RecursionError, ValueError, LookupError, AttributeError, TypeError, OverflowError,
    ) as error:  # fmt: skip
        # The library trips over a date, a number or a truth value that is none.
        raise ValueError(" ".join(str(error).split())) from error
