"""Data written into a page: as JSON that no content can turn into script or markup."""

from __future__ import annotations

import json

# What could end a script element, open a comment or end a line of JavaScript, and the doubled brace that a
# template of the page would read. In JSON these can only occur inside strings, where the escape means the
# same character.
_ESCAPES = {
    "<": "\\u003c",
    ">": "\\u003e",
    "&": "\\u0026",
    "\u2028": "\\u2028",
    "\u2029": "\\u2029",
    "{{": "\\u007b\\u007b",
    "{%": "\\u007b%",
    "{#": "\\u007b#",
}


def embedded(data: object) -> str:
    """Return data as a JavaScript literal that is safe inside a script element.

    Parameters
    ----------
    data : object
        Anything that JSON can express; NaN and infinities are refused.

    Raises
    ------
    ValueError
        If the data hold a number that JSON has no word for.
    """
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for sought, escape in _ESCAPES.items():
        text = text.replace(sought, escape)
    return text
