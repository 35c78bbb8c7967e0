"""apply: by the three-way patch with what was applied last, or by the server.

Follows staging/src/k8s.io/kubectl/pkg/cmd/apply/{apply,patcher}.go, v1.32.
"""

from __future__ import annotations

from typing import Any

import orjson

from simulator.engine.registry import Body
from simulator.terminal import changing, documents, selecting, strategic_diff
from simulator.terminal.changing import LAST_APPLIED
from simulator.terminal.client import APPLY, MERGE, STRATEGIC
from simulator.terminal.command import Command
from simulator.terminal.flags import Flag, Parsed
from simulator.terminal.output import printing
from simulator.terminal.output.yaml import to_json
from simulator.terminal.selecting import Found
from simulator.terminal.shell import Shell
from simulator.terminal.troubles import Refused, Trouble, raise_all

_NOT_DECLARED = (
    "Warning: resource {shown} is missing the {annotation} annotation which is required by kubectl apply. kubectl "
    "apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl "
    "apply. The missing annotation will be patched automatically."
)
_CONFLICT = """\
Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the `--force-conflicts` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts"""


def run(shell: Shell, parsed: Parsed) -> None:
    documents.demand(parsed)
    if parsed.args:
        raise Trouble(f"Unexpected args: {_listed(parsed.args)}\nSee 'kubectl apply -h' for help and examples")
    if parsed.yes("prune"):
        raise Trouble("the terminal does not prune")
    given = documents.read(shell, parsed)
    if not given:
        raise Trouble("no objects passed to apply")
    if parsed.text("selector"):
        from simulator.engine.validation import selector_text

        chosen = selector_text.parse(parsed.text("selector"))
        given = [one for one in given if chosen.matches(one.body["metadata"].get("labels") or {})]
    troubles: list[Trouble] = []
    for one in given:
        try:
            (_on_server if parsed.yes("server-side") else _from_here)(shell, parsed, one)
        except Trouble as trouble:
            troubles.append(trouble)
    raise_all(troubles)


def _listed(args: list[str]) -> str:
    return f"[{' '.join(args)}]"


def _on_server(shell: Shell, parsed: Parsed, given: Found) -> None:
    query = {
        "fieldManager": parsed.text("field-manager") or "kubectl",
        "fieldValidation": changing.validation(parsed),
        "force": parsed.yes("force-conflicts"),
        **printing.dry_run_query(parsed),
    }
    try:
        body = shell.client.send("PATCH", given.path(), given.body, query, content_type=APPLY)
    except Refused as refused:
        if refused.reason == "Conflict":
            raise Trouble(f"{refused.message}\n{_CONFLICT}") from None
        raise
    printing.report(shell, parsed, given.shown, "serverside-applied", body)


def annotated(body: Body) -> Body:
    """The object with itself as what was applied last."""
    meta = dict(body["metadata"])
    annotations = {key: value for key, value in (meta.get("annotations") or {}).items() if key != LAST_APPLIED}
    plain = {**body, "metadata": {**meta, "annotations": annotations}}
    written = f"{to_json(plain, indent=None)}\n"
    return {**body, "metadata": {**meta, "annotations": {**annotations, LAST_APPLIED: written}}}


def _from_here(shell: Shell, parsed: Parsed, given: Found) -> None:
    if not given.name and given.body["metadata"].get("generateName"):
        raise Trouble(f"from {given.body['metadata']['generateName']}: cannot use generate name with apply")
    modified = annotated(given.body)
    try:
        current = shell.client.read(given.path())
    except Refused as refused:
        if refused.reason != "NotFound":
            raise
        _create(shell, parsed, Found(given.kind, modified))
        return
    if printing.dry_run(parsed) == "client":
        printing.report(shell, parsed, given.shown, "configured", current)
        return
    held = (current["metadata"].get("annotations") or {}).get(LAST_APPLIED)
    if held is None:
        shown = f"{given.kind.plural}/{given.name}"
        shell.complain(_NOT_DECLARED.format(shown=shown, annotation=LAST_APPLIED))
    patch, content_type = _patch(given, _read(held), modified, current)
    body = current
    if patch:
        query = {
            "fieldManager": parsed.text("field-manager") or "kubectl-client-side-apply",
            "fieldValidation": changing.validation(parsed),
            **printing.dry_run_query(parsed),
        }
        try:
            body = shell.client.send("PATCH", given.path(), patch, query, content_type=content_type)
        except Refused as refused:
            raise refused.when(_applying(given, patch)) from None
    if body["metadata"].get("deletionTimestamp"):
        shell.complain(f"Warning: Detected changes to resource {given.name} which is currently being deleted.")
    printing.report(shell, parsed, given.shown, "configured" if patch else "unchanged", body)


def _applying(given: Found, patch: Body) -> str:
    version = given.kind.version
    about = (
        f'Resource: "{given.kind.group}/{version}, Resource={given.kind.plural}", '
        f'GroupVersionKind: "{given.kind.group}/{version}, Kind={given.kind.kind}"\n'
        f'Name: "{given.name}", Namespace: "{given.namespace}"'
    )
    return f'error when applying patch:\n{to_json(patch, indent=None)}\nto:\n{about}\nfor: "{documents.STDIN}"'


def _read(held: str | None) -> Body:
    try:
        found = orjson.loads(held) if held else {}
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def _patch(given: Found, original: Body, modified: Body, current: Body) -> tuple[Body, str]:
    if strategic_diff.is_strategic(given.kind):
        return strategic_diff.three_way(given.kind, original, modified, current), STRATEGIC
    return _three_way_merge(original, modified, current), MERGE


def _three_way_merge(original: Any, modified: Any, current: Any) -> Body:
    patch: Body = {}
    for key in sorted(set(modified) | set(original)):
        if key not in modified:
            if key in current:
                patch[key] = None
        elif isinstance(modified[key], dict) and isinstance(current.get(key), dict):
            before = original.get(key)
            inner = _three_way_merge(before if isinstance(before, dict) else {}, modified[key], current[key])
            if inner:
                patch[key] = inner
        elif key not in current or current[key] != modified[key]:
            patch[key] = modified[key]
    return patch


def _create(shell: Shell, parsed: Parsed, given: Found) -> None:
    pruned = Found(given.kind, _without_nulls(given.body))
    try:
        body = changing.created(shell, parsed, pruned, "kubectl-client-side-apply")
    except Refused as refused:
        raise refused.when(f'error when creating "{documents.STDIN}"') from None
    printing.report(shell, parsed, given.shown, "created", body)


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nulls(one) for key, one in value.items() if one is not None}
    return value


COMMAND = Command(
    "apply",
    run,
    (
        printing.OUTPUT,
        printing.DRY_RUN,
        printing.MANAGED,
        selecting.SELECTOR,
        *selecting.FILES,
        Flag("server-side", form="yes", default=False),
        Flag("force-conflicts", form="yes", default=False),
        Flag("validate", default="strict", bare="strict"),
        Flag("field-manager"),
        Flag("prune", form="yes", default=False),
        Flag("overwrite", form="yes", default=True),
        Flag("wait", form="yes", default=False),
        Flag("force", form="yes", default=False),
        Flag("openapi-patch", form="yes", default=True),
    ),
    completes="",
    about="Apply a configuration to a resource by file name or stdin",
)
