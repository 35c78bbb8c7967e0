"""PodTemplate: a pod template that is an object of its own.

Follows pkg/registry/core/podtemplate/strategy.go, ValidatePodTemplate in pkg/apis/core/validation/validation.go and
printPodTemplate in pkg/printers/internalversion/printers.go, v1.34.
"""

from __future__ import annotations

from ..defaults.pod_template import template
from ..errors import FieldError
from ..objects import get_in
from ..printing import NAME, container_images, container_names, labels_text
from ..registry import Body, Column, Kind
from ..validation.pod_template import pod_template


def _default(body: Body) -> Body:
    return template(body)


def _validate(body: Body) -> list[FieldError]:
    return pod_template("template", body.get("template") or {})


KIND = Kind(
    group="",
    version="v1",
    kind="PodTemplate",
    plural="podtemplates",
    subresources=frozenset(),
    columns=(
        NAME,
        Column(
            "Containers",
            lambda body, now: container_names(get_in(body, "template", "spec", default={})),
            description="Names of each container in the template.",
        ),
        Column(
            "Images",
            lambda body, now: container_images(get_in(body, "template", "spec", default={})),
            description="Images referenced by each container in the template.",
        ),
        Column(
            "Pod Labels",
            lambda body, now: labels_text(get_in(body, "template", "metadata", "labels")),
            description="The labels for the pod template.",
        ),
    ),
    default=_default,
    validate=_validate,
)
