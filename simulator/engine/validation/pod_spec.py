"""A pod's spec, in a pod or in a template.

Follows ValidatePodSpec in pkg/apis/core/validation/validation.go, v1.34.
"""

from __future__ import annotations

from fractions import Fraction

from .. import pods
from ..errors import FieldError, duplicate, invalid_value, required
from ..registry import Body
from . import names, resources, security_context, windows
from .addresses import ip
from .containers import Surroundings, containers, ephemeral_containers, init_containers
from .fields import formed, number, one_of, repeated
from .go_values import RESOURCE_CLAIM, shown
from .metadata import labels
from .scheduling import affinity, tolerations, topology_spread
from .volumes import volumes

_MAX = 2**31 - 1
_DNS_POLICIES = ("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None")
_MOST_SERVERS, _MOST_SEARCHES, _LONGEST_SEARCHES = 3, 32, 2048


def pod_spec(field: str, spec: Body, *, in_pod: bool = False, name: str = "") -> list[FieldError]:
    """What is wrong with a spec. in_pod: it is a pod's own, which is checked more strictly than a template's.

    `name` is then the pod's.
    """
    errors: list[FieldError] = []
    if spec.get("terminationGracePeriodSeconds") is None:
        errors.append(required(f"{field}.terminationGracePeriodSeconds"))
    mountable, broken = volumes(f"{field}.volumes", spec.get("volumes") or [], name)
    claims = [one["name"] for one in spec.get("resourceClaims") or () if one.get("name")]
    around = Surroundings(spec, mountable, claims)
    errors += broken + _resource_claims(f"{field}.resourceClaims", spec.get("resourceClaims") or [])
    errors += containers(f"{field}.containers", around)
    errors += init_containers(f"{field}.initContainers", around)
    errors += ephemeral_containers(f"{field}.ephemeralContainers", around)
    if spec.get("resources") is not None:
        errors += resources.of_pod(f"{field}.resources", spec, claims, _asked(spec))
    errors += _host_network(field, spec, in_pod)
    errors += one_of(f"{field}.restartPolicy", spec.get("restartPolicy"), ("Always", "OnFailure", "Never"))
    errors += one_of(f"{field}.dnsPolicy", spec.get("dnsPolicy"), _DNS_POLICIES)
    errors += labels(f"{field}.nodeSelector", spec.get("nodeSelector"))
    errors += security_context.of_pod(f"{field}.securityContext", spec)
    errors += affinity(f"{field}.affinity", spec.get("affinity"))
    errors += _dns(f"{field}.dnsConfig", spec)
    for position, gate in enumerate(spec.get("readinessGates") or ()):
        at = f"{field}.readinessGates[{position}].conditionType"
        errors += formed(at, gate.get("conditionType") or "", names.qualified_name)
    errors += _gates(f"{field}.schedulingGates", spec.get("schedulingGates") or [])
    errors += topology_spread(f"{field}.topologySpreadConstraints", spec.get("topologySpreadConstraints") or [])
    errors += windows.host_process(field, spec)
    errors += security_context.host_users(field, spec)
    return errors + _rest(field, spec)


def _rest(field: str, spec: Body) -> list[FieldError]:
    errors = _names(field, spec, "serviceAccountName", "nodeName")
    deadline = spec.get("activeDeadlineSeconds")
    if deadline is not None:
        errors += number(f"{field}.activeDeadlineSeconds", deadline, 1, _MAX)
    for key in ("hostname", "subdomain"):
        if spec.get(key):
            errors += formed(f"{field}.{key}", spec[key], names.dns_label)
    errors += tolerations(f"{field}.tolerations", spec.get("tolerations") or [])
    for position, alias in enumerate(spec.get("hostAliases") or ()):
        at = f"{field}.hostAliases[{position}]"
        errors += ip(f"{at}.ip", alias.get("ip") or "")
        for index, host in enumerate(alias.get("hostnames") or ()):
            errors += formed(f"{at}.hostnames[{index}]", host, names.dns_subdomain)
    errors += _names(field, spec, "priorityClassName")
    if spec.get("runtimeClassName") is not None:
        errors += formed(f"{field}.runtimeClassName", spec["runtimeClassName"], names.dns_subdomain)
    if spec.get("preemptionPolicy") is not None:
        errors += one_of(f"{field}.preemptionPolicy", spec["preemptionPolicy"], ("PreemptLowerPriority", "Never"))
    if spec.get("overhead") is not None:
        errors += resources.requirements(f"{field}.overhead", {"limits": spec["overhead"]})
    return errors + windows.operating_system(field, spec)


