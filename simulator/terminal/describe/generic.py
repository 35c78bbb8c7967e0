"""Any other kind: every field of it, by name.

Follows staging/src/k8s.io/kubectl/pkg/describe/describe.go (genericDescriber), v1.32.
"""

from __future__ import annotations

import re

from simulator.engine.registry import Body
from simulator.terminal.describe.description import Description
from simulator.terminal.describe.writing import Page
from simulator.terminal.output.jsonpath import sprint

_SKIPPED = (
    ".metadata.managedFields",
    ".metadata.name",
    ".metadata.namespace",
    ".metadata.labels",
    ".metadata.annotations",
)
_ACRONYMS = ("API", "URL", "UID", "OSB", "GUID")


def describe(told: Description) -> None:
    told.head()
    told.labels()
    told.annotations()
    _write(told.page, 0, told.body, "")
    told.events()


def _write(page: Page, level: int, content: Body, path: str) -> None:
    for field in sorted(content):
        value, here = content[field], f"{path}.{field}"
        if here in _SKIPPED:
            continue
        if isinstance(value, dict):
            page.line(level, f"{label(field)}:")
            _write(page, level + 1, value, here)
        elif isinstance(value, list):
            page.line(level, f"{label(field)}:")
            for one in value:
                if isinstance(one, dict):
                    _write(page, level + 1, one, here)
                else:
                    page.line(level + 1, sprint(one))
        else:
            page.line(level, f"{label(field)}:\t{sprint(value)}")


def label(field: str) -> str:
    """`maxUnavailable` as `Max Unavailable`; names with other signs stay."""
    if not re.fullmatch(r"[^\W\d_-]*(?:-[^\W\d_-]*)*", field):
        return field
    parts = re.findall(r"[A-Z]+(?=[A-Z][a-z])|[A-Z][a-z]+|[A-Z]+|[a-z]+|-+|[^\x00-\x7f]+", field)
    return " ".join(part.upper() if part.upper() in _ACRONYMS else part[:1].upper() + part[1:] for part in parts)
