"""Nodes: what is filled in, mistakes, what may change, what is shown."""

from __future__ import annotations

import pytest

from simulator.engine.clock import SECOND
from simulator.engine.objects import timestamp
from simulator.engine.registry import KINDS, Body
from simulator.engine.renewal import HEARTBEAT, beats

from .builders import NOW, ago, broken, made, row, texts


def node(**parts: Body) -> Body:
    return {"metadata": {"name": "worker-1", **parts.pop("meta", {})}, **parts}


FULL = node(
    meta={
        "labels": {
            "topology.kubernetes.io/zone": "zone-a",
            "node-role.kubernetes.io/control-plane": "",
            "kubernetes.io/role": "edge",
        }
    },
    spec={"unschedulable": True, "taints": [{"key": "a", "effect": "NoSchedule"}]},
    status={
        "capacity": {"cpu": "4", "memory": "8Gi", "pods": "110"},
        "allocatable": {"cpu": "3900m", "memory": "7Gi", "pods": "110"},
        "conditions": [{"type": "Ready", "status": "True", "reason": "KubeletReady", "lastHeartbeatTime": ago(900)}],
        "addresses": [{"type": "InternalIP", "address": "10.0.0.1"}],
        "nodeInfo": {"kubeletVersion": "v1.34.0", "osImage": "Debian"},
    },
)


def test_a_node_comes_with_its_status() -> None:
    stored = made("nodes", node(status={"capacity": {"cpu": "4"}}))
    assert stored["status"] == {"capacity": {"cpu": "4"}, "allocatable": {"cpu": "4"}}
    assert stored["spec"] == {}


def test_the_row_of_a_node() -> None:
    assert row("nodes", made("nodes", FULL), wide=True) == {
        "Name": "worker-1",
        "Status": "Ready,SchedulingDisabled",
        "Roles": "control-plane,edge",
        "Age": "0s",
        "Version": "v1.34.0",
        "Internal-IP": "10.0.0.1",
        "External-IP": "<none>",
        "OS-Image": "Debian",
        "Kernel-Version": "<unknown>",
        "Container-Runtime": "<unknown>",
    }
    assert row("nodes", made("nodes", node()))["Status"] == "Unknown"
    assert row("nodes", made("nodes", node()))["Roles"] == "<none>"


def test_the_sketch_of_a_node() -> None:
    draw = KINDS["nodes"].draw
    assert draw is not None
    sketch = draw(made("nodes", FULL))
    assert sketch["zone"] == "zone-a"
    assert sketch["ready"] is True
    assert sketch["capacity"] == {"cpu": 4000, "memory": 8 << 30, "pods": 110, "disk": 0}
    assert sketch["allocatable"] == {"cpu": 3900, "memory": 7 << 30, "pods": 110, "disk": 0}
    assert sketch["taints"] == [{"key": "a", "value": "", "effect": "NoSchedule"}]
    assert sketch["conditions"] == [{"type": "Ready", "status": "True", "reason": "KubeletReady"}]


@pytest.mark.parametrize(
    ("taints", "said"),
    [
        ([{"key": "a"}], ["metadata.taints[0].effect: Required value"]),
        (
            [{"key": "a", "effect": "Never"}],
            [
                'metadata.taints[0].effect: Unsupported value: "Never": supported values: "NoSchedule", '
                '"PreferNoSchedule", "NoExecute"'
            ],
        ),
        (
            [{"key": "a", "effect": "NoSchedule"}, {"key": "a", "value": "b", "effect": "NoSchedule"}],
            [
                'metadata.taints[1]: Duplicate value: {"Key":"a","Value":"b","Effect":"NoSchedule","TimeAdded":null}: '
                "taints must be unique by key and effect pair"
            ],
        ),
    ],
)
def test_taints(taints: list[Body], said: list[str]) -> None:
    assert broken("nodes", node(spec={"taints": taints})) == said


def test_what_a_node_keeps() -> None:
    old = made("nodes", node(spec={"podCIDRs": ["10.244.0.0/24"], "providerID": "sim://1"}))
    new = {**old, "spec": {"podCIDRs": ["10.244.9.0/24"], "providerID": "sim://2"}}
    assert [text.split(":")[0] for text in texts(KINDS["nodes"].validate_update(new, old))] == [
        "spec.podCIDRs",
        "spec.providerID",
    ]


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"spec": {"externalID": "x"}}, ["spec.externalID: Forbidden: may not be updated"]),
        ({"status": {"addresses": [{"type": "InternalIP", "address": "10.0.0.1"}] * 2}}, [
            'status.addresses[1]: Duplicate value: {"Type":"InternalIP","Address":"10.0.0.1"}'
        ]),
        ({"spec": {"configSource": {}}}, [
            'spec.configSource: Invalid value: {"ConfigMap":null}: exactly one reference subfield must be non-nil'
        ]),
        ({"spec": {"configSource": {"configMap": {"uid": "u", "name": "A"}}}}, [
            "spec.configSource.configMap.uid: Forbidden: uid must not be set in spec",
            "spec.configSource.configMap.namespace: Required value: namespace must be set",
            "spec.configSource.configMap.name: Invalid value",
            "spec.configSource.configMap.kubeletConfigKey: Required value: kubeletConfigKey must be set",
        ]),
    ],
)  # fmt: skip
def test_what_else_is_wrong_with_a_changed_node(parts: Body, said: list[str]) -> None:
    old = made("nodes", node())
    heard = texts(KINDS["nodes"].validate_update({**old, **parts}, old))
    assert [one[: len(wanted)] for one, wanted in zip(heard, said, strict=True)] == said


def test_what_only_kubelets_of_old_knew_is_taken_away() -> None:
    kind, source = KINDS["nodes"], {"configMap": {"name": "A"}}
    made_so = kind.prepare_create(node(spec={"configSource": source, "unschedulable": True}, status={"config": {}}))
    assert (made_so["spec"], made_so["status"]) == ({"unschedulable": True}, {})
    assert kind.prepare_update(node(spec={"configSource": source}), made_so)["spec"] == {}


def test_the_status_of_a_node() -> None:
    old = made("nodes", node())
    new = {**old, "status": {"capacity": {"pods": "1500m"}}}
    assert texts(KINDS["nodes"].parts["status"].validate(new, old)) == [
        'status.capacity.pods: Invalid value: "1500m": must be an integer'
    ]


def test_heartbeats_are_read_not_written() -> None:
    at_read = KINDS["nodes"].at_read
    assert at_read is not None
    stored = made("nodes", FULL)
    assert at_read(stored, NOW) is stored
    beating = {**stored, "metadata": {**stored["metadata"], "annotations": {HEARTBEAT: beats(NOW, 300 * SECOND)}}}
    seen = at_read(beating, NOW + 950 * SECOND)
    assert seen["status"]["conditions"][0]["lastHeartbeatTime"] == timestamp(NOW + 900 * SECOND)
    assert beating["status"]["conditions"][0]["lastHeartbeatTime"] == ago(900)


def test_nodes_are_found_by_being_schedulable() -> None:
    assert KINDS["nodes"].fields(made("nodes", FULL)) == {"spec.unschedulable": "true"}
    assert KINDS["nodes"].fields(made("nodes", node())) == {"spec.unschedulable": "false"}
