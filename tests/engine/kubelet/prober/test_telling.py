"""What people are told of probes, and how often."""

from __future__ import annotations

from itertools import pairwise

import pytest

from simulator.engine.registry import Body
from tests.engine.kubelet.prober.seen import BUSYBOX, HTTP, Seen


def test_people_are_not_told_of_every_failure() -> None:
    seen = Seen(readinessProbe={"httpGet": {"path": "/none", "port": 80}, "periodSeconds": 1}).run(1300)
    told = seen.said("Readiness probe failed")
    assert len(told) == 22 + 4
    assert [round(later - earlier) for earlier, later in pairwise(told[22:])] == [300, 300, 300]


SAYINGS = {
    # name: (handler, Behavior's probes, reason, message, whether the pod becomes ready)
    "a redirect": (
        HTTP,
        [{"status": 301}],
        "ProbeWarning",
        "Readiness probe warning: Probe terminated redirects, Response body: ",
        True,
    ),
    "a name that no port has": (
        {"tcpSocket": {"port": "db"}},
        [],
        "Unhealthy",
        'Readiness probe errored and resulted in unknown state: strconv.Atoi: parsing "db": invalid syntax',
        False,
    ),
}


@pytest.mark.parametrize(("handler", "listed", "reason", "message", "is_ready"), SAYINGS.values(), ids=SAYINGS.keys())
def test_what_else_is_said(handler: Body, listed: list[Body], reason: str, message: str, is_ready: bool) -> None:
    seen = Seen(readinessProbe={**handler, "initialDelaySeconds": 2, "periodSeconds": 2})
    if listed:
        seen.behave(*listed)
    seen.run(10)
    assert seen.lab.said(reason) == [message]
    assert (seen.lab.conditions()["Ready"] == "True") is is_ready


def test_an_errored_probe_counts_for_nothing() -> None:
    liveness = {"exec": {"command": ["nope"]}, "periodSeconds": 1, "failureThreshold": 1}
    seen = Seen(image=BUSYBOX, command=["sleep", "99"], livenessProbe=liveness).run(30)
    assert seen.lab.main()["restartCount"] == 0
    assert len(seen.said("Liveness probe errored and resulted in unknown state: rpc error")) == 22
