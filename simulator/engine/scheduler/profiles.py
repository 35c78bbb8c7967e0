"""The profiles that run, by the scheduler name that pods ask for."""

from __future__ import annotations

from collections.abc import Mapping

from simulator.engine.registry import Body, Reader
from simulator.engine.scheduler.configuration.reading import Configuration
from simulator.engine.scheduler.framework import Framework
from simulator.engine.scheduler.plugin import Plugin
from simulator.engine.scheduler.plugins.registry import PLUGINS
from simulator.engine.scheduler.reports import NAME


class Profiles:
    """The frameworks of a configuration. classes: the plugins there are, by name."""

    def __init__(
        self, reader: Reader, configuration: Configuration, classes: Mapping[str, type[Plugin]] = PLUGINS
    ) -> None:
        self._frameworks = {one.scheduler_name: Framework(one, reader, classes) for one in configuration.profiles}

    def of(self, pod: Body) -> Framework | None:
        """The profile of the pod's scheduler, None if another scheduler is to place it."""
        return self._frameworks.get(scheduler_of(pod))

    def named(self, scheduler: str) -> Framework | None:
        return self._frameworks.get(scheduler)

    def first(self) -> Framework:
        return next(iter(self._frameworks.values()))

    def note_change(self, resource: str) -> None:
        """An object has changed that plugins may read."""
        for framework in self._frameworks.values():
            framework.note_change(resource)


def read_by(classes: Mapping[str, type[Plugin]]) -> tuple[str, ...]:
    """The resources that some plugin reads, besides pods and nodes."""
    return tuple(sorted({resource for one in classes.values() for resource in one.reads}))


def scheduler_of(pod: Body) -> str:
    name: str = pod["spec"].get("schedulerName") or NAME
    return name
