"""Presentations: how one begins and ends, what the presenter orders, and what moves with the cluster."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from simulator import branches, clusters, news, store
from simulator.clusters import NotUnderstood
from simulator.demos import loading
from simulator.demos.models import Follower, Presentation
from simulator.demos.script import Demo
from simulator.demos.stage import Stage
from simulator.demos.states import MOST_POINTS, MOST_STROKES, State
from simulator.models import Cluster

_TRIES = 20
_MOST_LIT = 60


class Owner(NamedTuple):
    """Whose something is: a person who has signed in, or a guest's session. `name` is shown to others."""

    user: Any
    session: str
    name: str = ""

    @property
    def fields(self) -> dict[str, Any]:
        return {"owner": self.user, "session": "" if self.user else self.session}

    def has(self, thing: Any) -> bool:
        """True if the presentation or demo is theirs."""
        if self.user is not None:
            return bool(thing.owner_id == self.user.pk)
        return bool(self.session and thing.owner_id is None and thing.session == self.session)


@lru_cache(maxsize=64)
def _demo_of(pk: int, code: str) -> Demo:
    files = Presentation.objects.values_list("files", flat=True).get(pk=pk, code=code)
    found = loading.load({name: text.encode() for name, text in files.items()}, source="")
    if found.demo is None:
        raise NotUnderstood("; ".join(map(str, found.troubles)))
    return found.demo


def demo_of(presentation: Presentation) -> Demo:
    """The demo that it shows; it cannot change while it is shown."""
    return _demo_of(presentation.pk, presentation.code)


def start(name: str, files: Mapping[str, str], owner: Owner) -> Presentation:
    """A new presentation on a cluster of its own, which stands still. Raises NotUnderstood for a broken demo."""
    found = loading.load({one: text.encode() for one, text in files.items()}, source=name)
    if found.demo is None:
        raise NotUnderstood(_("The demo has errors."), errors=[str(one) for one in found.troubles])
    demo = found.demo
    for _try in range(_TRIES):
        code = f"{secrets.randbelow(1_000_000):06d}"
        try:
            with transaction.atomic():
                place = f"{re.sub(r'[^a-z0-9-]+', '-', name.lower())[:40].strip('-') or 'demo'}-{secrets.token_hex(3)}"
                made = clusters.create(place, nodes=demo.nodes, seed=demo.seed, latency=demo.latency, owner=owner.user)
                if owner.user is None:
                    made.session = owner.session
                    made.save(update_fields=["session"])
                clusters.control(made, "pause")
                return Presentation.objects.create(
                    cluster=made,
                    demo=name,
                    files=dict(files),
                    presenter=owner.name,
                    code=code,
                    state=State().written(),
                    **owner.fields,
                )
        except IntegrityError:
            continue
    raise NotUnderstood(_("No code was free. Try again."))


def end(presentation: Presentation) -> None:
    """Ends it for everybody; its cluster goes with it."""
    clusters.delete(presentation.cluster)


def by_code(code: str) -> Presentation | None:
    return Presentation.objects.select_related("cluster").filter(code=code).first()


# --- what the presenter orders ---------------------------------------------------------------------------------------


def order(pk: int, do: str, asked: Mapping[str, Any]) -> bool:
    """Obeys the presenter. False where nothing changed. Raises NotUnderstood, and Presentation.DoesNotExist."""
    if do not in _ORDERS:
        raise NotUnderstood(_("There is no such order."))
    return _change(pk, lambda stage: _ORDERS[do](stage, asked))


def advance(pk: int) -> bool:
    """Does what can be done now that the cluster has moved. False where there was nothing."""
    state = State.read(Presentation.objects.values_list("state", flat=True).get(pk=pk))
    if state.phase not in ("waiting", "going"):
        return False
    return _change(pk, lambda stage: stage.go_on())


def _change(pk: int, make: Callable[[Stage], bool | None]) -> bool:
    """Changes the state in one transaction under the cluster's lock; keeps it if it is another one now."""
    found = Presentation.objects.get(pk=pk)
    demo = demo_of(found)
    try:
        with store.locked(found.cluster_id):
            fresh = Presentation.objects.get(pk=pk)
            before = dict(fresh.state)
            stage = Stage(fresh, demo, State.read(fresh.state))
            make(stage)
            fresh.state = stage.state.written()
            if fresh.state == before:
                return False
            fresh.changed += 1
            fresh.save(update_fields=["state", "changed"])
            return True
    except Cluster.DoesNotExist:
        raise Presentation.DoesNotExist from None


def _next(stage: Stage, asked: Mapping[str, Any]) -> None:
    state = stage.state
    match state.phase:
        case "start":
            stage.begin(0)
        case "asked":
            stage.close_poll()
        case "stuck":
            stage.skip()
        case "done" if state.step + 1 < len(stage.demo.steps):
            stage.begin(state.step + 1)


def _skip(stage: Stage, asked: Mapping[str, Any]) -> None:
    stage.skip()


def _back(stage: Stage, asked: Mapping[str, Any]) -> None:
    """The cluster is as it was when the step began, and the step before it is over."""
    step = stage.state.step
    if stage.state.phase == "start":
        return
    _rewind(stage, step)
    if step == 0:
        stage.state.begin(0)
        stage.state.phase = "start"
    else:
        stage.state.finished(step - 1, asked=stage.demo.steps[step - 1].predict is not None)


