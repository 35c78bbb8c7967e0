"""expose and autoscale: an object for another one.

Follows staging/src/k8s.io/kubectl/pkg/cmd/{expose/expose.go,autoscale/autoscale.go}, v1.32.
"""

from __future__ import annotations

from simulator.engine.registry import Body, Kind
from simulator.terminal import changing, selecting
from simulator.terminal.client import path_of
from simulator.terminal.command import Command
from simulator.terminal.commands.create import COMMON, meta
from simulator.terminal.flags import Flag, Parsed
from simulator.terminal.output import printing
from simulator.terminal.selecting import Found, Selection
from simulator.terminal.shell import Shell
from simulator.terminal.troubles import Trouble

_EXPOSED = ("ReplicationController", "Service", "Pod", "Deployment", "ReplicaSet")


def expose(shell: Shell, parsed: Parsed) -> None:
    def one(found: Found) -> None:
        if found.kind.kind not in _EXPOSED:
            shown = f"{found.kind.kind}.{found.kind.group}" if found.kind.group else found.kind.kind
            raise Trouble(f"cannot expose a {shown}")
        body = _service(parsed, found)
        _put(shell, parsed, "services", body, found.namespace, "kubectl-expose", "exposed")

    changing.each(Selection(shell, parsed), one)


def _put(shell: Shell, parsed: Parsed, resource: str, body: Body, namespace: str, manager: str, said: str) -> None:
    kind = shell.client.kinds[resource]
    if printing.dry_run(parsed) != "client" or parsed.text("namespace"):
        body = {**body, "metadata": {**body["metadata"], "namespace": namespace}}
    made = changing.created(shell, parsed, Found(kind, body), manager)
    printing.report(shell, parsed, Found(kind, made).shown, said, made)


def _service(parsed: Parsed, found: Found) -> Body:
    selector = _pairs(parsed.text("selector")) or _selector(found)
    labels = _pairs(parsed.text("labels")) or found.body["metadata"].get("labels") or {}
    spec: Body = {"ports": _ports(parsed, found), "selector": selector}
    if not spec["ports"]:
        del spec["ports"]
    for flag, field in (("type", "type"), ("session-affinity", "sessionAffinity"), ("cluster-ip", "clusterIP")):
        if parsed.text(flag):
            spec[field] = parsed.text(flag)
    if parsed.text("external-ip"):
        spec["externalIPs"] = [parsed.text("external-ip")]
    name = parsed.text("name") or found.name[:63]
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": meta(name, **({"labels": labels} if labels else {})),
        "spec": spec,
        "status": {"loadBalancer": {}},
    }


def _pairs(text: str) -> dict[str, str]:
    return dict(one.split("=", 1) for one in text.split(",") if "=" in one)


def _selector(found: Found) -> dict[str, str]:
    wrong = "couldn't retrieve selectors via --selector flag or introspection: "
    spec = found.body["spec"]
    match found.kind.kind:
        case "Pod":
            labels: dict[str, str] = found.body["metadata"].get("labels") or {}
            if not labels:
                raise Trouble(f"{wrong}the pod has no labels and cannot be exposed")
            return labels
        case "Service" | "ReplicationController":
            held: dict[str, str] = spec.get("selector") or {}
            if not held:
                raise Trouble(f"{wrong}the service has no pod selector set")
            return held
    if spec["selector"].get("matchExpressions"):
        raise Trouble(
            f'{wrong}couldn\'t convert expressions - "{spec["selector"]["matchExpressions"]}" to map-based selector '
            "format"
        )
    return dict(spec["selector"].get("matchLabels") or {})


