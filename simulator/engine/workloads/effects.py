"""What a simulated process asks of whoever drives it.

A process is a generator: it yields effects and is sent their results; its return value is the exit code. Its driver has
the streams and the clock:

    effect = next(process)                      # then process.send(result) until StopIteration(code)
    Write(stream, data)     pass the bytes on; result None
    Read(most)              wait for input; result at most so many bytes, b"" at the end of input
    Sleep(microseconds)     let so much virtual time go by; result None. Sleep(0): let others have a turn

^C that arrives on a terminal while the process sleeps is thrown into it as `Interrupted`. A process that has to go (the
client is gone) is closed.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, Literal, NamedTuple


class Write(NamedTuple):
    """Bytes that the process writes. On a terminal everything is stdout. The result is None."""

    stream: Literal["stdout", "stderr"]
    data: bytes


class Read(NamedTuple):
    """The process waits for input. The result is at most `most` bytes, b"" at the end of input."""

    most: int


class Sleep(NamedTuple):
    """The process sleeps for so much virtual time. The result is None."""

    microseconds: int


Effect = Write | Read | Sleep
Process = Generator[Effect, Any, int]


class Interrupted(Exception):
    """^C on the terminal of a process that sleeps: thrown into it by its driver."""


class NotFound(Exception):
    """The image has no such program. str() is the runtime's message."""


class Response(NamedTuple):
    """What a server sends back on a connection.

    data: the bytes to send; consumed: how many bytes of the input it answers; close: whether it hangs up then.
    """

    data: bytes
    consumed: int
    close: bool
