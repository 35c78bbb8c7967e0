"""Volumes that refer to something that is not there; pull secrets that are not there.

Follows Test_SetUp... of pkg/volume/{configmap,secret,projected} and
pkg/util/goroutinemap/exponentialbackoff/exponential_backoff.go, v1.34.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from simulator.engine.controllers.attach_detach import AttachDetachController
from simulator.engine.controllers.csi_attacher import CSIAttacher

from .lab import USER, Lab

BUSYBOX = "busybox:1.36"
NAME = {"path": "x", "fieldRef": {"fieldPath": "metadata.name"}}


def created(lab: Lab, resource: str, name: str, **data: str) -> None:
    lab.world.create(resource, {"metadata": {"name": name, "namespace": "default"}, "data": data}, USER)


def mounted(lab: Lab, **source: Any) -> None:
    lab.pod(image=BUSYBOX, command=["sleep", "9999"], volumes=[{"name": "v", **source}])


def item(key: str) -> list[dict[str, str]]:
    return [{"key": key, "path": "p"}]


SOURCES = {
    # name: (the volume's source, why it cannot be set up; empty: it can)
    "configMap": ({"configMap": {"name": "no"}}, 'configmap "no" not found'),
    "secret": ({"secret": {"secretName": "no"}}, 'secret "no" not found'),
    "key of a configMap": (
        {"configMap": {"name": "there", "items": item("k")}},
        "references non-existent config key: k",
    ),
    "key of a secret": (
        {"secret": {"secretName": "there", "items": item("k")}},
        "references non-existent secret key: k",
    ),
    "optional configMap": ({"configMap": {"name": "no", "optional": True}}, ""),
    "optional secret": ({"secret": {"secretName": "no", "optional": True}}, ""),
    "optional key": ({"configMap": {"name": "there", "items": item("k"), "optional": True}}, ""),
    "there": ({"configMap": {"name": "there", "items": item("a")}}, ""),
    "one projected source": ({"projected": {"sources": [{"secret": {"name": "no"}}]}}, 'secret "no" not found'),
    "two projected sources": (
        {"projected": {"sources": [{"secret": {"name": "no"}}, {"configMap": {"name": "nor"}}]}},
        '[secret "no" not found, configmap "nor" not found]',
    ),
    "projected fields": ({"projected": {"sources": [{"downwardAPI": {"items": [NAME]}}]}}, ""),
}  # fmt: skip


@pytest.mark.parametrize(("source", "fault"), SOURCES.values(), ids=SOURCES.keys())
def test_what_a_volume_refers_to(source: dict[str, Any], fault: str) -> None:
    lab = Lab()
    created(lab, "configmaps", "there", a="1")
    created(lab, "secrets", "there", a="MQ==")
    mounted(lab, **source)
    lab.run(2)
    if not fault:
        assert (list(lab.main()["state"]), lab.said("FailedMount")) == (["running"], [])
        return
    assert lab.main()["state"] == {"waiting": {"reason": "ContainerCreating"}}
    assert lab.conditions()["PodReadyToStartContainers"] == "False"
    assert lab.said("FailedMount") == [f'MountVolume.SetUp failed for volume "v" : {fault}']


def test_attempts_are_half_a_second_apart_and_ever_longer_up_to_two_minutes() -> None:
    lab = Lab()
    mounted(lab, configMap={"name": "no"})
    lab.run(700)
    seen = [int(line.split()[0]) for line in lab.story() if line.startswith(tuple("0123456789")) and "Mount" in line]
    gaps = [later - earlier for earlier, later in pairwise(seen)]
    assert gaps[:8] == [500, 1000, 2000, 4000, 8000, 16_000, 32_000, 59_500]
    message = (
        "Unable to attach or mount volumes: unmounted volumes=[v], unattached volumes=[], failed to process "
        "volumes=[]: context deadline exceeded"
    )
    assert lab.said("FailedMount")[1] == message


def test_the_next_attempt_finds_what_has_come() -> None:
    lab = Lab()
    mounted(lab, configMap={"name": "late"})
    lab.run(10)
    created(lab, "configmaps", "late", a="1")
    lab.run(5.4)
    assert "waiting" in lab.main()["state"]
    lab.run(1.5)
    assert "running" in lab.main()["state"]


def test_a_pod_that_waits_for_a_volume_can_be_deleted() -> None:
    lab = Lab()
    mounted(lab, configMap={"name": "no"})
    lab.run(10)
    lab.delete()
    lab.run(1)
    assert lab.world.get("pods", "default", "web") is None


PULL_SECRETS = {
    # name: (names, what is said)
    "there": (["there"], ""),
    "missing": (["no"], "no"),
    "two missing": (["no", "there", "nor"], "no, nor"),
}


@pytest.mark.parametrize(("names", "missing"), PULL_SECRETS.values(), ids=PULL_SECRETS.keys())
def test_pull_secrets(names: list[str], missing: str) -> None:
    lab = Lab()
    created(lab, "secrets", "there", a="MQ==")
    lab.pod(imagePullSecrets=[{"name": name} for name in names])
    lab.run(5)
    message = f"Unable to retrieve some image pull secrets ({missing}); attempting to pull the image may not succeed."
    assert lab.said("FailedToRetrieveImagePullSecret") == ([message] if missing else [])
    assert "running" in lab.main()["state"]


VOLUMES, CLAIMS = "persistentvolumes", "persistentvolumeclaims"
DRIVER = "csi.example.com"


def bound(lab: Lab, *, driver: dict[str, Any] | None = None) -> None:
    """A volume of a driver, bound to the claim `data`."""
    lab.world.create("csidrivers.storage.k8s.io", {"metadata": {"name": DRIVER}, "spec": driver or {}}, USER)
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}, "volumeName": "disk"}
    claim = lab.world.create(CLAIMS, {"metadata": {"namespace": "default", "name": "data"}, "spec": spec}, USER)
    lab.world.update_status(CLAIMS, {**claim, "status": {"phase": "Bound"}}, USER)
    reference = {"namespace": "default", "name": "data", "uid": claim["metadata"]["uid"]}
    csi = {"driver": DRIVER, "volumeHandle": "h"}
    held = {"accessModes": ["ReadWriteOnce"], "capacity": {"storage": "1Gi"}, "csi": csi, "claimRef": reference}
    lab.world.create(VOLUMES, {"metadata": {"name": "disk"}, "spec": held}, USER)


@pytest.mark.parametrize("driver", [{}, {"attachRequired": False}], ids=["attached", "not to be attached"])
def test_a_volume_that_is_not_attached_yet_is_waited_for_in_silence(driver: dict[str, Any]) -> None:
    lab = Lab()
    bound(lab, driver=driver)
    mounted(lab, persistentVolumeClaim={"claimName": "data"})
    lab.run(100)
    waits = not driver
    assert (lab.get()["status"]["phase"] == "Pending") is waits
    assert lab.said("FailedMount") == []
    if not waits:
        return
    lab.run(40)
    assert lab.said("FailedMount") == [
        "Unable to attach or mount volumes: unmounted volumes=[v], unattached volumes=[v], failed to process "
        "volumes=[]: context deadline exceeded"
    ]


def test_a_volume_is_reported_in_use_attached_mounted_and_let_go() -> None:
    lab = Lab()
    for make in (AttachDetachController, CSIAttacher):
        make(lab.world).start()
    bound(lab)
    mounted(lab, persistentVolumeClaim={"claimName": "data"})
    lab.run(60)
    assert lab.get()["status"]["phase"] == "Running"
    node = node_status(lab)
    name = f"kubernetes.io/csi/{DRIVER}^h"
    assert (node["volumesInUse"], node["volumesAttached"]) == ([name], [{"name": name, "devicePath": ""}])
    assert lab.said("SuccessfulAttachVolume") == ['AttachVolume.Attach succeeded for volume "disk" ']
    assert lab.said("FailedMount") == []
    lab.delete()
    lab.run(60)
    assert lab.world.list("volumeattachments.storage.k8s.io") == []
    assert not node_status(lab).get("volumesInUse") and not node_status(lab).get("volumesAttached")
    revision = lab.world.revision
    lab.run(600)
    assert lab.world.revision == revision


def node_status(lab: Lab) -> dict[str, Any]:
    body = lab.world.get("nodes", "", "n1")
    assert body is not None
    held: dict[str, Any] = body["status"]
    return held
