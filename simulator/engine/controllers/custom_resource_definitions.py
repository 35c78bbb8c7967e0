"""What makes a CustomResourceDefinition a kind that is served: its names are accepted, it is established, and at its
end its objects go before it does.

Follows staging/src/k8s.io/apiextensions-apiserver/pkg/controller/{status,establish,apiapproval,finalizer}, v1.34.
"""

from __future__ import annotations

from collections.abc import Iterable

from simulator.engine.causes import Cause, _
from simulator.engine.clock import SECOND
from simulator.engine.custom_resources.kinds import DEFINITIONS
from simulator.engine.errors import StatusError
from simulator.engine.journal import Change
from simulator.engine.kinds.custom_resource_definition import FINALIZER
from simulator.engine.objects import (
    condition,
    conditions_of,
    is_condition_true,
    is_deleting,
    name_of,
    namespace_of,
    set_in,
    spec_of,
    status_of,
    timestamp,
    with_condition,
)
from simulator.engine.reconciler import Reconciler
from simulator.engine.registry import KINDS, Body, Key
from simulator.engine.validation.custom_resource_definitions import approval
from simulator.engine.world import World

_PATIENCE = 60 * SECOND
_NAMES = (("plural", "Plural"), ("singular", "Singular"), ("kind", "Kind"), ("listKind", "ListKind"))


