"""Documents for the tables of the configuration's tests."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.registry import Body
from simulator.engine.scheduler.configuration.faults import InvalidConfiguration
from simulator.engine.scheduler.configuration.reading import Configuration, read
from simulator.engine.scheduler.profile import Profile

HEAD = {"apiVersion": "kubescheduler.config.k8s.io/v1", "kind": "KubeSchedulerConfiguration"}


def document(**fields: Any) -> Body:
    return {**HEAD, **fields}


def plugin_set(*enabled: str | tuple[str, int], disabled: tuple[str, ...] = ()) -> Body:
    """Plugins by name, or by name and weight."""
    held = [{"name": one} if isinstance(one, str) else {"name": one[0], "weight": one[1]} for one in enabled]
    return {"enabled": held, "disabled": [{"name": one} for one in disabled]}


def with_plugins(**plugins: Body) -> Body:
    """A configuration of one profile with these sets of plugins."""
    return document(profiles=[{"plugins": plugins}])


def with_args(plugin: str, args: Any) -> Body:
    """A configuration of one profile with the arguments of one plugin."""
    return document(profiles=[{"pluginConfig": [{"name": plugin, "args": args}]}])


def profile_of(body: Body) -> Profile:
    (profile,) = read(body).profiles
    return profile


def at(profile: Profile, point: str) -> list[str]:
    """The plugins that run at an extension point."""
    return [one.name for one in profile.points.get(point, ())]


def weights(profile: Profile) -> dict[str, int]:
    return {one.name: one.weight for one in profile.points["score"]}


def faults_of(body: Any) -> list[str]:
    """What is wrong with a document, each as `field: message`."""
    with pytest.raises(InvalidConfiguration) as caught:
        read(body)
    return [one.text() for one in caught.value.faults]


def outcome(body: Any) -> Configuration | list[str]:
    try:
        return read(body)
    except InvalidConfiguration as invalid:
        return [one.text() for one in invalid.faults]
