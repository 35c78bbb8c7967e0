"""bash's arrays: an element is a variable whose name has its place, as `items[2]`."""

from __future__ import annotations

from collections.abc import Mapping


def elements(variables: Mapping[str, str], name: str) -> list[str]:
    """What an array holds; what is none holds itself."""
    held = [value for key, value in variables.items() if key.startswith(f"{name}[")]
    return held or ([variables[name]] if name in variables else [])


def element(variables: Mapping[str, str], name: str, place: int) -> str | None:
    """One element, None if it is not set; the first of what is no array is that itself."""
    return variables.get(f"{name}[{place}]", variables.get(name) if place == 0 else None)
