"""NodeGroup: a number of equal machines of a simulated cloud. One of our own kinds.

The machines are the cloud provider's; here are its fields, its rules and how it is shown. The words of a machine are
those of a topology file.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..definitions.node_group import NODE_GROUP
from ..errors import FieldError, invalid_value, required
from ..objects import fill_in, get_in, spec_of, status_of
from ..printing import AGE, NAME, field
from ..registry import Body, Column, Instant, Kind, Scale, status_part
from ..topology import HUGE_PAGES
from ..validation import metadata, names
from ..validation.conditions import conditions
from ..validation.fields import formed, number
from ..validation.resources import is_extended, resource_name
from ..validation.scheduling import taints
from ..validation.usage import amount
from ..validation.workloads import figures

_MOST = 1000
_MOST_PODS = 250
_LONGEST_BOOT = 86_400
_MACHINE: dict[str, Any] = {"cpu": "4", "memory": "16Gi", "storage": "100Gi", "pods": 110}


def _default(body: Body) -> Body:
    held = body.get("spec") or {}
    spec = fill_in(held, minSize=0, bootSeconds=60, pricePerHour="1")
    spec = fill_in(spec, size=spec["minSize"])
    template = spec.get("template") or {}
    new = fill_in(template, **_MACHINE)
    if new.get("zone"):
        new = fill_in(new, region="region-1")
    if new is not spec.get("template"):
        spec = {**spec, "template": new}
    return body if spec == held else {**body, "spec": spec}


def _prepare_create(body: Body) -> Body:
    return body if "status" in body else {**body, "status": {}}


def _validate(body: Body) -> list[FieldError]:
    spec = spec_of(body)
    errors = [required("spec.maxSize")] if spec.get("maxSize") is None else []
    for key in ("minSize", "maxSize", "size"):
        if spec.get(key) is not None:
            errors += number(f"spec.{key}", spec[key], 0, _MOST)
    if not errors and spec["maxSize"] < spec["minSize"]:
        errors.append(invalid_value("spec.maxSize", spec["maxSize"], "must be greater than or equal to `minSize`"))
    errors += number("spec.bootSeconds", spec["bootSeconds"], 0, _LONGEST_BOOT)
    errors += amount("spec.pricePerHour", spec["pricePerHour"])
    return errors + _template("spec.template", spec["template"])


def _template(at: str, template: Body) -> list[FieldError]:
    errors: list[FieldError] = []
    for key in ("cpu", "memory", "storage"):
        errors += amount(f"{at}.{key}", template[key], above_zero=True)
    errors += number(f"{at}.pods", template["pods"], 1, _MOST_PODS)
    for name, text in (template.get("resources") or {}).items():
        where = f"{at}.resources[{name}]"
        errors += resource_name(where, name)
        if not (is_extended(name) or name in HUGE_PAGES):
            errors.append(invalid_value(where, name, "must be a device such as example.com/dongle, or huge pages"))
        errors += amount(where, text, above_zero=True)
    for key in ("zone", "region"):
        if template.get(key):
            errors += formed(f"{at}.{key}", template[key], names.label_value)
    errors += metadata.labels(f"{at}.labels", template.get("labels"))
    return errors + taints(f"{at}.taints", template.get("taints") or [])


def _validate_status(new: Body, old: Body) -> list[FieldError]:
    status = status_of(new)
    errors = figures("status", status, "observedGeneration", "size", "ready")
    return errors + conditions("status.conditions", status.get("conditions") or [])


def _drawn(body: Body) -> Mapping[str, Any]:
    spec, status = spec_of(body), status_of(body)
    return {
        "min": spec.get("minSize", 0),
        "max": spec.get("maxSize", 0),
        "size": spec.get("size", 0),
        "ready": status.get("ready") or 0,
    }


def _machine(body: Body, now: Instant) -> str:
    template = get_in(body, "spec", "template", default={})
    return f"{template.get('cpu')} CPU, {template.get('memory')}"


KIND = Kind(
    group="sim.k8sviz.io",
    version="v1",
    kind="NodeGroup",
    plural="nodegroups",
    namespaced=False,
    name_rule="label",
    categories=("sim",),
    subresources=frozenset({"status", "scale"}),
    scale=Scale(replicas=("spec", "size"), status_replicas=("status", "size"), selector=()),
    columns=(
        NAME,
        Column("Min", field("spec", "minSize", default=0), "integer", description="The fewest machines."),
        Column("Max", field("spec", "maxSize", default=0), "integer", description="The most machines."),
        Column("Size", field("spec", "size", default=0), "integer", description="How many machines there are to be."),
        Column("Ready", field("status", "ready", default=0), "integer", description="How many of them are ready."),
        Column("Price", field("spec", "pricePerHour"), description="What one machine costs in an hour."),
        AGE,
        Column("Machine", _machine, priority=1, description="The size of each machine."),
        Column("Zone", field("spec", "template", "zone"), priority=1, description="The zone of the machines."),
    ),
    default=_default,
    prepare_create=_prepare_create,
    validate=_validate,
    parts=status_part(_validate_status),
    draw=_drawn,
    definition=NODE_GROUP,
)
