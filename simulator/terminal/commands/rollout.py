"""rollout status, pause, resume, restart.

Follows staging/src/k8s.io/kubectl/pkg/cmd/rollout and pkg/polymorphichelpers, v1.32.
"""

from __future__ import annotations

import copy
from functools import partial

from simulator.engine.objects import condition, timestamp
from simulator.engine.registry import Body
from simulator.terminal import changing, selecting
from simulator.terminal.client import path_of
from simulator.terminal.command import Command
from simulator.terminal.flags import Flag, Parsed
from simulator.terminal.output import printing
from simulator.terminal.selecting import Found, Selection
from simulator.terminal.shell import Shell, Unfinished
from simulator.terminal.troubles import Refused, Trouble, raise_all

RESTARTED = "kubectl.kubernetes.io/restartedAt"
COMMON = (printing.OUTPUT, printing.MANAGED, selecting.SELECTOR, *selecting.FILES, Flag("field-manager"))


def demand(parsed: Parsed) -> None:
    """Raises Trouble without a resource."""
    if not parsed.args and not parsed.texts("filename"):
        raise Trouble("required resource not specified")
    if parsed.number("revision") < 0:
        raise Trouble(f"revision must be a positive integer: {parsed.number('revision')}")


def status(shell: Shell, parsed: Parsed) -> None:
    demand(parsed)
    state = shell.state
    if state is None:
        found = Selection(shell, parsed, may_list=True).objects()
        if not found:
            shell.complain(f"No resources found in {shell.in_namespace(parsed)} namespace.")
            return
        state = {"left": [[one.kind.resource, one.namespace, one.name] for one in found], "told": "", "began": None}
    now = shell.now
    state["began"] = state["began"] or now
    while state["left"]:
        resource, namespace, name = state["left"][0]
        kind = shell.client.kinds[resource]
        try:
            body = shell.client.read(path_of(kind, namespace, name))
        except Refused as refused:
            raise Trouble("object has been deleted") if refused.reason == "NotFound" else refused from None
        told, done = _status(Found(kind, body), parsed.number("revision"))
        if told != state["told"]:
            shell.write(told)
        state["told"] = told
        if not done and parsed.yes("watch"):
            limit = parsed.seconds("timeout")
            if limit and now - state["began"] > limit * 1_000_000:
                raise Trouble("timed out waiting for the condition")
            raise Unfinished(state)
        state = {**state, "left": state["left"][1:], "told": ""}


def _status(found: Found, revision: int) -> tuple[str, bool]:
    """What is said of a rollout, and whether it is done. Raises Trouble."""
    body = found.body
    spec, held = body["spec"], body.get("status") or {}
    observed = body["metadata"].get("generation", 0) <= held.get("observedGeneration", 0)
    match found.kind.kind:
        case "Deployment":
            return _of_deployment(body, spec, held, observed, revision)
        case "DaemonSet":
            return _of_daemon_set(found.name, spec, held, observed)
        case "StatefulSet":
            return _of_stateful_set(spec, held, observed)
    raise Trouble(f"no status viewer has been implemented for {found.kind.kind}")


def _of_deployment(body: Body, spec: Body, held: Body, observed: bool, revision: int) -> tuple[str, bool]:
    name = body["metadata"]["name"]
    if revision > 0:
        own = int(body["metadata"].get("annotations", {}).get("deployment.kubernetes.io/revision", 0))
        if own != revision:
            raise Trouble(f"desired revision ({revision}) is different from the running revision ({own})")
    if not observed:
        return "Waiting for deployment spec update to be observed...\n", False
    progressing = condition(body, "Progressing")
    if progressing is not None and progressing.get("reason") == "ProgressDeadlineExceeded":
        raise Trouble(f'deployment "{name}" exceeded its progress deadline')
    wanted, updated = spec.get("replicas", 1), held.get("updatedReplicas", 0)
    begin = f'Waiting for deployment "{name}" rollout to finish: '
    if updated < wanted:
        return f"{begin}{updated} out of {wanted} new replicas have been updated...\n", False
    if held.get("replicas", 0) > updated:
        return f"{begin}{held['replicas'] - updated} old replicas are pending termination...\n", False
    if held.get("availableReplicas", 0) < updated:
        available = held.get("availableReplicas", 0)
        return f"{begin}{available} of {updated} updated replicas are available...\n", False
    return f'deployment "{name}" successfully rolled out\n', True


_ONLY_ROLLING = "rollout status is only available for RollingUpdate strategy type"


