"""The settings of the cluster autoscaler: its flags, as keys of a ConfigMap, with their defaults.

Follows cluster-autoscaler/config/flags/flags.go of kubernetes/autoscaler, v1.34. A value that is wrong counts as not
given.
"""

from __future__ import annotations

from fractions import Fraction

from simulator.engine import cron
from simulator.engine.clock import SECOND
from simulator.engine.quantity import parse
from simulator.engine.registry import Key, Reader

WHERE = Key("kube-system", "cluster-autoscaler")
EXPANDERS = ("least-waste", "most-pods", "price", "priority", "random")

_DURATIONS = {
    "scan-interval": 10,
    "new-pod-scale-up-delay": 0,
    "max-node-provision-time": 15 * 60,
    "scale-down-delay-after-add": 10 * 60,
    "scale-down-delay-after-delete": 0,
    "scale-down-delay-after-failure": 3 * 60,
    "scale-down-unneeded-time": 10 * 60,
    "scale-down-unready-time": 20 * 60,
    "unremovable-node-recheck-timeout": 5 * 60,
    "node-delete-delay-after-taint": 5,
    "max-pod-eviction-time": 2 * 60,
    "initial-node-group-backoff-duration": 5 * 60,
    "max-node-group-backoff-duration": 30 * 60,
    "node-group-backoff-reset-timeout": 3 * 60 * 60,
}
_NUMBERS = {
    "max-nodes-total": 0,
    "max-nodes-per-scaleup": 1000,
    "max-scale-down-parallelism": 10,
    "max-drain-parallelism": 1,
    "max-graceful-termination-sec": 600,
    "max-bulk-soft-taint-count": 10,
    "expendable-pods-priority-cutoff": -10,
    "ok-total-unready-count": 3,
}
_BOUNDS = {"cores-total": (0, 5000 * 64), "memory-total": (0, 5000 * 64 * 20)}
_SHARES = {
    "scale-down-utilization-threshold": "0.5",
    "max-total-unready-percentage": "45",
    "memory-difference-ratio": "0.015",
    "max-free-difference-ratio": "0.05",
    "max-allocatable-difference-ratio": "0.05",
}
_SWITCHES = {
    "scale-down-enabled": True,
    "scale-down-unready-enabled": True,
    "skip-nodes-with-system-pods": True,
    "skip-nodes-with-local-storage": True,
    "skip-nodes-with-custom-controller-pods": True,
    "ignore-daemonsets-utilization": False,
    "ignore-mirror-pods-utilization": False,
    "daemonset-eviction-for-empty-nodes": False,
    "daemonset-eviction-for-occupied-nodes": True,
    "enforce-node-group-min-size": False,
    "balance-similar-node-groups": False,
}
_TRUE = ("1", "t", "T", "true", "TRUE", "True")
_FALSE = ("0", "f", "F", "false", "FALSE", "False")


class Settings:
    """What a cluster's ConfigMap says, read anew at each scan."""

    def __init__(self, reader: Reader) -> None:
        held = reader.get("configmaps", *WHERE)
        self._data: dict[str, str] = (held or {}).get("data") or {}

    def time(self, flag: str) -> int:
        """A duration in microseconds."""
        try:
            found = cron.duration(self._data[flag]) // 1000
        except (KeyError, ValueError):
            return _DURATIONS[flag] * SECOND
        return found if found > 0 or (found == 0 and flag != "scan-interval") else _DURATIONS[flag] * SECOND

    def number(self, flag: str) -> int:
        text = self._data.get(flag, "")
        return int(text) if _is_number(text.removeprefix("-")) else _NUMBERS[flag]

    def bounds(self, flag: str) -> tuple[int, int]:
        """The least and the most of something, written as `least:most`."""
        least, _colon, most = self._data.get(flag, "").partition(":")
        if not (_is_number(least) and _is_number(most)) or int(least) > int(most):
            return _BOUNDS[flag]
        return int(least), int(most)

    def share(self, flag: str) -> Fraction:
        try:
            return parse(self._data.get(flag, _SHARES[flag]))[0]
        except ValueError:
            return Fraction(_SHARES[flag])

    def is_on(self, flag: str) -> bool:
        text = self._data.get(flag, "")
        return text in _TRUE if text in (*_TRUE, *_FALSE) else _SWITCHES[flag]

    def names(self, flag: str) -> list[str]:
        """Names that are joined by commas; upstream's flag is given once for each."""
        return [name.strip() for name in self._data.get(flag, "").split(",") if name.strip()]

    def expanders(self) -> list[str]:
        """The expanders in turn; ties that are left are drawn."""
        return [name for name in self.names("expander") if name in EXPANDERS] or ["least-waste"]


def _is_number(digits: str) -> bool:
    return digits.isascii() and digits.isdecimal() and len(digits) < 10