class CustomResourceDefinitions(Reconciler):
    """Its keys are definitions. Each reconcile takes the next of the steps; the write brings the one after it."""

    name = "apiextensions-apiserver"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        world.watch(DEFINITIONS, self._definition_changed)
        world.watch("*", self._object_changed)

    def reconcile(self, key: Key) -> None:
        definition = self.world.get(DEFINITIONS, *key)
        if definition is None:
            return
        if is_deleting(definition):
            if FINALIZER in (definition["metadata"].get("finalizers") or ()):
                self._finalize(definition)
        elif not (self._accept(definition) or self._approve(definition)):
            self._establish(definition)

    # --- names ---------------------------------------------------------------------------------------------------

    def _accept(self, definition: Body) -> bool:
        """Accepts the names that are free in the group; True if that wrote anything."""
        wanted, held = spec_of(definition)["names"], _accepted(definition)
        if wanted == held:
            return False
        accepted, reason, message = self._free_names(definition)
        status = "False" if reason else "True"
        named = _condition(
            definition,
            "NamesAccepted",
            status,
            reason or "NoConflicts",
            message or "no conflicts found",
            self.world.now,
        )
        known = condition(definition, "NamesAccepted")
        if accepted == held and known == named:
            return False
        conditions = with_condition(conditions_of(definition), named)
        if not is_condition_true(definition, "Established"):
            why = ("NotAccepted", "not all names are accepted")
            if not reason:
                why = ("Installing", "the initial names have been accepted")
            conditions = with_condition(
                conditions, _condition(definition, "Established", "False", *why, self.world.now)
            )
        sentence = (
            _("The names of {name} are free in its group.")
            if not reason
            else _("{name} cannot have all its names: {message}.")
        )
        cause = self.cause("NamingConditionController", sentence, name=name_of(definition), message=message)
        changed = {**status_of(definition), "acceptedNames": accepted, "conditions": conditions}
        self.world.update_status(DEFINITIONS, {**definition, "status": changed}, cause)
        self._look_again(definition)
        return True

    def _free_names(self, definition: Body) -> tuple[Body, str, str]:
        """(the names that it can have, why not all, in words): the last conflict counts, as upstream has it."""
        wanted, held = spec_of(definition)["names"], _accepted(definition)
        resources, kinds = self._taken(definition)
        accepted, reason, message = dict(held), "", ""
        for name, label in (*_NAMES[:2], ("shortNames", "ShortNames"), *_NAMES[2:]):
            taken = kinds if name in ("kind", "listKind") else resources
            own = held.get(name)
            asked = wanted.get(name) or ([] if name == "shortNames" else "")
            listed = asked if isinstance(asked, list) else [asked]
            used = [one for one in listed if one in taken and one != own and one not in (own or [])]
            if used:
                said = [f'"{one}" is already in use' for one in used]
                reason, message = f"{label}Conflict", said[0] if len(said) == 1 else f"[{', '.join(said)}]"
            elif asked:
                accepted[name] = asked
            else:
                accepted.pop(name, None)
        accepted.pop("categories", None)
        if wanted.get("categories"):
            accepted["categories"] = wanted["categories"]
        return accepted, reason, message

    def _taken(self, definition: Body) -> tuple[set[str], set[str]]:
        """The names of resources and of kinds that the definitions of the group hold."""
        resources: set[str] = set()
        kinds: set[str] = set()
        for one in self._of_group(spec_of(definition)["group"]):
            held = _accepted(one)
            resources |= {held.get("plural", ""), held.get("singular", ""), *(held.get("shortNames") or ())}
            kinds |= {held.get("kind", ""), held.get("listKind", "")}
        return resources - {""}, kinds - {""}

    def _of_group(self, group: str) -> Iterable[Body]:
        return (one for one in self.world.list(DEFINITIONS) if spec_of(one)["group"] == group)

    def _look_again(self, definition: Body) -> None:
        """Names may have become free for the others of the group."""
        for one in self._of_group(spec_of(definition)["group"]):
            if name_of(one) != name_of(definition):
                self.enqueue(Key("", name_of(one)), led_by=self.led_by)

    # --- approval, establishment ---------------------------------------------------------------------------------

    def _approve(self, definition: Body) -> bool:
        """Says of a group of the community's own whether it was approved; True if that wrote anything."""
        found = approval(definition)
        if found is None:
            return False
        kind = "KubernetesAPIApprovalPolicyConformant"
        status = "True" if found.reason == "ApprovedAnnotation" else "False"
        told = _condition(definition, kind, status, found.reason, found.message, self.world.now)
        if condition(definition, kind) == told:
            return False
        cause = self.cause(
            "KubernetesAPIApprovalPolicyConformantConditionController",
            _("The group of {name} is the Kubernetes community's own: {message}."),
            name=name_of(definition),
            message=found.message,
        )
        self._tell(definition, told, cause_of=cause)
        return True

    def _establish(self, definition: Body) -> None:
        if not is_condition_true(definition, "NamesAccepted") or is_condition_true(definition, "Established"):
            return
        established = _condition(
            definition,
            "Established",
            "True",
            "InitialNamesAccepted",
            "the initial names have been accepted",
            self.world.now,
        )
        cause = self.cause(
            "EstablishingController", _("{name} is established: its objects are served."), name=name_of(definition)
        )
        self._tell(definition, established, cause_of=cause)

    def _tell(self, definition: Body, told: Body, *, cause_of: Cause) -> Body:
        conditions = with_condition(conditions_of(definition), told)
        return self.world.update_status(DEFINITIONS, set_in(definition, ("status", "conditions"), conditions), cause_of)

    # --- the end -------------------------------------------------------------------------------------------------

    def _finalize(self, definition: Body) -> None:
        """Deletes the objects and, when the last has gone, lets the definition go."""
        name, now = name_of(definition), self.world.now
        if not is_condition_true(definition, "Established"):
            done = _condition(
                definition, "Terminating", "False", "NeverEstablished", "resource was never established", now
            )
            self._release(definition, done)
            return
        known = condition(definition, "Terminating") or {}
        if known.get("reason") == "InstanceDeletionPending":
            going = _condition(
                definition,
                "Terminating",
                "True",
                "InstanceDeletionInProgress",
                "CustomResource deletion is in progress",
                now,
            )
            cause = self.cause("CRDFinalizer", _("{name} is being deleted: its objects go first."), name=name)
            definition = self._tell(definition, going, cause_of=cause)
            self.enqueue(Key("", name), after=_PATIENCE, led_by=self.led_by)
        refused = self._delete_objects(name)
        left = self.world.list(name)
        if not left:
            done = _condition(
                definition, "Terminating", "False", "InstanceDeletionCompleted", "removed all instances", now
            )
            self._release(definition, done)
            return
        waited = "could not confirm zero CustomResources remaining: context deadline exceeded"
        stuck = ("InstanceDeletionCheck", waited) if known.get("reason") != "InstanceDeletionPending" else None
        if refused:
            stuck = "InstanceDeletionFailed", f"could not issue all deletes: {refused[0]}"
        if stuck and known.get("reason") != stuck[0]:
            cause = self.cause("CRDFinalizer", _("{name} waits for {count} objects to go."), name=name, count=len(left))
            self._tell(definition, _condition(definition, "Terminating", "True", *stuck, now), cause_of=cause)

    def _delete_objects(self, resource: str) -> list[str]:
        """Deletes all objects of a resource; returns what refused to be deleted, in words."""
        refused = []
        for body in self.world.list(resource):
            if is_deleting(body):
                continue
            cause = self.cause(
                "CRDFinalizer",
                _("{definition} is being deleted, and {name} with it."),
                definition=resource,
                name=name_of(body),
            )
            try:
                self.world.delete(resource, namespace_of(body), name_of(body), cause)
            except StatusError as refusal:
                refused.append(refusal.message)
        return refused

    def _release(self, definition: Body, done: Body) -> None:
        left = [one for one in definition["metadata"]["finalizers"] if one != FINALIZER]
        changed = set_in(definition, ("metadata", "finalizers"), left)
        cause = self.cause("CRDFinalizer", _("{name} has no objects left: it can go."), name=name_of(definition))
        self._tell(changed, done, cause_of=cause)

    # --- watching ------------------------------------------------------------------------------------------------

    def _definition_changed(self, change: Change) -> None:
        if change.operation == "DELETED":
            for one in self._of_group(spec_of(change.body)["group"]):
                self.enqueue(Key("", name_of(one)), led_by=change.revision)
        elif not is_deleting(change.body) or change.cause.component != self.name:
            self.enqueue(change.key, led_by=change.revision)

    def _object_changed(self, change: Change) -> None:
        """What is gone of a kind that waits for its end brings that nearer."""
        if change.operation != "DELETED" or change.cause.component == self.name or change.resource in KINDS:
            return
        definition = self.world.get(DEFINITIONS, "", change.resource)
        if definition is not None and is_deleting(definition):
            self.enqueue(Key("", change.resource), led_by=change.revision)


def _accepted(definition: Body) -> Body:
    held: Body = status_of(definition).get("acceptedNames") or {}
    return held


def _condition(definition: Body, kind: str, status: str, reason: str, message: str, now: int) -> Body:
    """A condition; the instant of its last change stays while its status does."""
    known = condition(definition, kind)
    same = known is not None and known.get("status") == status
    since = (known or {}).get("lastTransitionTime") if same else None
    told = {"message": message, "reason": reason, "status": status, "type": kind}
    return {"lastTransitionTime": since or timestamp(now), **told}
