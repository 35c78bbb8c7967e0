"""How much is tried: a little by `make test`, much by `make soak`, which sets SOAK.

A test marked `soak` is run by `make soak` only; one marked `longer` by both, with more examples in the soak.
"""

import os

SOAK = bool(os.environ.get("SOAK"))


def examples(few: int) -> int:
    """How many examples hypothesis tries of something slow."""
    return few * 10 if SOAK else few
