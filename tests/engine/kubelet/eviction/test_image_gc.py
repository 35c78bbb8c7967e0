"""Which images go, and in which order; what of dead containers keeps one.

Follows pkg/kubelet/images/image_gc_manager_test.go and pkg/kubelet/kuberuntime/kuberuntime_gc_test.go, v1.34.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest

from simulator.engine.clock import SECOND
from simulator.engine.kubelet import container_gc, image_cache
from simulator.engine.kubelet.node import PAUSE
from tests.engine.kubelet.eviction.rig import Pressed

MINUTE = 60 * SECOND


class Case(NamedTuple):
    """Images by name: (size, minutes since they were last used or None, minutes since they were seen or None).

    wanted: how many bytes are to be freed, None for all; age: imageMinimumGCAge; left: what stays; freed: bytes.
    """

    images: dict[str, tuple[int, int | None, int | None]]
    wanted: int | None
    left: set[str]
    freed: int
    age: str = "1s"


CASES = {
    "TestFreeSpaceImagesInUseContainersAreIgnored": Case(
        {"image-0": (1024, None, None), "docker.io/library/nginx:1.27": (2048, None, None)},
        2048,
        {"docker.io/library/nginx:1.27"},
        1024,
    ),
    "TestDeleteUnusedImagesRemoveAllUnusedImages": Case(
        {
            "image-0": (1024, None, None),
            "image-1": (2048, None, None),
            "docker.io/library/nginx:1.27": (2048, None, None),
        },
        None,
        {"docker.io/library/nginx:1.27"},
        3072,
    ),
    "TestDeleteUnusedImagesLimitByImageLiveTime": Case(
        {"image-0": (1024, None, 20), "image-1": (2048, None, 2)}, None, {"image-1"}, 1024, age="10m"
    ),
    "TestDeletePinnedImage": Case({"image-0": (1024, None, None), PAUSE: (2048, None, None)}, None, {PAUSE}, 1024),
    "TestFreeSpaceRemoveByLeastRecentlyUsed": Case(
        {"image-0": (1024, 30, None), "image-1": (2048, 10, None)}, 1024, {"image-1"}, 1024
    ),
    "TestFreeSpaceRemoveByLeastRecentlyUsed, more is needed": Case(
        {"image-0": (1024, 30, None), "image-1": (2048, 10, None)}, 1025, set(), 3072
    ),
    "TestFreeSpaceTiesBrokenByDetectedTime": Case(
        {"image-0": (1024, 10, 15), "image-1": (2048, 10, 45)}, 1024, {"image-0"}, 2048
    ),
    "TestGarbageCollectImageNotOldEnough": Case(
        {"image-0": (1024, None, 0), "docker.io/library/nginx:1.27": (2048, None, 0)},
        1024,
        {"image-0", "docker.io/library/nginx:1.27"},
        0,
        age="1m",
    ),
    "what was never used goes first": Case(
        {"image-0": (1024, 30, None), "image-1": (2048, None, 10)}, 1, {"image-0"}, 2048
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_what_goes(case: Case) -> None:
    lab = Pressed()
    lab.configure(imageMinimumGCAge=case.age)
    lab.pod()
    lab.run(3600)
    now, world = lab.world.now, lab.world
    world.set_note("kubelet", "images:n1", {name: size for name, (size, _, _) in case.images.items()})
    known = {
        part: {name: now - one[place] * MINUTE for name, one in case.images.items() if one[place] is not None}
        for part, place in (("used", 1), ("since", 2))
    }
    world.set_note("kubelet", "gc:n1", {"failed": False, **known})
    assert lab.kubelets.house.images.free("n1", case.wanted, None) == case.freed
    assert image_cache.cached(world, "n1").keys() == case.left


def test_dead_containers_keep_their_images_until_they_are_removed() -> None:
    lab = Pressed()
    lab.pod("done", "busybox:1.36", command=["true"], restartPolicy="Never")
    lab.pod("runs")
    lab.pod("loops", "redis:7", command=["sh", "-c", "exit 1"])
    lab.run(60)
    used = {one.rpartition("/")[2] for one in container_gc.images_in_use(lab.world, "n1")}
    assert used == {"busybox:1.36", "nginx:1.27", "redis:7"}
    container_gc.remove_dead(lab.world, lab.kubelets.loads, "n1")
    assert {one.rpartition("/")[2] for one in container_gc.images_in_use(lab.world, "n1")} == {"nginx:1.27"}
    lab.run(300)
    assert lab.main("loops")["restartCount"] > 1
    assert lab.get("done")["status"]["phase"] == "Succeeded"
