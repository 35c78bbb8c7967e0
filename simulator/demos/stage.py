"""A step as it is done on the presentation's cluster: acts through the store, time passing, waits that come true.

All of it happens under the cluster's row lock, so that a step is done once, however many processes look after it.
"""

from __future__ import annotations

from typing import Any

from simulator import clusters, store
from simulator.demos import acts
from simulator.demos.acts import Act, Apply, Run, Speed, Wait
from simulator.demos.models import Presentation
from simulator.demos.rehearsal import BREATH, answer
from simulator.demos.script import Demo, Step
from simulator.demos.states import State
from simulator.engine.admission.service_account import INTERVAL, TRIES
from simulator.engine.errors import StatusError
from simulator.engine.registry import Instant
from simulator.models import Cluster
from simulator.reading import DatabaseReader

_LEG: Instant = 250_000
"""Virtual time that passes at most before a wait is looked at again, or what passes in so much of the wall clock's."""


class Stage:
    """One presentation's cluster and state, for the length of one transaction. `user` is whom causes tell of."""

    def __init__(self, presentation: Presentation, demo: Demo, state: State) -> None:
        self.presentation, self.demo, self.state = presentation, demo, state
        self.user = presentation.presenter or "presenter"

    @property
    def cluster(self) -> Cluster:
        return Cluster.objects.get(pk=self.presentation.cluster_id)

    @property
    def now(self) -> Instant:
        """The cluster's instant, or the one up to which it is just being brought."""
        cluster = self.cluster
        if cluster.paused and cluster.until is not None:
            return cluster.until
        return store.instant(cluster, store.wall())

    @property
    def step(self) -> Step:
        return self.demo.steps[self.state.step]

    @property
    def act(self) -> Act | None:
        """The act that is next, or that time must pass for."""
        todo = self.step.do if self.state.part == "do" else self.step.then
        return todo[self.state.act] if 0 <= self.state.act < len(todo) else None

    def begin(self, step: int) -> None:
        """Begins a step and does as much of it as can be done now."""
        self.state.begin(step)
        self.state.began[str(step)] = self.now
        if self.state.jump == step:
            self.arrive()
        self._pass(BREATH)
        self.go_on()

    def arrive(self) -> None:
        """Ends a jump: time passes as it did before."""
        self.state.jump = None
        clusters.control(self.cluster, "speed", speed=self.state.speed)

    def go_on(self) -> bool:
        """Does what can be done now: until time must pass, something is asked, or the step is done. False: nothing."""
        moved = False
        while True:
            if self.state.phase == "waiting":
                if not self._is_over():
                    return moved
                self._next()
                moved = True
            if self.state.phase != "going":
                return moved
            moved = True
            act = self.act
            if act is None:
                self._end_part()
            else:
                self._do(act)

    def skip(self) -> None:
        """Goes on without what is waited for, or without what was refused."""
        if self.state.phase in ("waiting", "stuck"):
            self._next()
            self.go_on()

    def close_poll(self) -> None:
        """Nobody answers any more; what comes after the question is done."""
        if self.state.phase == "asked":
            self.state.phase, self.state.poll = "going", "closed"
            self.state.part, self.state.act, self.state.item = "then", 0, 0
            self.go_on()

    def _do(self, act: Act) -> None:
        try:
            match act:
                case Run():
                    self._pass(act.duration)
                case Wait():
                    if act.condition.holds(DatabaseReader(self.cluster)):
                        self._next()
                    else:
                        self._pass(act.timeout)
                case Speed():
                    self._set_speed(act.speed)
                    self._next()
                case Apply():
                    self._apply(act)
                case _:
                    store.write(self.cluster, lambda work: acts.write(act, work, self.user))
                    self._next()
        except StatusError as error:
            self._stuck(error.message)

    def _apply(self, act: Apply) -> None:
        """Applies the file's objects from the one that is next; what may pass is tried again when time has passed."""
        while self.state.item < len(act.manifests):
            manifest = act.manifests[self.state.item]
            try:
                store.write(self.cluster, lambda work, manifest=manifest: acts.put(manifest, work, self.user))  # type: ignore[misc]
            except StatusError as error:
                self.state.tries += 1
                if not error.may_pass or self.state.tries >= TRIES:
                    raise
                self._pass(INTERVAL)
                return
            self.state.item, self.state.tries = self.state.item + 1, 0
        self._next()

    def _set_speed(self, speed: float) -> None:
        self.state.speed = speed
        if self.state.jump is None:
            clusters.control(self.cluster, "speed", speed=speed)

    def _pass(self, length: Instant) -> None:
        """Lets so much virtual time pass, at most."""
        self.state.phase, self.state.until = "waiting", self.now + length
        self._play()

    def _play(self) -> None:
        """Runs on to where the wait ends, a leg at a time: a worker that was busy makes up for much at once."""
        cluster, now = self.cluster, self.now
        leg = max(_LEG, round(_LEG * cluster.speed))
        self.state.leg = min(self.state.until or now, now + leg) if isinstance(self.act, Wait) else self.state.until
        clusters.play_until(cluster, self.state.leg or now)

    def _is_over(self) -> bool:
        """True if what time had to pass for has come. A wait that has not come true in time leaves the step stuck."""
        cluster, act = self.cluster, self.act
        late = self.state.until is not None and cluster.now >= self.state.until
        if not isinstance(act, Wait):
            return late
        if act.condition.holds(DatabaseReader(cluster)):
            return True
        if late:
            self._stuck("")
        elif cluster.paused and self.state.leg is not None and cluster.now >= self.state.leg:
            self._play()
        return False

    def _stuck(self, problem: str) -> None:
        self.state.phase, self.state.problem = "stuck", problem
        clusters.control(self.cluster, "pause")
        if self.state.jump is not None:
            self.arrive()

    def _next(self) -> None:
        """The next act, or the next try of this one."""
        self.state.phase, self.state.until, self.state.problem = "going", None, ""
        if isinstance(self.act, Apply) and self.state.item < len(self.act.manifests):
            return
        self.state.act, self.state.item, self.state.tries = self.state.act + 1, 0, 0

    def _end_part(self) -> None:
        predict, state = self.step.predict, self.state
        if state.part == "do" and predict is not None:
            state.phase, state.poll = "asked", "open"
            if state.jump is not None:
                self.close_poll()
            else:
                clusters.control(self.cluster, "pause")
            return
        state.phase = "done"
        if predict is not None:
            state.poll = "shown"
            state.answers[str(state.step)] = answer(DatabaseReader(self.cluster), predict)
        if state.jump is not None and state.step < state.jump:
            self.begin(state.step + 1)
        else:
            clusters.control(self.cluster, "pause")


def standing(stage: Stage) -> list[dict[str, Any]]:
    """How the counts of what is waited for stand."""
    if stage.state.phase not in ("waiting", "stuck") or not isinstance(stage.act, Wait):
        return []
    counts = stage.act.condition.counts(DatabaseReader(stage.cluster))
    return [{"what": what, "there": found.there, "wanted": found.wanted.text()} for what, found in counts]
