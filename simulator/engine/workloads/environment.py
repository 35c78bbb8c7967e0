"""The environment of a container: what its processes find in their variables.

Follows makeEnvironmentVariables in pkg/kubelet/kubelet_pods.go, pkg/kubelet/envvars/envvars.go and
third_party/forked/golang/expansion/expand.go, v1.34. The runtime adds PATH, HOSTNAME, HOME and, on a terminal, TERM.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from ..objects import namespace_of, spec_of
from ..registry import Body, Reader
from . import downward, users

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
DOMAIN = "cluster.local"
_LONGEST_HOSTNAME = 63
_MASTER = "kubernetes"


class Environment(NamedTuple):
    """variables in the order in which a process sees them; missing: why the container could not be made, if so."""

    variables: dict[str, str]
    missing: tuple[str, ...]


class _Missing(Exception):
    """What a reference asks for is not there."""


def of(pod: Body, container: Body, reader: Reader, *, tty: bool = False) -> Environment:
    """The variables of a new process in the container."""
    missing: list[str] = []
    namespace = namespace_of(pod)
    services = from_services(_services(reader, namespace, spec_of(pod).get("enableServiceLinks") is not False))
    own = dict[str, str]()
    for source in container.get("envFrom") or ():
        try:
            own.update(_all_of(source, namespace, reader))
        except _Missing as error:
            missing.append(str(error))
    for variable in container.get("env") or ():
        try:
            value = _value(variable, {**services, **own}, pod, container, reader)
        except _Missing as error:
            missing.append(str(error))
            continue
        if value is not None:
            own[variable["name"]] = value
    user = users.of(spec_of(pod), container)
    given = {"PATH": PATH, "HOSTNAME": kernel_name(pod), **({"TERM": "xterm"} if tty else {})}
    rest = {name: value for name, value in services.items() if name not in own}
    home = {"HOME": "/root" if user.is_root else "/"}
    return Environment({**given, **home, **own, **rest}, tuple(missing))


def hostname(pod: Body) -> str:
    """What the pod calls itself; on the host's network, what its node does."""
    spec = spec_of(pod)
    if spec.get("hostNetwork"):
        return str(spec.get("nodeName", ""))
    name: str = spec.get("hostnameOverride") or spec.get("hostname") or pod["metadata"]["name"]
    return name[:_LONGEST_HOSTNAME].rstrip("-.") if len(name) > _LONGEST_HOSTNAME else name


def domain(pod: Body) -> str:
    """The domain of a pod that a headless service names; empty without `subdomain`."""
    subdomain = spec_of(pod).get("subdomain")
    return f"{subdomain}.{namespace_of(pod)}.svc.{DOMAIN}" if subdomain else ""


def kernel_name(pod: Body) -> str:
    """What the kernel knows the pod as: its host name, or all of its name with setHostnameAsFQDN."""
    name, own = hostname(pod), domain(pod)
    return f"{name}.{own}" if own and spec_of(pod).get("setHostnameAsFQDN") else name


def expand(text: str, variables: Mapping[str, str]) -> str:
    """The text with `$(NAME)` replaced; `$$` is one `$`, and what is not known stays as it is."""
    parts, at = [], 0
    while (dollar := text.find("$", at)) >= 0 and dollar + 1 < len(text):
        parts.append(text[at:dollar])
        following = text[dollar + 1]
        end = text.find(")", dollar) if following == "(" else -1
        if following == "$":
            parts.append("$")
            at = dollar + 2
        elif end >= 0:
            name = text[dollar + 2 : end]
            parts.append(variables.get(name, f"$({name})"))
            at = end + 1
        elif following == "(":
            parts.append("$(")
            at = dollar + 2
        else:
            parts.append("$" + following)
            at = dollar + 2
    return "".join(parts) + text[at:]


def command_of(container: Body, variables: Mapping[str, str]) -> list[str]:
    """The container's command and arguments with their references replaced."""
    words = [*(container.get("command") or ()), *(container.get("args") or ())]
    return [expand(word, variables) for word in words]


