# ruff: noqa: E501 - the table has a line for each case
"""Which scripts are load generators, and how fast they go round."""

from __future__ import annotations

import pytest

from simulator.engine.workloads.traffic import loops
from simulator.engine.workloads.traffic.loops import Fetching

CASES: dict[str, tuple[list[str], Fetching | None]] = {
    # name: (command line, what it fetches; pauses are microseconds)
    "the walkthrough of the HorizontalPodAutoscaler": (["/bin/sh", "-c", "while sleep 0.01; do wget -q -O- http://php-apache; done"], Fetching("php-apache", 80, "/", "GET", 15_000, None)),
    "its older form": (["/bin/sh", "-c", "while true; do wget -q -O- http://php-apache.default.svc.cluster.local; done"], Fetching("php-apache.default.svc.cluster.local", 80, "/", "GET", 5_000, None)),
    "curl with a port, a path and a timeout": (["bash", "-c", "while true; do curl -s -m 2 -o /dev/null http://web.shop:8080/a?b=1; sleep 1; done"], Fetching("web.shop", 8080, "/a?b=1", "GET", 1_005_000, 2)),
    "https, a header and a method": (["sh", "-c", "while :; do curl -H 'A: b' -X POST https://web; sleep 2s; done"], Fetching("web", 443, "/", "POST", 2_005_000, None)),
    "until": (["sh", "-c", "until false; do wget -qO- web; done"], Fetching("web", 80, "/", "GET", 5_000, None)),
    "after other commands": (["sh", "-c", "echo hello; sleep 5; while true; do curl -I web; done"], Fetching("web", 80, "/", "HEAD", 5_000, None)),
    "output thrown away, errors forgiven": (["sh", "-ec", "while true; do curl -s http://web >/dev/null 2>&1 || true; sleep .5; done"], Fetching("web", 80, "/", "GET", 505_000, None)),
    "in a pipe": (["sh", "-c", "while true; do wget -T 3 -qO- http://web | grep -c x; sleep 1; done"], Fetching("web", 80, "/", "GET", 1_010_000, 3)),
    "data is posted": (["sh", "-c", "while true; do curl -d a=b web; done"], Fetching("web", 80, "/", "POST", 5_000, None)),
    "nothing is fetched": (["sh", "-c", "while true; do sleep 1; done"], None),
    "fetched once": (["sh", "-c", "wget -q -O- http://web"], None),
    "it waits for something to come": (["sh", "-c", "until wget -q -O- http://web; do sleep 1; done"], None),
    "it may end": (["sh", "-c", "while true; do wget -q -O- http://web && break; done"], None),
    "it stops for good": (["sh", "-c", "while true; do wget http://web; sleep infinity; done"], None),
    "nobody knows where": (["sh", "-c", "while true; do wget http://$HOST; done"], None),
    "in the background": (["sh", "-c", "while true; do wget http://web & done"], None),
    "no shell": (["wget", "http://web"], None),
    "a bad script": (["sh", "-c", "while true; do wget http://web"], None),
    "a bad pause": (["sh", "-c", "while sleep x; do wget http://web; done"], None),
    "a shell without a script": (["sh", "wget"], None),
    "no command": ([], None),
}  # fmt: skip


@pytest.mark.parametrize(("words", "fetching"), CASES.values(), ids=CASES.keys())
def test_what_a_script_fetches(words: list[str], fetching: Fetching | None) -> None:
    assert loops.of({"name": "c", "image": "busybox", "args": words}) == fetching
