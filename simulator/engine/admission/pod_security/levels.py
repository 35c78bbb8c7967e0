"""Which Pod Security Standard a namespace's labels ask for, per mode.

Follows staging/src/k8s.io/pod-security-admission/api/{constants,helpers}.go, v1.34.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from ...errors import FieldError, invalid_value

PREFIX = "pod-security.kubernetes.io/"
LEVELS = ("privileged", "baseline", "restricted")
"""From the one that allows everything to the strictest."""

_VERSION = re.compile(r"v1\.([0-9]|[1-9][0-9]*)", re.ASCII)
_ENFORCE = f"{PREFIX}enforce"
_WARN = f"{PREFIX}warn"


class LevelVersion(NamedTuple):
    """A level of the standards, as a version of Kubernetes defines it: a minor version, or None for the latest."""

    level: str = LEVELS[0]
    minor: int | None = None

    def text(self) -> str:
        return f"{self.level}:{'latest' if self.minor is None else f'v1.{self.minor}'}"


class Policy(NamedTuple):
    """What a namespace refuses and what it warns of. Audit is left out: nobody reads an audit log here."""

    enforce: LevelVersion = LevelVersion()
    warn: LevelVersion = LevelVersion()


def policy_of(labels: Mapping[str, str]) -> tuple[Policy, list[FieldError]]:
    """The policy of a namespace, and what is wrong with its labels; a wrong level to enforce counts as strictest."""
    errors: list[FieldError] = []
    if not any(key.startswith(PREFIX) for key in labels):
        return Policy(), errors
    enforce = _mode(labels, "enforce", LEVELS[2], errors)
    _mode(labels, "audit", LEVELS[0], errors)
    warn = _mode(labels, "warn", LEVELS[0], errors)
    if _WARN not in labels and labels.get(_ENFORCE) in LEVELS[1:]:
        version = warn.minor if f"{_WARN}-version" in labels else enforce.minor
        warn = LevelVersion(enforce.level, version)
    return Policy(enforce, warn), errors


def _mode(labels: Mapping[str, str], mode: str, fallback: str, errors: list[FieldError]) -> LevelVersion:
    key = f"{PREFIX}{mode}"
    level, minor = labels.get(key, LEVELS[0]), None
    if level not in LEVELS:
        errors.append(invalid_value(f"metadata.labels[{key}]", level, f"must be one of {', '.join(LEVELS)}"))
        level = fallback
    version = labels.get(f"{key}-version", "latest")
    found = _VERSION.fullmatch(version)
    if found:
        minor = int(found[1])
    elif version != "latest":
        errors.append(invalid_value(f"metadata.labels[{key}-version]", version, 'must be "latest" or "v1.x"'))
    return LevelVersion(level, minor)
