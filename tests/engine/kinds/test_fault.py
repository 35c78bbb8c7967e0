# ruff: noqa: E501 - the tables have a line for each case
"""Fault: defaults, mistakes, what stays, what is shown."""

from __future__ import annotations

import pytest

from simulator.engine.registry import KINDS, Body

from .builders import broken, broken_change, made, row
from .test_sim_kinds import sim

FAULTS = "faults.sim.k8sviz.io"
NODE = {"nodeName": "worker-1"}


@pytest.mark.parametrize(
    ("spec", "filled"),
    [
        ({"type": "NodeCrash", "target": NODE}, {}),
        ({"type": "NetworkPartition", "target": NODE}, {"networkPartition": {"scope": "All"}}),
        ({"type": "DiskFill", "target": NODE}, {"diskFill": {"percent": 100, "durationSeconds": 0}}),
        (
            {"type": "SlowRegistry", "slowRegistry": {"latencyMilliseconds": 5}},
            {"slowRegistry": {"bandwidth": "1Mi", "latencyMilliseconds": 5}},
        ),
    ],
)
def test_the_defaults_of_a_fault(spec: Body, filled: Body) -> None:
    stored = made(FAULTS, sim(**spec))
    assert stored["spec"] == {**spec, "startAfterSeconds": 0, **filled}
    assert "namespace" not in stored["metadata"]
    assert KINDS[FAULTS].default(stored) is stored
    assert broken(FAULTS, sim(**spec)) == []


TYPES = ", ".join(f'"{one}"' for one in ("DiskFill", "KubeletStop", "NetworkPartition", "NodeCrash", "NodeShutdown", "PacketLoss", "RegistryOutage", "SlowRegistry", "ZoneOutage"))  # fmt: skip


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ({"type": "NodeCrash", "target": {"nodeSelector": {"matchLabels": {"a": "b"}}}}, []),
        ({"type": "ZoneOutage", "target": {"zone": "zone-a"}, "durationSeconds": 60}, []),
        ({"type": "RegistryOutage"}, []),
        ({}, ["spec.type: Required value"]),
        ({"type": "Earthquake"}, [f'spec.type: Unsupported value: "Earthquake": supported values: {TYPES}']),
        ({"type": "NodeCrash"}, ["spec.target: Required value: must specify one of: `nodeName`, `nodeSelector`"]),
        ({"type": "NodeCrash", "target": {**NODE, "nodeSelector": {}}}, ["spec.target.nodeSelector: Forbidden: may not specify more than 1 target"]),
        ({"type": "ZoneOutage", "target": NODE}, [
            "spec.target.nodeName: Forbidden: may not be set when `type` is 'ZoneOutage'",
            "spec.target: Required value: must specify `zone`",
        ]),
        ({"type": "SlowRegistry", "target": {"registry": "ghcr.io:99999"}}, ['spec.target.registry: Invalid value: "ghcr.io:99999": must be a host, or a host and a port']),
        ({"type": "NodeCrash", "target": NODE, "diskFill": {}}, ["spec.diskFill: Forbidden: may only be set when `type` is 'DiskFill'"]),
        ({"type": "PacketLoss", "target": NODE}, ["spec.packetLoss.percent: Required value"]),
        ({"type": "PacketLoss", "target": NODE, "packetLoss": {"percent": 0}}, ["spec.packetLoss.percent: Invalid value: 0: must be between 1 and 100, inclusive"]),
        ({"type": "DiskFill", "target": NODE, "diskFill": {"percent": 101}}, ["spec.diskFill.percent: Invalid value: 101: must be between 0 and 100, inclusive"]),
        ({"type": "SlowRegistry", "slowRegistry": {"bandwidth": "0"}}, ['spec.slowRegistry.bandwidth: Invalid value: "0": must be greater than 0']),
        ({"type": "NetworkPartition", "target": NODE, "networkPartition": {"scope": "Half"}}, ['spec.networkPartition.scope: Unsupported value: "Half": supported values: "All", "ControlPlane"']),
        ({"type": "NodeCrash", "target": NODE, "durationSeconds": 0, "startAfterSeconds": -1}, [
            "spec.startAfterSeconds: Invalid value: -1: must be greater than or equal to 0",
            "spec.durationSeconds: Invalid value: 0: must be greater than 0",
        ]),
    ],
)  # fmt: skip
def test_mistakes_in_faults(spec: Body, said: list[str]) -> None:
    assert broken(FAULTS, sim(**spec)) == said


def test_a_fault_stays_what_and_where_it_is() -> None:
    old = made(FAULTS, sim(type="NodeCrash", target=NODE))
    assert broken_change(FAULTS, old, durationSeconds=30) == []
    assert broken_change(FAULTS, old, type="KubeletStop") == [
        'spec.type: Invalid value: "KubeletStop": field is immutable'
    ]
    assert broken_change(FAULTS, old, target={"nodeName": "b"}) == [
        'spec.target: Invalid value: {"nodeName":"b"}: field is immutable'
    ]


@pytest.mark.parametrize(
    ("spec", "target", "duration"),
    [
        ({"type": "NodeCrash", "target": NODE, "durationSeconds": 90}, "node/worker-1", "90s"),
        ({"type": "KubeletStop", "target": {"nodeSelector": {"matchLabels": {"a": "b"}}}}, "nodes a=b", "<none>"),
        ({"type": "ZoneOutage", "target": {"zone": "zone-a"}}, "zone/zone-a", "<none>"),
        ({"type": "RegistryOutage"}, "<none>", "<none>"),
    ],
)
def test_the_row_of_a_fault(spec: Body, target: str, duration: str) -> None:
    active = {"conditions": [{"type": "Active", "status": "False"}]}
    seen = row(FAULTS, {**made(FAULTS, sim(**spec)), "status": active})
    assert seen == {
        "Name": "one",
        "Type": spec["type"],
        "Target": target,
        "Active": "False",
        "Duration": duration,
        "Age": "0s",
    }
