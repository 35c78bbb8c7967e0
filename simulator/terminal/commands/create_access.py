"""create role, clusterrole, rolebinding, clusterrolebinding, poddisruptionbudget, service, ingress.

Follows staging/src/k8s.io/kubectl/pkg/cmd/create/create_{role,rolebinding,pdb,service,ingress}.go, v1.32.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from simulator.engine.registry import Body
from simulator.terminal import resources
from simulator.terminal.commands.create import Make, meta, subcommand
from simulator.terminal.flags import Flag, Parsed
from simulator.terminal.shell import Shell
from simulator.terminal.troubles import Trouble

_RBAC = "rbac.authorization.k8s.io"
_SUBJECTS = (
    Flag("role"),
    Flag("clusterrole"),
    Flag("user", form="list", default=()),
    Flag("group", form="list", default=()),
    Flag("serviceaccount", form="list", default=()),
)
_RULES = (
    Flag("verb", form="texts", default=()),
    Flag("resource", form="texts", default=()),
    Flag("resource-name", form="list", default=()),
)


def _role(shell: Shell, parsed: Parsed, name: str, *, kind: str) -> Body:
    verbs = list(dict.fromkeys(parsed.texts("verb")))
    if "*" in verbs:
        verbs = ["*"]
    urls = parsed.texts("non-resource-url")
    if not verbs:
        raise Trouble("at least one verb must be specified")
    if not parsed.texts("resource") and not urls:
        raise Trouble("at least one resource must be specified")
    groups: dict[str, list[str]] = {}
    for one in parsed.texts("resource"):
        word, _, subresource = one.partition("/")
        if word == "*":
            groups.setdefault("", []).append("*")
            continue
        found = resources.find(shell.client.kinds, word)
        plural = f"{found.plural}/{subresource}" if subresource else found.plural
        if plural not in groups.setdefault(found.group, []):
            groups[found.group].append(plural)
    names = parsed.texts("resource-name")
    named = {"resourceNames": names} if names else {}
    rules = [{"verbs": verbs, "apiGroups": [group], "resources": held, **named} for group, held in groups.items()]
    rules += [{"verbs": verbs, "nonResourceURLs": urls}] if urls else []
    return {"apiVersion": f"{_RBAC}/v1", "kind": kind, "metadata": meta(name), "rules": rules}


def _binding(shell: Shell, parsed: Parsed, name: str, *, kind: str) -> Body:
    role, cluster_role = parsed.text("role"), parsed.text("clusterrole")
    if kind == "RoleBinding" and bool(role) == bool(cluster_role):
        raise Trouble("exactly one of clusterrole or role must be specified")
    reference = {"apiGroup": _RBAC, "kind": "Role" if role else "ClusterRole", "name": role or cluster_role}
    subjects: list[Body] = [{"kind": "User", "apiGroup": _RBAC, "name": one} for one in parsed.texts("user")]
    subjects += [{"kind": "Group", "apiGroup": _RBAC, "name": one} for one in parsed.texts("group")]
    for one in parsed.texts("serviceaccount"):
        parts = one.split(":")
        if len(parts) != 2 or not parts[0] or not parts[1]:
            raise Trouble("serviceaccount must be <namespace>:<name>")
        subjects.append({"kind": "ServiceAccount", "namespace": parts[0], "name": parts[1]})
    body: Body = {"apiVersion": f"{_RBAC}/v1", "kind": kind, "metadata": meta(name)}
    return {**body, **({"subjects": subjects} if subjects else {}), "roleRef": reference}


def _budget(shell: Shell, parsed: Parsed, name: str) -> Body:
    least, most = parsed.text("min-available"), parsed.text("max-unavailable")
    if bool(least) == bool(most):
        raise Trouble("one of min-available or max-unavailable must be specified")
    selector = dict(one.split("=", 1) for one in parsed.text("selector").split(",") if "=" in one)
    if not selector:
        raise Trouble("a selector must be specified")
    limit = {"minAvailable": _whole_or_share(least)} if least else {"maxUnavailable": _whole_or_share(most)}
    spec = {**limit, "selector": {"matchLabels": selector}}
    none = {"disruptionsAllowed": 0, "currentHealthy": 0, "desiredHealthy": 0, "expectedPods": 0}
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": meta(name),
        "spec": spec,
        "status": none,
    }


def _whole_or_share(text: str) -> int | str:
    return int(text) if text.isdecimal() else text


def _service(shell: Shell, parsed: Parsed, name: str, *, form: str) -> Body:
    ports = [_port(one) for one in parsed.texts("tcp")]
    if not ports and form != "ExternalName" and parsed.text("clusterip") != "None":
        raise Trouble("at least one tcp port specifier must be provided")
    spec: Body = {"type": form}
    if ports:
        spec["ports"] = ports
    if form == "NodePort" and parsed.number("node-port"):
        ports[0]["nodePort"] = parsed.number("node-port")
    if form == "ExternalName":
        spec["externalName"] = parsed.text("external-name")
    if parsed.text("clusterip"):
        spec["clusterIP"] = parsed.text("clusterip")
    labels = {"app": name}
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": meta(name, labels=labels),
        "spec": {**spec, "selector": labels},
        "status": {"loadBalancer": {}},
    }


def _port(text: str) -> Body:
    port, found, target = text.partition(":")
    for one in (port, target) if found else (port,):
        if not one.isdecimal() and one == port:
            raise Trouble(f"invalid port specifier: {text}")
    shown = f"{port}-{target}" if found else port
    return {"name": shown, "protocol": "TCP", "port": int(port), "targetPort": _whole_or_share(target or port)}


def _ingress(shell: Shell, parsed: Parsed, name: str) -> Body:
    rules: dict[str, list[Body]] = {}
    for one in parsed.texts("rule"):
        where, found, what = one.partition("=")
        host, _, path = where.partition("/")
        service, _, port = what.partition(",")[0].partition(":")
        if not found or not service or not port:
            raise Trouble(f"rule {one} is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]")
        prefix = path.endswith("*")
        number: Body = {"number": int(port)} if port.isdecimal() else {"name": port}
        rules.setdefault(host, []).append(
            {
                "path": f"/{path.removesuffix('*')}",
                "pathType": "Prefix" if prefix else "Exact",
                "backend": {"service": {"name": service, "port": number}},
            }
        )
    if not rules:
        raise Trouble(
            "not enough information provided: every ingress has to either specify a default-backend (which catches "
            "all traffic) or a list of rules (which catch specific paths)"
        )
    spec: Body = {"ingressClassName": parsed.text("class")} if parsed.text("class") else {}
    spec["rules"] = [{**({"host": host} if host else {}), "http": {"paths": held}} for host, held in rules.items()]
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": meta(name),
        "spec": spec,
        "status": {"loadBalancer": {}},
    }


_TCP = (
    Flag("tcp", form="texts", default=()),
    Flag("clusterip"),
    Flag("node-port", form="number", default=0),
    Flag("external-name"),
)
_FORMS = {
    "clusterip": "ClusterIP",
    "nodeport": "NodePort",
    "loadbalancer": "LoadBalancer",
    "externalname": "ExternalName",
}


def _of_kind(make: Callable[..., Body], kind: str) -> Make:
    return partial(make, kind=kind)


COMMANDS = (
    subcommand("role", f"roles.{_RBAC}", _of_kind(_role, "Role"), _RULES, about="Create a role with single rule"),
    subcommand(
        "clusterrole",
        f"clusterroles.{_RBAC}",
        _of_kind(_role, "ClusterRole"),
        (*_RULES, Flag("non-resource-url", form="texts", default=())),
        about="Create a cluster role",
    ),
    subcommand(
        "rolebinding",
        f"rolebindings.{_RBAC}",
        _of_kind(_binding, "RoleBinding"),
        _SUBJECTS,
        about="Create a role binding for a particular role or cluster role",
        failing="rolebinding:",
    ),
    subcommand(
        "clusterrolebinding",
        f"clusterrolebindings.{_RBAC}",
        _of_kind(_binding, "ClusterRoleBinding"),
        _SUBJECTS,
        about="Create a cluster role binding for a particular cluster role",
        required=("clusterrole",),
        failing="clusterrolebinding:",
    ),
    *(
        subcommand(
            name,
            "poddisruptionbudgets.policy",
            _budget,
            (Flag("min-available"), Flag("max-unavailable"), Flag("selector")),
            about="Create a pod disruption budget with the specified name",
            failing="poddisruptionbudgets:",
        )
        for name in ("poddisruptionbudget", "pdb")
    ),
    *(
        subcommand(
            f"service {name}",
            "services",
            partial(_service, form=form),
            _TCP,
            about=f"Create a {form} service",
            failing=f"{form} service:",
        )
        for name, form in _FORMS.items()
    ),
    subcommand(
        "ingress",
        "ingresses.networking.k8s.io",
        _ingress,
        (Flag("rule", form="list", default=()), Flag("class")),
        about="Create an ingress with the specified name",
        failing="ingress:",
    ),
)
