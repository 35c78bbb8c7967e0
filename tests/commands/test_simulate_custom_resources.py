"""`manage.py simulate` with definitions and their objects in one set of files, in any order."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.commands.conftest import Run

File = Callable[..., Path]
CRONTAB = (Path(__file__).parents[1] / "crontab.yaml").read_text()
MINE = """\
apiVersion: stable.example.com/v1
kind: CronTab
metadata:
  name: mine
spec:
  cronSpec: "* * * * */5"
---
"""


def test_the_definition_may_come_last(run: Run, file: File) -> None:
    done = run("simulate", "-f", file(MINE + CRONTAB), "--until", "5m")
    assert done.status == 0, done.err
    block = done.out.split("crontabs.stable.example.com\n")[1].split("\n\n")[0].splitlines()
    assert block[0].split() == ["NAMESPACE", "NAME", "SPEC", "REPLICAS", "AGE"]
    assert block[1].startswith("default     mine   * * * * */5   1          4m59s")


def test_json_holds_them_and_can_be_read_again(run: Run, file: File) -> None:
    done = run("simulate", "-f", file(MINE + CRONTAB), "-o", "json")
    kinds = [one["kind"] for one in json.loads(done.out)["items"]]
    assert kinds.count("CronTab") == kinds.count("CustomResourceDefinition") == 1
    items = [one for one in json.loads(done.out)["items"] if one["kind"] in ("CronTab", "CustomResourceDefinition")]
    again = run("simulate", "-f", file(json.dumps({"kind": "List", "items": items}), "again.json"), "-o", "json")
    assert again.status == 0, again.err
    (mine,) = [one for one in json.loads(again.out)["items"] if one["kind"] == "CronTab"]
    assert mine["spec"] == {"cronSpec": "* * * * */5", "replicas": 1}


def test_what_is_wrong_is_told_with_its_place(run: Run, file: File) -> None:
    path = file(MINE.replace("* * * * */5", "never") + CRONTAB)
    assert run("simulate", "-f", path).err.startswith(
        f'{path}, document 1, line 6: spec.cronSpec: Invalid value: "never": spec.cronSpec in body should match'
    )
    unknown = run("simulate", "-f", file(MINE.replace("cronSpec", "cron") + CRONTAB))
    assert (unknown.status, 'line 6: spec.cron: unknown field "spec.cron"' in unknown.err) == (2, True)
    alone = run("simulate", "-f", file(MINE))
    assert 'kind: no matches for kind "CronTab" in version "stable.example.com/v1"' in alone.err
    broken = run("simulate", "-f", file(MINE + CRONTAB.replace("type: integer", "type: int", 1)))
    assert broken.status == 2
    assert 'Unsupported value: "int"' in broken.err
