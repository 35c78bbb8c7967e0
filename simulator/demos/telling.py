"""What is said of a presentation: to all who follow it, and to its presenter alone. Texts go out in both languages."""

from __future__ import annotations

from typing import Any

import orjson

from simulator.demos import presentations
from simulator.demos.models import Follower, Presentation
from simulator.demos.script import Demo, Light, Step
from simulator.demos.selecting import Selector
from simulator.demos.stage import Stage, standing
from simulator.demos.states import State
from simulator.engine.objects import key_of
from simulator.engine.registry import Reader
from simulator.live.frames import object_id
from simulator.models import Cluster
from simulator.reading import DatabaseReader

Told = dict[str, Any]


def picture(presentation: Presentation) -> tuple[bytes, bytes]:
    """(what everybody is told, what only the presenter is told), encoded. Raises Cluster.DoesNotExist."""
    demo, state = presentations.demo_of(presentation), State.read(presentation.state)
    cluster = Cluster.objects.get(pk=presentation.cluster_id)
    reader = DatabaseReader(cluster)
    tallies = tallied(presentation, state, demo)
    shown = {"t": "state", **_shown(presentation, demo, state, reader)}
    if state.poll == "shown" and tallies is not None:
        shown["tallies"] = tallies
    stage = Stage(presentation, demo, state)
    return orjson.dumps(shown), orjson.dumps({"t": "crew", **_crew(presentation, stage, tallies)})


def _shown(presentation: Presentation, demo: Demo, state: State, reader: Reader) -> Told:
    about: Told = {
        "changed": presentation.changed,
        "presenter": presentation.presenter,
        "cluster": presentation.cluster.name,
        "title": demo.title,
        "phase": state.phase,
        "step": state.step,
        "steps": len(demo.steps),
        "spotlight": state.spotlight,
        "large": state.large,
        "black": state.black,
        "strokes": state.strokes,
        "poll": None,
        "look": None,
        "lit": [],
        "parts": [],
        "caption": demo.summary,
    }
    if state.phase == "start":
        return about
    step = demo.steps[state.step]
    about["caption"] = step.after if state.phase == "done" and step.after else step.say
    about["stepTitle"] = step.title
    about["look"] = state.look or _look(step, reader)
    about["poll"] = _poll(step, state)
    lights = step.spotlight if state.lit is None else ()
    about["lit"] = (
        state.lit if state.lit is not None else sorted({one for light in lights for one in _lit(light, reader)})
    )
    about["parts"] = sorted({light.part for light in lights if light.part})
    return about


def _look(step: Step, reader: Reader) -> Told | None:
    if step.look is None:
        return None
    found = _ids(step.look.select, reader) if step.look.select else []
    return {"view": step.look.view, "see": found[0] if found else "", "tab": step.look.tab}


def _poll(step: Step, state: State) -> Told | None:
    """The question; its answer only when it is shown."""
    if step.predict is None or state.poll == "none":
        return None
    told: Told = {
        "question": step.predict.question,
        "choices": [one.text for one in step.predict.choices],
        "state": state.poll,
    }
    if state.phase == "done":
        told |= {"answer": state.answers.get(str(state.step)), "why": step.predict.why}
    return told


def _lit(light: Light, reader: Reader) -> list[str]:
    return [] if light.which is None else _ids(light.which, reader)


def _ids(which: Selector, reader: Reader) -> list[str]:
    return [object_id(which.kind.resource, key_of(body)) for body in which.find(reader)]


def tallied(presentation: Presentation, state: State, demo: Demo) -> list[int] | None:
    """How many chose each answer of the present question."""
    predict = demo.steps[state.step].predict
    if predict is None:
        return None
    tallies = [0] * len(predict.choices)
    for answers in Follower.objects.filter(presentation=presentation).values_list("answers", flat=True):
        choice = answers.get(str(state.step))
        if isinstance(choice, int) and 0 <= choice < len(tallies):
            tallies[choice] += 1
    return tallies


def _crew(presentation: Presentation, stage: Stage, tallies: list[int] | None) -> Told:
    seats = Follower.objects.filter(presentation=presentation).values_list("here", "exploring")
    here = sum(1 for at_page, exploring in seats if at_page and not exploring)
    exploring = sum(1 for _here, away in seats if away)
    act = stage.act if stage.state.phase != "start" else None
    return {
        "following": here,
        "exploring": exploring,
        "away": len(seats) - here - exploring,
        "tallies": tallies,
        "waits": getattr(act, "title", None),
        "counts": standing(stage) if stage.state.phase != "start" else [],
        "problem": stage.state.problem,
        "console": stage.state.console,
        "began": stage.state.began,
        "jump": stage.state.jump,
    }


def plan(demo: Demo) -> list[Told]:
    """The steps as the presenter's list and notes have them."""
    return [{"title": one.title, "notes": one.notes, "asks": one.predict is not None} for one in demo.steps]
