"""The objects that a command is given with `-f -`.

Follows staging/src/k8s.io/cli-runtime/pkg/resource/{visitor,mapper}.go, v1.32.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from simulator import documents
from simulator.engine.registry import Body, Kind
from simulator.terminal import resources
from simulator.terminal.flags import Parsed
from simulator.terminal.shell import Shell
from simulator.terminal.troubles import Trouble

if TYPE_CHECKING:
    from simulator.terminal.selecting import Found

STDIN = "STDIN"
_ADVICE = "if you choose to ignore these errors, turn validation off with --validate=false"


def sources(parsed: Parsed) -> list[str]:
    """What -f and -k name."""
    return [*parsed.texts("filename"), *([parsed.text("kustomize")] if parsed.text("kustomize") else [])]


def demand(parsed: Parsed) -> None:
    """Raises Trouble without -f and -k."""
    if not sources(parsed):
        raise Trouble("must specify one of -f and -k")


def read(shell: Shell, parsed: Parsed) -> list[Found]:
    """The objects, each with its namespace. Raises Trouble."""
    from simulator.terminal.selecting import Found

    if parsed.text("kustomize"):
        raise Trouble("there are no folders here, and so no kustomizations: paste the manifests into a here-document")
    for source in parsed.texts("filename"):
        if source.startswith(("http://", "https://")):
            raise Trouble(f"the page fetches nothing: paste what is at {source} into a here-document (-f - <<EOF)")
        if source != "-":
            raise Trouble(f'the path "{source}" does not exist')
    bodies = [body for document in _documents(shell.read_stdin()) for body in _flat(document)]
    found = []
    for body in bodies:
        kind = _kind(shell, body)
        found.append(Found(kind, _placed(shell, parsed, kind, body)))
    return found


def _documents(text: str) -> list[Any]:
    try:
        return [one for one in (plain(node.plain()) for node in documents.parse_yaml(text)) if one is not None]
    except documents.Unreadable as error:
        raise Trouble(f"error parsing {STDIN}: error converting YAML to JSON: {_as_go(error)}") from None


def _as_go(error: documents.Unreadable) -> str:
    """The error as go-yaml words it, whose parser counts lines from 0 and whose scanner counts from 1."""
    message = re.sub(r"^(?:yaml: )?(?:line \d+: )?", "", str(error))
    line = error.line - message.startswith("did not find expected")
    return f"yaml: line {line}: {message}" if error.line else f"yaml: {message}"


def plain(value: Any) -> Any:
    """A value as JSON has it, whatever reading noted besides."""
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    return float(value) if isinstance(value, float) else value


def _flat(document: Any) -> list[Body]:
    """The object, or those of a list. Raises Trouble."""
    if not isinstance(document, dict):
        raise Trouble(f'error validating "{STDIN}": error validating data: invalid object to validate; {_ADVICE}')
    missing = [f"{name} not set" for name in ("apiVersion", "kind") if not document.get(name)]
    if missing:
        told = missing[0] if len(missing) == 1 else f"[{', '.join(missing)}]"
        raise Trouble(f'error validating "{STDIN}": error validating data: {told}; {_ADVICE}')
    if str(document["kind"]).endswith("List") and isinstance(document.get("items"), list):
        return [body for one in document["items"] for body in _flat(one)]
    meta = document.get("metadata")
    return [{**document, "metadata": dict(meta) if isinstance(meta, dict) else {}}]


def _kind(shell: Shell, body: Body) -> Kind:
    kind = shell.client.kinds.find(str(body["apiVersion"]), str(body["kind"]))
    if kind is not None:
        return kind
    meta = body["metadata"]
    raise Trouble(
        f'resource mapping not found for name: "{meta.get("name", "")}" namespace: "{meta.get("namespace", "")}" '
        f'from "{STDIN}": no matches for kind "{body["kind"]}" in version "{body["apiVersion"]}"\n'
        "ensure CRDs are installed first"
    )


def _placed(shell: Shell, parsed: Parsed, kind: Kind, body: Body) -> Body:
    if not kind.namespaced:
        return {**body, "metadata": {key: value for key, value in body["metadata"].items() if key != "namespace"}}
    own, given = body["metadata"].get("namespace"), parsed.text("namespace")
    if own and given and own != given:
        raise Trouble(
            f'the namespace from the provided object "{own}" does not match the namespace "{given}". '
            f"You must pass '--namespace={own}' to perform this operation."
        )
    return {**body, "metadata": {**body["metadata"], "namespace": own or given or shell.namespace}}


def named(kind: Kind, body: Body) -> str:
    """`deployment.apps/web`"""
    return f"{resources.shown(kind)}/{body['metadata'].get('name', '')}"
