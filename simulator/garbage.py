"""Python's garbage collector, told what is worth its while: bodies hold no cycles, so it finds nothing in them."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_YOUNG = 200_000


def spare_the_worlds() -> None:
    """Makes collections rare, and leaves out all that is in memory now. For processes that hold worlds.

    What was left out before is looked through once more: a world that was thrown away is let go of.
    """
    gc.unfreeze()
    gc.collect()
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