def _names(field: str, spec: Body, *keys: str) -> list[FieldError]:
    return [
        error for key in keys if spec.get(key) for error in formed(f"{field}.{key}", spec[key], names.dns_subdomain)
    ]


def _asked(spec: Body) -> dict[str, Fraction]:
    """What the containers of a spec ask for together."""
    figures = pods.requests({key: spec[key] for key in ("containers", "initContainers") if spec.get(key)})
    return {name: Fraction(figure, 1000) if name == "cpu" else Fraction(figure) for name, figure in figures.items()}


def _resource_claims(field: str, held: list[Body]) -> list[FieldError]:
    errors: list[FieldError] = []
    known: set[str] = set()
    for position, claim in enumerate(held):
        at, name = f"{field}[{position}]", claim.get("name") or ""
        own, template = claim.get("resourceClaimName"), claim.get("resourceClaimTemplateName")
        if not name:
            errors.append(required(f"{at}.name"))
        elif name in known:
            errors.append(duplicate(f"{at}.name", name))
        else:
            errors += formed(f"{at}.name", name, names.dns_label)
            known.add(name)
        if own is not None and template is not None:
            detail = "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified"
            errors.append(invalid_value(at, shown(claim, RESOURCE_CLAIM), detail))
        if own is None and template is None:
            detail = "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`"
            errors.append(invalid_value(at, shown(claim, RESOURCE_CLAIM), detail))
        for key, value in (("resourceClaimName", own), ("resourceClaimTemplateName", template)):
            errors += [] if value is None else formed(f"{at}.{key}", value, names.dns_subdomain)
    return errors


def _host_network(field: str, spec: Body, in_pod: bool) -> list[FieldError]:
    if not spec.get("hostNetwork"):
        return []
    errors = []
    for position, one in enumerate(spec.get("containers") or ()):
        for index, held in enumerate(one.get("ports") or ()):
            host, own = held.get("hostPort") or 0, held.get("containerPort") or 0
            if (in_pod or host) and host != own:
                at = f"{field}.containers[{position}].ports[{index}].hostPort"
                errors.append(invalid_value(at, host, "must match `containerPort` when `hostNetwork` is true"))
    return errors


def _dns(field: str, spec: Body) -> list[FieldError]:
    config = spec.get("dnsConfig")
    servers = (config or {}).get("nameservers") or []
    searches = (config or {}).get("searches") or []
    if spec.get("dnsPolicy") == "None":
        if config is None:
            return [required(field, "must provide `dnsConfig` when `dnsPolicy` is None")]
        if not servers:
            detail = "must provide at least one DNS nameserver when `dnsPolicy` is None"
            return [required(f"{field}.nameservers", detail)]
    errors = []
    if len(servers) > _MOST_SERVERS:
        detail = f"must not have more than {_MOST_SERVERS} nameservers"
        errors.append(invalid_value(f"{field}.nameservers", servers, detail))
    for position, server in enumerate(servers):
        errors += ip(f"{field}.nameservers[{position}]", server)
    if len(searches) > _MOST_SEARCHES:
        detail = f"must not have more than {_MOST_SEARCHES} search paths"
        errors.append(invalid_value(f"{field}.searches", searches, detail))
    if len(" ".join(searches).encode()) > _LONGEST_SEARCHES:
        detail = f"must not have more than {_LONGEST_SEARCHES} characters (including spaces) in the search list"
        errors.append(invalid_value(f"{field}.searches", searches, detail))
    for position, search in enumerate(searches):
        if search != ".":
            errors += formed(f"{field}.searches[{position}]", search.removesuffix("."), names.search_domain)
    for position, option in enumerate((config or {}).get("options") or ()):
        errors += [] if option.get("name") else [required(f"{field}.options[{position}]", "must not be empty")]
    return errors


def _gates(field: str, gates: list[Body]) -> list[FieldError]:
    errors: list[FieldError] = []
    again = repeated(gate.get("name") for gate in gates)
    for position, gate in enumerate(gates):
        errors += formed(f"{field}[{position}]", gate.get("name") or "", names.qualified_name)
        errors += [duplicate(f"{field}[{position}]", gate["name"])] if position in again else []
    return errors
