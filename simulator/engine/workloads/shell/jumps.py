"""What leaves a script or a part of it early: exit, return, break, continue."""

from __future__ import annotations


class Exit(Exception):
    """`exit`."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Return(Exit):
    """`return`."""


class Jump(Exception):
    """`break` or `continue`, through so many loops."""

    def __init__(self, loops: int, *, on: bool) -> None:
        super().__init__(loops)
        self.loops, self.on = loops, on


def goes_on(jump: Jump) -> bool:
    """Whether the loop that a jump reaches goes on; the jump goes further if it is not meant for this loop."""
    if jump.loops > 1:
        raise Jump(jump.loops - 1, on=jump.on) from None
    return jump.on
