"""The ConfigMap that configures the scheduler: what runs from when on, what is said, of what its writer is warned."""

from __future__ import annotations

import pytest

from simulator.engine.clock import SECOND
from simulator.engine.control_plane import warnings
from simulator.engine.registry import KINDS, Body, Key
from simulator.engine.scheduler.configured import FIELD, NOTE, WHERE
from simulator.engine.scheduler.cycle import Scheduler
from simulator.engine.world import World
from tests.engine.scheduler.builders import TEST, container, node, placed, pod, world
from tests.engine.scheduler.lives import events, get, rebuilt, run

HEAD = "apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n"
TWO = HEAD + "profiles:\n- schedulerName: default-scheduler\n- schedulerName: second\n"
PACKING = HEAD + (
    "profiles:\n- schedulerName: default-scheduler\n  pluginConfig:\n  - name: NodeResourcesFit\n"
    "    args: {scoringStrategy: {type: MostAllocated, resources: [{name: cpu, weight: 1}]}}\n"
)
SLOW = HEAD + "podInitialBackoffSeconds: 30\npodMaxBackoffSeconds: 60\n"
BAD = HEAD + "percentageOfNodesToScore: 101\n"
BAD_SAYS = "percentageOfNodesToScore: Invalid value: 101: not in valid range [0-100]"


def config(text: str | None, key: str = FIELD) -> Body:
    data = {} if text is None else {key: text}
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": WHERE.name, "namespace": WHERE.namespace},
        "data": data,
    }


def write(made: World, text: str | None, key: str = FIELD) -> None:
    """Somebody writes the ConfigMap, and the scheduler has heard of it."""
    body = config(text, key)
    if made.get("configmaps", *WHERE) is None:
        made.create("configmaps", body, TEST)
    else:
        made.update("configmaps", body, TEST)
    run(made, 1)


def drop(made: World) -> None:
    made.delete("configmaps", *WHERE, TEST)
    run(made, 1)


def begun(*objects: Body, latency: str = "instant") -> tuple[World, Scheduler]:
    made, scheduler = world(*objects, latency=latency)
    made.create("namespaces", {"metadata": {"name": WHERE.namespace}}, TEST)
    return made, scheduler


def profiles(scheduler: Scheduler) -> list[str]:
    return [one.scheduler_name for one in scheduler.state.running.configuration.profiles]


def said(made: World) -> list[tuple[str, str, int]]:
    told = [one for one in made.list("events") if one["involvedObject"]["name"] == WHERE.name]
    return sorted((one["reason"], one["message"], one["count"]) for one in told)


def test_the_life_of_a_configuration() -> None:
    made, scheduler = begun(node("a"))
    assert profiles(scheduler) == ["default-scheduler"] and scheduler.state.running.revision == 0
    write(made, TWO)
    assert profiles(scheduler) == ["default-scheduler", "second"]
    good = made.get("configmaps", *WHERE)
    assert good is not None and scheduler.state.running.revision == int(good["metadata"]["resourceVersion"])
    loaded = ("ConfigurationLoaded", "Profiles: default-scheduler, second", 1)
    assert said(made) == [loaded]
    write(made, BAD)
    assert profiles(scheduler) == ["default-scheduler", "second"], "the last good one stays"
    refused = ("InvalidConfiguration", f"{BAD_SAYS}; the running configuration stays", 1)
    assert said(made) == [loaded, refused]
    write(made, TWO)
    assert profiles(scheduler) == ["default-scheduler", "second"]
    assert said(made) == [loaded, refused], "it runs already"
    write(made, SLOW)
    assert profiles(scheduler) == ["default-scheduler"]
    drop(made)
    assert scheduler.state.running.revision == 0 and made.note("default-scheduler", NOTE) is None


def test_the_event_is_about_the_configmap() -> None:
    made, _ = begun(node("a"))
    write(made, BAD)
    (event,) = made.list("events")
    assert (event["type"], event["reason"], event["metadata"]["namespace"]) == (
        "Warning", "InvalidConfiguration", "kube-system"
    )  # fmt: skip
    assert event["involvedObject"]["kind"] == "ConfigMap"
    assert event["source"] == {"component": "default-scheduler"}


NOTHING: dict[str, tuple[str | None, str]] = {
    "no key": (None, FIELD), "an empty text": ("", FIELD), "blanks": (" \n", FIELD), "another key": (TWO, "other.yaml"),
}  # fmt: skip


@pytest.mark.parametrize("case", NOTHING.values(), ids=NOTHING.keys())
def test_a_configmap_that_says_nothing_leaves_the_default(case: tuple[str | None, str]) -> None:
    made, scheduler = begun(node("a"))
    write(made, TWO)
    write(made, *case)
    assert profiles(scheduler) == ["default-scheduler"] and scheduler.state.running.revision == 0


def test_other_configmaps_are_none_of_its_business() -> None:
    made, scheduler = begun(node("a"))
    for name, namespace in ((WHERE.name, "default"), ("other", "kube-system")):
        body = config(TWO)
        made.create("configmaps", {**body, "metadata": {"name": name, "namespace": namespace}}, TEST)
    run(made, 1)
    assert profiles(scheduler) == ["default-scheduler"] and made.list("events") == []


def test_it_takes_a_moment_until_it_is_heard() -> None:
    made, scheduler = begun(node("a"), latency="realistic")
    made.create("configmaps", config(TWO), TEST)
    assert profiles(scheduler) == ["default-scheduler"]
    made.clock.run_until(made.now + made.latency.watch)
    assert profiles(scheduler) == ["default-scheduler", "second"]


