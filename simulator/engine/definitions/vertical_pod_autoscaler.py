"""The schema of VerticalPodAutoscaler, which upstream ships as a CustomResourceDefinition.

Follows vertical-pod-autoscaler/pkg/apis/autoscaling.k8s.io/v1/types.go of kubernetes/autoscaler.
"""

from __future__ import annotations

from .build import Definition, fields, integer, items, kind, text, time

UPDATE_MODES = ("Off", "Initial", "Recreate", "InPlaceOrRecreate", "Auto")
CONTAINER_MODES = ("Auto", "Off")
CONTROLLED_VALUES = ("RequestsAndLimits", "RequestsOnly")
RESOURCES = ("cpu", "memory")


def _resources(description: str) -> Definition:
    return {
        "type": "object",
        "additionalProperties": {"$ref": "#/$defs/io.k8s.apimachinery.pkg.api.resource.Quantity"},
        "description": description,
    }


_POLICY = fields(
    "How a recommendation is worked out for a container.",
    containerName=text("The container's name, or `*` for all that have no policy of their own."),
    mode=text("Whether there is a recommendation for the container. Defaults to Auto.", CONTAINER_MODES),
    minAllowed=_resources("The least that is recommended."),
    maxAllowed=_resources("The most that is recommended."),
    controlledResources=items(
        "The resources that are recommended. Defaults to cpu and memory.", text("A resource.", RESOURCES)
    ),
    controlledValues=text("What would be set by it. Defaults to RequestsAndLimits.", CONTROLLED_VALUES),
)

_RECOMMENDATION = fields(
    "What is recommended for a container.",
    ("target",),
    containerName=text("The container's name."),
    target=_resources("The requests that are recommended."),
    lowerBound=_resources("With less than this the container is likely to be short."),
    upperBound=_resources("What is more than this is likely to be wasted."),
    uncappedTarget=_resources("The target without the limits that the policy sets."),
)

_CONDITION = fields(
    "A condition.",
    ("type", "status"),
    type=text("What it is about."),
    status=text("Whether that is so."),
    lastTransitionTime=time("Since when."),
    reason=text("Why, in a word."),
    message=text("Why."),
)

_SPEC = fields(
    "Whose containers are looked at, and how.",
    ("targetRef",),
    targetRef=fields(
        "The controller of the pods.",
        ("kind", "name"),
        apiVersion=text("Its API version."),
        kind=text("Its kind."),
        name=text("Its name."),
    ),
    updatePolicy=fields(
        "How recommendations are applied. Here they are only given, in every mode.",
        updateMode=text("When they are applied. Defaults to Recreate.", UPDATE_MODES),
        minReplicas=integer("How many pods there must be for one to be evicted."),
    ),
    resourcePolicy=fields(
        "How recommendations are worked out.",
        containerPolicies=items("For each container.", _POLICY, key="containerName"),
    ),
)

VERTICAL_POD_AUTOSCALER = kind(
    "VerticalPodAutoscaler recommends how much CPU and memory the containers of a controller's pods should ask for, by "
    "what they have used.",
    _SPEC,
    fields(
        "What is recommended.",
        recommendation=fields(
            "What is recommended last.",
            containerRecommendations=items("For each container.", _RECOMMENDATION),
        ),
        conditions=items("Whether there is a recommendation, and why not.", _CONDITION, key="type"),
    ),
)
