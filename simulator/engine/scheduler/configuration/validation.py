"""What a configuration must be, apart from what its plugins make of it.

Follows pkg/scheduler/apis/config/validation/validation.go and
staging/src/k8s.io/component-base/config/validation/validation.go, v1.34. Beyond upstream, which takes them as if they
were not there: a plugin that there is none of may not be disabled or given arguments, and a weight must be positive.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from simulator.engine import cron
from simulator.engine.errors import FieldError, duplicate, invalid_value, not_supported, required
from simulator.engine.registry import Body
from simulator.engine.scheduler.configuration.durations import text_of
from simulator.engine.scheduler.configuration.plugins import (
    DEFAULT_WEIGHTS,
    EXTENSION_POINTS,
    GONE,
    INVALID,
    MULTI_POINT,
    PLUGINS,
)
from simulator.engine.scheduler.configuration.types import VERSION
from simulator.engine.validation import names
from simulator.engine.validation.fields import formed
from simulator.engine.validation.go_values import Field, Struct, shown
from simulator.engine.validation.quotas import is_extended

_NOT_POSITIVE = "must have a positive weight applied to it"
_PLUGIN: Struct = {"Name": Field("name", ""), "Weight": Field("weight", 0)}
_PLUGIN_SET: Struct = {"Enabled": Field("enabled", None, _PLUGIN), "Disabled": Field("disabled", None, _PLUGIN)}


def configuration(body: Body) -> list[FieldError]:
    """What is wrong with a defaulted configuration."""
    errors = []
    burst = (body.get("clientConnection") or {}).get("burst") or 0
    if burst < 0:
        errors.append(invalid_value("clientConnection.burst", burst, "must be non-negative"))
    errors += _leader_election(body["leaderElection"])
    if body["parallelism"] <= 0:
        detail = "should be an integer value greater than zero"
        errors.append(invalid_value("parallelism", body["parallelism"], detail))
    errors += _profiles(body["profiles"])
    errors += _percentage("percentageOfNodesToScore", body)
    initial, longest = body["podInitialBackoffSeconds"], body["podMaxBackoffSeconds"]
    if initial <= 0:
        errors.append(invalid_value("podInitialBackoffSeconds", initial, "must be greater than 0"))
    if longest < initial:
        detail = "must be greater than or equal to PodInitialBackoffSeconds"
        errors.append(invalid_value("podMaxBackoffSeconds", longest, detail))
    return errors + _extenders(body["extenders"])


def _leader_election(held: Body) -> list[FieldError]:
    if not held["leaderElect"]:
        return []
    errors, field = [], "leaderElection"
    spans = {key: cron.duration(held[key]) for key in ("leaseDuration", "renewDeadline", "retryPeriod")}
    for key, span in spans.items():
        if span <= 0:
            errors.append(invalid_value(f"{field}.{key}", text_of(span), "must be greater than zero"))
    if spans["leaseDuration"] <= spans["renewDeadline"]:
        shown_value = text_of(spans["renewDeadline"])
        errors.append(invalid_value(f"{field}.leaseDuration", shown_value, "must be greater than `RenewDeadline`"))
    if held["resourceLock"] != "leases":
        detail = 'resourceLock value must be "leases"'
        errors.append(invalid_value(f"{field}.resourceLock", held["resourceLock"], detail))
    return errors


def _percentage(field: str, body: Body) -> list[FieldError]:
    percentage = body.get("percentageOfNodesToScore")
    if percentage is None or 0 <= percentage <= 100:
        return []
    return [invalid_value(field, percentage, "not in valid range [0-100]")]


# --- profiles ----------------------------------------------------------------------------------------------------


def _profiles(profiles: list[Body]) -> list[FieldError]:
    errors, known = [], set()
    for position, profile in enumerate(profiles):
        field, name = f"profiles[{position}]", profile.get("schedulerName") or ""
        if not name:
            errors.append(required(f"{field}.schedulerName"))
        errors += _percentage(f"{field}.percentageOfNodesToScore", profile)
        errors += _plugins(f"{field}.plugins", profile.get("plugins") or {})
        errors += _plugin_config(f"{field}.pluginConfig", profile.get("pluginConfig") or [])
        if name in known:
            # Upstream shows the path of the first as the value that is repeated, and JSON finds nothing in a path.
            errors.append(duplicate(f"{field}.schedulerName", {}))
        known.add(name)
    return errors + _common_queue_sort(profiles)


def _plugins(field: str, held: Body) -> list[FieldError]:
    errors = []
    for point, position, plugin in _named(held, "enabled"):
        at = f"{field}.{point}.enabled[{position}]"
        name, weight = plugin.get("name") or "", plugin.get("weight")
        if name in INVALID and point != MULTI_POINT:
            errors.append(_invalid(at, name))
        if weight is None or "score" not in PLUGINS.get(name, ()) or point not in ("score", MULTI_POINT):
            continue
        # What kube-scheduler itself writes down has a weight of 0 for those that have none by default.
        if weight < 0 or (weight == 0 and name in DEFAULT_WEIGHTS):
            errors.append(invalid_value(f"{at}.weight", weight, _NOT_POSITIVE))
    for point, position, plugin in _named(held, "disabled"):
        name = plugin.get("name") or ""
        if name != "*" and name not in PLUGINS and name not in GONE:
            errors.append(_unknown(f"{field}.{point}.disabled[{position}].name", name))
    return errors


def _named(held: Body, key: str) -> Iterator[tuple[str, int, Body]]:
    for point in (*EXTENSION_POINTS, MULTI_POINT):
        for position, plugin in enumerate((held.get(point) or {}).get(key) or ()):
            yield point, position, plugin


def _invalid(field: str, name: str) -> FieldError:
    return invalid_value(
        field, name, f'was invalid in version "v1" (KubeSchedulerConfiguration is version "{VERSION}")'
    )


def _unknown(field: str, name: str) -> FieldError:
    return not_supported(field, name, sorted(PLUGINS))


def _plugin_config(field: str, held: list[Body]) -> list[FieldError]:
    errors, known = [], set()
    for position, one in enumerate(held):
        at, name = f"{field}[{position}]", one.get("name") or ""
        if name in known:
            errors.append(duplicate(at, name))
        known.add(name)
        if name in INVALID:
            errors.append(_invalid(at, name))
        elif name not in PLUGINS:
            errors.append(_unknown(f"{at}.name", name))
    return errors


def _common_queue_sort(profiles: list[Body]) -> list[FieldError]:
    """Pods of all profiles wait in one queue, so they are sorted by one rule."""
    errors = []
    first = _queue_sort(profiles[0])
    enabled = first.get("enabled") or []
    if len(enabled) > 1:
        at = "profiles[0].plugins.queueSort.Enabled"
        errors.append(invalid_value(at, len(enabled), "only one queue sort plugin can be enabled"))
    name = enabled[0].get("name") if enabled else None
    for position, profile in enumerate(profiles[1:], 1):
        held = _queue_sort(profile)
        if _plain(held) != _plain(first):
            at, value = (
                f"profiles[{position}].plugins.queueSort",
                shown({key: one or None for key, one in held.items()}, _PLUGIN_SET),
            )
            errors.append(invalid_value(at, value, "must be the same for all profiles"))
        for one in profile.get("pluginConfig") or ():
            if name and one.get("name") == name and one.get("args") != _args_of(profiles[0], name):
                at, detail = f"profiles[{position}].pluginConfig.args", "queueSort must be the same for all profiles"
                errors.append(invalid_value(at, _plain_json(one.get("args")), detail))
    return errors


def _queue_sort(profile: Body) -> Body:
    held: Body = (profile.get("plugins") or {}).get("queueSort") or {}
    return held


def _plain(held: Body) -> list[list[tuple[str, int]]]:
    return [
        [(one.get("name") or "", one.get("weight") or 0) for one in held.get(key) or ()]
        for key in ("enabled", "disabled")
    ]


def _plain_json(value: Any) -> Any:
    """A value that nobody has looked at, as JSON could hold it: YAML has keys and values that are more."""
    if isinstance(value, dict):
        return {str(key): _plain_json(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain_json(one) for one in value]
    return value if value is None or isinstance(value, str | int | float) else str(value)


def _args_of(profile: Body, name: str) -> object:
    return next((one.get("args") for one in profile.get("pluginConfig") or () if one.get("name") == name), None)


# --- extenders ---------------------------------------------------------------------------------------------------


def _extenders(extenders: list[Body]) -> list[FieldError]:
    errors: list[FieldError] = []
    known: set[str] = set()
    for position, extender in enumerate(extenders):
        field, weight = f"extenders[{position}]", extender.get("weight") or 0
        if extender.get("prioritizeVerb") and weight <= 0:
            errors.append(invalid_value(f"{field}.weight", weight, _NOT_POSITIVE))
        for index, resource in enumerate(extender.get("managedResources") or ()):
            at, name = f"{field}.managedResources[{index}].name", resource.get("name") or ""
            broken = formed(at, name, names.qualified_name)
            if not broken and not is_extended(name):
                broken = [invalid_value(at, name, "is an invalid extended resource name")]
            errors += broken
            if name in known:
                errors.append(invalid_value(at, name, "duplicate extender managed resource name"))
            known.add(name)
    binders = sum(bool(one.get("bindVerb")) for one in extenders)
    if binders > 1:
        value = f"found {binders} extenders implementing bind"
        errors.append(invalid_value("extenders", value, "only one extender can implement bind"))
    return errors
