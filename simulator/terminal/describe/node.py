"""Nodes.

Follows staging/src/k8s.io/kubectl/pkg/describe/describe.go (describeNode, describeNodeResource), v1.32.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from simulator.engine import pods, quantity
from simulator.engine.objects import labels_of
from simulator.engine.registry import Body
from simulator.terminal.client import path_of
from simulator.terminal.describe.description import Description
from simulator.terminal.describe.writing import NONE, UNSET
from simulator.terminal.troubles import Refused

_ROLE = "node-role.kubernetes.io/"
_SYSTEM = (
    ("Machine ID", "machineID"),
    ("System UUID", "systemUUID"),
    ("Boot ID", "bootID"),
    ("Kernel Version", "kernelVersion"),
    ("OS Image", "osImage"),
    ("Operating System", "operatingSystem"),
    ("Architecture", "architecture"),
    ("Container Runtime Version", "containerRuntimeVersion"),
    ("Kubelet Version", "kubeletVersion"),
    ("Kube-Proxy Version", "kubeProxyVersion"),
)
Amounts = dict[str, tuple[Fraction, str]]
"""By resource how much, and the form in which it was written first."""


def describe(told: Description) -> None:
    told.line(0, f"Name:\t{told.name}")
    told.line(0, f"Roles:\t{','.join(_roles(told.body)) or NONE}")
    told.labels()
    told.annotations()
    told.created()
    _taints(told)
    told.line(0, f"Unschedulable:\t{'true' if told.spec.get('unschedulable') else 'false'}")
    _lease(told)
    _conditions(told)
    _machine(told)
    _pods(told)
    told.events(uids=(told.body["metadata"]["uid"], told.name))


def _roles(node: Body) -> list[str]:
    labels = labels_of(node)
    roles = {key.removeprefix(_ROLE) for key in labels if key.startswith(_ROLE) and key != _ROLE}
    return sorted(roles | ({labels["kubernetes.io/role"]} if labels.get("kubernetes.io/role") else set()))


def _taints(told: Description) -> None:
    told.page.write(0, "Taints:\t")
    taints = sorted(told.spec.get("taints") or (), key=lambda one: f"{one['effect']},{one['key']}")
    if not taints:
        told.page.write(0, f"{NONE}\n")
    for at, one in enumerate(taints):
        value = f"={one['value']}" if one.get("value") else ""
        told.page.write(0, f"{chr(9) if at else ''}{one['key']}{value}:{one['effect']}\n")


def _lease(told: Description) -> None:
    path = path_of(told.client.kinds["leases.coordination.k8s.io"], "kube-node-lease", told.name)
    try:
        spec = told.client.read(path).get("spec") or {}
    except Refused as refused:
        told.line(0, f"Lease:\tFailed to get lease: {refused.message}")
        return
    told.line(0, "Lease:")
    told.line(1, f"HolderIdentity:\t{spec.get('holderIdentity', UNSET)}")
    for title, field in (("AcquireTime", "acquireTime"), ("RenewTime", "renewTime")):
        told.line(1, f"{title}:\t{told.page.time(spec[field]) if spec.get(field) else UNSET}")


def _conditions(told: Description) -> None:
    held = told.status.get("conditions") or ()
    if held:
        told.page.write(0, "Conditions:\n  Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage\n")
        told.line(1, "----\t------\t-----------------\t------------------\t------\t-------")
    for one in held:
        seen, since = (told.page.time(one.get(field)) for field in ("lastHeartbeatTime", "lastTransitionTime"))
        told.line(
            1,
            f"{one['type']} \t{one['status']} \t{seen} \t{since} \t{one.get('reason', '')} \t{one.get('message', '')}",
        )


def _machine(told: Description) -> None:
    status, spec = told.status, told.spec
    told.line(0, "Addresses:")
    for one in status.get("addresses") or ():
        told.line(1, f"{one['type']}:\t{one['address']}")
    for title in ("Capacity", "Allocatable"):
        held = status.get(title.lower()) or {}
        if held:
            told.line(0, f"{title}:")
        for name in sorted(held):
            told.line(0, f"  {name}:\t{quantity.canonical(held[name])}")
    told.line(0, "System Info:")
    info = status.get("nodeInfo") or {}
    for title, field in _SYSTEM:
        told.line(0, f"  {title}:\t{info.get(field, '')}")
    if spec.get("podCIDR"):
        told.line(0, f"PodCIDR:\t{spec['podCIDR']}")
    if spec.get("podCIDRs"):
        told.line(0, f"PodCIDRs:\t{','.join(spec['podCIDRs'])}")
    if spec.get("providerID"):
        told.line(0, f"ProviderID:\t{spec['providerID']}")


def _pods(told: Description) -> None:
    fields = f"spec.nodeName={told.name},status.phase!=Succeeded,status.phase!=Failed"
    try:
        held = told.listed("pods", "", fieldSelector=fields)
    except Refused:
        told.line(0, "Pods:\tnot authorized")
        return
    room = told.status.get("allocatable") or told.status.get("capacity") or {}
    told.line(0, f"Non-terminated Pods:\t({len(held)} in total)")
    told.line(1, "Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge")
    told.line(1, "---------\t----\t\t------------\t----------\t---------------\t-------------\t---")
    totals: tuple[Amounts, Amounts] = {}, {}
    for pod in held:
        amounts = _of_pod(pod, "requests"), _of_pod(pod, "limits")
        cells = [_share(one, name, room) for name in ("cpu", "memory") for one in amounts]
        meta = pod["metadata"]
        age = told.page.ago(meta.get("creationTimestamp"))
        told.line(1, "\t".join([meta["namespace"], meta["name"], "", *cells, age]))
        for total, more in zip(totals, amounts, strict=True):
            _add(total, more)
    told.line(0, "Allocated resources:\n  (Total limits may be over 100 percent, i.e., overcommitted.)")
    told.line(1, "Resource\tRequests\tLimits")
    told.line(1, "--------\t--------\t------")
    for name in ("cpu", "memory", "ephemeral-storage", *sorted(one for one in room if one.startswith("hugepages-"))):
        told.line(1, f"{name}\t{_share(totals[0], name, room)}\t{_share(totals[1], name, room)}")
    for name in sorted(room):
        if "/" in name:
            told.line(1, f"{name}\t{_text(totals[0], name)}\t{_text(totals[1], name)}")


def _of_pod(pod: Body, which: str) -> Amounts:
    """What a pod asks for: all its containers and sidecars, or the largest of its init containers with the sidecars
    before it, and its overhead."""
    spec = pod["spec"]
    total: Amounts = {}
    for one in spec.get("containers") or ():
        _add(total, _amounts(one, which))
    sidecars: Amounts = {}
    peak: Amounts = {}
    for one in spec.get("initContainers") or ():
        own = _amounts(one, which)
        if pods.is_sidecar(one):
            _add(sidecars, own)
            _add(total, own)
            own = {}
        now = dict(sidecars)
        _add(now, own)
        _most(peak, now)
    _most(total, peak)
    overhead = _read(spec.get("overhead") or {})
    for name, (figure, form) in overhead.items():
        if which == "requests" or name in total:
            _add(total, {name: (figure, form)})
    return total


def _amounts(container: Body, which: str) -> Amounts:
    return _read((container.get("resources") or {}).get(which) or {})


def _read(held: Mapping[str, str]) -> Amounts:
    return {name: quantity.parse(text) for name, text in held.items()}


def _add(total: Amounts, more: Amounts) -> None:
    for name, (figure, form) in more.items():
        before = total.get(name)
        total[name] = (figure, form) if before is None else (before[0] + figure, before[1] if before[0] else form)


def _most(total: Amounts, other: Amounts) -> None:
    for name, one in other.items():
        if name not in total or total[name][0] < one[0]:
            total[name] = one


def _text(held: Amounts, name: str) -> str:
    return quantity.render(*held[name]) if name in held else "0"


def _share(held: Amounts, name: str, room: Mapping[str, str]) -> str:
    figure, whole = held.get(name, (Fraction(0), ""))[0], quantity.parse(room.get(name, "0"))[0]
    return f"{_text(held, name)} ({int(figure * 100 / whole) if whole else 0}%)"
