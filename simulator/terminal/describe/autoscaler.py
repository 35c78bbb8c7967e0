"""HorizontalPodAutoscalers and PodDisruptionBudgets.

Follows staging/src/k8s.io/kubectl/pkg/describe/describe.go, v1.32.
"""

from __future__ import annotations

from simulator.engine.registry import Body
from simulator.terminal.describe.description import Description
from simulator.terminal.describe.writing import UNSET

UNKNOWN = "<unknown>"


def autoscaler(told: Description) -> None:
    spec, status = told.spec, told.status
    told.head()
    told.labels()
    told.annotations()
    told.created()
    target = spec["scaleTargetRef"]
    told.line(0, f"Reference:\t{target['kind']}/{target['name']}")
    told.line(0, "Metrics:\t( current / target )")
    current = status.get("currentMetrics") or []
    for at, metric in enumerate(spec.get("metrics") or ()):
        told.line(1, _metric(metric, current[at] if at < len(current) else {}))
    told.line(0, f"Min replicas:\t{spec.get('minReplicas', UNSET)}")
    told.line(0, f"Max replicas:\t{spec.get('maxReplicas', 0)}")
    behavior = spec.get("behavior")
    if behavior is not None:
        told.line(0, "Behavior:")
        _direction(told, "Scale Up", behavior.get("scaleUp"))
        _direction(told, "Scale Down", behavior.get("scaleDown"))
    now, wanted = status.get("currentReplicas", 0), status.get("desiredReplicas", 0)
    told.line(0, f"{target['kind']} pods:\t{now} current / {wanted} desired")
    conditions = status.get("conditions") or ()
    if conditions:
        told.line(0, "Conditions:")
        told.line(1, "Type\tStatus\tReason\tMessage")
        told.line(1, "----\t------\t------\t-------")
    for one in conditions:
        told.line(1, f"{one['type']}\t{one['status']}\t{one.get('reason', '')}\t{one.get('message', '')}")
    told.events()


def _metric(metric: Body, now: Body) -> str:
    match metric["type"]:
        case "Resource":
            held = metric["resource"]
            return _resource(f"resource {held['name']} on pods", held, now.get("resource") or {})
        case "ContainerResource":
            held = metric["containerResource"]
            about = f'resource {held["name"]} of container "{held["container"]}" on pods'
            return _resource(about, held, now.get("containerResource") or {})
        case "Pods":
            held = metric["pods"]
            current = _value(now.get("pods"), "averageValue")
            return f'"{held["metric"]["name"]}" on pods:\t{current} / {held["target"].get("averageValue", "")}'
        case "Object":
            held = metric["object"]
            about = (
                f'"{held["metric"]["name"]}" on {held["describedObject"]["kind"]}/{held["describedObject"]["name"]} '
            )
            return about + _either(held["target"], now.get("object"))
        case "External":
            held = metric["external"]
            return f'"{held["metric"]["name"]}" ' + _either(held["target"], now.get("external"))
    return f'<unknown metric type "{metric["type"]}">'


def _value(held: Body | None, field: str) -> str:
    return str((held or {}).get("current", {}).get(field, UNKNOWN))


def _either(target: Body, now: Body | None) -> str:
    if target.get("averageValue") is not None:
        return f"(target average value):\t{_value(now, 'averageValue')} / {target['averageValue']}"
    return f"(target value):\t{_value(now, 'value')} / {target.get('value', '')}"


def _resource(about: str, held: Body, now: Body) -> str:
    target, current = held["target"], now.get("current") or {}
    if target.get("averageValue") is not None:
        return f"{about}:\t{current.get('averageValue', UNKNOWN)} / {target['averageValue']}"
    share = current.get("averageUtilization")
    told = UNKNOWN if share is None else f"{share}% ({current.get('averageValue', '')})"
    wanted = target.get("averageUtilization")
    return f"{about}  (as a percentage of request):\t{told} / {'<auto>' if wanted is None else f'{wanted}%'}"


def _direction(told: Description, title: str, rules: Body | None) -> None:
    if rules is None:
        return
    told.line(1, f"{title}:")
    if rules.get("stabilizationWindowSeconds") is not None:
        told.line(2, f"Stabilization Window: {rules['stabilizationWindowSeconds']} seconds")
    if not rules.get("policies"):
        return
    told.line(2, f"Select Policy: {rules.get('selectPolicy', 'Max')}")
    told.line(2, "Policies:")
    for one in rules["policies"]:
        told.line(3, f"- Type: {one['type']}\tValue: {one['value']}\tPeriod: {one['periodSeconds']} seconds")


def budget(told: Description) -> None:
    spec, status = told.spec, told.status
    told.head()
    if spec.get("minAvailable") is not None:
        told.line(0, f"Min available:\t{spec['minAvailable']}")
    elif spec.get("maxUnavailable") is not None:
        told.line(0, f"Max unavailable:\t{spec['maxUnavailable']}")
    told.line(0, f"Selector:\t{told.selector() if spec.get('selector') is not None else UNSET}")
    told.line(0, "Status:")
    for title, field in (
        ("Allowed disruptions", "disruptionsAllowed"),
        ("Current", "currentHealthy"),
        ("Desired", "desiredHealthy"),
        ("Total", "expectedPods"),
    ):
        told.line(2, f"{title}:\t{status.get(field, 0)}")
    told.events()