def _jump(stage: Stage, asked: Mapping[str, Any]) -> None:
    """To the beginning of a step: back by rewinding, ahead by doing all that comes before it, without its questions."""
    to, state = asked.get("step"), stage.state
    if not isinstance(to, int) or isinstance(to, bool) or not 0 <= to < len(stage.demo.steps):
        raise NotUnderstood(_("There is no such step."))
    if state.phase != "start" and to <= state.step:
        _rewind(stage, to)
        stage.begin(to)
        return
    state.jump = to
    clusters.control(stage.cluster, "speed", speed=0)
    if state.phase == "start":
        stage.begin(0)
    elif state.phase == "done":
        stage.begin(state.step + 1)
    elif state.phase == "asked":
        stage.close_poll()
    elif state.phase == "stuck":
        stage.skip()


def _rewind(stage: Stage, step: int) -> None:
    """Puts the cluster back to the instant at which a step began; answers that were given since are forgotten."""
    at = stage.state.began.get(str(step))
    if at is None:
        raise NotUnderstood(_("This step has not begun yet."))
    branches.rewind(stage.cluster, at)
    if stage.state.jump is not None:
        stage.arrive()
    for later in [key for key in stage.state.began if int(key) >= step]:
        del stage.state.began[later]
        stage.state.answers.pop(later, None)
    for follower in Follower.objects.filter(presentation=stage.presentation).exclude(answers={}):
        follower.answers = {key: value for key, value in follower.answers.items() if int(key) < step}
        follower.save(update_fields=["answers"])


def _show(stage: Stage, asked: Mapping[str, Any]) -> None:
    """Lights, dark, large type: what is on is said by name."""
    for name in ("spotlight", "large", "black"):
        if isinstance(asked.get(name), bool):
            setattr(stage.state, name, asked[name])
    if "lit" in asked:
        given = asked["lit"]
        if given is not None and not (isinstance(given, list) and all(isinstance(one, str) for one in given)):
            raise NotUnderstood(_("What is lit must be a list of objects."))
        stage.state.lit = None if given is None else [one[:600] for one in given[:_MOST_LIT]]


def _look(stage: Stage, asked: Mapping[str, Any]) -> None:
    """The presenter looks at something else than the demo says, and all follow."""
    given = {name: asked.get(name, "") for name in ("view", "see", "tab")}
    if not all(isinstance(one, str) and len(one) <= 600 for one in given.values()):
        raise NotUnderstood(_("What is looked at must be said in short texts."))
    stage.state.look = given


def _draw(stage: Stage, asked: Mapping[str, Any]) -> None:
    """One line more, in parts of the picture's width and height; null wipes all."""
    points = asked.get("points")
    if points is None:
        stage.state.strokes = []
        return
    sound = isinstance(points, list) and all(
        isinstance(one, list) and len(one) == 2 and all(isinstance(part, int | float) for part in one) for one in points
    )
    if not sound or not 0 < len(points) <= MOST_POINTS:
        raise NotUnderstood(_("A line is a list of pairs of numbers."))
    line = [[round(min(1.0, max(0.0, part)), 4) for part in one] for one in points]
    stage.state.strokes = [*stage.state.strokes, line][-MOST_STROKES:]


def _poll(stage: Stage, asked: Mapping[str, Any]) -> None:
    """Shows the tallies to the class before the answer, or hides them again."""
    if stage.state.poll == "closed" and asked.get("shown"):
        stage.state.poll = "shown"
    elif stage.state.phase == "asked":
        stage.close_poll()


def _take(stage: Stage, asked: Mapping[str, Any]) -> None:
    console = asked.get("console")
    stage.state.console = console[:64] if isinstance(console, str) else ""


_ORDERS: dict[str, Callable[[Stage, Mapping[str, Any]], None]] = {
    "next": _next,
    "skip": _skip,
    "back": _back,
    "jump": _jump,
    "show": _show,
    "look": _look,
    "draw": _draw,
    "poll": _poll,
    "take": _take,
}


# --- the audience ----------------------------------------------------------------------------------------------------


def seat(presentation: Presentation, session: str) -> Follower:
    """A browser's place in the audience, taken when it first comes."""
    return Follower.objects.get_or_create(presentation=presentation, session=session)[0]


def vote(pk: int, session: str, choice: Any) -> bool:
    """One answer for each session, which may change while the poll is open."""
    found = Presentation.objects.get(pk=pk)
    state, demo = State.read(found.state), demo_of(found)
    predict = demo.steps[state.step].predict
    if state.phase != "asked" or predict is None:
        return False
    if not isinstance(choice, int) or isinstance(choice, bool) or not 0 <= choice < len(predict.choices):
        return False
    with transaction.atomic():
        follower = Follower.objects.select_for_update().filter(presentation=found, session=session).first()
        if follower is None or follower.answers.get(str(state.step)) == choice:
            return False
        follower.answers = {**follower.answers, str(state.step): choice}
        follower.save(update_fields=["answers"])
    return True


def explore(presentation: Presentation, owner: Owner) -> Cluster:
    """A follower's own branch of the cluster as it is now, to do with as they like; an earlier one goes."""
    follower = seat(presentation, owner.session)
    if follower.branch is not None:
        clusters.delete(follower.branch)
    cluster = Cluster.objects.get(pk=presentation.cluster_id)
    made = branches.branch(cluster, cluster.now, owner=owner.user, session="" if owner.user else owner.session)
    follower.branch, follower.exploring = made, True
    follower.save(update_fields=["branch", "exploring"])
    news.tell(made, wake=True)
    return made
