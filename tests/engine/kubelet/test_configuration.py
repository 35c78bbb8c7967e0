"""A kubelet's configuration: what is read, what is refused in which words, what follows while it runs."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.engine.kubelet import configuration
from simulator.engine.kubelet.configuration_fields import DEFAULTS, FIELDS, InvalidConfiguration, decoded
from tests.engine.kubelet.eviction.rig import Pressed
from tests.engine.kubelet.lab import USER

WRONG = {
    # name: (document, what is said)
    "a soft threshold without a grace period": (
        {"evictionSoft": {"memory.available": "1Gi"}},
        "grace period must be specified for the soft eviction threshold memory.available",
    ),
    "a signal that there is not": ({"evictionHard": {"mem": "1Gi"}}, "unsupported eviction signal mem"),
    "low above high": (
        {"imageGCHighThresholdPercent": 50},
        "invalid configuration: imageGCLowThresholdPercent (--image-gc-low-threshold) 80 must be less than "
        "imageGCHighThresholdPercent (--image-gc-high-threshold) 50",
    ),
    "more than the whole disk": (
        {"imageGCHighThresholdPercent": 101},
        "invalid configuration: imageGCHighThresholdPercent (--image-gc-high-threshold) 101 must be between 0 and 100, "
        "inclusive",
    ),
    "several at once": (
        {"maxPods": -1, "maxParallelImagePulls": 0},
        "[invalid configuration: maxPods (--max-pods) -1 must not be a negative number, invalid configuration: "
        "maxParallelImagePulls 0 must be a positive number]",
    ),
    "parallel pulls one after the other": (
        {"maxParallelImagePulls": 3},
        "invalid configuration: maxParallelImagePulls cannot be larger than 1 unless SerializeImagePulls "
        "(--serialize-image-pulls) is set to false",
    ),
    "a short shutdown": (
        {"shutdownGracePeriod": "10ms"},
        "invalid configuration: shutdownGracePeriod {10ms} must be either zero or otherwise >= 1 sec",
    ),
    "critical pods longer than all": (
        {"shutdownGracePeriod": "10s", "shutdownGracePeriodCriticalPods": "20s"},
        "invalid configuration: shutdownGracePeriodCriticalPods {20s} must be <= shutdownGracePeriod {10s}",
    ),
    "what cannot be reserved": ({"systemReserved": {"gpu": "1"}}, 'cannot reserve "gpu" resource'),
    "less than nothing reserved": (
        {"kubeReserved": {"memory": "-1Gi"}},
        'resource quantity for "memory" cannot be negative: -1Gi',
    ),
    "no quantity reserved": (
        {"kubeReserved": {"cpu": "lots"}},
        'failed to parse quantity "lots" for "cpu" resource: quantities must match the regular expression',
    ),
    "a text for a number": (
        {"maxPods": "many"},
        "json: cannot unmarshal string into Go struct field KubeletConfiguration.maxPods of type int32",
    ),
    "a number for a quantity": (
        {"evictionHard": {"memory.available": 5}},
        "json: cannot unmarshal number into Go struct field KubeletConfiguration.evictionHard of type string",
    ),
    "no duration": ({"imageMinimumGCAge": "soon"}, 'time: invalid duration "soon"'),
    "another kind": (
        {"kind": "Pod", "apiVersion": "v1"},
        'no kind "Pod" is registered for version "v1" in scheme',
    ),
    "a list": ([], "json: cannot unmarshal array into Go value of type config.KubeletConfiguration"),
}


@pytest.mark.parametrize(("document", "said"), WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong(document: Any, said: str) -> None:
    with pytest.raises(InvalidConfiguration) as raised:
        configuration.parsed(decoded(document))
    assert said in str(raised.value)


def test_nothing_said_means_the_defaults() -> None:
    for document in (None, {}, {"apiVersion": "kubelet.config.k8s.io/v1beta1", "kind": "KubeletConfiguration"}):
        assert configuration.parsed(decoded(document)) == configuration.DEFAULT
    assert set(FIELDS) == set(DEFAULTS)


def test_thresholds_that_are_given_take_the_place_of_all_defaults_unless_they_are_merged() -> None:
    given_ = {"evictionHard": {"memory.available": "1Gi"}}
    alone = {one.signal for one in configuration.parsed(decoded(given_)).thresholds}
    assert alone == {"memory.available", "allocatableMemory.available"}
    merged = configuration.parsed(decoded({**given_, "mergeDefaultEvictionSettings": True})).thresholds
    assert {one.signal: one.value.text for one in merged}["memory.available"] == "1Gi"
    assert "nodefs.available" in {one.signal for one in merged}
    assert configuration.parsed(decoded({"evictionHard": {}})).thresholds == ()


def test_zero_means_the_default_where_upstream_has_it_so() -> None:
    fields = decoded({"evictionPressureTransitionPeriod": "0s", "maxPods": 0, "imageGCLowThresholdPercent": 0})
    assert fields == {"imageGCLowThresholdPercent": 0}


def test_a_bad_configuration_leaves_the_running_one_and_says_so() -> None:
    lab = Pressed()
    lab.configure(evictionHard={"memory.available": "1Gi"})
    lab.run(1)
    lab.configure(evictionSoft={"memory.available": "2Gi"})
    lab.run(1)
    assert (
        lab.said("InvalidConfiguration")
        == [
            "grace period must be specified for the soft eviction threshold memory.available; the running "
            "configuration stays"
        ]
        * 2
    )
    running = configuration.running(lab.world, "n1").thresholds
    assert [one.value.text for one in running] == ["1Gi", "1Gi"]


TEXTS = ("a: b: c", "- &a [*a]", "[" * 200, "\t", "evictionHard: {memory.available: [}", "x" * 70_000, "\x00")


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_a_text_that_is_no_configuration_breaks_nothing(text: str) -> None:
    lab = Pressed()
    body = {"metadata": {"name": "kubelet-config-n1", "namespace": "kube-system"}, "data": {"kubelet": text}}
    lab.world.create("configmaps", body, USER)
    lab.run(30)
    assert len(lab.said("InvalidConfiguration")) == 1
    assert configuration.running(lab.world, "n1") == configuration.DEFAULT


def test_one_node_can_be_configured_otherwise_and_back() -> None:
    lab = Pressed()
    lab.configure(evictionHard={"memory.available": "200Mi"}, maxPods=7)
    lab.configure("n1", kubeReserved={"cpu": "500m", "memory": "1Gi"})
    lab.run(15)
    one, other = (lab.world.get("nodes", "", name) or {} for name in ("n1", "n2"))
    assert (one["status"]["allocatable"]["memory"], other["status"]["allocatable"]["memory"]) == ("2872Mi", "3896Mi")
    assert (one["status"]["allocatable"]["cpu"], other["status"]["allocatable"]["cpu"]) == ("1500m", "2")
    assert one["status"]["capacity"]["pods"] == one["status"]["allocatable"]["pods"] == "7"
    for name in ("kubelet-config", "kubelet-config-n1"):
        lab.world.delete("configmaps", "kube-system", name, USER)
    lab.run(15)
    one = lab.world.get("nodes", "", "n1") or {}
    assert (one["status"]["allocatable"]["memory"], one["status"]["capacity"]["pods"]) == ("3996Mi", "5")
    assert configuration.running(lab.world, "n1") is configuration.DEFAULT


def test_more_than_there_is_cannot_be_reserved() -> None:
    lab = Pressed()
    lab.configure("n1", systemReserved={"memory": "5Gi"})
    lab.run(15)
    assert lab.said("InvalidConfiguration") == [
        'invalid Node Allocatable configuration. Resource "memory" has a reservation of 5220Mi but capacity of 4Gi. '
        "Expected capacity >= reservation.; the running configuration stays"
    ]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)


@given(document=st.dictionaries(st.sampled_from(sorted(FIELDS)), JSON, max_size=4) | JSON)
def test_any_document_is_read_or_refused(document: Any) -> None:
    try:
        assert configuration.parsed(decoded(document)).fields
    except InvalidConfiguration as error:
        assert str(error)
