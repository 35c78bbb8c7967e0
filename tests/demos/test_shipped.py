"""Each demo that comes with k8sviz goes as it tells, in both languages."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import pytest

from simulator.demos import catalogue, loading
from simulator.demos.fields import LANGUAGES
from simulator.demos.rehearsal import rehearse
from simulator.demos.script import Demo
from simulator.manifests import Place


def demo_of(name: str) -> Demo:
    entry = catalogue.shipped(name)
    assert entry.demo is not None, "\n".join(map(str, entry.troubles))
    return entry.demo


@pytest.mark.parametrize("name", loading.names())
def test_it_goes_as_it_tells(name: str) -> None:
    demo = demo_of(name)
    went = list(rehearse(demo, Place(f"{name}/demo.yaml")))
    assert [str(failure) for step in went for failure in step.failures] == []
    assert len(went) == len(demo.steps)


@pytest.mark.parametrize("name", loading.names())
def test_each_question_says_its_answer(name: str) -> None:
    asked = [step.predict for step in demo_of(name).steps if step.predict is not None]
    assert all(one.answer is not None for one in asked)


@pytest.mark.parametrize("name", loading.names())
def test_every_text_is_there_in_both_languages(name: str) -> None:
    for text in _texts(demo_of(name)):
        assert all(text.get(language) for language in LANGUAGES), text
        assert text["en"] != text["zh-hans"] or len(text["en"]) < 12, text


def _texts(part: Any) -> Iterator[Mapping[str, str]]:
    """All that people read in a demo."""
    if is_dataclass(part):
        for one in fields(part):
            value = getattr(part, one.name)
            if one.name in ("title", "summary", "notes", "say", "after", "question", "why", "text") and value:
                yield value
            elif one.name in ("steps", "predict", "choices", "do", "then"):
                yield from _texts(value)
    elif isinstance(part, tuple):
        for inner in part:
            yield from _texts(inner)
