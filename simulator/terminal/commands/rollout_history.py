"""rollout history and undo.

Follows staging/src/k8s.io/kubectl/pkg/polymorphichelpers/{history,rollback}.go, v1.32.
"""

from __future__ import annotations

from typing import Any

from simulator.engine.objects import annotations_of, controller_of
from simulator.engine.printing import selector_text
from simulator.engine.registry import Body
from simulator.terminal import changing
from simulator.terminal.changing import LAST_APPLIED
from simulator.terminal.client import JSON_PATCH, STRATEGIC, path_of
from simulator.terminal.command import Command
from simulator.terminal.commands.rollout import COMMON, demand
from simulator.terminal.describe.pod_templates import template_lines
from simulator.terminal.describe.writing import Page
from simulator.terminal.flags import Flag, Parsed
from simulator.terminal.output import printing
from simulator.terminal.output.columns import Columns
from simulator.terminal.selecting import Found, Selection
from simulator.terminal.shell import Shell
from simulator.terminal.troubles import Refused, Trouble

CAUSE = "kubernetes.io/change-cause"
REVISION = "deployment.kubernetes.io/revision"
_HASH = "pod-template-hash"
_KEPT = frozenset(
    (
        LAST_APPLIED,
        REVISION,
        "deployment.kubernetes.io/revision-history",
        "deployment.kubernetes.io/desired-replicas",
        "deployment.kubernetes.io/max-replicas",
        "deprecated.deployment.rollback.to",
    )
)
Revisions = dict[int, Body]
"""By revision the object that holds it: a ReplicaSet, or a ControllerRevision."""


def revisions(shell: Shell, found: Found) -> Revisions:
    """Raises Trouble for a kind that has no history."""
    if found.kind.kind == "Deployment":
        held = _owned(shell, found, "replicasets.apps")
        return {int(annotations_of(one)[REVISION]): one for one in held if REVISION in annotations_of(one)}
    if found.kind.kind in ("DaemonSet", "StatefulSet"):
        return {one["revision"]: one for one in _owned(shell, found, "controllerrevisions.apps")}
    name = f"{found.kind.kind}.{found.kind.group}" if found.kind.group else found.kind.kind
    raise Trouble(f'no history viewer has been implemented for "{name}"')


def _owned(shell: Shell, found: Found, resource: str) -> list[Body]:
    query = {"labelSelector": selector_text(found.body["spec"].get("selector"))}
    listed = shell.client.pages(path_of(shell.client.kinds[resource], found.namespace), query)["items"]
    uid = found.body["metadata"]["uid"]
    return [one for one in listed if (owner := controller_of(one)) is not None and owner["uid"] == uid]


def _template(held: Body) -> Body:
    """The pod template of a revision; what caused it is an annotation of it."""
    if "spec" in held:
        template: Body = held["spec"]["template"]
    else:
        template = held["data"]["spec"]["template"]
    cause = annotations_of(held).get(CAUSE)
    if not cause:
        return template
    meta = template.get("metadata") or {}
    return {**template, "metadata": {**meta, "annotations": {**(meta.get("annotations") or {}), CAUSE: cause}}}


def history(shell: Shell, parsed: Parsed) -> None:
    demand(parsed)
    revision = parsed.number("revision")

    def tell(found: Found) -> None:
        held = revisions(shell, found)
        if parsed.text("output"):
            for one in [held[revision]] if revision in held else [held[key] for key in sorted(held) if not revision]:
                printing.show(shell, parsed, one)
            return
        marked = f" with revision #{revision}" if revision else " "
        shell.print(f"{found.shown}{marked}\n{_told(held, revision)}")

    changing.each(Selection(shell, parsed, may_list=True), tell)


def _told(held: Revisions, revision: int) -> str:
    if not held:
        return "No rollout history found."
    if revision:
        if revision not in held:
            raise Trouble("unable to find the specified revision")
        page = Page()
        template_lines(page, _template(held[revision]))
        return page.plain()
    rows = [["REVISION", "CHANGE-CAUSE"]]
    for key in sorted(held):
        rows.append([str(key), annotations_of(held[key]).get(CAUSE) or "<none>"])
    lines = Columns(least=0, padding=2, remembers=False).lines(rows)
    return "".join(f"{line}\n" for line in lines)


def undo(shell: Shell, parsed: Parsed) -> None:
    demand(parsed)

    def back(found: Found) -> None:
        said = _undo(shell, parsed, found, parsed.number("to-revision"))
        printing.report(shell, parsed, found.shown, said, found.body)

    changing.each(Selection(shell, parsed, may_list=True), back)


def _undo(shell: Shell, parsed: Parsed, found: Found, wanted: int) -> str:
    if wanted < 0:
        raise Trouble(f"unable to find specified revision {wanted} in history")
    held = revisions(shell, found)
    if wanted and wanted not in held:
        raise Trouble(f"unable to find specified revision {wanted} in history")
    if not wanted and len(held) < 2:
        if found.kind.kind == "Deployment":
            raise Trouble(f'no rollout history found for deployment "{found.name}"')
        raise Trouble("no last revision to roll back to")
    source = held[wanted or sorted(held)[-2]]
    if printing.dry_run(parsed) == "client":
        page = Page()
        template_lines(page, _template(source))
        return page.plain() if found.kind.kind == "Deployment" else f"will roll back to {page.plain()}"
    if found.body["spec"].get("paused"):
        raise Trouble(
            "you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again"
        )
    if _without_hash(_plain(source)) == _without_hash(found.body["spec"]["template"]):
        return f"skipped rollback (current template already matches revision {wanted})"
    try:
        patch, content_type = _patch(found, source)
        shell.client.send("PATCH", found.path(), patch, printing.dry_run_query(parsed), content_type=content_type)
    except Refused as refused:
        raise Trouble(f"failed restoring revision {wanted}: {refused.message}") from None
    return "rolled back"


def _plain(held: Body) -> Body:
    template: Body = held["spec"]["template"] if "spec" in held else held["data"]["spec"]["template"]
    return {key: value for key, value in template.items() if key != "$patch"}


def _without_hash(template: Body) -> Body:
    meta = dict(template.get("metadata") or {})
    labels = {key: value for key, value in (meta.get("labels") or {}).items() if key != _HASH}
    meta = {key: value for key, value in meta.items() if key not in ("labels", "creationTimestamp")}
    return {**template, "metadata": {**meta, "labels": labels}}


def _patch(found: Found, source: Body) -> tuple[Any, str]:
    if found.kind.kind != "Deployment":
        return source["data"], STRATEGIC
    own = annotations_of(found.body)
    annotations = {key: value for key, value in own.items() if key in _KEPT}
    annotations |= {key: value for key, value in annotations_of(source).items() if key not in _KEPT}
    patch = [
        {"op": "replace", "path": "/spec/template", "value": _without_hash(source["spec"]["template"])},
        {"op": "replace", "path": "/metadata/annotations", "value": annotations},
    ]
    return patch, JSON_PATCH


COMMANDS = (
    Command(
        "rollout history",
        history,
        (*COMMON, Flag("revision", form="number", default=0)),
        about="View rollout history",
    ),
    Command(
        "rollout undo",
        undo,
        (*COMMON, printing.DRY_RUN, Flag("to-revision", form="number", default=0)),
        about="Undo a previous rollout",
    ),
)
