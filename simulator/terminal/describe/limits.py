"""Namespaces, ResourceQuotas and LimitRanges.

Follows staging/src/k8s.io/kubectl/pkg/describe/describe.go, v1.32.
"""

from __future__ import annotations

from simulator.engine import quantity
from simulator.engine.registry import Body
from simulator.terminal.describe.description import Description

_HELP = {
    "Terminating": "Matches all pods that have an active deadline. These pods have a limited lifespan on a node before "
    "being actively terminated by the system.",
    "NotTerminating": "Matches all pods that do not have an active deadline. These pods usually include long running "
    "pods whose container command is not expected to terminate.",
    "BestEffort": "Matches all pods that do not have resource requirements set. These pods have a best effort quality "
    "of service.",
    "NotBestEffort": "Matches all pods that have at least one resource requirement set. These pods have a burstable or "
    "guaranteed quality of service.",
}
_HEADS = "Resource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio"
_RULES = "--------\t---\t---\t---------------\t-------------\t-----------------------"
_FIGURES = ("min", "max", "defaultRequest", "default", "maxLimitRequestRatio")


def namespace(told: Description) -> None:
    told.line(0, f"Name:\t{told.name}")
    told.labels()
    told.annotations()
    told.line(0, f"Status:\t{told.status.get('phase', '')}")
    conditions = told.status.get("conditions") or ()
    if conditions:
        told.line(0, "Conditions:")
        told.line(1, "Type\tStatus\tLastTransitionTime\tReason\tMessage")
        told.line(1, "----\t------\t------------------\t------\t-------")
    for one in conditions:
        since = told.page.time(one.get("lastTransitionTime"))
        told.line(1, f"{one['type']}\t{one['status']}\t{since}\t{one.get('reason', '')}\t{one.get('message', '')}")
    told.line(0, "")
    _quotas(told, told.listed("resourcequotas", told.name))
    told.line(0, "")
    _ranges(told, told.listed("limitranges", told.name))


def _quotas(told: Description, held: list[Body]) -> None:
    if not held:
        told.line(0, "No resource quota.")
        return
    told.line(0, "Resource Quotas")
    for one in sorted(held, key=lambda one: one["metadata"]["name"]):
        told.line(1, f"Name:\t{one['metadata']['name']}")
        _scopes(told, one, 1, "* ")
        told.line(1, "Resource\tUsed\tHard")
        told.line(1, "--------\t---\t---")
        _figures(told, one, 1)


def _scopes(told: Description, quota: Body, level: int, mark: str) -> None:
    scopes = sorted(quota.get("spec", {}).get("scopes") or ())
    if scopes:
        told.line(level, f"Scopes:\t{', '.join(scopes)}")
    for one in scopes:
        if one in _HELP:
            told.line(level, f"{mark}{_HELP[one]}")


def _figures(told: Description, quota: Body, level: int) -> None:
    status = quota.get("status") or {}
    for name in sorted(status.get("hard") or {}):
        hard, used = status["hard"][name], (status.get("used") or {}).get(name, "0")
        figure, form = quantity.parse(used)
        told.line(level, f"{name}\t{quantity.render(figure, quantity.parse(hard)[1] if figure else form)}\t{hard}")


def quota(told: Description) -> None:
    told.head()
    _scopes(told, told.body, 0, " * ")
    told.line(0, "Resource\tUsed\tHard")
    told.line(0, "--------\t----\t----")
    _figures(told, told.body, 0)


def _ranges(told: Description, held: list[Body]) -> None:
    if not held:
        told.line(0, "No LimitRange resource.")
        return
    told.page.write(0, f"Resource Limits\n Type\t{_HEADS}\n")
    told.line(0, f" ----\t{_RULES}")
    for one in held:
        _range(told, one, " ")


def _range(told: Description, held: Body, prefix: str) -> None:
    for item in held["spec"].get("limits") or ():
        names = sorted({name for figure in _FIGURES for name in item.get(figure) or ()})
        for name in names:
            figures = "\t".join((item.get(figure) or {}).get(name, "-") for figure in _FIGURES)
            told.line(0, f"{prefix}{item['type']}\t{name}\t{figures}")


def limit_range(told: Description) -> None:
    told.head()
    told.line(0, f"Type\t{_HEADS}")
    told.line(0, f"----\t{_RULES}")
    _range(told, told.body, "")
