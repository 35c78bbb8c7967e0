"""Behavior: what the simulated containers of some pods do. One of our own kinds.

Its effect on containers is `workloads`' and the kubelet's; here are its fields, its rules and how it is shown.
"""

from __future__ import annotations

from ..definitions.behavior import BEHAVIOR, STREAMS
from ..errors import FieldError, invalid_value, required
from ..objects import condition, fill_in, get_in, spec_of, status_of
from ..printing import AGE, NAME, NONE, UNKNOWN, field, selector_text
from ..registry import Body, Column, Instant, Kind, status_part
from ..validation import names
from ..validation.conditions import conditions
from ..validation.fields import formed, not_negative, number, one_of, port
from ..validation.selectors import label_selector
from ..validation.usage import burst, metric, percent, positive, usage
from ..validation.workloads import figures

_LONGEST_PATTERN = 512


def _default(body: Body) -> Body:
    held = body.get("spec") or {}
    spec = fill_in(held, priority=0)
    for key, filled in (("exit", {"code": 0, "afterSeconds": 0}), ("response", {"status": 200})):
        if spec.get(key) is not None:
            new = fill_in(spec[key], **filled)
            spec = spec if new is spec[key] else {**spec, key: new}
    spec = _each(spec, "probes", status=200, fromSeconds=0)
    spec = _each(spec, "logs", stream="stdout", afterSeconds=0)
    return body if spec is held else {**body, "spec": spec}


def _each(spec: Body, key: str, **filled: object) -> Body:
    """The spec with each item of a list filled in."""
    new = [fill_in(one, **filled) for one in spec.get(key) or ()]
    return spec if new == (spec.get(key) or []) else {**spec, key: new}


def _prepare_create(body: Body) -> Body:
    return body if "status" in body else {**body, "status": {}}


def _validate(body: Body) -> list[FieldError]:
    spec = spec_of(body)
    errors = label_selector("spec.selector", spec.get("selector"))
    errors += _pattern("spec.imagePattern", spec.get("imagePattern"))
    if spec.get("container") is not None:
        errors += formed("spec.container", spec["container"], names.dns_label)
    if spec.get("startup") is not None:
        errors += _figure("spec.startup", spec["startup"], "durationSeconds")
    for key in ("cpu", "memory", "disk"):
        errors += usage(f"spec.{key}", spec.get(key))
    if (spec.get("disk") or {}).get("volume") is not None:
        errors += formed("spec.disk.volume", spec["disk"]["volume"], names.dns_label)
    errors += burst("spec.cpu.burst", (spec.get("cpu") or {}).get("burst"))
    for position, probe in enumerate(spec.get("probes") or ()):
        errors += _probe(f"spec.probes[{position}]", probe)
    for position, one in enumerate(spec.get("metrics") or ()):
        errors += metric(f"spec.metrics[{position}]", one)
    errors += _response("spec.response", spec.get("response") or {})
    ended = spec.get("exit") or {}
    errors += figures("spec.exit", ended, "afterSeconds")
    if ended.get("code") is not None:
        errors += number("spec.exit.code", ended["code"], 0, 255)
    for position, log in enumerate(spec.get("logs") or ()):
        errors += _log(f"spec.logs[{position}]", log)
    return errors


def _pattern(at: str, pattern: str | None) -> list[FieldError]:
    if pattern is None:
        return []
    if not pattern:
        return [invalid_value(at, pattern, "must be nil or non-empty string")]
    if pattern.strip() != pattern or " " in pattern:
        return [invalid_value(at, pattern, "must not contain whitespace")]
    if len(pattern) > _LONGEST_PATTERN:
        return [invalid_value(at, pattern, f"must be no more than {_LONGEST_PATTERN} characters")]
    return []


def _figure(at: str, held: Body, key: str) -> list[FieldError]:
    return [required(f"{at}.{key}")] if held.get(key) is None else not_negative(f"{at}.{key}", held[key])


def _status_code(at: str, code: int | None, *, silence: bool) -> list[FieldError]:
    if code is None or (silence and code == 0):
        return []
    return number(at, code, 100, 599)


def _probe(at: str, probe: Body) -> list[FieldError]:
    errors = figures(at, probe, "fromSeconds", "untilSeconds", "latencyMilliseconds")
    errors += _status_code(f"{at}.status", probe.get("status"), silence=True)
    if probe.get("path") is not None and not probe["path"].startswith(("/", "*")):
        errors.append(invalid_value(f"{at}.path", probe["path"], "must begin with '/' or '*'"))
    if probe.get("port") is not None:
        errors += port(f"{at}.port", probe["port"])
    until = probe.get("untilSeconds")
    if until is not None and until <= (probe.get("fromSeconds") or 0):
        errors.append(invalid_value(f"{at}.untilSeconds", until, "must be greater than fromSeconds"))
    return errors


def _response(at: str, response: Body) -> list[FieldError]:
    errors = _status_code(f"{at}.status", response.get("status"), silence=False)
    errors += figures(at, response, "latencyMilliseconds")
    return errors + percent(f"{at}.errorPercent", response.get("errorPercent"))


def _log(at: str, log: Body) -> list[FieldError]:
    errors = [] if log.get("line") else [required(f"{at}.line")]
    errors += one_of(f"{at}.stream", log.get("stream"), STREAMS)
    errors += figures(at, log, "afterSeconds")
    return errors + positive(f"{at}.everySeconds", log.get("everySeconds"))


def _validate_status(new: Body, old: Body) -> list[FieldError]:
    status = status_of(new)
    errors = figures("status", status, "observedGeneration", "selectedContainers")
    return errors + conditions("status.conditions", status.get("conditions") or [])


def _pods(body: Body, now: Instant) -> str:
    return selector_text(spec_of(body).get("selector") or {})


def _selected(body: Body, now: Instant) -> str:
    return (condition(body, "Selected") or {}).get("status") or UNKNOWN


KIND = Kind(
    group="sim.k8sviz.io",
    version="v1",
    kind="Behavior",
    plural="behaviors",
    categories=("sim",),
    columns=(
        NAME,
        Column("Pods", _pods, description="The pods that behave so, by their labels; <none>: all of the namespace."),
        Column(
            "Image",
            field("spec", "imagePattern", default=NONE),
            description="The images whose containers behave so; <none>: all.",
        ),
        Column("CPU", field("spec", "cpu", "idle", default=NONE), description="The CPU used at rest."),
        Column("Memory", field("spec", "memory", "idle", default=NONE), description="The memory used at rest."),
        Column(
            "Selected",
            lambda body, now: get_in(body, "status", "selectedContainers", default=0),
            "integer",
            description="How many containers behave so.",
        ),
        AGE,
        Column(
            "Container",
            field("spec", "container", default=NONE),
            priority=1,
            description="The containers that behave so, by their name; <none>: all.",
        ),
        Column("Priority", field("spec", "priority", default=0), "integer", 1, "Which of several Behaviors counts."),
        Column("Status", _selected, priority=1, description="Whether any container behaves so."),
    ),
    default=_default,
    prepare_create=_prepare_create,
    validate=_validate,
    parts=status_part(_validate_status),
    definition=BEHAVIOR,
)
