"""The cases of TestComputePodQOS and its neighbours.

Follows pkg/apis/core/v1/helper/qos/qos_test.go, v1.34.
"""

from __future__ import annotations

import pytest

from simulator.engine import pods
from simulator.engine.registry import Body

GUARANTEED, BURSTABLE, BEST_EFFORT = "Guaranteed", "Burstable", "BestEffort"


def resources(requests: tuple[str, str] = ("", ""), limits: tuple[str, str] = ("", ""), **more: str) -> Body:
    """CPU and memory that are requested and limited; `more` is both."""
    named = [dict(zip(("cpu", "memory"), held, strict=True)) for held in (requests, limits)]
    asked, most = ({name: text for name, text in held.items() if text} | more for held in named)
    return {"requests": asked, "limits": most}


FULL, NONE = resources(("100m", "100Mi"), ("100m", "100Mi")), resources()
HUGE = {"hugepages-2Mi": "1Gi"}

CLASSES: dict[str, tuple[list[Body], list[Body], Body | None, str]] = {
    # name: containers, init containers, resources of the pod, class
    "guaranteed": ([FULL], [], None, GUARANTEED),
    "guaranteed-guaranteed": ([FULL, FULL], [], None, GUARANTEED),
    "best-effort-best-effort": ([NONE, NONE], [], None, BEST_EFFORT),
    "best-effort": ([NONE], [], None, BEST_EFFORT),
    "best-effort-burstable": ([NONE, resources(("1", ""), ("2", ""))], [], None, BURSTABLE),
    "best-effort-guaranteed": ([NONE, resources(("10m", "100Mi"), ("10m", "100Mi"))], [], None, BURSTABLE),
    "burstable-cpu-guaranteed-memory": ([resources(("", "100Mi"), ("", "100Mi"))], [], None, BURSTABLE),
    "burstable-no-limits": ([resources(("100m", "100Mi"))], [], None, BURSTABLE),
    "burstable-guaranteed": ([resources(("1", "100Mi"), ("2", "100Mi")), FULL], [], None, BURSTABLE),
    "burstable-unbounded-but-requests-match-limits": (
        [resources(("100m", "100Mi"), ("200m", "200Mi")), resources(("100m", "100Mi"))],
        [],
        None,
        BURSTABLE,
    ),
    "burstable-1": ([resources(("10m", "100Mi"), ("100m", "200Mi"))], [], None, BURSTABLE),
    "burstable-2": ([resources(("0", "0"), ("100m", "200Mi"))], [], None, BURSTABLE),
    "best-effort-hugepages": ([resources(("0", "0"), ("0", "0"), **HUGE)], [], None, BEST_EFFORT),
    "init-container": ([NONE], [resources(("10m", "100Mi"), ("100m", "200Mi"))], None, BURSTABLE),
    "guaranteed-with-pod-level-resources": (
        [NONE],
        [],
        resources(("10m", "100Mi"), ("10m", "100Mi")),
        GUARANTEED,
    ),
    "guaranteed-with-pod-and-container-level-resources": (
        [resources(("3m", "10Mi"), ("5m", "20Mi"))],
        [],
        resources(("10m", "100Mi"), ("10m", "100Mi")),
        GUARANTEED,
    ),
    "burstable-with-pod-level-resources": ([NONE], [], resources(("10m", "10Mi"), ("20m", "50Mi")), BURSTABLE),
    "burstable-with-pod-and-container-level-resources": (
        [resources(("5m", "10Mi"), ("5m", "10Mi"))],
        [],
        resources(("10m", "10Mi"), ("20m", "50Mi")),
        BURSTABLE,
    ),
    "burstable-with-pod-and-container-level-requests": (
        [resources(("5m", "10Mi"))],
        [],
        resources(("10m", "10Mi")),
        BURSTABLE,
    ),
    "burstable-with-pod-and-container-level-resources-2": (
        [resources(("5m", "10Mi")), resources(("5m", "10Mi"), ("5m", "10Mi"))],
        [],
        resources(("10m", "10Mi"), ("5m", "")),
        BURSTABLE,
    ),
    "only a limit of cpu": ([resources(("0", "0"), ("100m", ""))], [], None, BURSTABLE),
    "an init container without a limit of cpu": (
        [FULL, FULL],
        [resources(("50m", "50Mi"), ("", "50Mi"))],
        None,
        BURSTABLE,
    ),
    "a pod's hugepages alone": ([NONE], [], resources(**HUGE), BEST_EFFORT),
}


@pytest.mark.parametrize(("containers", "inits", "level", "expected"), CLASSES.values(), ids=CLASSES.keys())
def test_the_class(containers: list[Body], inits: list[Body], level: Body | None, expected: str) -> None:
    spec: Body = {"containers": [{"name": f"c{index}", "resources": one} for index, one in enumerate(containers)]}
    if inits:
        spec["initContainers"] = [{"name": f"i{index}", "resources": one} for index, one in enumerate(inits)]
    if level is not None:
        spec["resources"] = level
    assert pods.qos(spec) == expected


def test_ephemeral_containers_do_not_count() -> None:
    spec: Body = {"containers": [{"name": "c1", "resources": FULL}], "ephemeralContainers": [{"name": "ec1"}]}
    assert pods.qos(spec) == GUARANTEED
