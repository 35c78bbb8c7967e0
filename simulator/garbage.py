"""Python's garbage collector, told what is worth its while: bodies hold no cycles, so it finds nothing in them."""

import gc

_YOUNG = 200_000


def spare_the_worlds() -> None:
    """Makes collections rare, and leaves out all that is in memory now. For processes that hold worlds."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, 20, 100)
