"""A few made series on the grid of scrapes, as our evaluator and as a real Prometheus get them."""

from __future__ import annotations

from collections.abc import Callable

from simulator.engine.clock import SECOND
from simulator.engine.promql.values import INTERVAL, NAME, Element, Vector

START = 1_700_000_100 * SECOND  # a multiple of the interval
SCRAPES = 80
END = START + (SCRAPES - 1) * INTERVAL

BOUNDS = ("0.1", "0.5", "1", "+Inf")


def _restarting(step: int) -> float:
    return float(step % 33 * 7 + 100)


SERIES: dict[tuple[str, tuple[tuple[str, str], ...]], Callable[[int], float]] = {
    ("http_requests_total", (("code", "200"), ("pod", "web-1"))): lambda step: 1000.0 + 30 * step,
    ("http_requests_total", (("code", "500"), ("pod", "web-1"))): lambda step: 500.0 + 1.5 * step,
    ("http_requests_total", (("code", "200"), ("pod", "web-2"))): lambda step: 4000.0 + 12 * step + step % 5,
    ("http_requests_total", (("code", "200"), ("pod", "api-1"))): _restarting,
    ("queue_length", (("pod", "web-1"), ("zone", "a"))): lambda step: float(step % 7 * 10 - 5),
    ("queue_length", (("pod", "web-2"), ("zone", "b"))): lambda step: 3.25 * (step % 4),
    ("queue_length", (("pod", "api-1"), ("zone", "b"))): lambda step: 40.0 - step / 4,
    ("pod_info", (("node", "n1"), ("pod", "web-1"))): lambda step: 1.0,
    ("pod_info", (("node", "n2"), ("pod", "web-2"))): lambda step: 1.0,
    ("pod_info", (("node", "n2"), ("pod", "api-1"))): lambda step: 1.0,
    **{
        ("latency_seconds_bucket", (("le", bound), ("pod", pod))): (
            lambda step, share=share, pace=pace: 10_000.0 + step * pace * share
        )
        for pod, pace in (("web-1", 20), ("web-2", 50))
        for bound, share in zip(BOUNDS, (0.2, 0.7, 0.9, 1.0), strict=True)
    },
}


class Made:
    """The source of the series."""

    def scraped(self, at: int, wanted: Callable[[str], bool], namespace: str) -> Vector:
        if not START <= at <= END:
            return []
        step = (at - START) // INTERVAL
        return [
            Element({NAME: name, **dict(labels)}, figure(step))
            for (name, labels), figure in SERIES.items()
            if wanted(name)
        ]


def openmetrics() -> str:
    lines = []
    for name in dict.fromkeys(name for name, _ in SERIES):
        lines.append(f"# TYPE {name} unknown")
        for (own, labels), figure in SERIES.items():
            text = ",".join(f'{key}="{value}"' for key, value in labels)
            if own == name:
                for step in range(SCRAPES):
                    lines.append(f"{name}{{{text}}} {figure(step)!r} {(START + step * INTERVAL) // SECOND}")
    return "\n".join([*lines, "# EOF", ""])
