"""What is shown of a container's probes, from the note alone."""

from __future__ import annotations

import json

import pytest

from simulator.engine.clock import SECOND
from simulator.engine.kubelet.prober import timeline
from simulator.engine.kubelet.prober.timeline import Row
from tests.engine.kubelet.lab import T0
from tests.engine.kubelet.prober.seen import BUSYBOX, CAT, Seen, probe

START = T0 + 60 * SECOND


def shown(seen: Seen, since: int = 0, until: int = 1000, most: int = timeline.MOST) -> list[Row]:
    world = seen.lab.world
    note = world.note("kubelet", "default/web")
    assert note is not None
    spans = {"since": START + since * SECOND, "until": START + until * SECOND}
    return timeline.of(json.loads(json.dumps(note)), seen.lab.get(), "main", **spans, now=world.now, most=most)


def lines(row: Row) -> list[tuple[str, str, int, str]]:
    return [(one["at"][17:22], one["outcome"], one["count"], one["caused"]) for one in row["probes"]]


def test_each_probe_with_its_count_and_what_it_caused() -> None:
    script = "touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600"
    seen = Seen(
        image=BUSYBOX,
        args=["/bin/sh", "-c", script],
        livenessProbe=probe(CAT, initialDelaySeconds=5, periodSeconds=5),
    ).run(50)
    (row,) = shown(seen)
    assert lines(row) == [
        ("05.00", "Success", 1, ""),
        ("10.00", "Success", 2, ""),
        ("15.00", "Success", 3, ""),
        ("20.00", "Success", 4, ""),
        ("25.00", "Success", 5, ""),
        ("30.00", "Success", 6, ""),
        ("35.00", "Failure", 1, "event"),
        ("40.00", "Failure", 2, "event"),
        ("45.00", "Failure", 3, "killed"),
    ]
    assert row["probes"][-1] == {
        "at": "2026-01-01T00:01:45.008000Z",
        "tookMicroseconds": row["probes"][-1]["tookMicroseconds"],
        "outcome": "Failure",
        "message": "cat: can't open '/tmp/healthy': No such file or directory\n",
        "count": 3,
        "threshold": 3,
        "caused": "killed",
    }
    assert (row["kind"], row["result"], row["handler"], row["truncated"]) == ("liveness", "Failure", "exec", False)


SPANS = {
    # name: (since, until, most, instants, truncated)
    "all": (0, 1000, 1000, 36, False),
    "some": (10, 20, 1000, 2, False),
    "the last of them": (0, 1000, 5, 5, True),
    "before": (-100, -50, 1000, 0, False),
    "what has not come yet": (400, 900, 1000, 0, False),
}


@pytest.mark.parametrize(("since", "until", "most", "count", "truncated"), SPANS.values(), ids=SPANS.keys())
def test_a_span_of_time(since: int, until: int, most: int, count: int, truncated: bool) -> None:
    seen = Seen(livenessProbe={"tcpSocket": {"port": 80}, "periodSeconds": 5}).run(182)
    (row,) = shown(seen, since, until, most)
    assert (len(row["probes"]), row["truncated"]) == (count, truncated)
    assert {one["outcome"] for one in row["probes"]} <= {"Success"}


def test_a_container_without_probes_and_one_that_is_not_there() -> None:
    seen = Seen().run(5)
    assert shown(seen) == []
    with pytest.raises(KeyError):
        timeline.of({}, seen.lab.get(), "nobody", since=0, until=1, now=2)
