"""Why a change was made: the cause that every change of the log carries.

A sentence is a template, marked with `_` so that the translators' tools find it; the parameters are filled in and the
sentence is translated when somebody reads it. Walking `led_by` from change to change leads back to the root.
"""

from __future__ import annotations

from typing import Any, NamedTuple


def _(sentence: str) -> str:
    """Marks a sentence for translation at display; here it stays as it is."""
    return sentence


class Cause(NamedTuple):
    """Who changed something, by which rule, and what led to it.

    component: as upstream names it (`kubelet/worker-1`, `deployment-controller`, `default-scheduler`, a user's name).
    rule: the upstream name of the step (`Bind`, `scaleUp`, `NodeResourcesFit`).
    sentence: a template such as "Bound to {node}."; inputs: its parameters, plain JSON.
    led_by: the revision of the change that this one answers, None at a root.
    """

    component: str
    rule: str
    sentence: str
    inputs: dict[str, Any] = {}
    led_by: int | None = None

    def text(self) -> str:
        """The sentence in English with its parameters filled in."""
        return fill(self.sentence, self.inputs)


def fill(sentence: str, inputs: dict[str, Any]) -> str:
    """A template with its parameters in place; a template that does not fit its parameters is shown as it is."""
    try:
        return sentence.format(**inputs)
    except (KeyError, IndexError, ValueError):
        return sentence
