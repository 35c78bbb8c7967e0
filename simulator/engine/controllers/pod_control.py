"""Creating and deleting pods for a controller, with the events that tell of it.

Follows RealPodControl in pkg/controller/controller_utils.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Iterable

from simulator.engine import events
from simulator.engine.causes import Cause
from simulator.engine.errors import StatusError
from simulator.engine.objects import name_of, namespace_of, owner_reference, revision_of
from simulator.engine.reconciler import Reconciler
from simulator.engine.registry import Body


def pod_from(template: Body, owner: Body) -> Body:
    """A pod as `owner` creates it from a template, which shares the template's spec."""
    held = template.get("metadata") or {}
    meta: Body = {
        "generateName": f"{name_of(owner)}-",
        "namespace": namespace_of(owner),
        "ownerReferences": [owner_reference(owner)],
    }
    for key in ("labels", "annotations", "finalizers"):
        if held.get(key):
            meta[key] = held[key]
    return {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": template["spec"]}


def create_pod(controller: Reconciler, owner: Body, pod: Body, cause: Cause) -> Body:
    """Creates a pod and says so. Raises StatusError, of which an event on the owner tells."""
    world = controller.world
    try:
        made = world.create("pods", pod, cause)
    except StatusError as refusal:
        if not is_terminating(refusal):
            events.record(
                world,
                owner,
                "Warning",
                "FailedCreate",
                f"Error creating: {refusal.message}",
                component=controller.name,
                led_by=controller.led_by,
            )
        raise
    events.record(
        world,
        owner,
        "Normal",
        "SuccessfulCreate",
        f"Created pod: {name_of(made)}",
        component=controller.name,
        led_by=revision_of(made),
    )
    return made


def create_batch(controller: Reconciler, owner: Body, batch: Iterable[tuple[Body, Cause]]) -> None:
    """Creates pods at the same time: that one is refused keeps no other back. Raises the first refusal at the end."""
    refused: StatusError | None = None
    for pod, cause in batch:
        try:
            create_pod(controller, owner, pod, cause)
        except StatusError as refusal:
            refused = refused or refusal
    if refused is not None:
        raise refused


def delete_pod(controller: Reconciler, owner: Body, pod: Body, cause: Cause) -> None:
    """Starts a pod's graceful deletion and says so."""
    world = controller.world
    world.delete("pods", namespace_of(pod), name_of(pod), cause)
    events.record(
        world,
        owner,
        "Normal",
        "SuccessfulDelete",
        f"Deleted pod: {name_of(pod)}",
        component=controller.name,
        led_by=world.revision,
    )


def is_terminating(refusal: StatusError) -> bool:
    """True if a create was refused because its namespace is on the way out: there is no use in trying again."""
    causes = refusal.details.get("causes") or ()
    return any(cause.get("reason") == "NamespaceTerminating" for cause in causes)
