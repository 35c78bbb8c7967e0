"""ImageLocality: what the images that nodes hold are worth; the figures are upstream's."""

from __future__ import annotations

import pytest

from simulator.engine.registry import Body
from simulator.engine.scheduler.plugins.image_locality import ImageLocality, normalized
from tests.engine.scheduler.builders import container, node, pod
from tests.engine.scheduler.harness import judge, set_up

MB = 1024 * 1024


def holding(name: str, **megabytes: int) -> Body:
    """A node that holds images, each under its tag `latest` and another."""
    images = [
        {"names": [f"gcr.io/{image}:latest", f"gcr.io/{image}:v1"], "sizeBytes": size * MB}
        for image, size in megabytes.items()
    ]
    body = node(name)
    return {**body, "status": {**body["status"], "images": images}}


def of(*images: str, init: tuple[str, ...] = ()) -> Body:
    containers = [{**container(f"c{number}"), "image": image} for number, image in enumerate(images)]
    first = [{**container(f"i{number}"), "image": image} for number, image in enumerate(init)]
    return pod("p", *containers, initContainers=first)


SMALL_AND_LARGE = holding("a", forty=40, three_hundred=300, two_thousand=2000, huge=5000)
OTHERS = holding("b", two_fifty=250, ten=10)
EMPTY = node("c")
TWO = (SMALL_AND_LARGE, OTHERS)

CASES: dict[str, tuple[Body, tuple[Body, ...], dict[str, int]]] = {
    "nobody holds anything": (of("gcr.io/forty"), (EMPTY, node("d")), {"c": 0, "d": 0}),
    "the larger image is worth more": (of("gcr.io/forty", "gcr.io/two_fifty"), TWO, {"a": 0, "b": 5}),
    "two images on one node": (of("gcr.io/forty", "gcr.io/three_hundred"), TWO, {"a": 7, "b": 0}),
    "an init container's image counts as any": (
        of("gcr.io/three_hundred", init=("gcr.io/forty",)), TWO, {"a": 7, "b": 0}),
    "the same image twice counts twice": (of("gcr.io/three_hundred", "gcr.io/three_hundred"), TWO, {"a": 14, "b": 0}),
    "one image, held by one node of two": (of("gcr.io/three_hundred"), TWO, {"a": 12, "b": 0}),
    "one image, held by every node": (
        of("gcr.io/x"), (holding("a", x=500), holding("b", x=500)), {"a": 48, "b": 48}),
    "half of what counts for two": (of("gcr.io/two_thousand", "gcr.io/ten"), TWO, {"a": 49, "b": 0}),
    "more than counts for two": (of("gcr.io/huge", "gcr.io/ten"), TWO, {"a": 100, "b": 0}),
    "a single image that is larger than counts": (of("gcr.io/two_thousand"), TWO, {"a": 100, "b": 0}),
    "the fewer hold it the less it is worth": (
        of("gcr.io/two_thousand", "gcr.io/ten"), (*TWO, EMPTY), {"a": 32, "b": 0, "c": 0}),
    "another tag": (of("gcr.io/three_hundred:v1"), TWO, {"a": 12, "b": 0}),
    "a tag that nobody holds": (of("gcr.io/three_hundred:v2"), TWO, {"a": 0, "b": 0}),
    "another registry": (of("docker.io/three_hundred"), TWO, {"a": 0, "b": 0}),
    "just enough to be worth something": (of("gcr.io/x"), (holding("a", x=33),), {"a": 1}),
    "just too little": (of("gcr.io/x"), (holding("a", x=32),), {"a": 0}),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_scores(case: tuple[Body, tuple[Body, ...], dict[str, int]]) -> None:
    incoming, nodes, expected = case
    told = judge(ImageLocality, incoming, nodes=nodes)
    assert told.raw == told.normalized == expected


NAMES = {
    "root": "root:latest",
    "root:tag": "root:tag",
    "gcr.io:5000/root": "gcr.io:5000/root:latest",
    "gcr.io:5000/root:tag": "gcr.io:5000/root:tag",
    "root@sha256:0123": "root@sha256:0123",
}


@pytest.mark.parametrize("image", NAMES)
def test_an_image_without_a_tag_is_the_latest(image: str) -> None:
    assert normalized(image) == NAMES[image]


def test_it_counts_at_once_that_a_node_pulls_an_image_or_comes() -> None:
    bench = set_up(ImageLocality, of("gcr.io/x"), nodes=[node("a"), node("b")])
    assert isinstance(bench.plugin, ImageLocality)
    plugin, nodes = bench.plugin, bench.nodes
    assert plugin.score(bench.shape, nodes, nodes.every).tolist() == [0, 0]
    nodes.change_node(node("b"), holding("b", x=1000))
    assert plugin.score(bench.shape, nodes, nodes.every).tolist() == [0, 48]
    nodes.change_node(None, node("c"))
    nodes.refresh()
    assert plugin.score(bench.shape, nodes, nodes.every).tolist() == [0, 31, 0]
    nodes.change_node(holding("b", x=1000), None)
    nodes.refresh()
    assert plugin.score(bench.shape, nodes, nodes.every).tolist() == [0, 0]
