"""Eviction thresholds: how they are written, and when they are met.

Follows ParseThresholdConfig and UpdateContainerFsThresholds in pkg/kubelet/eviction/helpers.go, api/types.go and
defaults_linux.go, v1.34. A share of a capacity is a number of 32 bits there, which shows in the figures.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from ... import cron, quantity
from ...registry import Instant
from ..enforcement import PODS
from . import types as signals

DEFAULT_HARD: Mapping[str, str] = {
    signals.MEMORY: "100Mi",
    signals.NODEFS: "10%",
    signals.NODEFS_INODES: "5%",
    signals.IMAGEFS: "15%",
    signals.IMAGEFS_INODES: "5%",
}
_SHARE = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
_SAME_FILE_SYSTEM = {
    signals.CONTAINERFS: signals.NODEFS,
    signals.CONTAINERFS_INODES: signals.NODEFS_INODES,
}
_MEMORY, _DISK, _INODES, _PIDS = "memory", "ephemeral-storage", "inodes", "pids"
RESOURCES: Mapping[str, str] = {
    one: _MEMORY
    if one in (signals.MEMORY, signals.ALLOCATABLE_MEMORY)
    else _PIDS
    if one == signals.PIDS
    else _INODES
    if one.endswith(".inodesFree")
    else _DISK
    for one in signals.SIGNALS
}
"""What is short when a signal is low, as upstream's messages name it."""
CONDITIONS: Mapping[str, str] = {
    one: {_MEMORY: "MemoryPressure", _PIDS: "PIDPressure"}.get(resource, "DiskPressure")
    for one, resource in RESOURCES.items()
}
"""Which condition of the node a low signal means."""


class Amount(NamedTuple):
    """A quantity, as it is written canonically, or (with an empty text) a share of the capacity."""

    text: str
    share: float = 0.0

    def of(self, capacity: int) -> int:
        return quantity.value(self.text) if self.text else int(float(capacity) * self.share)

    def written(self, capacity: int) -> str:
        return self.text or quantity.from_bytes(self.of(capacity))


class Threshold(NamedTuple):
    """grace: for how long it has to be met, in microseconds; 0: it is a hard one. reclaim: how much more is freed."""

    signal: str
    value: Amount
    grace: Instant = 0
    reclaim: Amount | None = None

    @property
    def key(self) -> str:
        """What tells it from others."""
        return f"{self.signal}<{self.value.text or self.value.share}/{self.grace}"

    @property
    def resource(self) -> str:
        return RESOURCES[self.signal]

    @property
    def is_hard(self) -> bool:
        return self.grace == 0

    def level(self, capacity: int, *, reclaim: bool = False) -> int:
        """It is met when less than this is left; with `reclaim`, it is met until this is left again."""
        more = self.reclaim.of(capacity) if reclaim and self.reclaim is not None else 0
        return self.value.of(capacity) + more


def parse(
    hard: Mapping[str, str],
    soft: Mapping[str, str],
    graces: Mapping[str, str],
    reclaims: Mapping[str, str],
    *,
    enforced: Collection[str] = (PODS,),
) -> tuple[Threshold, ...]:
    """All thresholds of a kubelet whose node has one file system. enforced: what enforceNodeAllocatable lists.

    Raises ValueError in upstream's words.
    """
    firm, loose = _statements(hard), _statements(soft)
    periods = {signal: _grace(signal, text) for signal, text in graces.items()}
    more = {signal: _reclaim(signal, text) for signal, text in reclaims.items()}
    for one in loose:
        if one.signal not in periods:
            raise ValueError(f"grace period must be specified for the soft eviction threshold {one.signal}")
    found = [*firm, *(one._replace(grace=periods[one.signal]) for one in loose)]
    found = [one._replace(reclaim=more.get(one.signal)) for one in found]
    copies = [
        one._replace(signal=signals.ALLOCATABLE_MEMORY)
        for one in found
        if one.signal == signals.MEMORY and one.is_hard and PODS in enforced
    ]
    return tuple(_with_container_fs([*found, *copies]))


def _with_container_fs(thresholds: list[Threshold]) -> list[Threshold]:
    """What is said of the containers' file system counts for nothing: it is the node's."""
    kept = [one for one in thresholds if one.signal not in _SAME_FILE_SYSTEM]
    copies = [
        one._replace(signal=signal) for signal, own in _SAME_FILE_SYSTEM.items() for one in kept if one.signal == own
    ]
    return kept + copies


def _statements(held: Mapping[str, str]) -> list[Threshold]:
    found = [_statement(signal, held[signal]) for signal in _in_order(held)]
    return [one for one in found if one is not None]


def _in_order(held: Iterable[str]) -> list[str]:
    order = {signal: number for number, signal in enumerate(signals.SIGNALS)}
    return sorted(held, key=lambda one: order.get(one, len(order)))


def _statement(signal: str, text: str) -> Threshold | None:
    """None where it is to be ignored."""
    _check(signal)
    if text.endswith("%"):
        if text in ("0%", "100%"):
            return None
        share = _share(text)
        if share < 0:
            raise ValueError(f"eviction percentage threshold {signal} must be >= 0%: {text}")
        if share > 1:
            raise ValueError(f"eviction percentage threshold {signal} must be <= 100%: {text}")
        return Threshold(signal, Amount("", share))
    figure, _ = quantity.parse(text)
    if figure <= 0:
        raise ValueError(f"eviction threshold {signal} must be positive: {quantity.canonical(text)}")
    return Threshold(signal, Amount(quantity.canonical(text)))


def _reclaim(signal: str, text: str) -> Amount:
    _check(signal)
    if text.endswith("%"):
        share = _share(text)
        if share <= 0:
            raise ValueError(f"eviction percentage minimum reclaim {signal} must be positive: {text}")
        return Amount("", share)
    figure, _ = quantity.parse(text)
    if figure < 0:
        raise ValueError(f"negative eviction minimum reclaim specified for {signal}")
    return Amount(quantity.canonical(text))


def _grace(signal: str, text: str) -> Instant:
    _check(signal)
    nanoseconds = cron.duration(text)
    if nanoseconds < 0:
        raise ValueError(f"invalid eviction grace period specified: {text}, must be a positive value")
    return nanoseconds // 1000


def _check(signal: str) -> None:
    if signal not in RESOURCES:
        raise ValueError(f"unsupported eviction signal {signal}")


def _share(text: str) -> float:
    """A percentage as upstream reads it: a float32 divided by 100 in float32."""
    digits = text.rstrip("%")
    if not _SHARE.fullmatch(digits):
        raise ValueError(f'strconv.ParseFloat: parsing "{digits}": invalid syntax')
    try:
        return _single(_single(float(digits)) / 100)
    except OverflowError:
        raise ValueError(f'strconv.ParseFloat: parsing "{digits}": value out of range') from None


def _single(figure: float) -> float:
    """The nearest number of 32 bits. Raises OverflowError."""
    found: float = struct.unpack("<f", struct.pack("<f", figure))[0]
    return found
