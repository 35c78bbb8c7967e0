"""wait: until a condition holds, something is there, or it is gone.

Follows staging/src/k8s.io/kubectl/pkg/cmd/wait, v1.32.
"""

from __future__ import annotations

from typing import Any

from simulator.engine.clock import SECOND
from simulator.engine.registry import Body
from simulator.terminal import selecting
from simulator.terminal.client import path_of
from simulator.terminal.command import Command
from simulator.terminal.flags import Flag, Parsed
from simulator.terminal.output import jsonpath, printing
from simulator.terminal.selecting import Found, Selection, Wanted
from simulator.terminal.shell import Shell, Unfinished
from simulator.terminal.troubles import Refused, Trouble, raise_all

_JSONPATH = (
    "jsonpath wait format must be --for=jsonpath='{.status.readyReplicas}'=3 or "
    "--for=jsonpath='{.status.readyReplicas}'"
)


def run(shell: Shell, parsed: Parsed) -> None:
    wanted = parsed.text("for")
    if "for" not in parsed.given:
        raise Trouble('required flag(s) "for" not set')
    _check(wanted)
    state = shell.state or {"left": None, "began": None}
    now = shell.now
    state["began"] = state["began"] if state["began"] is not None else now
    if state["left"] is None:
        state["left"] = _first(shell, parsed, wanted)
    left, troubles = [], []
    for resource, namespace, name, uid in state["left"]:
        one = Wanted(shell.client.kinds[resource], namespace, name)
        try:
            if not _is_met(shell, parsed, one, uid, wanted):
                left.append([resource, namespace, name, uid])
        except Trouble as trouble:
            troubles.append(trouble)
    raise_all(troubles)
    if not left:
        return
    limit = parsed.seconds("timeout")
    if limit == 0:
        raise_all([Trouble(f"condition not met for {_shown(shell, one)}") for one in left])
    if limit > 0 and now - state["began"] >= limit * SECOND:
        raise_all([Trouble(f"timed out waiting for the condition on {_shown(shell, one)}") for one in left])
    raise Unfinished({**state, "left": left})


def _shown(shell: Shell, one: list[Any]) -> str:
    return f"{shell.client.kinds[one[0]].plural}/{one[2]}"


def _check(wanted: str) -> None:
    if wanted.lower() in ("delete", "create") or wanted.startswith("condition="):
        return
    if not wanted.startswith("jsonpath="):
        raise Trouble(f'unrecognized condition: "{wanted}"')
    _path(wanted)


def _path(wanted: str) -> tuple[jsonpath.Template, str]:
    """The path that is looked at and the value that it is to have. Raises Trouble."""
    parts = wanted.removeprefix("jsonpath=").replace("==", "\0").split("=")
    parts = [part.replace("\0", "==") for part in parts]
    if len(parts) > 2:
        raise Trouble(_JSONPATH)
    value = parts[1].strip("'\"") if len(parts) == 2 else ""
    if len(parts) == 2 and not value:
        told = "like --for=jsonpath='{.status.readyReplicas}'=3"
        raise Trouble(f"jsonpath wait has to have a value after equal sign, {told}")
    try:
        return jsonpath.Template(jsonpath.relaxed(parts[0].strip("'\""))), value
    except jsonpath.Wrong as error:
        raise Trouble(str(error)) from None


def _first(shell: Shell, parsed: Parsed, wanted: str) -> list[list[str]]:
    selection = Selection(shell, parsed)
    if wanted.lower() == "create":
        return [[one.kind.resource, one.namespace, one.name, ""] for one in selection.wanted() if one.name]
    try:
        found = selection.objects()
    except Refused as refused:
        if wanted.lower() == "delete" and refused.reason == "NotFound":
            return []
        raise
    raise_all([] if wanted.lower() == "delete" else selection.troubles)
    if not found and wanted.lower() != "delete":
        raise Trouble("no matching resources found")
    return [[one.kind.resource, one.namespace, one.name, one.body["metadata"]["uid"]] for one in found]


def _is_met(shell: Shell, parsed: Parsed, one: Wanted, uid: str, wanted: str) -> bool:
    try:
        body = shell.client.read(path_of(one.kind, one.namespace, one.name))
    except Refused as refused:
        if refused.reason != "NotFound" or wanted.lower() not in ("delete", "create"):
            raise
        if wanted.lower() == "create":
            return False
        body = None
    if wanted.lower() == "delete":
        if body is not None and (not uid or body["metadata"]["uid"] == uid):
            return False
        kind = {"apiVersion": one.kind.api_version, "kind": one.kind.kind}
        body = {**kind, "metadata": {"name": one.name, "namespace": one.namespace}}
    elif wanted.lower() != "create" and not _holds(body or {}, wanted):
        return False
    assert body is not None
    printing.report(shell, parsed, Found(one.kind, body).shown, "condition met", body)
    return True


def _holds(body: Body, wanted: str) -> bool:
    if wanted.startswith("jsonpath="):
        return _has_value(body, wanted)
    name, _, value = wanted.removeprefix("condition=").partition("=")
    for one in body.get("status", {}).get("conditions", ()):
        if one["type"].lower() != name.lower():
            continue
        observed = one.get("observedGeneration", body["status"].get("observedGeneration"))
        if observed is not None and observed < body["metadata"].get("generation", 0):
            return False
        return bool(one["status"].lower() == (value or "true").lower())
    return False


def _has_value(body: Body, wanted: str) -> bool:
    template, value = _path(wanted)
    try:
        held = [one for values in template.results(body, lenient=True) for one in values]
    except jsonpath.Wrong as error:
        raise Trouble(str(error)) from None
    if not held:
        return False
    if len(held) > 1:
        raise Trouble("given jsonpath expression matches more than one value")
    if isinstance(held[0], dict | list) and value:
        raise Trouble("jsonpath leads to a nested object or list which is not supported")
    return not value or jsonpath.sprint(held[0]) == value


COMMAND = Command(
    "wait",
    run,
    (
        printing.OUTPUT,
        printing.MANAGED,
        selecting.SELECTOR,
        selecting.FIELDS,
        selecting.EVERYWHERE,
        selecting.ALL,
        *selecting.FILES,
        Flag("for", choices=("condition=", "delete", "create", "jsonpath=")),
        Flag("timeout", form="span", default=30),
    ),
    about="Wait for a specific condition on one or many resources",
)
