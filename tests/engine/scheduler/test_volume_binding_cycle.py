"""VolumeBinding in a world: pods wait for their claims, give volumes back, and survive a restart."""

from __future__ import annotations

from collections.abc import Callable

from simulator.engine.clock import SECOND
from simulator.engine.registry import Body
from simulator.engine.scheduler.cycle import Scheduler
from simulator.engine.scheduler.trace import schedule
from simulator.engine.world import World
from tests.engine.scheduler.builders import TEST, placed
from tests.engine.scheduler.storage import claim, local, user, world_of

BEGINNING: list[Body] = [
    {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default"}},
    {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default", "namespace": "default"}},
]


def running(*objects: Body) -> World:
    made = world_of(*BEGINNING, *objects)
    Scheduler(made).start()
    made.clock.run_until(made.now + 2 * SECOND)
    return made


def finish(made: World, name: str, to: str) -> None:
    found = made.get("persistentvolumeclaims", "default", name)
    assert found is not None
    bound = {**claim(name, to), "metadata": {**found["metadata"], "annotations": {
        **(found["metadata"].get("annotations") or {}), "pv.kubernetes.io/bind-completed": "yes"}}}  # fmt: skip
    made.update("persistentvolumeclaims", bound, TEST)
    made.clock.run_until(made.now + 2 * SECOND)


def test_a_pod_is_bound_when_its_claim_is() -> None:
    made = running(user("c"), claim("c"), local("v", "b"))
    assert placed(made) == {"p": ""}
    held = made.get("persistentvolumes", "", "v")
    assert held is not None and held["spec"]["claimRef"]["name"] == "c"
    finish(made, "c", "v")
    assert placed(made) == {"p": "b"}


def test_the_write_is_caused_by_the_decision() -> None:
    made = running(user("c"), claim("c"), local("v", "b"))
    (cause,) = [one.cause for one in made.drain().changes if one.resource == "persistentvolumes"]
    assert (cause.component, cause.rule) == ("default-scheduler", "Bind")


def test_a_pod_whose_volume_comes_later() -> None:
    made = running(user("c"), claim("c"))
    events = [one["message"] for one in made.list("events")]
    assert events == [
        "0/2 nodes are available: 2 node(s) didn't find available persistent volumes to bind. "
        "no new claims to deallocate, preemption: 0/2 nodes are available: "
        "2 Preemption is not helpful for scheduling."
    ]
    made.create("persistentvolumes", local("v", "a"), TEST)
    found = made.get("persistentvolumes", "", "v")
    assert found is not None
    made.update_status("persistentvolumes", {**found, "status": {"phase": "Available"}}, TEST)
    made.clock.run_until(made.now + 12 * SECOND)
    finish(made, "c", "v")
    assert placed(made) == {"p": "a"}


def test_after_ten_minutes_the_binding_fails() -> None:
    made = running(user("c"), claim("c"), local("v", "b"))
    made.clock.run_until(made.now + 590 * SECOND)
    assert [one["message"] for one in made.list("events")] == []
    made.clock.run_until(made.now + 10 * SECOND)
    assert [one["message"] for one in made.list("events")] == [
        'running PreBind plugin "VolumeBinding": binding volumes: context deadline exceeded'
    ]


def test_one_pass_gives_each_volume_to_one_pod() -> None:
    pods = [user(f"c{number}", name=f"p{number}") for number in range(3)]
    made = world_of(*pods, *(claim(f"c{number}") for number in range(3)), local("v", "a"), local("w", "b"))
    told = {one["name"]: (one["node"], one["message"]) for one in schedule(made)}
    assert {told["p0"][0], told["p1"][0]} == {"a", "b"}
    assert told["p2"][0] is None and "2 node(s) didn't find available persistent volumes to bind" in told["p2"][1]


def rebuilt(old: World) -> World:
    """The same world in another process: from what was written down."""
    new = World(seed=old.seed, now=old.now, revision=old.revision, latency=old.latency)
    scheduler = Scheduler(new)
    for resource in RESOURCES:
        for body in old.list(resource):
            new.load(resource, body)
    for memory in old.memories():
        new.remember(memory)
    scheduler.start()
    return new


RESOURCES = (
    "namespaces", "serviceaccounts", "nodes", "pods", "events", "persistentvolumes", "persistentvolumeclaims",
    "storageclasses.storage.k8s.io",
)  # fmt: skip


def story(*, restart: bool) -> tuple[dict[str, str], list[tuple[str, str]], int]:
    """Four pods want two volumes: one is deleted, and another gets what it had; one volume comes late."""
    pods = [user(f"c{number}", name=f"p{number}") for number in range(4)]
    made = world_of(*BEGINNING, *pods, *(claim(f"c{n}") for n in range(4)), local("v", "a"), local("w", "b"))
    Scheduler(made).start()
    acts: dict[int, Callable[[World], object]] = {
        3: lambda world: world.delete("pods", "default", "p1", TEST, grace=0),
        5: lambda world: world.create("persistentvolumes", local("late", "b", "9Gi"), TEST),
        9: lambda world: available(world, "late"),
    }
    for step in range(60):
        if step in acts:
            acts[step](made)
        due = made.clock.next_due()
        if due is not None and due < made.now + 100 * SECOND:
            made.clock.step()
        made = rebuilt(made) if restart else made
    held = [(one["metadata"]["name"], one["spec"]["claimRef"]["name"]) for one in made.list("persistentvolumes")
            if one["spec"].get("claimRef")]  # fmt: skip
    return placed(made), held, made.revision


def available(world: World, name: str) -> None:
    found = world.get("persistentvolumes", "", name)
    assert found is not None
    world.update_status("persistentvolumes", {**found, "status": {"phase": "Available"}}, TEST)


def test_a_restart_at_every_step_changes_nothing() -> None:
    whole = story(restart=False)
    assert whole == story(restart=True)
    assert whole[1] == [("late", "c3"), ("v", "c0"), ("w", "c2")]


def test_a_pod_that_is_deleted_on_its_way_gives_its_volume_back() -> None:
    made = world_of(*BEGINNING, user("c", name="p"), user("d", name="q"), claim("c"), claim("d"), local("v"))
    scheduler = Scheduler(made)
    scheduler.start()
    while not scheduler.state.nodes.placed:
        made.clock.step()
    (gone,) = scheduler.state.nodes.placed
    made.delete("pods", "default", gone.name, TEST, grace=0)
    made.clock.run_until(made.now + 20 * SECOND)
    held = made.get("persistentvolumes", "", "v")
    assert held is not None and held["spec"]["claimRef"]["name"] == {"p": "d", "q": "c"}[gone.name]


def test_a_claim_for_one_pod_is_taken_from_a_lower_one() -> None:
    only = claim("c", "v", modes=("ReadWriteOncePod",))
    low = user("c", name="low", on="a", priority=1, terminationGracePeriodSeconds=30)
    made = running(low, user("c", name="high", priority=9), only, local("v", "a", to=only))
    pushed_off = made.get("pods", "default", "low")
    assert pushed_off is not None and "deletionTimestamp" in pushed_off["metadata"]
    made.delete("pods", "default", "low", TEST, grace=0)
    made.clock.run_until(made.now + 12 * SECOND)
    assert placed(made) == {"high": "a"}