def test_a_pod_of_a_scheduler_that_there_is_not_waits_for_its_profile() -> None:
    made, scheduler = begun(node("a"))
    made.create("pods", pod("p", schedulerName="second"), TEST)
    run(made, 60)
    assert placed(made) == {"p": ""} and made.list("events") == []
    assert Key("default", "p") not in scheduler.state.queue
    write(made, TWO)
    assert placed(made) == {"p": "a"}
    (event,) = [one for one in made.list("events") if one["reason"] == "Scheduled"]
    assert event["source"] == {"component": "second"}
    drop(made)
    made.create("pods", pod("q", schedulerName="second"), TEST)
    run(made, 1)
    assert placed(made)["q"] == ""


def test_pods_go_by_the_profile_of_their_scheduler() -> None:
    made, _ = begun(node("a"), node("b"), pod("r", container(cpu="1"), on="a"))
    write(made, PACKING + "- schedulerName: second\n")
    made.create("pods", pod("packed", container(cpu="1", memory="1Gi")), TEST)
    made.create("pods", pod("spread", container(cpu="1", memory="1Gi"), schedulerName="second"), TEST)
    run(made, 1)
    assert (placed(made)["packed"], placed(made)["spread"]) == ("a", "b")


def test_whoever_waits_is_tried_again_under_the_new_configuration() -> None:
    made, scheduler = begun(node("a", "1"))
    made.create("pods", pod("big", container(cpu="2")), TEST)
    run(made, 1)
    write(made, HEAD + "profiles:\n- plugins:\n    multiPoint: {disabled: [{name: NodeResourcesFit}]}\n")
    assert placed(made) == {"big": "a"}
    assert scheduler.state.queue.get(Key("default", "big")) is None


def test_what_was_decided_and_not_bound_is_taken_back() -> None:
    made, scheduler = begun(node("a", "1"), latency="realistic")
    made.create("pods", pod("p", container(cpu="1")), TEST)
    made.create("configmaps", config(TWO), TEST)
    run(made, 1)
    assert placed(made) == {"p": "a"}
    assert list(scheduler.state.nodes.placed) == [Key("default", "p")]
    assert scheduler.state.nodes.requested[0].tolist() == [1000]


def test_back_offs_follow_the_configuration() -> None:
    made, scheduler = begun()
    write(made, SLOW)
    made.create("pods", pod("p"), TEST)
    run(made)
    queued = scheduler.state.queue.get(Key("default", "p"))
    assert queued is not None and scheduler.state.queue.backoff_ends(queued) == (made.now // SECOND + 30) * SECOND


def test_a_restart_keeps_the_last_good_one() -> None:
    made, _ = begun(node("a"))
    write(made, TWO)
    write(made, BAD)
    made, scheduler = rebuilt(made)
    assert profiles(scheduler) == ["default-scheduler", "second"]
    made.create("pods", pod("p", schedulerName="second"), TEST)
    run(made, 1)
    assert placed(made) == {"p": "a"}
    drop(made)
    made, scheduler = rebuilt(made)
    assert profiles(scheduler) == ["default-scheduler"]


def test_a_text_that_is_not_understood_any_more_is_not_run() -> None:
    made, _ = begun(node("a"))
    made.set_note("default-scheduler", NOTE, {"text": BAD, "revision": 7})
    _, scheduler = rebuilt(made)
    assert profiles(scheduler) == ["default-scheduler"]


def test_a_decision_tells_under_which_configuration_it_was_taken() -> None:
    made, scheduler = begun(node("a"))
    write(made, TWO)
    made.create("pods", pod("p"), TEST)
    run(made)
    (cause,) = [one.cause for one in made.drain().changes if one.cause.rule == "Bind"]
    assert cause.inputs["configuration"] == scheduler.state.running.revision
    assert get(made, "p")["spec"]["nodeName"] == "a" and events(made, "Scheduled") != []


STAYS = "; the running configuration stays"
WARNED: dict[str, tuple[str | None, list[str] | None]] = {
    "good": (TWO, []),
    "nothing": (None, []),
    "a value out of range": (BAD, [f"data[config.yaml]: {BAD_SAYS}{STAYS}"]),
    "two": (
        HEAD + "percentageOfNodesToScore: 101\npodInitialBackoffSeconds: 0\n",
        [f"data[config.yaml]: {BAD_SAYS}{STAYS}",
         f"data[config.yaml]: podInitialBackoffSeconds: Invalid value: 0: must be greater than 0{STAYS}"]),
    "an unknown plugin": (
        HEAD + "profiles:\n- plugins:\n    score: {enabled: [{name: Nope}]}\n",
        None),
    "no YAML": ("a: b: c\n", None),
}  # fmt: skip


@pytest.mark.parametrize("case", WARNED.values(), ids=WARNED.keys())
def test_the_writer_is_warned(case: tuple[str | None, list[str] | None]) -> None:
    text, expected = case
    told = warnings(KINDS["configmaps"], config(text), None)
    if expected is not None:
        assert told == expected
    else:
        (one,) = told
        assert one.startswith("data[config.yaml]: ") and one.endswith(STAYS)


def test_nobody_is_warned_of_other_objects_or_of_what_was_there() -> None:
    kind, bad = KINDS["configmaps"], config(BAD)
    elsewhere = {**bad, "metadata": {"name": WHERE.name, "namespace": "default"}}
    assert warnings(kind, elsewhere, None) == []
    assert warnings(kind, bad, config(BAD)) == []
    assert warnings(kind, bad, config(TWO)) != []
    assert warnings(KINDS["pods"], pod("p"), None) == []
