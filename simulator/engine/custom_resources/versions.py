"""The order of versions: stable ones before beta before alpha, newer before older.

Follows staging/src/k8s.io/apimachinery/pkg/version/helpers.go, v1.34.
"""

from __future__ import annotations

import re

_VERSION = re.compile(r"v(\d+)(?:(alpha|beta)(\d+))?")
_STAGES = {None: 0, "beta": 1, "alpha": 2}


def rank(version: str) -> tuple[int, int, int, str]:
    """A key that sorts the preferred version first."""
    found = _VERSION.fullmatch(version)
    if found is None:
        return 3, 0, 0, version
    return _STAGES[found[2]], -int(found[1]), -int(found[3] or 0), ""