def _of_daemon_set(name: str, spec: Body, held: Body, observed: bool) -> tuple[str, bool]:
    if spec.get("updateStrategy", {}).get("type") != "RollingUpdate":
        raise Trouble(_ONLY_ROLLING)
    if not observed:
        return "Waiting for daemon set spec update to be observed...\n", False
    wanted, updated = held.get("desiredNumberScheduled", 0), held.get("updatedNumberScheduled", 0)
    begin = f'Waiting for daemon set "{name}" rollout to finish: '
    if updated < wanted:
        return f"{begin}{updated} out of {wanted} new pods have been updated...\n", False
    available = held.get("numberAvailable", 0)
    if available < wanted:
        return f"{begin}{available} of {wanted} updated pods are available...\n", False
    return f'daemon set "{name}" successfully rolled out\n', True


def _of_stateful_set(spec: Body, held: Body, observed: bool) -> tuple[str, bool]:
    strategy = spec.get("updateStrategy", {})
    if strategy.get("type") != "RollingUpdate":
        raise Trouble(_ONLY_ROLLING)
    if not observed or not held.get("observedGeneration"):
        return "Waiting for statefulset spec update to be observed...\n", False
    wanted, updated = spec.get("replicas", 1), held.get("updatedReplicas", 0)
    if held.get("readyReplicas", 0) < wanted:
        return f"Waiting for {wanted - held.get('readyReplicas', 0)} pods to be ready...\n", False
    rolling = strategy.get("rollingUpdate")
    if rolling is not None:
        partition = rolling.get("partition")
        if partition is not None and updated < wanted - partition:
            told = f"{updated} out of {wanted - partition} new pods have been updated...\n"
            return f"Waiting for partitioned roll out to finish: {told}", False
        return f"partitioned roll out complete: {updated} new pods have been updated...\n", True
    if held.get("updateRevision") != held.get("currentRevision"):
        revision = held.get("updateRevision", "")
        return f"waiting for statefulset rolling update to complete {updated} pods at revision {revision}...\n", False
    current = held.get("currentReplicas", 0)
    return (
        f"statefulset rolling update complete {current} pods at revision {held.get('currentRevision', '')}...\n",
        True,
    )


def _pause(shell: Shell, body: Body) -> str:
    if body["spec"].get("paused"):
        return "is already paused"
    body["spec"]["paused"] = True
    return ""


def _resume(shell: Shell, body: Body) -> str:
    if not body["spec"].get("paused"):
        return "is not paused"
    body["spec"]["paused"] = False
    return ""


def _restart(shell: Shell, body: Body) -> str:
    if body["spec"].get("paused"):
        return "can't restart paused deployment (run rollout resume first)"
    meta = body["spec"]["template"].setdefault("metadata", {})
    now = timestamp(shell.now)
    meta["annotations"] = {**(meta.get("annotations") or {}), RESTARTED: now}
    return ""


_DOINGS = {
    "pause": (_pause, "paused", "pausing is not supported", ("Deployment",)),
    "resume": (_resume, "resumed", "resuming is not supported", ("Deployment",)),
    "restart": (_restart, "restarted", "restarting is not supported", ("Deployment", "DaemonSet", "StatefulSet")),
}


def change(shell: Shell, parsed: Parsed, *, which: str) -> None:
    """pause, resume or restart."""
    demand(parsed)
    update, said, unsupported, kinds = _DOINGS[which]
    selection = Selection(shell, parsed, may_list=True)
    found = selection.objects()
    troubles = list(selection.troubles)
    if not found:
        shell.complain(f"No resources found in {shell.in_namespace(parsed)} namespace.")
    for one in found:
        resource = f"{one.kind.plural}.{one.kind.group}" if one.kind.group else one.kind.plural
        new = copy.deepcopy(one.body)
        wrong = update(shell, new) if one.kind.kind in kinds else unsupported
        if wrong:
            troubles.append(Trouble(f'error: {resource} "{one.name}" {wrong}'))
            continue
        if new == one.body:
            troubles.append(
                Trouble(
                    f"failed to create patch for {one.name}: if restart has already been triggered within the past "
                    "second, please wait before attempting to trigger another"
                )
            )
            continue
        body = changing.patched(shell, parsed, one, new, "kubectl-rollout")
        printing.report(shell, parsed, one.shown, said, body)
    raise_all(troubles)


COMMANDS = (
    Command(
        "rollout status",
        status,
        (
            *COMMON,
            Flag("watch", "w", form="yes", default=True),
            Flag("revision", form="number", default=0),
            Flag("timeout", form="span", default=0),
        ),
        about="Show the status of the rollout",
    ),
    Command("rollout pause", partial(change, which="pause"), COMMON, about="Mark the provided resource as paused"),
    Command("rollout resume", partial(change, which="resume"), COMMON, about="Resume a paused resource"),
    Command("rollout restart", partial(change, which="restart"), COMMON, about="Restart a resource"),
)
