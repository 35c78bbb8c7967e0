"""A demo: the machines it wants, and its steps, each with what is done, looked at, lit, said and asked."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.demos import acts, selecting
from simulator.demos.acts import Act, Files
from simulator.demos.conditions import Condition, condition
from simulator.demos.fields import Given, Text, Wrong, choice, whole, words
from simulator.demos.selecting import Selector
from simulator.engine import topology
from simulator.engine.latency import PROFILES
from simulator.engine.topology import Topology

VIEWS = ("map", "scheduling", "autoscaling", "pressure", "workloads", "pod", "quotas", "events", "terminal")
TABS = ("overview", "why", "anatomy", "probes", "cgroups", "pressure", "scheduling", "yaml", "events")
PARTS = ("cpu", "memory", "pods", "storage", "queue", "ribbon")
MOST_STEPS, _MOST_CHOICES, _MOST_MINUTES = 60, 8, 240


@dataclass(frozen=True)
class Look:
    """What the page shows: a view, the object that is selected, the inspector's tab."""

    view: str = ""
    select: Selector | None = None
    tab: str = ""


@dataclass(frozen=True)
class Light:
    """Something that is lit: objects, a node's bar (`part`), or a region of the page without any object."""

    which: Selector | None
    part: str = ""


@dataclass(frozen=True)
class Choice:
    """One answer that may be given. right: what holds at the end of the step if this is the answer."""

    text: Text
    right: Condition | None


@dataclass(frozen=True)
class Predict:
    """A question about what will happen. answer: the choice's place that is right where all goes as it tells.

    What shows it at the end of the step: check, or the one choice whose `right` holds.
    """

    question: Text
    choices: tuple[Choice, ...]
    answer: int | None
    check: Condition | None
    why: Text


@dataclass(frozen=True)
class Step:
    """One step: `do`, then, if something is asked, the poll, then `then`; `say` before and `after` afterwards."""

    title: Text
    notes: Text
    say: Text
    do: tuple[Act, ...] = ()
    then: tuple[Act, ...] = ()
    look: Look | None = None
    spotlight: tuple[Light, ...] = ()
    predict: Predict | None = None
    after: Text | None = None


@dataclass(frozen=True)
class Demo:
    title: Text
    summary: Text
    minutes: int
    nodes: Topology
    latency: str
    seed: int
    steps: tuple[Step, ...]


def demo(given: Given, files: Files) -> Demo:
    """Reads a demo; it is whole only if there are no troubles."""
    given.fields("title", "summary", "minutes", "cluster", "steps")
    cluster = given.at("cluster")
    if given.has("cluster"):
        cluster.read(lambda one: one.fields("nodes", "latency", "seed"))
    return Demo(
        title=given.take("title", words),
        summary=given.take("summary", words),
        minutes=given.take("minutes", whole(1, _MOST_MINUTES)),
        nodes=cluster.take("nodes", _nodes, topology.demo()),
        latency=cluster.take("latency", choice(PROFILES), "classroom"),
        seed=cluster.take("seed", whole(0, 2**31), 1),
        steps=given.take("steps", lambda one: _steps(one, files)),
    )


def _nodes(given: Given) -> Topology:
    try:
        return topology.parse({"nodes": given.value})
    except ValueError as error:
        path, _colon, message = str(error).partition(": ")
        raise Wrong(message or path, path.removeprefix("nodes").removeprefix(".") if message else "") from None


def _steps(given: Given, files: Files) -> tuple[Step, ...]:
    if not given.items():
        raise Wrong("must hold at least one step")
    if len(given.value) > MOST_STEPS:
        raise Wrong(f"at most {MOST_STEPS} steps")
    return given.each(lambda one: _step(one, files))


def _step(given: Given, files: Files) -> Step:
    given.fields("title", "notes", "say", "do", "then", "look", "spotlight", "predict", "after")
    if given.has("then") and not given.has("predict"):
        given.complain("comes after a question; without `predict`, write it into `do`", "then")
    read = acts.reader(files)
    return Step(
        title=given.take("title", words),
        notes=given.take("notes", words),
        say=given.take("say", words),
        do=given.take("do", lambda one: one.each(read), ()),
        then=given.take("then", lambda one: one.each(read), ()),
        look=given.take("look", _look, None),
        spotlight=given.take("spotlight", lambda one: one.each(_light), ()),
        predict=given.take("predict", _predict, None),
        after=given.take("after", words, None),
    )


def _look(given: Given) -> Look:
    given.fields("view", "select", "tab")
    return Look(
        given.take("view", choice(VIEWS), ""),
        given.take("select", selecting.one, None),
        given.take("tab", choice(TABS), ""),
    )


def _light(given: Given) -> Light:
    if isinstance(given.value, str):
        return Light(selecting.one(given))
    part = given.take("part", choice(PARTS), "")
    if not given.has("kind"):
        if not part:
            raise Wrong(f"must say a kind, or a part of the page: {', '.join(PARTS)}")
        given.fields("part")
        return Light(None, part)
    return Light(selecting.selector(given, "part"), part)


def _predict(given: Given) -> Predict:
    given.fields("question", "choices", "answer", "check", "why")
    choices = given.take("choices", lambda one: one.each(_choice), ())
    if not 2 <= len(choices) <= _MOST_CHOICES:
        raise Wrong(f"must be a list of 2 to {_MOST_CHOICES}", "choices")
    answer = given.take("answer", whole(1, len(choices)), None)
    judged = [one.right is not None for one in choices]
    if answer is None and not all(judged):
        raise Wrong(
            "must be the number of the right choice, or each choice says with `right` when it is right", "answer"
        )
    if any(judged) and not all(judged):
        raise Wrong("must each have `right`, or none of them", "choices")
    if not any(judged) and not given.has("check"):
        raise Wrong("must be a condition that shows at the end of the step that the answer is right", "check")
    return Predict(
        question=given.take("question", words),
        choices=choices,
        answer=None if answer is None else answer - 1,
        check=given.take("check", condition, None),
        why=given.take("why", words),
    )


def _choice(given: Given) -> Choice:
    if isinstance(given.value, dict) and "text" in given.value:
        given.fields("text", "right")
        return Choice(given.take("text", words), given.take("right", condition, None))
    return Choice(words(given), None)
