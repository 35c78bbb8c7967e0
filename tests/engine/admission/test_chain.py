"""The chain: its order, its two phases, and what follows from a write."""

from __future__ import annotations

import pytest

from simulator.engine import admission
from simulator.engine.causes import Cause
from simulator.engine.errors import StatusError
from tests.engine.controllers.rig import Rig
from tests.engine.kinds.builders import container, pod

USER = Cause("alice", "apply", "Alice applied it.")


def test_the_order_is_upstreams() -> None:
    assert [plugin.name for plugin in admission.CHAIN] == [
        "NamespaceLifecycle",
        "LimitRanger",
        "ServiceAccount",
        "PodSecurity",
        "Priority",
        "DefaultTolerationSeconds",
        "DefaultStorageClass",
        "StorageObjectInUseProtection",
        "PersistentVolumeClaimResize",
        "DefaultIngressClass",
        "service_ip",
        "ResourceQuota",
    ]


def quota(rig: Rig, **hard: str) -> None:
    rig.create("resourcequotas", {"metadata": {"name": "q", "namespace": "default"}, "spec": {"hard": hard}})
    rig.settle()


def test_validation_comes_between_the_phases() -> None:
    """An invalid pod is refused for what is wrong with it, though the quota would not have it either."""
    rig = Rig(kubelet=False)
    quota(rig, pods="0")
    with pytest.raises(StatusError) as caught:
        rig.world.create("pods", pod(container("UPPER")), USER, checked=True)
    assert caught.value.code == 422
    with pytest.raises(StatusError) as caught:
        rig.world.create("pods", pod(), USER, checked=True)
    assert caught.value.message == (
        'pods "web" is forbidden: exceeded quota: q, requested: pods=1, used: pods=0, limited: pods=0'
    )


def test_defaults_of_a_limit_range_satisfy_a_quota() -> None:
    rig = Rig(kubelet=False)
    limits = {"limits": [{"type": "Container", "defaultRequest": {"cpu": "100m"}}]}
    rig.create("limitranges", {"metadata": {"name": "l", "namespace": "default"}, "spec": limits})
    quota(rig, **{"requests.cpu": "150m"})
    rig.world.create("pods", pod(), USER, checked=True)
    with pytest.raises(StatusError, match="exceeded quota: q, requested"):
        rig.world.create("pods", pod(name="two"), USER, checked=True)


def test_the_charge_is_written_with_the_object_and_says_what_led_to_it() -> None:
    rig = Rig(kubelet=False)
    quota(rig, pods="5")
    rig.world.drain()
    made = rig.world.create("pods", pod(), USER)
    written, charged = rig.world.drain().changes[:2]
    assert (written.resource, charged.resource) == ("pods", "resourcequotas")
    assert charged.body["status"]["used"] == {"pods": "1"}
    assert charged.cause.led_by == written.revision == int(made["metadata"]["resourceVersion"])
    assert charged.cause.text() == "Pod web is charged to quota q: pods=1."


def test_a_refused_write_charges_nothing() -> None:
    rig = Rig(kubelet=False)
    quota(rig, pods="5")
    rig.world.create("pods", pod(), USER)
    revision = rig.world.revision
    with pytest.raises(StatusError) as caught:
        rig.world.create("pods", pod(), USER)
    assert caught.value.reason == "AlreadyExists"
    assert rig.world.revision == revision


def test_what_another_cluster_exported_is_not_charged_again() -> None:
    rig = Rig(kubelet=False)
    quota(rig, pods="0")
    rig.world.create("pods", pod(), USER, restored=True)
    assert rig.get("resourcequotas", "q")["status"]["used"] == {"pods": "0"}
