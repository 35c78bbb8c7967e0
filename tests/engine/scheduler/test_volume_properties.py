"""The plugins that look at volumes, on random clusters: all nodes at once as each alone, and as a plain reckoning."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.engine import quantity
from simulator.engine.registry import Body
from simulator.engine.scheduler.plugin import FilterPlugin, Plugin
from simulator.engine.scheduler.plugins.node_volume_limits import NodeVolumeLimits
from simulator.engine.scheduler.plugins.volume_binding.plugin import VolumeBinding
from simulator.engine.scheduler.plugins.volume_restrictions import VolumeRestrictions
from simulator.engine.scheduler.plugins.volume_zone import VolumeZone
from tests.engine.scheduler.builders import node
from tests.engine.scheduler.harness import judge, set_up
from tests.engine.scheduler.storage import HOSTNAME, attachment, claim, csi_node, holder, storage_class, user, volume

ZONE, DRIVER = "topology.kubernetes.io/zone", "driver"
NAMES = [f"n{number}" for number in range(5)]
sizes = st.sampled_from(["1Gi", "2Gi", "3Gi"])
zones = st.sampled_from(["x", "y"])
disks = st.sampled_from([{"gcePersistentDisk": {"pdName": name, "readOnly": flag}} for name in "ab" for flag in (0, 1)])


@st.composite
def clusters(draw: st.DrawFn) -> tuple[Body, list[Body], list[Body], list[Body]]:
    """A pod, nodes, running pods, and what else there is."""
    nodes = [node(name, labels={HOSTNAME: name, ZONE: draw(zones)}) for name in NAMES]
    objects = [
        storage_class("wait", draw(st.sampled_from(["kubernetes.io/no-provisioner", DRIVER])), allowedTopologies=[
            {"matchLabelExpressions": [{"key": ZONE, "values": [draw(zones)]}]}]),
        *(csi_node(name, driver=draw(st.integers(0, 4))) for name in NAMES if draw(st.booleans())),
    ]  # fmt: skip
    for number in range(draw(st.integers(0, 8))):
        on = draw(st.sampled_from([None, {HOSTNAME: [draw(st.sampled_from(NAMES))]}, {ZONE: [draw(zones)]}]))
        csi = {"driver": DRIVER, "volumeHandle": f"h{number}"}
        labels = {ZONE: draw(zones)} if draw(st.booleans()) else {}
        objects.append(volume(f"v{number}", draw(sizes), on=on, labels=labels, csi=csi))
    for number in range(6):
        bound = draw(st.sampled_from(["", "", "v0", "v1", "v9"]))
        modes = ("ReadWriteOncePod",) if draw(st.booleans()) else ("ReadWriteOnce",)
        objects.append(claim(f"c{number}", bound, size=draw(sizes), modes=modes))
    names = st.sampled_from([f"c{number}" for number in range(6)])
    running = [
        user(draw(names), name=f"r{number}", on=draw(st.sampled_from(NAMES)))
        for number in range(draw(st.integers(0, 6)))
    ]
    running += [holder(draw(disks), name=f"d{number}", on=draw(st.sampled_from(NAMES))) for number in range(2)]
    objects += [attachment(f"a{number}", f"v{number}", draw(st.sampled_from(NAMES)), DRIVER) for number in range(2)]
    claimed = [{"persistentVolumeClaim": {"claimName": draw(names)}} for _ in range(draw(st.integers(1, 3)))]
    return holder(*claimed, draw(disks)), nodes, running, objects


PLUGINS: tuple[type[Plugin], ...] = (VolumeRestrictions, NodeVolumeLimits, VolumeBinding, VolumeZone)


@given(clusters())
@settings(max_examples=150, deadline=None)
def test_all_nodes_at_once_as_each_alone(case: tuple[Body, list[Body], list[Body], list[Body]]) -> None:
    pod, nodes, running, objects = case
    for kind in PLUGINS:
        bench = set_up(kind, pod, nodes=nodes, pods=running, objects=objects)
        plugin, table, shape = bench.plugin, bench.nodes, bench.shape
        assert isinstance(plugin, FilterPlugin)
        at_once = plugin.filter(shape, table, table.every).tolist()
        alone = [int(plugin.filter(shape, table, np.array([row], dtype=np.intp))[0]) for row in range(len(table))]
        backwards = plugin.filter(shape, table, table.every[::-1])[::-1].tolist()
        assert at_once == alone == backwards, kind.name


@given(clusters())
@settings(max_examples=150, deadline=None)
def test_a_volume_is_where_a_plain_search_finds_it(case: tuple[Body, list[Body], list[Body], list[Body]]) -> None:
    """For one unbound claim: the node takes the pod if some free volume is large enough and reaches it, or if the class
    makes volumes there."""
    _, nodes, _, objects = case
    wanted = next(
        (one for one in objects if one["kind"] == "PersistentVolumeClaim" and "volumeName" not in one["spec"]), None
    )
    if wanted is None:
        return
    modes = {"accessModes": ["ReadWriteOnce"]}
    wanted = {**wanted, "spec": {**wanted["spec"], **modes}}
    name = wanted["metadata"]["name"]
    objects = [one for one in objects if one["metadata"]["name"] != name] + [wanted]
    told = judge(VolumeBinding, user(name), nodes=nodes, objects=objects)
    size = quantity.value(wanted["spec"]["resources"]["requests"]["storage"])
    made = next(one for one in objects if one["kind"] == "StorageClass")
    (zone,) = made["allowedTopologies"][0]["matchLabelExpressions"][0]["values"]
    expected = set()
    for one in nodes:
        labels = one["metadata"]["labels"]
        if made["provisioner"] == DRIVER and labels[ZONE] == zone:
            continue
        if not any(_fits(held, size, labels) for held in objects if held["kind"] == "PersistentVolume"):
            expected.add(one["metadata"]["name"])
    assert set(told.refused) == expected


def _fits(held: Body, size: int, labels: dict[str, str]) -> bool:
    if quantity.value(held["spec"]["capacity"]["storage"]) < size:
        return False
    affinity = held["spec"].get("nodeAffinity")
    if affinity is None:
        return True
    (term,) = affinity["required"]["nodeSelectorTerms"]
    return all(labels.get(one["key"]) in one["values"] for one in term["matchExpressions"])
