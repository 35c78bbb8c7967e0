"""Priority: the number behind a pod's priorityClassName.

Follows plugin/pkg/admission/priority/admission.go, v1.34.
"""

from __future__ import annotations

from .. import errors
from ..objects import fill_in, name_of
from ..registry import Body, Reader
from .attributes import Attributes

RESOURCE = "pods"
BUILT_IN = {"system-cluster-critical": 2_000_000_000, "system-node-critical": 2_000_001_000}


def admit(attributes: Attributes, reader: Reader) -> Body:
    body = attributes.body
    if attributes.operation != "CREATE" or attributes.subresource:
        return body
    spec = body["spec"]
    name = spec.get("priorityClassName", "")
    figure = BUILT_IN.get(name, 0 if not name else None)
    if figure is None:
        raise errors.forbidden("pods", name_of(body), f"no PriorityClass with name {name} was found")
    if spec.get("priority") not in (None, figure):
        detail = (
            f"the integer value of priority ({spec['priority']}) must not be provided in pod spec; priority admission "
            f"controller computed {figure} from the given PriorityClass name"
        )
        raise errors.forbidden("pods", name_of(body), detail)
    return {**body, "spec": fill_in(spec, priority=figure, preemptionPolicy="PreemptLowerPriority")}
