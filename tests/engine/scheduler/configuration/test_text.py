"""What a configuration's text may not be, and where it says so."""

from __future__ import annotations

import pytest

from simulator.engine.scheduler.configuration.faults import InvalidConfiguration
from simulator.engine.scheduler.configuration.text import document, read_text

HEAD = "apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n"

REFUSED = {
    "a key twice": (f"{HEAD}parallelism: 1\nparallelism: 2\n", 'yaml: line 4: key "parallelism" already set in map'),
    "a key twice in a map of a list": (
        f"{HEAD}profiles:\n- schedulerName: a\n  plugins: {{}}\n  schedulerName: b\n",
        'yaml: line 6: key "schedulerName" already set in map',
    ),
    "an alias": (f"{HEAD}profiles: &a []\nextenders: *a\n", "yaml: line 4: aliases are not supported"),
    "too deep": ("[" * 60 + "]" * 60, "yaml: line 1: nested too deeply"),
    "not closed": (f"{HEAD}profiles: [\n", "yaml: line 4: did not find expected node content"),
    "two documents": ("a: 1\n---\nb: 2\n", "yaml: line 2: but found another document"),
}


@pytest.mark.parametrize(("text", "said"), REFUSED.values(), ids=REFUSED.keys())
def test_a_text_that_is_refused(text: str, said: str) -> None:
    with pytest.raises(InvalidConfiguration) as refused:
        read_text(text)
    assert str(refused.value) == said


def test_keys_are_told_apart_by_their_maps() -> None:
    text = "a: {name: 1, b: [{name: 2}, {name: 3}]}\nname: 4\n"
    assert document(text) == {"a": {"name": 1, "b": [{"name": 2}, {"name": 3}]}, "name": 4}
