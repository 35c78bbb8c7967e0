"""The two sets of thresholds that are asked about, hard alone and soft as well: read, and checked field by field.

What is not said is as the node has it. A soft threshold that the node has not is three times the hard one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from simulator.clusters import NotUnderstood
from simulator.engine import quantity
from simulator.engine.kubelet import configuration, signals
from simulator.engine.kubelet.configuration import Configuration
from simulator.engine.kubelet.configuration_fields import InvalidConfiguration
from simulator.engine.kubelet.eviction import thresholds
from simulator.engine.registry import Body

SIGNALS = (signals.MEMORY, signals.NODEFS, signals.IMAGEFS, signals.PIDS)
_LONGEST = 64
_PIDS = "10%"
_GRACE, _POD_GRACE = "1m30s", 30
_LARGEST_GRACE = (1 << 31) - 1
_TIMES = 3


class Side(NamedTuple):
    """One of the two: what was asked, completed, and the fields of the configuration that it comes to."""

    asked: Mapping[str, Any]
    fields: Mapping[str, Any]


class Asked(NamedTuple):
    signal: str
    hard: Side
    soft: Side


def read(asked: Mapping[str, Any], running: Configuration, node: Body) -> Asked:
    """The sides of a question about a node with this configuration. Raises NotUnderstood, `errors` by field."""
    signal = asked.get("signal", signals.MEMORY)
    if signal not in SIGNALS:
        said = _("The signal must be one of {signals}.").format(signals=", ".join(SIGNALS))
        raise NotUnderstood(said, errors=[{"field": "signal", "message": said}])
    given = {side: _given(asked, side) for side in ("hard", "soft")}
    hard, soft, fields = given["hard"], given["soft"], running.fields
    level = _text(hard, "threshold", fields["evictionHard"].get(signal) or _default(signal))
    own = {
        "hard": {"threshold": level, "minimumReclaim": _text(hard, "minimumReclaim", _reclaim(fields, signal))},
        "soft": {
            "threshold": _text(soft, "threshold", fields["evictionSoft"].get(signal) or _above(level)),
            "gracePeriod": _text(soft, "gracePeriod", fields["evictionSoftGracePeriod"].get(signal, _GRACE)),
            "maxPodGracePeriod": soft.get("maxPodGracePeriod", fields["evictionMaxPodGracePeriod"] or _POD_GRACE),
            "minimumReclaim": _text(soft, "minimumReclaim", _reclaim(fields, signal)),
        },
    }
    faults = [
        {"field": f"{side}.{name}", "message": said}
        for side, told in own.items()
        for name, text in told.items()
        if (said := _fault(signal, side, name, text)) and name in given[side]
    ]
    if faults:
        raise NotUnderstood(faults[0]["message"], errors=faults)
    sides = {side: Side(told, _fields(fields, signal, own["hard"], told)) for side, told in own.items()}
    for side, found in sides.items():
        _check(found.fields, node, f"{side}.threshold")
    return Asked(signal, sides["hard"], sides["soft"])


def _given(asked: Mapping[str, Any], side: str) -> Mapping[str, Any]:
    """What is said of one side."""
    given = asked.get(side)
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise NotUnderstood(_("{which} must be a JSON object.").format(which=side))
    return given


def _text(given: Mapping[str, Any], name: str, default: str) -> Any:
    found = given.get(name, default)
    return found.strip() if isinstance(found, str) else found


def _default(signal: str) -> str:
    return thresholds.DEFAULT_HARD.get(signal, _PIDS)


def _reclaim(fields: Mapping[str, Any], signal: str) -> str:
    return str(fields["evictionMinimumReclaim"].get(signal, ""))


def _above(level: Any) -> str:
    """So much more than a hard threshold that there is time to look; the hard one itself where it makes no sense."""
    if not isinstance(level, str):
        return ""
    try:
        if level.endswith("%"):
            return f"{min(float(level[:-1]) * _TIMES, 100):g}%"
        return quantity.canonical(quantity.from_bytes(quantity.value(level) * _TIMES))
    except ValueError:
        return level


_PARSERS: Mapping[str, Callable[[str, str], object]] = {
    "hard.threshold": lambda signal, text: thresholds.parse({signal: text}, {}, {}, {}),
    "soft.threshold": lambda signal, text: thresholds.parse({}, {signal: text}, {signal: "1s"}, {}),
    "gracePeriod": lambda signal, text: thresholds.parse({}, {}, {signal: text}, {}),
    "minimumReclaim": lambda signal, text: text and thresholds.parse({}, {}, {}, {signal: text}),
}


def _fault(signal: str, side: str, name: str, text: Any) -> str:
    """What is wrong with a field, empty if nothing is."""
    if name == "maxPodGracePeriod":
        is_fine = isinstance(text, int) and not isinstance(text, bool) and 0 <= text <= _LARGEST_GRACE
        return "" if is_fine else _("{which} must be a number of seconds.").format(which="evictionMaxPodGracePeriod")
    if not isinstance(text, str) or len(text) > _LONGEST:
        return _("This must be a short text.")
    try:
        (_PARSERS.get(name) or _PARSERS[f"{side}.{name}"])(signal, text)
    except ValueError as error:
        return str(error)
    return ""


def _fields(fields: Mapping[str, Any], signal: str, hard: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    """The configuration with the hard threshold of both sides and, of the soft side, its soft one."""
    found = {
        **fields,
        "mergeDefaultEvictionSettings": False,
        "evictionHard": {**fields["evictionHard"], signal: hard["threshold"]},
        "evictionMinimumReclaim": _with(fields["evictionMinimumReclaim"], signal, told["minimumReclaim"]),
        "evictionSoft": _with(fields["evictionSoft"], signal, ""),
        "evictionSoftGracePeriod": _with(fields["evictionSoftGracePeriod"], signal, ""),
    }
    if "gracePeriod" not in told:
        return found
    return {
        **found,
        "evictionSoft": _with(fields["evictionSoft"], signal, told["threshold"]),
        "evictionSoftGracePeriod": _with(fields["evictionSoftGracePeriod"], signal, told["gracePeriod"]),
        "evictionMaxPodGracePeriod": told["maxPodGracePeriod"],
    }


def _with(held: Mapping[str, str], signal: str, text: str) -> dict[str, str]:
    """The same with another text for a signal, and without one where the text is empty."""
    rest = {one: said for one, said in held.items() if one != signal}
    return {**rest, signal: text} if text else rest


def _check(fields: Mapping[str, Any], node: Body, field: str) -> None:
    """That a kubelet of this node would run with it. Raises NotUnderstood."""
    try:
        configuration.parsed(fields, node)
    except InvalidConfiguration as error:
        raise NotUnderstood(str(error), errors=[{"field": field, "message": str(error)}]) from None
