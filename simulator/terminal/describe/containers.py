"""The containers of a pod or of a template.

Follows staging/src/k8s.io/kubectl/pkg/describe/describe.go (describeContainers), v1.32.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from simulator.engine import quantity
from simulator.engine.registry import Body
from simulator.terminal.describe.writing import NONE, Page, rfc1123

Resolve = Callable[[Body], str]
"""What a fieldRef gives."""


def write_containers(
    page: Page, title: str, containers: list[Body], statuses: list[Body], resolve: Resolve | None, space: str
) -> None:
    page.line(0, f"{space}{title}:{'' if containers else f' {NONE}'}")
    held = {one["name"]: one for one in statuses}
    for one in containers:
        status = held.get(one["name"])
        _basics(page, one, status, space)
        _words(page, "Command", one.get("command"))
        _words(page, "Args", one.get("args"))
        if status is not None:
            _state(page, "State", status.get("state") or {})
            if (status.get("lastState") or {}).get("terminated"):
                _state(page, "Last State", status["lastState"])
            page.line(2, f"Ready:\t{'True' if status.get('ready') else 'False'}")
            page.line(2, f"Restart Count:\t{status.get('restartCount', 0)}")
        write_resources(page, one.get("resources"), 2)
        for name, field in (
            ("Liveness", "livenessProbe"),
            ("Readiness", "readinessProbe"),
            ("Startup", "startupProbe"),
        ):
            if one.get(field):
                page.line(2, f"{name}:\t{_probe(one[field])}")
        _env_from(page, one.get("envFrom"))
        _env(page, one, resolve)
        _mounts(page, one)


def _basics(page: Page, one: Body, status: Body | None, space: str) -> None:
    page.line(1, f"{' ' if space else ''}{one['name']}:")
    if status is not None:
        page.line(2, f"Container ID:\t{status.get('containerID', '')}")
    page.line(2, f"Image:\t{one.get('image', '')}")
    if status is not None:
        page.line(2, f"Image ID:\t{status.get('imageID', '')}")
    for title, field in (("Port", "containerPort"), ("Host Port", "hostPort")):
        ports = ", ".join(f"{port.get(field, 0)}/{port.get('protocol', 'TCP')}" for port in one.get("ports") or ())
        page.line(2, f"{title}s:\t{ports}" if "," in ports else f"{title}:\t{ports or NONE}")
    profile = (one.get("securityContext") or {}).get("seccompProfile")
    if profile:
        page.line(2, f"SeccompProfile:\t{profile['type']}")
        if profile["type"] == "Localhost":
            page.line(3, f"LocalhostProfile:\t{profile['localhostProfile']}")


def _words(page: Page, title: str, words: list[str] | None) -> None:
    if words:
        page.line(2, f"{title}:")
    for word in words or ():
        for line in word.split("\n"):
            page.line(3, line)


def _state(page: Page, title: str, state: Body) -> None:
    if running := state.get("running"):
        page.line(2, f"{title}:\tRunning")
        page.line(3, f"Started:\t{rfc1123(running.get('startedAt'))}")
    elif (ended := state.get("terminated")) is not None:
        page.line(2, f"{title}:\tTerminated")
        for name, field in (("Reason", "reason"), ("Message", "message")):
            if ended.get(field):
                page.line(3, f"{name}:\t{ended[field]}")
        page.line(3, f"Exit Code:\t{ended.get('exitCode', 0)}")
        if ended.get("signal"):
            page.line(3, f"Signal:\t{ended['signal']}")
        page.line(3, f"Started:\t{rfc1123(ended.get('startedAt'))}")
        page.line(3, f"Finished:\t{rfc1123(ended.get('finishedAt'))}")
    else:
        page.line(2, f"{title}:\tWaiting")
        if (state.get("waiting") or {}).get("reason"):
            page.line(3, f"Reason:\t{state['waiting']['reason']}")


def write_resources(page: Page, resources: Body | None, level: int) -> None:
    for title, field in (("Limits", "limits"), ("Requests", "requests")):
        held = (resources or {}).get(field) or {}
        if held:
            page.line(level, f"{title}:")
        for name in sorted(held):
            page.line(level + 1, f"{name}:\t{held[name]}")


def _probe(probe: Body) -> str:
    figures = (
        f"delay={probe.get('initialDelaySeconds', 0)}s timeout={probe.get('timeoutSeconds', 0)}s "
        f"period={probe.get('periodSeconds', 0)}s #success={probe.get('successThreshold', 0)} "
        f"#failure={probe.get('failureThreshold', 0)}"
    )
    if held := probe.get("exec"):
        return f"exec [{' '.join(held.get('command') or ())}] {figures}"
    if held := probe.get("httpGet"):
        path = held.get("path", "")
        path = path if path.startswith("/") or not path else f"/{path}"
        return f"http-get {held.get('scheme', 'HTTP').lower()}://{held.get('host', '')}:{held['port']}{path} {figures}"
    if held := probe.get("tcpSocket"):
        return f"tcp-socket {held.get('host', '')}:{held['port']} {figures}"
    if held := probe.get("grpc"):
        return f"grpc <pod>:{held['port']} {held.get('service', '')} {figures}"
    return f"unknown {figures}"


def _env_from(page: Page, sources: list[Body] | None) -> None:
    if sources:
        page.line(2, "Environment Variables from:")
    for one in sources or ():
        kind, held = (
            ("ConfigMap", one["configMapRef"]) if "configMapRef" in one else ("Secret", one.get("secretRef", {}))
        )
        prefix = f" with prefix '{one['prefix']}'" if one.get("prefix") else ""
        page.line(3, f"{held.get('name', '')}\t{kind}{prefix}\tOptional: {_said(held.get('optional'))}")


def _said(value: object) -> str:
    return "true" if value else "false"


def _env(page: Page, container: Body, resolve: Resolve | None) -> None:
    held = container.get("env") or ()
    page.line(2, f"Environment:{'' if held else f'{chr(9)}{NONE}'}")
    for one in held:
        name, source = one["name"], one.get("valueFrom")
        if not source:
            first, *more = str(one.get("value", "")).split("\n")
            page.line(3, f"{name}:\t{first}")
            for line in more:
                page.line(3, f"\t{line}")
        elif field := source.get("fieldRef"):
            value = resolve(field) if resolve else ""
            page.line(3, f"{name}:\t{value} ({field.get('apiVersion', 'v1')}:{field['fieldPath']})")
        elif field := source.get("resourceFieldRef"):
            page.line(3, f"{name}:\t{_figure(container, field)} ({field['resource']})")
        elif field := source.get("secretKeyRef"):
            told = f"<set to the key '{field['key']}' in secret '{field.get('name', '')}'>"
            page.line(3, f"{name}:\t{told}\tOptional: {_said(field.get('optional'))}")
        elif field := source.get("configMapKeyRef"):
            told = f"<set to the key '{field['key']}' of config map '{field.get('name', '')}'>"
            page.line(3, f"{name}:\t{told}\tOptional: {_said(field.get('optional'))}")


def _figure(container: Body, field: Body) -> str:
    """What a container's request or limit is in the unit that is asked for."""
    which, _, name = field["resource"].partition(".")
    text = ((container.get("resources") or {}).get(which) or {}).get(name, "0")
    divisor = quantity.parse(field.get("divisor") or "0")[0] or Fraction(1)
    value = str(-int(-(quantity.parse(text)[0] / divisor) // 1))
    return "node allocatable" if value == "0" and which == "limits" and name in ("cpu", "memory") else value


def _mounts(page: Page, container: Body) -> None:
    mounts, devices = container.get("volumeMounts") or (), container.get("volumeDevices") or ()
    page.line(2, f"Mounts:{'' if mounts else f'{chr(9)}{NONE}'}")
    for one in sorted(mounts, key=lambda mount: mount["mountPath"]):
        how = "ro" if one.get("readOnly") else "rw"
        path = f',path="{one["subPath"]}"' if one.get("subPath") else ""
        page.line(3, f"{one['mountPath']} from {one['name']} ({how}{path})")
    if devices:
        page.line(2, f"Devices:{'' if mounts else f'{chr(9)}{NONE}'}")
    for one in sorted(devices, key=lambda device: device["devicePath"]):
        page.line(3, f"{one['devicePath']} from {one['name']}")
