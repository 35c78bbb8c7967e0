"""Which form the client wants its answer in, and which form its body has.

Follows staging/src/k8s.io/apiserver/pkg/endpoints/handlers/negotiation/negotiate.go, v1.34. Protobuf is not spoken:
clients that ask for it first also ask for JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from simulator.api import refusals

JSON = "application/json"
YAML = "application/yaml"
SPOKEN = (JSON, YAML)
APPLY = "application/apply-patch+yaml"
STRATEGIC = "application/strategic-merge-patch+json"
PATCHES = ("application/json-patch+json", "application/merge-patch+json", STRATEGIC, APPLY)


@dataclass(frozen=True)
class Accept:
    """The first form that we can give. `shape` is Table, PartialObjectMetadata, APIGroupDiscoveryList, ... or empty."""

    media: Literal["application/json", "application/yaml"] = "application/json"
    shape: str = ""
    group: str = ""
    version: str = ""

    @property
    def content_type(self) -> str:
        if self.shape == "APIGroupDiscoveryList":
            return f"{self.media};g={self.group};v={self.version};as={self.shape}"
        return self.media


_SHAPES = {
    ("Table", "meta.k8s.io", "v1"),
    ("Table", "meta.k8s.io", "v1beta1"),
    ("PartialObjectMetadata", "meta.k8s.io", "v1"),
    ("PartialObjectMetadataList", "meta.k8s.io", "v1"),
}
DISCOVERY_SHAPES = {
    ("APIGroupDiscoveryList", "apidiscovery.k8s.io", "v2"),
    ("APIGroupDiscoveryList", "apidiscovery.k8s.io", "v2beta1"),
}


@lru_cache(maxsize=256)
def accept(header: str, *, discovery: bool = False) -> Accept:
    """What to answer with. Raises StatusError 406 where we speak nothing that is asked for."""
    shapes = DISCOVERY_SHAPES if discovery else _SHAPES
    for media, parameters in _clauses(header or "*/*"):
        if media in ("*/*", "application/*", JSON, YAML):
            spoken: Literal["application/json", "application/yaml"] = (
                "application/yaml" if media == YAML else "application/json"
            )
            shape = (parameters.get("as", ""), parameters.get("g", ""), parameters.get("v", ""))
            if not shape[0]:
                return Accept(spoken)
            if shape in shapes:
                return Accept(spoken, *shape)
    raise refusals.not_acceptable(SPOKEN)


def _clauses(header: str) -> list[tuple[str, Mapping[str, str]]]:
    clauses = []
    for place, clause in enumerate(header.split(",")):
        media, *rest = (part.strip() for part in clause.split(";"))
        parameters = dict(part.split("=", 1) for part in rest if "=" in part)
        try:
            quality = float(parameters.get("q", "1"))
        except ValueError:
            quality = 1.0
        if quality > 0:
            clauses.append((-quality, place, media.lower(), parameters))
    clauses.sort(key=lambda clause: clause[:2])
    return [(media, parameters) for _, _, media, parameters in clauses]


def content_type(header: str) -> str:
    """The media type of a body, without parameters."""
    return header.partition(";")[0].strip().lower()
