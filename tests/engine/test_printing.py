"""How `kubectl get` writes ages, labels and selectors."""

from __future__ import annotations

import pytest

from simulator.engine import printing
from simulator.engine.clock import SECOND

MINUTE, HOUR, DAY, YEAR = 60, 3600, 86_400, 365 * 86_400


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-2, "<invalid>"),
        (-1, "0s"),
        (0, "0s"),
        (119, "119s"),
        (2 * MINUTE, "2m"),
        (2 * MINUTE + 5, "2m5s"),
        (10 * MINUTE + 5, "10m"),
        (3 * HOUR - 1, "179m"),
        (3 * HOUR, "3h"),
        (7 * HOUR + 5 * MINUTE, "7h5m"),
        (8 * HOUR + 5 * MINUTE, "8h"),
        (47 * HOUR, "47h"),
        (2 * DAY, "2d"),
        (7 * DAY + 5 * HOUR, "7d5h"),
        (8 * DAY + 5 * HOUR, "8d"),
        (2 * YEAR - 1, "729d"),
        (2 * YEAR, "2y"),
        (3 * YEAR + 4 * DAY, "3y4d"),
        (9 * YEAR + 4 * DAY, "9y"),
    ],
)
def test_human_duration(seconds: int, text: str) -> None:
    assert printing.human_duration(seconds * SECOND) == text


def test_an_age_that_nobody_knows() -> None:
    assert printing.since(None, 0) == "<unknown>"
    assert printing.since("", 0) == "<unknown>"


@pytest.mark.parametrize(
    ("selector", "text"),
    [
        (None, "<none>"),
        ({}, "<none>"),
        ({"matchLabels": {"b": "2", "a": "1"}}, "a=1,b=2"),
        ({"matchExpressions": [{"key": "a", "operator": "Like"}]}, "<error>"),
    ],
)
def test_selectors(selector: dict[str, object] | None, text: str) -> None:
    assert printing.selector_text(selector) == text


def test_labels_and_containers() -> None:
    assert printing.labels_text({"b": "2", "a": "1"}) == "a=1,b=2"
    assert printing.labels_text({}) == "<none>"
    spec = {"containers": [{"name": "a", "image": "x"}, {"name": "b", "image": "y"}]}
    assert (printing.container_names(spec), printing.container_images(spec)) == ("a,b", "x,y")
