"""ImageLocality: a node that holds the pod's images already is better.

Follows pkg/scheduler/framework/plugins/imagelocality/image_locality.go, v1.34.
"""

from __future__ import annotations

from operator import is_
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from simulator.engine.registry import Body, Reader
from simulator.engine.scheduler.nodes import Integers, NodeTable, Rows
from simulator.engine.scheduler.plugin import MAX_SCORE, ScorePlugin
from simulator.engine.scheduler.shape import Shape

_MB = 1024 * 1024
_LEAST, _MOST = 23 * _MB, 1000 * _MB
"""What counts of an image: less than the first is soon pulled, more than the second changes nothing any more."""


class _Known(NamedTuple):
    """The scores of all rows, and what they were worked out from: the sizes of each image."""

    sizes: list[Integers]
    scores: Integers


class ImageLocality(ScorePlugin):
    name = "ImageLocality"
    looks_across = True

    def __init__(self, reader: Reader, arguments: Body) -> None:
        super().__init__(reader, arguments)
        self._known: WeakKeyDictionary[Shape, _Known] = WeakKeyDictionary()

    def score(self, shape: Shape, nodes: NodeTable, rows: Rows) -> Integers:
        sizes = [nodes.image(name) for name in shape.once(self.name, _images)]
        known = self._known.get(shape)
        # The table gives the same array as long as nobody pulls or drops the image and no node comes or goes.
        if known is None or not all(map(is_, known.sizes, sizes)):
            known = self._known[shape] = _Known(sizes, _scores(sizes, len(nodes)))
        return known.scores.take(rows)


def _scores(images: list[Integers], number: int) -> Integers:
    """From the size of each image on each row; the more nodes hold an image, the more of its size counts."""
    total = np.zeros(number, dtype=np.int64)
    for sizes in images:
        spread = np.count_nonzero(sizes) / number
        total += (sizes * spread).astype(np.int64)
    most = _MOST * max(len(images), 1)
    scores: Integers = MAX_SCORE * (np.clip(total, _LEAST, most) - _LEAST) // (most - _LEAST)
    return scores


def _images(shape: Shape) -> tuple[str, ...]:
    containers = [*(shape.spec.get("initContainers") or ()), *(shape.spec.get("containers") or ())]
    return tuple(normalized(one.get("image") or "") for one in containers)


def normalized(image: str) -> str:
    """The name with a tag, as nodes report images: an image without one is the latest."""
    return image if image.rfind(":") > image.rfind("/") else f"{image}:latest"
