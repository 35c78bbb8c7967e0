"""The kubelets' benchmark runs its days on few pods; how fast is not asserted, what happens is."""

from __future__ import annotations

from simulator.bench import kubelet
from simulator.bench.cases import every_case


def test_pods_whose_probes_pass_put_nothing_on_the_agenda_of_a_day() -> None:
    figures = kubelet.steady(nodes=2, pods=10).report()
    assert figures["probes"] > 10 * 2 * 8640
    assert figures["unit"] == "probes/s" and figures["day_entries"] < figures["start_entries"]


def test_a_day_in_which_pods_become_unready_crash_and_leak() -> None:
    figures = kubelet.changing(nodes=2, pods=100).report()
    assert figures["unit"] == "entries/s" and figures["n"] == 3
    assert figures["restarts_by_crashing"] > 200 and figures["restarts_by_leaking"] > 40
    assert figures["readiness_changes"] >= 2 * 24 * 10


def test_one_more_pod_costs_no_entry() -> None:
    figures = kubelet.one_more(nodes=2, pods=10).report()
    assert figures["value"] == 0


def test_each_case_has_its_memory_for_itself() -> None:
    cases = [case for case in every_case() if case.name.startswith("kubelet/")]
    assert len(cases) == 3 and all(case.alone for case in cases)
