"""What differs between two parts of an object, as lines for an error message."""

from __future__ import annotations

import json
from typing import Any


def difference(old: Any, new: Any, path: str) -> str:
    """Each place that differs, as two lines with - and +, in the order of the fields' names."""
    if old == new:
        return ""
    if isinstance(old, dict) and isinstance(new, dict):
        keys = sorted({*old, *new})
        return "".join(difference(old.get(key), new.get(key), f"{path}.{key}") for key in keys)
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        pairs = enumerate(zip(old, new, strict=True))
        return "".join(difference(one, other, f"{path}[{position}]") for position, (one, other) in pairs)
    lines = [f"{sign} {path}: {json.dumps(value)}\n" for sign, value in (("-", old), ("+", new)) if value is not None]
    return "".join(lines)
