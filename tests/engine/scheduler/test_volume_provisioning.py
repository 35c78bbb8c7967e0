"""VolumeBinding: where the volumes of a pod's claims can be made.

The cases are those of TestFindPodVolumesWithProvisioning, TestFindPodVolumesWithCSIMigration and TestCapacity in
pkg/scheduler/framework/plugins/volumebinding/binder_test.go, v1.34, and more.
"""

from __future__ import annotations

import pytest

from tests.engine.scheduler.storage import HOSTNAME, capacity, claim, local, made, storage_class, user, volume, zoned
from tests.engine.scheduler.volume_cases import ELSEWHERE, NO_SPACE, NO_VOLUME, NODES, Case, both, check

DRIVER = made("CSIDriver", "driver", spec={"storageCapacity": True})
SILENT = made("CSIDriver", "driver", spec={"storageCapacity": False})
MAKE = claim("c", storage_class="make")


PROVISIONING: dict[str, Case] = {
    "made anywhere": Case(user("c"), [MAKE], {}),
    "made where the class allows": Case(user("c"), [MAKE, zoned("z-a")], {"b": NO_VOLUME}),
    "made where one term allows": Case(
        user("c"), [MAKE, storage_class("make", "driver", allowedTopologies=[
            {"matchLabelExpressions": []},
            {"matchLabelExpressions": [{"key": "zone", "values": ["z-a", "z-b"]},
                                       {"key": HOSTNAME, "values": ["b", "c"]}]}])], {"a": NO_VOLUME}),
    "a volume that is there comes first": Case(
        user("c"), [MAKE, zoned("none"), local("v", "a", storage_class="make")], {"b": NO_VOLUME}),
    "sent to a node before": Case(
        user("c"), [claim("c", storage_class="make", node="b")], {"a": NO_VOLUME}),
    "sent to a node before, and not to a volume": Case(
        user("c"), [claim("c", node="b"), volume("v")], both(NO_VOLUME)),
    "one sent, one bound elsewhere": Case(
        user("c", "d"), [claim("c", storage_class="make", node="b"), claim("d", "v"), local("v", "a")],
        {"a": NO_VOLUME, "b": ELSEWHERE}),
    "one matched, one made": Case(
        user("c", "d"), [MAKE, claim("d"), local("v", "a")], {"b": NO_VOLUME}),
    "one matched, one not to be made": Case(
        user("c", "d"), [claim("c"), claim("d", size="2Gi"), volume("v")], both(NO_VOLUME)),
    "bound and made": Case(
        user("c", "d"), [MAKE, claim("d", "v"), volume("v")], {}),
    "the driver tells of no storage": Case(user("c"), [MAKE, DRIVER], both(NO_SPACE)),
    "the driver tells nothing": Case(user("c"), [MAKE, SILENT], {}),
    "no such driver": Case(user("c"), [MAKE, capacity("x", "make", {}, capacity="1Mi")], {}),
    "enough everywhere": Case(user("c"), [MAKE, DRIVER, capacity("x", "make", {}, capacity="1Gi")], {}),
    "enough on one node": Case(
        user("c"), [MAKE, DRIVER, capacity("x", "make", {"matchLabels": {HOSTNAME: "a"}}, capacity="1Gi"),
                    capacity("y", "make", {"matchLabels": {HOSTNAME: "b"}}, capacity="1Mi")], {"b": NO_SPACE}),
    "enough by an expression": Case(
        user("c"), [MAKE, DRIVER, capacity("x", "make", {"matchExpressions": [
            {"key": "zone", "operator": "NotIn", "values": ["z-a"]}]}, capacity="2Gi")], {"a": NO_SPACE}),
    "of another class": Case(
        user("c"), [MAKE, DRIVER, capacity("x", "other", {}, capacity="1Gi")], both(NO_SPACE)),
    "reached from nowhere": Case(user("c"), [MAKE, DRIVER, capacity("x", "make", capacity="1Gi")], both(NO_SPACE)),
    "of no size": Case(user("c"), [MAKE, DRIVER, capacity("x", "make", {})], both(NO_SPACE)),
    "enough, but not for one volume": Case(
        user("c"), [MAKE, DRIVER, capacity("x", "make", {}, capacity="9Gi", maximumVolumeSize="1Mi")],
        both(NO_SPACE)),
    "one volume may be large": Case(
        user("c"), [MAKE, DRIVER, capacity("x", "make", {}, capacity="1Mi", maximumVolumeSize="1Gi")], {}),
    "not allowed before no storage": Case(user("c"), [MAKE, DRIVER, zoned("z-a")], {"a": NO_SPACE, "b": NO_VOLUME}),
    "no storage for the second": Case(
        user("c", "d"), [MAKE, DRIVER, claim("d", storage_class="make", size="5Gi"),
                         capacity("x", "make", {}, capacity="2Gi")], both(NO_SPACE)),
}  # fmt: skip


@pytest.mark.parametrize("case", PROVISIONING.values(), ids=PROVISIONING.keys())
def test_volumes_to_be_made(case: Case) -> None:
    check(case, NODES)
