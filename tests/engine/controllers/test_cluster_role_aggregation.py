"""ClusterRoles that gather others.

The cases are those of pkg/controller/clusterroleaggregation/clusterroleaggregation_controller_test.go, v1.34.
"""

from __future__ import annotations

import pytest

from simulator.engine.registry import Bodies, Body

from .rig import Rig

ROLES = "clusterroles.rbac.authorization.k8s.io"
HAMMER = [{"verbs": ["hammer"], "resources": ["nails"]}, {"verbs": ["hammer"], "resources": ["wedges"]}]
CHISEL = [{"verbs": ["chisel"], "resources": ["mortises"]}]
SAW = [{"verbs": ["saw"], "resources": ["boards"]}]
BAR, NOT = {"foo": "bar"}, {"foo": "not-bar"}
Role = tuple[str, dict[str, str], Bodies]


def role(rig: Rig, name: str, labels: dict[str, str], rules: Bodies, **more: Body) -> None:
    rig.create(ROLES, {"metadata": {"name": name, "labels": labels}, "rules": rules, **more})


def combined(rig: Rig, selectors: list[dict[str, str]], rules: Bodies) -> None:
    gathered = {"clusterRoleSelectors": [{"matchLabels": one} for one in selectors]}
    role(rig, "combined", BAR, rules, aggregationRule=gathered)


@pytest.mark.parametrize(
    ("roles", "selectors", "before", "after"),
    [
        pytest.param([("hammer", BAR, HAMMER)], [BAR], SAW, HAMMER, id="remove dead rules"),
        pytest.param([("hammer", NOT, HAMMER)], [BAR], HAMMER, [], id="strip rules"),
        pytest.param(
            [("hammer", BAR, HAMMER), ("chisel", BAR, CHISEL), ("saw", NOT, SAW)],
            [BAR], [], CHISEL + HAMMER, id="select properly and put in order",
        ),
        pytest.param(
            [("hammer", BAR, HAMMER), ("chisel", BAR, CHISEL), ("saw", NOT, SAW)],
            [BAR, NOT], [], CHISEL + HAMMER + SAW, id="select properly with multiple selectors",
        ),
        pytest.param(
            [("hammer", BAR, HAMMER), ("chisel", BAR, CHISEL), ("saw", BAR, SAW), ("other-saw", NOT, SAW)],
            [BAR, NOT], [], CHISEL + HAMMER + SAW, id="select properly remove duplicates",
        ),
        pytest.param([("hammer", BAR, HAMMER)], [BAR], HAMMER, HAMMER, id="no diff skip"),
    ],
)  # fmt: skip
def test_sync_cluster_role(roles: list[Role], selectors: list[dict[str, str]], before: Bodies, after: Bodies) -> None:
    rig = Rig(0, kubelet=False)
    for one in roles:
        role(rig, *one)
    rig.settle()
    combined(rig, selectors, before)
    revision = rig.world.revision
    rig.settle()
    assert rig.get(ROLES, "combined", "")["rules"] == after
    assert rig.world.revision - revision == (before != after)


def test_roles_that_gather_each_other_come_to_rest() -> None:
    rig = Rig(0, kubelet=False)
    combined(rig, [BAR], [])
    gathered = {"clusterRoleSelectors": [{"matchLabels": BAR}]}
    role(rig, "another", BAR, [], aggregationRule=gathered)
    role(rig, "hammer", BAR, HAMMER)
    rig.settle()
    assert rig.get(ROLES, "combined", "")["rules"] == HAMMER == rig.get(ROLES, "another", "")["rules"]
    role(rig, "saw", BAR, SAW)
    rig.settle()
    assert rig.get(ROLES, "combined", "")["rules"] == HAMMER + SAW
