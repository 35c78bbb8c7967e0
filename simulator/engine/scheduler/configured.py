"""Which configuration runs: what the cluster's ConfigMap says, as long as it can be read.

In place of a file on the control plane's disk there is a ConfigMap, so that learners can change it with kubectl. A text
that is wrong changes nothing: the scheduler goes on with the last good one, as a kube-scheduler does whose new
configuration does not start.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from simulator.engine import events
from simulator.engine.objects import key_of, revision_of
from simulator.engine.registry import Body, Key, Reader
from simulator.engine.scheduler.configuration.faults import InvalidConfiguration
from simulator.engine.scheduler.configuration.reading import DEFAULT, Configuration
from simulator.engine.scheduler.configuration.text import read_text
from simulator.engine.scheduler.reports import NAME
from simulator.engine.world import World

WHERE = Key("kube-system", "kube-scheduler-config")
FIELD = "config.yaml"
NOTE = "configuration"
_PATH = f"data[{FIELD}]"


class Running(NamedTuple):
    """text: what the configuration was read from, empty for the default. revision: of the ConfigMap with it, or 0."""

    configuration: Configuration
    text: str = ""
    revision: int = 0


def remembered(world: World, default: Configuration = DEFAULT) -> Running:
    """The configuration that ran when the world was written down; the default where it is not understood any more."""
    note = world.note(NAME, NOTE)
    if note is None:
        return Running(default)
    try:
        return Running(read_text(note["text"]), note["text"], note["revision"])
    except InvalidConfiguration:
        return Running(default)


def wanted(reader: Reader, default: Configuration = DEFAULT) -> Running:
    """The configuration that the cluster asks for. Raises InvalidConfiguration."""
    held = reader.get("configmaps", *WHERE)
    text = text_in(held) if held is not None else ""
    return Running(read_text(text), text, revision_of(held)) if held is not None and text else Running(default)


def taken_over(
    world: World, running: Running, default: Configuration = DEFAULT, *, led_by: int | None
) -> Running | None:
    """What runs from now on, None if that stays as it is. Says so in an Event about the ConfigMap."""
    held = world.get("configmaps", *WHERE)
    try:
        new = wanted(world, default)
    except InvalidConfiguration as error:
        if held is not None:
            _tell(world, held, "Warning", "InvalidConfiguration", f"{error}; the running configuration stays", led_by)
        return None
    if new.text == running.text:
        return None
    world.set_note(NAME, NOTE, {"text": new.text, "revision": new.revision} if new.text else None)
    if held is not None:
        names = ", ".join(one.scheduler_name for one in new.configuration.profiles)
        _tell(world, held, "Normal", "ConfigurationLoaded", f"Profiles: {names}", led_by)
    return new


def warnings(new: Body, old: Body | None) -> list[str]:
    """What the writer of the scheduler's ConfigMap is told where it will not run as it is written."""
    text = text_in(new) if key_of(new) == WHERE else ""
    if not text or (old is not None and text_in(old) == text):
        return []
    try:
        read = read_text(text)
    except InvalidConfiguration as error:
        return [f"{_PATH}: {one.text()}; the running configuration stays" for one in error.faults]
    return [f"{_PATH}: {one.text()}" for one in read.warnings]


def text_in(configmap: Body) -> str:
    """The text of the configuration, empty if it says nothing."""
    text: str = (configmap.get("data") or {}).get(FIELD) or ""
    return text if text.strip() else ""


def _tell(
    world: World, held: Body, kind: Literal["Normal", "Warning"], reason: str, message: str, led_by: int | None
) -> None:
    events.record(world, held, kind, reason, message[:1024], component=NAME, led_by=led_by)
