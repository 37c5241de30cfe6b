"""Parts of a map that are too large for a message: written once, named by a digest, fetched by the browser."""

from __future__ import annotations

import gzip
import hashlib
import secrets
from collections.abc import Mapping
from functools import cached_property

import orjson

from planner.maps.embed import embedded

_SECRET = secrets.token_bytes(32)
# The name of a part is an address that anybody may ask for who knows it: nobody can work it out, not even one who knows
# what the part holds.
_LEVEL = 2
_LEAST_SERVED = 4_000
# Parts of fewer characters travel with the message: asking for them would take longer.


class Part:
    """Data that a map's script takes, as a part of their own.

    Parameters
    ----------
    data : mapping
        Anything that JSON can express, arrays of whole numbers included; floats are finite. It is written out at once,
        and a part is never changed.

    Raises
    ------
    TypeError
        If the data hold anything else.
    """

    def __init__(self, data: Mapping[str, object]) -> None:
        self._json = orjson.dumps(data, option=orjson.OPT_SERIALIZE_NUMPY)

    @property
    def data(self) -> dict[str, object]:
        """What the part holds, read anew."""
        found: dict[str, object] = orjson.loads(self._json)
        return found

    @cached_property
    def literal(self) -> str:
        """The data as a JavaScript literal that is safe inside a script element."""
        return embedded(self.data)

    @cached_property
    def digest(self) -> str:
        """The name of the part: the same data have the same name as long as the program runs."""
        return hashlib.blake2b(self._json, key=_SECRET, digest_size=24).hexdigest()

    @cached_property
    def packed(self) -> bytes:
        """The data as JSON, compressed by gzip."""
        return gzip.compress(self._json, _LEVEL, mtime=0)

    @property
    def is_large(self) -> bool:
        """Whether the browser had better fetch it."""
        return len(self._json) > _LEAST_SERVED
