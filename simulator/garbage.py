"""Python's garbage collector, told what is worth its while: bodies hold no cycles, so it finds nothing in them."""

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager

_YOUNG = 200_000
_RARELY = 20
_looks_again = 0.0


def spare_the_worlds() -> None:
    """Makes collections rare, and leaves out all that is in memory now. For processes that hold worlds.

    What was left out before is looked through once more, so that a world that was thrown away is let go of; but no
    more often than takes a twentieth of the time, however many worlds are loaded one after the other.
    """
    global _looks_again
    began = time.monotonic()
    if began >= _looks_again:
        gc.unfreeze()
        gc.collect()
        _looks_again = began + _RARELY * (time.monotonic() - began)
    gc.freeze()
    gc.set_threshold(_YOUNG, 20, 100)


@contextmanager
def no_collection() -> Iterator[None]:
    """For a moment in which much is made that will be used: to look for garbage in it takes longer than to make it."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
