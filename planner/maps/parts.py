"""Parts of a map that are too large for a message: written once, named by a digest, fetched by the browser."""

from __future__ import annotations

import gzip
import hashlib
import secrets
from collections.abc import Mapping

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

    Attributes
    ----------
    digest : str
        The name of the part: the same data have the same name as long as the program runs.
    packed : bytes
        The data as JSON, compressed by gzip.
    is_large : bool
        Whether the browser had better fetch it.

    Raises
    ------
    TypeError
        If the data hold anything else.
    """

    def __init__(self, data: Mapping[str, object]) -> None:
        text = orjson.dumps(data, option=orjson.OPT_SERIALIZE_NUMPY)
        self.is_large = len(text) > _LEAST_SERVED
        self.digest = hashlib.blake2b(text, key=_SECRET, digest_size=24).hexdigest()
        self.packed = gzip.compress(text, _LEVEL, mtime=0)

    @property
    def data(self) -> dict[str, object]:
        """What the part holds, read anew."""
        found: dict[str, object] = orjson.loads(gzip.decompress(self.packed))
        return found

    @property
    def literal(self) -> str:
        """The data as a JavaScript literal that is safe inside a script element."""
        return embedded(self.data)
