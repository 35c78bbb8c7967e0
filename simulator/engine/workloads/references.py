"""Image references: which image does a container's `image` name?

Follows the grammar of github.com/distribution/reference (`ParseNormalizedNamed`), as
pkg/kubelet/images/image_manager.go v1.34 uses it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

_COMPONENT = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_PATH = re.compile(rf"{_COMPONENT}(?:/{_COMPONENT})*")
_LABEL = r"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
_DOMAIN = re.compile(rf"(?:{_LABEL}(?:\.{_LABEL})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?")
_TAG = re.compile(r"\w[\w.-]{0,127}", re.ASCII)
_DIGEST = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}")
_LONGEST_PATH = 255


class Reference(NamedTuple):
    """A reference in full: `nginx` is domain `docker.io`, path `library/nginx`, tag `latest`."""

    domain: str
    path: str
    tag: str
    digest: str

    @property
    def repository(self) -> str:
        return f"{self.domain}/{self.path}"

    @property
    def name(self) -> str:
        """As the runtime reports it: `docker.io/library/nginx:1.27`; with a digest and no tag, by digest."""
        return f"{self.repository}:{self.tag}" if self.tag else self.by_digest

    @property
    def by_digest(self) -> str:
        """As the runtime identifies it: `docker.io/library/nginx@sha256:...`."""
        return f"{self.repository}@{self.digest}"

    @property
    def host(self) -> str:
        """The registry's host name, without its port."""
        return self.domain.rsplit(":", 1)[0] if self.domain[-1:].isdigit() else self.domain


@lru_cache(maxsize=4096)
def parse(image: str) -> Reference:
    """The reference in full. Raises ValueError with upstream's words if it is malformed."""
    rest, _, digest = image.partition("@")
    if digest and not _DIGEST.fullmatch(digest):
        raise ValueError("invalid reference format")
    head, slash, tail = rest.partition("/")
    if slash and (any(mark in head for mark in ".:") or head == "localhost" or head != head.lower()):
        domain, remainder = head, tail
    else:
        domain, remainder = "docker.io", rest
    if domain == "index.docker.io":
        domain = "docker.io"
    path, colon, tag = remainder.partition(":")
    if domain == "docker.io" and "/" not in path:
        path = f"library/{path}"
    if path != path.lower() and _PATH.fullmatch(path.lower()):
        raise ValueError(f"invalid reference format: repository name ({path}) must be lowercase")
    if not _PATH.fullmatch(path) or not _DOMAIN.fullmatch(domain) or (colon and not _TAG.fullmatch(tag)):
        raise ValueError("invalid reference format")
    if len(path) > _LONGEST_PATH:
        raise ValueError(f"repository name must not be more than {_LONGEST_PATH} characters")
    if not tag and not digest:
        tag = "latest"
    return Reference(domain, path, tag, digest or _digest(f"{domain}/{path}:{tag}"))


def _digest(name: str) -> str:
    return "sha256:" + blake2b(name.encode(), digest_size=32).hexdigest()