def _ports(parsed: Parsed, found: Found) -> list[Body]:
    known = _known_ports(found)
    given = parsed.text("port").split(",") if parsed.text("port") else [str(port) for port, _ in known]
    if not given:
        if parsed.text("cluster-ip") == "None":
            return []
        raise Trouble("couldn't find port via --port flag or introspection")
    ports: list[Body] = []
    for at, text in enumerate(given):
        if not text.isdecimal():
            raise Trouble(f'strconv.Atoi: parsing "{text}": invalid syntax')
        protocol = parsed.text("protocol") or next((held for port, held in known if str(port) == text), "TCP")
        target: str | int = parsed.text("target-port") or text
        target = int(target) if str(target).isdecimal() else target
        named = {"name": f"port-{at + 1}"} if len(given) > 1 else {}
        ports.append({**named, "protocol": protocol, "port": int(text), "targetPort": target})
    return ports


def _known_ports(found: Found) -> list[tuple[int, str]]:
    spec = found.body["spec"]
    if found.kind.kind == "Service":
        return [(one["port"], one.get("protocol", "TCP")) for one in spec.get("ports", ())]
    pod = spec if found.kind.kind == "Pod" else spec["template"]["spec"]
    return [
        (one["containerPort"], one.get("protocol", "TCP"))
        for held in pod["containers"]
        for one in held.get("ports", ())
    ]


def autoscale(shell: Shell, parsed: Parsed) -> None:
    if parsed.number("max") < 1:
        raise Trouble(f"--max=MAXPODS is required and must be at least 1, max: {parsed.number('max')}")
    if parsed.number("max") < parsed.number("min"):
        raise Trouble(
            "--max=MAXPODS must be larger or equal to --min=MINPODS, "
            f"max: {parsed.number('max')}, min: {parsed.number('min')}"
        )

    def one(found: Found) -> None:
        if found.kind.scale is None:
            shown = f"{found.kind.kind}.{found.kind.group}" if found.kind.group else found.kind.kind
            raise Trouble(f"cannot autoscale a {shown}: could not find scale subresource for the resource")
        body = _autoscaler(parsed, found.kind, found)
        path = path_of(shell.client.kinds["horizontalpodautoscalers.autoscaling"], found.namespace)
        if printing.dry_run(parsed) != "client":
            query = {"fieldManager": "kubectl-autoscale", **printing.dry_run_query(parsed)}
            body = shell.client.send("POST", path.replace("/v2/", "/v1/"), body, query)
        printing.report(
            shell, parsed, f"horizontalpodautoscaler.autoscaling/{body['metadata']['name']}", "autoscaled", body
        )

    changing.each(Selection(shell, parsed), one)


def _autoscaler(parsed: Parsed, kind: Kind, found: Found) -> Body:
    spec: Body = {
        "scaleTargetRef": {"apiVersion": kind.api_version, "kind": kind.kind, "name": found.name},
        "maxReplicas": parsed.number("max"),
    }
    if parsed.number("min") > 0:
        spec["minReplicas"] = parsed.number("min")
    if parsed.number("cpu-percent") >= 0:
        spec["targetCPUUtilizationPercentage"] = parsed.number("cpu-percent")
    return {
        "apiVersion": "autoscaling/v1",
        "kind": "HorizontalPodAutoscaler",
        "metadata": meta(parsed.text("name") or found.name),
        "spec": spec,
        "status": {"currentReplicas": 0, "desiredReplicas": 0},
    }


COMMANDS = (
    Command(
        "expose",
        expose,
        (
            *COMMON,
            *selecting.FILES,
            Flag("port"),
            Flag("target-port"),
            Flag("protocol"),
            Flag("type", choices=("ClusterIP", "NodePort", "LoadBalancer", "ExternalName")),
            Flag("name"),
            Flag("selector"),
            Flag("labels", "l"),
            Flag("cluster-ip"),
            Flag("external-ip"),
            Flag("session-affinity"),
        ),
        about="Take a service, deployment or pod and expose it as a new service",
    ),
    Command(
        "autoscale",
        autoscale,
        (
            *COMMON,
            *selecting.FILES,
            Flag("min", form="number", default=-1),
            Flag("max", form="number", default=-1),
            Flag("cpu-percent", form="number", default=-1),
            Flag("name"),
        ),
        about="Auto-scale a deployment, replica set, stateful set, or replication controller",
    ),
)
