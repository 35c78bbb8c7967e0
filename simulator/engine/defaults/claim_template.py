"""What a claim in a StatefulSet's volumeClaimTemplates gets.

Follows SetDefaults_PersistentVolumeClaim in pkg/apis/core/v1/defaults.go and
Convert_apps_StatefulSetSpec_To_v1_StatefulSetSpec in pkg/apis/apps/v1/conversion.go, v1.34.
"""

from __future__ import annotations

from operator import is_
from typing import Any

from .. import quantity
from ..objects import fill_in
from ..registry import Body


def claim_templates(spec: Body) -> Body:
    """A StatefulSet's spec with each of its claims filled in; the spec itself if they lack nothing."""
    held = spec.get("volumeClaimTemplates")
    if not held:
        return spec
    new = [_claim(claim) for claim in held]
    return spec if all(map(is_, new, held)) else {**spec, "volumeClaimTemplates": new}


def _claim(claim: Body) -> Body:
    filled = fill_in(claim, apiVersion="v1", kind="PersistentVolumeClaim", metadata={}, spec={})
    status = filled.get("status") or {}
    if not status.get("phase"):
        filled = {**filled, "status": {**status, "phase": "Pending"}}
    spec = filled["spec"]
    new = _canonical(fill_in(spec, volumeMode="Filesystem", resources={}))
    return filled if new is spec else {**filled, "spec": new}


def _canonical(spec: Body) -> Body:
    resources = spec["resources"]
    changed = {}
    for key in ("limits", "requests"):
        amounts = {name: _quantity(text) for name, text in (resources.get(key) or {}).items()}
        if amounts and amounts != resources[key]:
            changed[key] = amounts
    return {**spec, "resources": {**resources, **changed}} if changed else spec


def _quantity(text: Any) -> Any:
    """An amount as Kubernetes writes it; what is none stays, for validation to refuse."""
    try:
        return quantity.canonical(text)
    except (ValueError, TypeError):
        return text
