"""Which Behavior counts for which container: by labels, image and name; the highest priority first, then the oldest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import NamedTuple

from ..objects import containers_of, get_in, labels_of, name_of, namespace_of, spec_of
from ..registry import Bodies, Body, Reader
from ..selectors import EVERYTHING, Selector, of
from . import references

RESOURCE = "behaviors.sim.k8sviz.io"


class _Held(NamedTuple):
    """A Behavior and the pods that it is about."""

    pods: Selector
    body: Body


class Chosen(NamedTuple):
    """The Behaviors that are about a pod, in the order in which they count, and the images of its containers."""

    bodies: Bodies
    images: Mapping[str, str]

    def of(self, container: str) -> Body:
        """The Behavior that counts for a container, empty if none does."""
        return next(iter(self.all_of(container)), {})

    def all_of(self, container: str) -> Bodies:
        """Those that fit a container, the one that counts first."""
        image = self.images.get(container)
        return [] if image is None else [one for one in self.bodies if _fits(spec_of(one), container, image)]


class Behaviors:
    """The Behaviors of one namespace, or of all of them, read once."""

    def __init__(self, reader: Reader, namespace: str | None = None) -> None:
        self.reader = reader
        self._held: defaultdict[str, list[_Held]] = defaultdict(list)
        for body in sorted(reader.list(RESOURCE, namespace), key=_rank):
            chosen = spec_of(body).get("selector")
            self._held[namespace_of(body)].append(_Held(EVERYTHING if chosen is None else of(chosen), body))

    def of_pod(self, pod: Body) -> Chosen:
        labels = labels_of(pod)
        bodies = [one.body for one in self._held.get(namespace_of(pod), ()) if one.pods.matches(labels)]
        if not bodies:
            return Chosen([], {})
        return Chosen(bodies, {one.get("name", ""): one.get("image") or "" for one in containers_of(spec_of(pod))})


def _rank(body: Body) -> tuple[int, str, str]:
    created = get_in(body, "metadata", "creationTimestamp", default="")
    return -(spec_of(body).get("priority") or 0), created, name_of(body)


def _fits(spec: Body, container: str, image: str) -> bool:
    if spec.get("container") not in (None, container):
        return False
    pattern = spec.get("imagePattern")
    return pattern is None or any(fnmatchcase(one, _glob(pattern)) for one in _names(image))


@lru_cache(maxsize=1024)
def _glob(pattern: str) -> str:
    """A pattern in which `*` and `?` mean something, and brackets do not."""
    return pattern.replace("[", "[[]")


@lru_cache(maxsize=4096)
def _names(image: str) -> tuple[str, ...]:
    """The image as the spec has it, and as it is in full."""
    try:
        return image, references.parse(image).name
    except ValueError:
        return (image,)
