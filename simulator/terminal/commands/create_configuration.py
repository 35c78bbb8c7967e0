"""create namespace, serviceaccount, configmap, secret, quota, priorityclass, token.

Follows staging/src/k8s.io/kubectl/pkg/cmd/create/create_{namespace,configmap,secret,quota,priorityclass}.go, v1.32.
"""

from __future__ import annotations

import base64

import orjson

from simulator.engine.registry import Body
from simulator.engine.validation.names import config_key
from simulator.terminal.client import path_of
from simulator.terminal.command import Command
from simulator.terminal.commands.create import COMMON, meta, subcommand
from simulator.terminal.flags import Flag, Parsed
from simulator.terminal.shell import Shell
from simulator.terminal.troubles import Trouble, Usage

LITERALS = Flag("from-literal", form="list", default=())
_SOURCES = (
    LITERALS,
    Flag("from-file", form="list", default=()),
    Flag("from-env-file", form="list", default=()),
    Flag("append-hash", form="yes", default=False),
)


def _namespace(shell: Shell, parsed: Parsed, name: str) -> Body:
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": meta(name), "spec": {}, "status": {}}


def _service_account(shell: Shell, parsed: Parsed, name: str) -> Body:
    return {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": meta(name)}


def _literals(parsed: Parsed, what: str) -> dict[str, str]:
    """The pairs that were given. Raises Trouble."""
    for flag in ("from-file", "from-env-file"):
        if parsed.texts(flag):
            raise Trouble(f"there are no files here: use --from-literal instead of --{flag}")
    data: dict[str, str] = {}
    for one in parsed.texts("from-literal"):
        key, found, value = one.partition("=")
        if not found or not key:
            raise Trouble(f"invalid literal source {one}, expected key=value")
        if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
            value = value[1:-1]
        if wrong := config_key(key):
            raise Trouble(f'"{key}" is not a valid key name for a {what}: {",".join(wrong)}')
        if key in data:
            raise Trouble(
                f'cannot add key "{key}", another key by that name already exists in Data for {what} "{parsed.args[0]}"'
            )
        data[key] = value
    return data


def _config_map(shell: Shell, parsed: Parsed, name: str) -> Body:
    data = _literals(parsed, "ConfigMap")
    body: Body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta(name)}
    return {**body, "data": data} if data else body


def _encoded(data: dict[str, str]) -> dict[str, str]:
    return {key: base64.b64encode(value.encode()).decode() for key, value in data.items()}


def _secret(shell: Shell, parsed: Parsed, name: str) -> Body:
    data = _encoded(_literals(parsed, "Secret"))
    body: Body = {"apiVersion": "v1", "kind": "Secret", "metadata": meta(name)}
    body |= {"data": data} if data else {}
    return {**body, "type": parsed.text("type")} if parsed.text("type") else body


def _registry(shell: Shell, parsed: Parsed, name: str) -> Body:
    user, password, mail = (parsed.text(one) for one in ("docker-username", "docker-password", "docker-email"))
    server = parsed.text("docker-server") or "https://index.docker.io/v1/"
    if not user or not password:
        raise Trouble(
            "either --from-file or the combination of --docker-username, --docker-password and --docker-server is "
            "required"
        )
    auth = base64.b64encode(f"{user}:{password}".encode()).decode()
    entry = {"username": user, "password": password, **({"email": mail} if mail else {}), "auth": auth}
    held = orjson.dumps({"auths": {server: entry}}).decode()
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": meta(name),
        "type": "kubernetes.io/dockerconfigjson",
        "data": _encoded({".dockerconfigjson": held}),
    }


def _quota(shell: Shell, parsed: Parsed, name: str) -> Body:
    hard: dict[str, str] = {}
    for part in parsed.text("hard").split(",") if parsed.text("hard") else ():
        pieces = part.split("=")
        if len(pieces) != 2:
            raise Trouble(f"Invalid argument syntax {part}, expected <resource>=<value>")
        hard[pieces[0]] = pieces[1]
    spec: Body = {"hard": hard} if hard else {}
    if parsed.text("scopes"):
        spec["scopes"] = parsed.text("scopes").split(",")
    return {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": meta(name), "spec": spec, "status": {}}


def _priority_class(shell: Shell, parsed: Parsed, name: str) -> Body:
    return {
        "apiVersion": "scheduling.k8s.io/v1",
        "kind": "PriorityClass",
        "metadata": meta(name),
        "value": parsed.number("value"),
        **({"globalDefault": True} if parsed.yes("global-default") else {}),
        **({"description": parsed.text("description")} if parsed.text("description") else {}),
        "preemptionPolicy": parsed.text("preemption-policy"),
    }


def _token(shell: Shell, parsed: Parsed) -> None:
    if len(parsed.args) != 1:
        raise Usage("create token", f"exactly one NAME is required, got {len(parsed.args)}")
    spec: Body = {"audiences": parsed.texts("audience") or None}
    if parsed.seconds("duration"):
        spec["expirationSeconds"] = int(parsed.seconds("duration"))
    path = path_of(shell.client.kinds["serviceaccounts"], shell.in_namespace(parsed), parsed.args[0], "token")
    body = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": spec}
    shell.print(shell.client.send("POST", path, body)["status"]["token"])


COMMANDS = (
    subcommand("namespace", "namespaces", _namespace, about="Create a namespace with the specified name"),
    subcommand("ns", "namespaces", _namespace, about="Create a namespace with the specified name"),
    subcommand(
        "serviceaccount",
        "serviceaccounts",
        _service_account,
        about="Create a service account with the specified name",
        failing="serviceaccount:",
    ),
    subcommand(
        "sa",
        "serviceaccounts",
        _service_account,
        about="Create a service account with the specified name",
        failing="serviceaccount:",
    ),
    subcommand(
        "configmap",
        "configmaps",
        _config_map,
        _SOURCES,
        about="Create a config map from literal values",
        failing="configmap:",
    ),
    subcommand(
        "cm", "configmaps", _config_map, _SOURCES, about="Create a config map from literal values", failing="configmap:"
    ),
    subcommand(
        "secret generic",
        "secrets",
        _secret,
        (*_SOURCES, Flag("type")),
        about="Create a secret from literal values",
        failing="secret",
    ),
    subcommand(
        "secret docker-registry",
        "secrets",
        _registry,
        tuple(Flag(f"docker-{one}") for one in ("server", "username", "password", "email")),
        about="Create a secret for use with a Docker registry",
        failing="secret",
    ),
    subcommand(
        "quota",
        "resourcequotas",
        _quota,
        (Flag("hard"), Flag("scopes")),
        about="Create a quota with the specified name",
        failing="quota:",
    ),
    subcommand(
        "priorityclass",
        "priorityclasses.scheduling.k8s.io",
        _priority_class,
        (
            Flag("value", form="number", default=0),
            Flag("global-default", form="yes", default=False),
            Flag("description"),
            Flag("preemption-policy", default="PreemptLowerPriority"),
        ),
        about="Create a priority class with the specified name",
        failing="priorityclass:",
    ),
    Command(
        "create token",
        _token,
        (*COMMON, Flag("audience", form="list", default=()), Flag("duration", form="span", default=0)),
        completes="serviceaccounts",
        about="Request a service account token",
    ),
)
