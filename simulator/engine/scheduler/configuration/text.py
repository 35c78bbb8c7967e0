"""From the text of a configuration file, YAML or JSON, to the document in it."""

from __future__ import annotations

from typing import Any

import yaml

from simulator.engine.scheduler.configuration.faults import Fault, InvalidConfiguration
from simulator.engine.scheduler.configuration.reading import Configuration, read

_DEEPEST = 40


def read_text(text: str) -> Configuration:
    """The configuration that a text means. Raises InvalidConfiguration; where it is no YAML, with the line."""
    return read(document(text))


def document(text: str) -> Any:
    """The one document of a text. Raises InvalidConfiguration."""
    try:
        _check(text)
        return yaml.load(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise InvalidConfiguration([Fault("", f"yaml: line {line}: {error.problem}")]) from error
    except (yaml.YAMLError, ValueError) as error:
        raise InvalidConfiguration([Fault("", f"yaml: {error}")]) from error


def _check(text: str) -> None:
    """Refuses what a loader would take without a word: aliases, keys written twice, and what is nested too deeply."""
    open_maps: list[set[str] | None] = []
    at_key: list[bool] = []
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.AliasEvent):
            raise _refused(event, "aliases are not supported")
        if isinstance(event, yaml.CollectionEndEvent):
            open_maps.pop()
            at_key.pop()
            continue
        if isinstance(event, yaml.NodeEvent) and open_maps:
            keys = open_maps[-1]
            if keys is not None and at_key[-1] and isinstance(event, yaml.ScalarEvent):
                if event.value in keys:
                    raise _refused(event, f'key "{event.value}" already set in map')
                keys.add(event.value)
            at_key[-1] = not at_key[-1]
        if isinstance(event, yaml.CollectionStartEvent):
            open_maps.append(set() if isinstance(event, yaml.MappingStartEvent) else None)
            at_key.append(True)
            if len(open_maps) > _DEEPEST:
                raise _refused(event, "nested too deeply")


def _refused(event: yaml.Event, what: str) -> InvalidConfiguration:
    line = event.start_mark.line + 1 if event.start_mark else 1
    return InvalidConfiguration([Fault("", f"yaml: line {line}: {what}")])
