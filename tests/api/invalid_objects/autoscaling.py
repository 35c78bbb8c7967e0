"""Groups of machines, and what sizes pods."""

from __future__ import annotations

from tests.api.invalid_objects import Case, required, unsupported, wrong

GROUP, PODS = "nodegroups.sim.k8sviz.io", "verticalpodautoscalers.autoscaling.k8s.io"
TARGET = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}

CASES = [
    Case(
        "fewer at the most than at the least",
        GROUP,
        {"spec": {"minSize": 3, "maxSize": 2}},
        [wrong("spec.maxSize", "2", "must be greater than or equal to `minSize`")],
    ),
    Case(
        "a machine without a core",
        GROUP,
        {"spec": {"maxSize": 2, "template": {"cpu": "0"}}},
        [wrong("spec.template.cpu", '"0"', "must be greater than 0")],
    ),
    Case("nothing to size", PODS, {"spec": {}}, [required("spec.targetRef")]),
    Case(
        "an unknown mode",
        PODS,
        {"spec": {"targetRef": TARGET, "updatePolicy": {"updateMode": "Now"}}},
        [unsupported("spec.updatePolicy.updateMode", "Now", "Off", "Initial", "Recreate", "InPlaceOrRecreate", "Auto")],
    ),
]
