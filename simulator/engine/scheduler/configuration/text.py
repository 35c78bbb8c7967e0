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
    depth = 0
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if isinstance(event, yaml.AliasEvent) or depth > _DEEPEST:
                line = event.start_mark.line + 1 if event.start_mark else 1
                what = "nested too deeply" if depth > _DEEPEST else "aliases are not supported"
                raise InvalidConfiguration([Fault("", f"yaml: line {line}: {what}")])
        return yaml.load(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise InvalidConfiguration([Fault("", f"yaml: line {line}: {error.problem}")]) from error
    except (yaml.YAMLError, ValueError) as error:
        raise InvalidConfiguration([Fault("", f"yaml: {error}")]) from error
