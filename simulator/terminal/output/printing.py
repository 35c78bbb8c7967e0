"""`-o`: how a command that reads or changes objects tells of them.

Follows staging/src/k8s.io/cli-runtime/pkg/genericclioptions/print_flags.go, v1.32.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from simulator.engine.registry import Body
from simulator.terminal.flags import Flag, Parsed
from simulator.terminal.output import jsonpath
from simulator.terminal.output.columns import Columns
from simulator.terminal.output.yaml import to_json, to_yaml
from simulator.terminal.shell import Shell
from simulator.terminal.troubles import Trouble

OUTPUT = Flag("output", "o", choices=("wide", "yaml", "json", "name", "jsonpath=", "custom-columns="))
MANAGED = Flag("show-managed-fields", form="yes", default=False)
DRY_RUN = Flag("dry-run", default="none", bare="unchanged", choices=("client", "server", "none"))
_TEMPLATES = (
    "go-template",
    "go-template-file",
    "json",
    "jsonpath",
    "jsonpath-as-json",
    "jsonpath-file",
    "name",
    "template",
    "templatefile",
    "yaml",
)
_FOR_GET = tuple(sorted((*_TEMPLATES, "custom-columns", "custom-columns-file", "wide")))


def dry_run(parsed: Parsed) -> str:
    """client, server or nothing. Raises Trouble."""
    given = parsed.text("dry-run")
    if given == "unchanged":
        raise Trouble(
            '--dry-run flag without a value was specified. A value must be set: "none", "server", or "client".'
        )
    if given not in ("none", "", "client", "server", "false"):
        raise Trouble(f'Invalid dry-run value ({given}). Must be "none", "server", or "client".')
    return given if given in ("client", "server") else ""


def dry_run_query(parsed: Parsed) -> dict[str, str]:
    return {"dryRun": "All"} if dry_run(parsed) == "server" else {}


def said(operation: str, parsed: Parsed) -> str:
    """The operation, and whether it was only tried."""
    tried = dry_run(parsed)
    mark = {"client": " (dry run)", "server": " (server dry run)"}.get(tried, "")
    return f"{operation}{mark}"


def report(shell: Shell, parsed: Parsed, shown: str, operation: str, body: Body) -> None:
    """Tells of an object that was changed: `deployment.apps/web scaled`, or the object as -o wants it."""
    form = parsed.text("output")
    if form in ("", "name"):
        shell.print(f"{shown} {said(operation, parsed)}" if form == "" else shown)
        return
    show(shell, parsed, body)


def check(parsed: Parsed, *, for_get: bool = False) -> None:
    """Raises Trouble for a form that there is not."""
    form = parsed.text("output")
    name, _, template = form.partition("=")
    allowed = _FOR_GET if for_get else _TEMPLATES
    if not form:
        return
    if name not in allowed:
        raise Trouble(
            f'unable to match a printer suitable for the output format "{form}", allowed formats are: '
            f"{','.join(allowed)}"
        )
    if name.startswith("custom-columns") and not template:
        raise Trouble("custom-columns format specified but no custom columns given")
    if name.startswith(("jsonpath", "go-template", "template")) and not template:
        raise Trouble("template format specified but no template given")
    if name in ("go-template", "template") or name.endswith("file"):
        raise Trouble(f"the terminal does not know -o {name}: use jsonpath or custom-columns")


def show(shell: Shell, parsed: Parsed, body: Body) -> None:
    """Writes one object, or a List. Raises Trouble."""
    form, _, template = parsed.text("output").partition("=")
    body = body if parsed.yes("show-managed-fields") else without_managed_fields(body)
    match form:
        case "yaml":
            shell.write(("---\n" if shell.documents else "") + to_yaml(body))
            shell.documents += 1
        case "json":
            shell.print(to_json(body))
        case "jsonpath" | "jsonpath-as-json":
            shell.write(_templated(form, template, body))
        case "name":
            for one in body["items"] if body["kind"] == "List" else [body]:
                shell.print(_name(one))
        case "custom-columns":
            columns(shell, template, body["items"] if body["kind"] == "List" else [body], parsed.yes("no-headers"))


def _templated(form: str, template: str, body: Body) -> str:
    try:
        parsed = jsonpath.Template(template)
    except jsonpath.Wrong as error:
        raise Trouble(f"error parsing jsonpath {template}, {error}") from None
    try:
        return parsed.json(body) if form == "jsonpath-as-json" else parsed.text(body)
    except jsonpath.Wrong as error:
        told = f"Error executing template: {error}. Printing more information for debugging the template:\n"
        told += f"\ttemplate was:\n\t\t{template}\n"
        raise Trouble(f'error executing jsonpath "{template}": {told}') from None


def _name(body: Body) -> str:
    group = body["apiVersion"].rpartition("/")[0]
    kind = f"{body['kind'].lower()}.{group}" if group else body["kind"].lower()
    return f"{kind}/{body['metadata']['name']}"


def columns(shell: Shell, spec: str, bodies: Sequence[Body], no_headers: bool) -> None:
    """`-o custom-columns=NAME:.metadata.name`. Raises Trouble."""
    headers, templates = [], []
    for part in spec.split(","):
        header, found, path = part.partition(":")
        if not found:
            raise Trouble(f"unexpected custom-columns spec: {part}, expected <header>:<json-path-expr>")
        headers.append(header)
        try:
            templates.append(jsonpath.Template(jsonpath.relaxed(path)))
        except jsonpath.Wrong as error:
            raise Trouble(str(error)) from None
    rows = [] if no_headers else [headers]
    for body in bodies:
        rows.append([_cell(template, body) for template in templates])
    for line in Columns().lines(rows):
        shell.print(line)


def _cell(template: jsonpath.Template, body: Any) -> str:
    try:
        held = template.results(body, lenient=True)
    except jsonpath.Wrong as error:
        raise Trouble(str(error)) from None
    values = [jsonpath.sprint(value) for values in held for value in values]
    return ",".join(values) if held and held[0] else ",".join(["<none>", *values])


def as_typed(body: Body) -> Body:
    """An object as kubectl's own types write it: the metadata of a template has no instant of creation."""
    typed: Body = {}
    for key, value in body.items():
        if isinstance(value, dict):
            value = as_typed(value)
            if key in ("template", "jobTemplate") and "spec" in value:
                value = {**value, "metadata": {"creationTimestamp": None, **value.get("metadata", {})}}
        typed[key] = value
    return typed


def without_managed_fields(body: Body) -> Body:
    if body.get("kind") == "List" and "items" in body:
        return {**body, "items": [without_managed_fields(one) for one in body["items"]]}
    if "managedFields" not in body.get("metadata", {}):
        return body
    meta = {key: value for key, value in body["metadata"].items() if key != "managedFields"}
    return {**body, "metadata": meta}