def from_services(services: Iterable[Body]) -> dict[str, str]:
    """The variables that tell where services are."""
    found = dict[str, str]()
    for service in services:
        prefix, ip = _name(service["metadata"]["name"]), service["spec"]["clusterIP"]
        ports = service["spec"].get("ports") or ()
        found[f"{prefix}_SERVICE_HOST"] = ip
        for position, port in enumerate(ports):
            number, protocol = port["port"], port.get("protocol") or "TCP"
            if not position:
                found[f"{prefix}_SERVICE_PORT"] = str(number)
                found[f"{prefix}_PORT"] = f"{protocol.lower()}://{ip}:{number}"
            if port.get("name"):
                found[f"{prefix}_SERVICE_PORT_{_name(port['name'])}"] = str(number)
            link = f"{prefix}_PORT_{number}_{protocol.upper()}"
            found[link] = f"{protocol.lower()}://{ip}:{number}"
            found[f"{link}_PROTO"] = protocol.lower()
            found[f"{link}_PORT"] = str(number)
            found[f"{link}_ADDR"] = ip
    return found


def _name(text: str) -> str:
    name = text.replace(".", "_").replace("-", "_").upper()
    return f"_{name}" if name[:1].isdigit() else name


def _services(reader: Reader, namespace: str, links: bool) -> Iterator[Body]:
    """The API's own service, and with service links those of the pod's namespace."""
    master = reader.get("services", "default", _MASTER)
    if master is not None and _has_ip(master):
        yield master
    if links:
        for service in reader.list("services", namespace):
            if _has_ip(service) and (namespace, service["metadata"]["name"]) != ("default", _MASTER):
                yield service


def _has_ip(service: Body) -> bool:
    return service["spec"].get("clusterIP", "") not in ("", "None")


def _all_of(source: Body, namespace: str, reader: Reader) -> Iterator[tuple[str, str]]:
    for key, resource, kind in (("configMapRef", "configmaps", "configmap"), ("secretRef", "secrets", "secret")):
        reference = source.get(key)
        if reference is None:
            continue
        body = reader.get(resource, namespace, reference.get("name", ""))
        if body is None:
            if reference.get("optional"):
                continue
            raise _Missing(f'{kind} "{reference.get("name", "")}" not found')
        for name, value in (body.get("data") or {}).items():
            yield source.get("prefix", "") + name, _text(value) if resource == "secrets" else value


def _value(variable: Body, known: Mapping[str, str], pod: Body, container: Body, reader: Reader) -> str | None:
    """The value of one variable; None for an optional one whose source is not there."""
    if variable.get("value"):
        return expand(variable["value"], known)
    source = variable.get("valueFrom") or {}
    if source.get("fieldRef"):
        return downward.field(pod, source["fieldRef"]["fieldPath"])
    if source.get("resourceFieldRef"):
        return downward.resource(pod, container, source["resourceFieldRef"], reader)
    if source.get("configMapKeyRef"):
        return _key_of(source["configMapKeyRef"], "configmaps", "ConfigMap", namespace_of(pod), reader)
    if source.get("secretKeyRef"):
        return _key_of(source["secretKeyRef"], "secrets", "Secret", namespace_of(pod), reader)
    return ""


def _key_of(reference: Body, resource: str, kind: str, namespace: str, reader: Reader) -> str | None:
    name, key = reference.get("name", ""), reference["key"]
    body = reader.get(resource, namespace, name)
    held = (body or {}).get("data") or {}
    if key in held:
        return _text(held[key]) if resource == "secrets" else str(held[key])
    if reference.get("optional"):
        return None
    if body is None:
        raise _Missing(f'{kind.lower()} "{name}" not found')
    raise _Missing(f"couldn't find key {key} in {kind} {namespace}/{name}")


def _text(encoded: str) -> str:
    return b64decode(encoded).decode(errors="replace")
