"""What a node frees before any pod has to go: dead containers, unused images, and what the image collection says."""

from __future__ import annotations

from simulator.engine.kubelet import image_cache
from tests.engine.kubelet.eviction.rig import Pressed
from tests.engine.kubelet.lab import USER

UNUSED = ("docker.io/library/postgres:17", "docker.io/library/redis:7", "docker.io/library/httpd:2.4")
GI = 1 << 30


def lie(lab: Pressed, *names: str, size: int = 4 * GI) -> None:
    """Images that were always on the node."""
    held = image_cache.cached(lab.world, "n1")
    lab.world.set_note("kubelet", "images:n1", {**held, **dict.fromkeys(names, size)})


def test_unused_images_go_before_any_pod() -> None:
    lab = Pressed()
    lie(lab, *UNUSED)
    lab.use("writer", disk={"idle": "10Gi"})
    lab.run(5)
    lab.fill(88)
    lab.run(40)
    assert lab.said("EvictionThresholdMet") == ["Attempting to reclaim ephemeral-storage"]
    assert lab.evicted() == []
    held = image_cache.cached(lab.world, "n1")
    assert not set(UNUSED) & held.keys()
    assert {"docker.io/library/nginx:1.27", "registry.k8s.io/pause:3.10.1"} <= held.keys()
    assert lab.pressure() == ["DiskPressure"]
    node = lab.world.get("nodes", "", "n1") or {}
    assert not any("postgres" in name for one in node["status"]["images"] for name in one["names"])


def test_an_image_that_was_pulled_just_now_stays() -> None:
    lab = Pressed()
    lab.pod("fresh", "postgres:17", command=["true"], restartPolicy="Never")
    lab.run(20)
    lab.delete("fresh", grace=0)
    lab.run(5)
    lab.fill(88)
    lab.run(40)
    assert "docker.io/library/postgres:17" in image_cache.cached(lab.world, "n1")
    lab.run(500)
    assert "docker.io/library/postgres:17" not in image_cache.cached(lab.world, "n1")


def test_dead_containers_go_with_what_they_wrote() -> None:
    lab = Pressed()
    behavior = {"metadata": {"name": "b", "namespace": "default"}, "spec": {"disk": {"idle": "12Gi"}}}
    lab.world.create("behaviors.sim.k8sviz.io", behavior, USER)
    lab.pod("loop", command=["sh", "-c", "sleep 100; exit 1"])
    lab.run(110)
    box = lab.world.note("kubelet", "default/loop")["boxes"]["main"]
    assert (box["n"], box["last"].get("removed")) == (1, None)
    lab.fill(86)
    lab.run(20)
    box = lab.world.note("kubelet", "default/loop")["boxes"]["main"]
    assert box["last"]["removed"]
    assert lab.evicted() == []
    lab.run(200)
    assert lab.main("loop")["restartCount"] >= 2


def test_the_image_collection_frees_what_is_above_the_low_threshold_the_longest_unused_first() -> None:
    lab = Pressed()
    lab.configure(evictionHard={}, imageGCHighThresholdPercent=60, imageGCLowThresholdPercent=55)
    lie(lab, *UNUSED)
    lab.run(5)
    lab.fill(61)
    lab.run(301)
    held = image_cache.cached(lab.world, "n1")
    assert len(set(UNUSED) & held.keys()) == 1
    assert lab.said("FreeDiskSpaceFailed") == []
    assert lab.pressure() == []


def test_a_disk_that_images_do_not_fill_is_said_so_again_and_again() -> None:
    lab = Pressed()
    lab.configure(evictionHard={})
    lab.run(5)
    lab.fill(90)
    lab.run(301)
    (said,) = lab.said("FreeDiskSpaceFailed")
    assert said.startswith("Failed to garbage collect required amount of images. Attempted to free 10737418240 bytes")
    assert lab.said("ImageGCFailed") == []
    lab.run(300)
    assert len(lab.said("ImageGCFailed")) == 1


def test_a_collection_that_is_switched_off_does_nothing() -> None:
    lab = Pressed()
    lab.configure(evictionHard={}, imageGCHighThresholdPercent=100)
    lie(lab, *UNUSED)
    lab.fill(100)
    lab.run(700)
    assert set(UNUSED) <= image_cache.cached(lab.world, "n1").keys()
    assert lab.said("FreeDiskSpaceFailed") == []


def test_a_disk_is_as_full_as_the_fault_says_and_empty_again_after_it() -> None:
    lab = Pressed()
    lab.configure(evictionHard={"nodefs.available": "25%"}, evictionPressureTransitionPeriod="20s")
    lab.fill(80, seconds=100, lasts=200)
    lab.run(60)
    assert lab.pressure() == []
    lab.run(60)
    assert lab.pressure() == ["DiskPressure"]
    lab.run(150)
    assert lab.pressure() == []
    assert lab.world.note("kubelet", "fill:n1") is None


def test_images_that_nobody_used_for_too_long_go() -> None:
    """As TestGarbageCollectImageTooOld has it: not before the kubelet has run for so long, and none that is in use."""
    lab = Pressed()
    lab.configure(imageMaximumGCAge="10m", imageMinimumGCAge="1m")
    lie(lab, *UNUSED)
    lab.pod()
    lab.run(599)
    assert set(UNUSED) <= image_cache.cached(lab.world, "n1").keys()
    lab.run(302)
    held = image_cache.cached(lab.world, "n1").keys()
    assert not set(UNUSED) & held
    assert "docker.io/library/nginx:1.27" in held
    lab.delete(grace=0)
    lab.run(595)
    assert "docker.io/library/nginx:1.27" in image_cache.cached(lab.world, "n1")
    lab.run(310)
    assert "docker.io/library/nginx:1.27" not in image_cache.cached(lab.world, "n1")
    assert "registry.k8s.io/pause:3.10.1" in image_cache.cached(lab.world, "n1")


def test_the_age_counts_where_the_disk_does_not() -> None:
    lab = Pressed()
    lab.configure(imageGCHighThresholdPercent=100, imageMaximumGCAge="10m")
    lie(lab, *UNUSED)
    lab.run(905)
    assert not set(UNUSED) & image_cache.cached(lab.world, "n1").keys()


def test_a_kubelet_that_starts_anew_waits_again() -> None:
    lab = Pressed()
    lab.configure(imageMaximumGCAge="10m")
    lie(lab, *UNUSED)
    lab.run(500)
    spec = {"type": "KubeletStop", "target": {"nodeName": "n1"}, "durationSeconds": 20}
    lab.world.create("faults.sim.k8sviz.io", {"metadata": {"name": "stop"}, "spec": spec}, USER)
    lab.run(600)
    assert set(UNUSED) <= image_cache.cached(lab.world, "n1").keys()
    lab.run(350)
    assert not set(UNUSED) & image_cache.cached(lab.world, "n1").keys()
