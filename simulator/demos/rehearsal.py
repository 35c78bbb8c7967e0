"""A demo run through on the engine alone, without a server: every wait must come true, every answer must be right."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from simulator.demos import acts
from simulator.demos.acts import Act, Apply, Run, Speed, Wait
from simulator.demos.conditions import Found
from simulator.demos.fields import in_language
from simulator.demos.script import Demo, Light, Predict, Step
from simulator.engine.admission.service_account import INTERVAL, TRIES
from simulator.engine.causes import Cause
from simulator.engine.control_plane import BOOT, boot
from simulator.engine.errors import StatusError
from simulator.engine.latency import PROFILES
from simulator.engine.registry import Body, Instant, Kind, Reader
from simulator.engine.world import World
from simulator.garbage import spare_the_worlds
from simulator.manifests import Manifest, Place
from simulator.simulation import EPOCH

_USER = "presenter"
_TOO_LONG = "it takes too long to try out here; run `manage.py demo` for it"
BREATH: Instant = 1_000
"""Between two steps a moment passes, so that going back to the end of one leaves out what the next one did."""


class Failure(NamedTuple):
    """What went otherwise than the demo says."""

    place: Place
    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.field}: {self.message}" if self.field else f"{self.place}: {self.message}"


class Rehearsed(NamedTuple):
    """One step as it went: how much virtual time it took, how many waits came true, and what failed."""

    number: int
    title: str
    took: Instant
    waits: int
    failures: list[Failure]


class _Alone:
    """The engine's world as a `Writer`: what people write is checked."""

    def __init__(self, world: World) -> None:
        self.get, self.list, self._world = world.get, world.list, world

    def create(self, kind: Kind, body: Body, cause: Cause) -> Body:
        return self._world.create(kind.resource, body, cause, checked=True)

    def update(self, kind: Kind, body: Body, cause: Cause) -> Body:
        meta = {key: value for key, value in body["metadata"].items() if key != "resourceVersion"}
        return self._world.update(kind.resource, {**body, "metadata": meta}, cause, checked=True)

    def delete(self, kind: Kind, namespace: str, name: str, cause: Cause) -> Any:
        return self._world.delete(kind.resource, namespace, name, cause)


Stop = Callable[[], bool]


def rehearse(demo: Demo, place: Place, *, stop: Stop = lambda: False) -> Iterator[Rehearsed]:
    """Runs the steps one after the other; ends after the first that fails. `place` is the demo's own.

    stop: ends a step that takes too long, which then fails.
    """
    spare_the_worlds()
    world = World(seed=demo.seed, now=EPOCH, latency=PROFILES[demo.latency])
    boot(world, demo.nodes, until=EPOCH + BOOT)
    for number, step in enumerate(demo.steps):
        start = world.now
        failures = list(_step(world, step, place, f"steps[{number}]", stop))
        waits = sum(isinstance(act, Wait) for act in (*step.do, *step.then))
        yield Rehearsed(number + 1, in_language(step.title, "en"), world.now - start, waits, failures)
        if failures:
            return
        world.drain()


def _step(world: World, step: Step, place: Place, path: str, stop: Stop) -> Iterator[Failure]:
    world.clock.run_until(world.now + BREATH)
    failures = list(_acts(world, step.do, stop))
    if failures:
        yield from failures
        return
    if step.look and step.look.select and not step.look.select.find(world):
        yield Failure(
            place, f"{path}.look.select", f"there is no {step.look.select.text()} when the step has been done"
        )
    yield from unlit(world, step.spotlight, place, path)
    failures = list(_acts(world, step.then, stop))
    yield from failures
    if step.predict is not None and not failures:
        wrong = wrong_answer(world, step.predict)
        if wrong:
            yield Failure(place, f"{path}.predict", wrong)


def unlit(reader: Reader, lights: Iterable[Light], place: Place, path: str) -> Iterator[Failure]:
    for position, light in enumerate(lights):
        if light.which is not None and not light.which.find(reader):
            message = f"there is no {light.which.text()} when the step has been done"
            yield Failure(place, f"{path}.spotlight[{position}]", message)


def answer(reader: Reader, predict: Predict) -> int | None:
    """Which choice the cluster's state proves right; None where that is not exactly one."""
    if predict.choices[0].right is None:
        return predict.answer
    right = [place for place, one in enumerate(predict.choices) if one.right and one.right.holds(reader)]
    return right[0] if len(right) == 1 else None


def wrong_answer(reader: Reader, predict: Predict) -> str:
    """What is wrong with the answer at the end of the step; nothing where it is right."""
    if predict.check is not None and not predict.check.holds(reader):
        return f"the check of the answer does not hold at the end of the step: {_stand(predict.check.counts(reader))}"
    shown = answer(reader, predict)
    if shown is None:
        right = [str(place + 1) for place, one in enumerate(predict.choices) if one.right and one.right.holds(reader)]
        return f"exactly one choice must be right at the end of the step, not {', '.join(right) or 'none'}"
    if predict.answer is not None and shown != predict.answer:
        return f"choice {shown + 1} is right at the end of the step, not {predict.answer + 1}"
    return ""


def _acts(world: World, todo: Iterable[Act], stop: Stop) -> Iterator[Failure]:
    for act in todo:
        message = _act(world, act, stop)
        if message:
            yield Failure(act.place, act.path, message)
            return


def _act(world: World, act: Act, stop: Stop) -> str:
    """Does one thing; what is wrong with it, or nothing."""
    match act:
        case Run():
            if not world.clock.run_until(world.now + act.duration, stop=stop):
                return _TOO_LONG
        case Wait():
            return _wait(world, act, stop)
        case Apply():
            return next((said for said in (_put(world, one) for one in act.manifests) if said), "")
        case Speed():
            pass
        case _:
            try:
                acts.write(act, _Alone(world), _USER)
            except StatusError as error:
                return error.message
    return ""


def _put(world: World, manifest: Manifest) -> str:
    """Applies an object, again if that may help, as the API server does."""
    for tries in range(TRIES):
        try:
            acts.put(manifest, _Alone(world), _USER)
        except StatusError as error:
            if not error.may_pass or tries + 1 == TRIES:
                return f"{manifest.place}: {error.message}"
            world.clock.run_until(world.now + INTERVAL)
        else:
            break
    return ""


def _wait(world: World, wait: Wait, stop: Stop) -> str:
    end, seen = world.now + wait.timeout, -1
    while True:
        if seen != world.revision:
            seen = world.revision
            if wait.condition.holds(world):
                return ""
        if stop():
            return _TOO_LONG
        due = world.clock.next_due()
        if due is None or due > end:
            break
        world.clock.step()
    world.clock.run_until(end)
    counts = _stand(wait.condition.counts(world))
    return f"the condition did not come true within {wait.timeout / 1_000_000:g}s of virtual time: {counts}"


def _stand(counts: Iterable[tuple[str, Found]]) -> str:
    return "; ".join(f"{what}: {found.there} (wanted: {found.wanted.text()})" for what, found in counts)
