"""What scripts print, and that a loop's log costs the same however long it has gone on."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest

from simulator.engine.objects import instant_of
from simulator.engine.workloads import logs, programs
from simulator.engine.workloads.written import LONGEST

STARTED = "2026-01-01T00:00:10Z"
AT = instant_of(STARTED)
SECOND = 10**6
WEEKS = 21 * 86_400 * SECOND


def pod(*scripts: str, **container: object) -> dict[str, object]:
    """A pod whose containers a, b, ... run the scripts and share /var/log."""
    mounts = [{"name": "varlog", "mountPath": "/var/log"}]
    specs = [
        {"name": name, "image": "busybox", "command": ["sh", "-c", script], "volumeMounts": mounts, **container}
        for name, script in zip("abc", scripts, strict=False)
    ]
    states = [{"name": one["name"], "state": {"running": {"startedAt": STARTED}}} for one in specs]
    return {"metadata": {"name": "p"}, "spec": {"containers": specs}, "status": {"containerStatuses": states}}


def printed(script: str, seconds: float = 60, **container: object) -> list[str]:
    return [line for _, line in logs.lines(pod(script, **container), "a", AT + int(seconds * SECOND))]


ENDS = {
    # name: (script, what it prints, when it ends in milliseconds, its code)
    "for": ("for i in 3 2 1; do echo $i; done; exit 2", ["3", "2", "1"], 15, 2),
    "for with seq": ("for i in $(seq 1 3); do echo -n $i; done", ["123"], 15, 0),
    "while": ("i=0; while [ $i -lt 2 ]; do echo n$i; sleep 1; i=$((i+1)); done", ["n0", "n1"], 2025, 0),
    "until": ("n=2; until [ $n -eq 0 ]; do echo $n; let n--; done; echo go", ["2", "1", "go"], 40, 0),
    "break": ("while true; do echo in; break; done; echo out", ["in", "out"], 15, 0),
    "if": ('if [ "$A" = yes ]; then echo A; else echo B; fi', ["B"], 10, 0),
    "a function": ("f() { echo in f; }; f; f", ["in f", "in f"], 10, 0),
    "elsewhere": ("echo lost > /tmp/x; echo kept >&2; echo out > /dev/stdout; echo a | grep b", ["kept", "out"], 20, 0),
    "tee": ("echo both | tee -a /tmp/x", ["both"], 5, 0),
    "a here-document": ("cat <<END\none\ntwo\nEND", ["one", "two"], 5, 0),
    "printf": ("printf '%s-%02d\\n' a 1 b 2", ["a-01", "b-02"], 5, 0),
    "no script": ("echo 'open", ["sh: syntax error: unterminated quoted string"], 5, 2),
    "exit with the code so far": ("false; exit", [], 5, 1),
    "braces stay": ("echo '{ip} {tag}'", ["{ip} {tag}"], 5, 0),
}  # fmt: skip


@pytest.mark.parametrize(("script", "lines", "lasts", "code"), ENDS.values(), ids=ENDS.keys())
def test_scripts_that_end(script: str, lines: list[str], lasts: int, code: int) -> None:
    program = programs.of({"image": "busybox", "command": ["sh", "-c", script]})
    assert (program.lasts, program.code) == (lasts * 1000, code)
    assert printed(script) == lines


LOOPS = {
    # name: (script, what it prints within 2.1 seconds)
    "ticks": ("while true; do echo tick; sleep 1; done", ["tick"] * 3),
    "the counter of the documentation": (
        'i=0; while true; do echo "$i: $(date)"; i=$((i+1)); sleep 1; done',
        [f"{number}: Thu Jan  1 00:00:{10 + number} UTC 2026" for number in range(3)],
    ),
    "on three lines": ("while :\ndo\n  echo a\n  sleep 2\ndone", ["a", "a"]),
    "the condition sleeps": ("echo begin; while sleep 1; do echo x; done", ["begin", "x", "x"]),
    "until": ("until false; do date +%H:%M:%S; sleep 2; done", ["00:00:10", "00:00:12"]),
    "it waits for a name": ("until nslookup db; do echo waiting for db; sleep 0.5; done", ["waiting for db"]),
    "it waits for a program that nobody knows": (
        "while ! pg_isready -h db; do echo no db; sleep 0.5; done; echo db",
        ["no db"],
    ),
    "down": ("n=9; while true; do n=$(expr $n - 2); echo $n; sleep 1; done", ["7", "5", "3"]),
    "arithmetic of bash": ("while true; do echo $n; ((n++)); sleep 1; done", ["", "1", "2"]),
    "a variable of the round": ("while true; do d=$(date +%S); echo at $d; sleep 1; done", ["at 10", "at 11", "at 12"]),
    "from the round before": ("while :; do echo was $d; d=$((n*2)); let n++; sleep 1; done", ["was", "was 0", "was 2"]),
    "not the same each round": ("n=1; while true; do echo $n; n=$((n*2)); sleep 1; done", ["1", "2", "4"]),
    "it ends up elsewhere": ("while true; do echo x; sleep 1; done > /tmp/file", []),
    "a subshell's": ("echo $(echo a; echo b); while true; do echo c; sleep 5; done", ["a b", "c"]),
}  # fmt: skip


@pytest.mark.parametrize(("script", "lines"), LOOPS.values(), ids=LOOPS.keys())
def test_loops(script: str, lines: list[str]) -> None:
    program = programs.of({"image": "busybox", "command": ["sh", "-c", script]})
    assert program.lasts is None
    assert [line.strip() for line in printed(script, 2.1)] == lines


COUNTER = 'i=0; while true; do echo "$i: $(date +%s)"; i=$((i+1)); sleep 1; done'


def test_a_window_is_part_of_the_whole() -> None:
    """Whatever window is asked for, each line is where it is in the whole log."""
    body, now = pod(COUNTER), AT + 600 * SECOND
    whole = logs.lines(body, "a", now)
    assert [line.text.partition(":")[0] for line in whole] == [str(number) for number in range(len(whole))]
    assert [int(line.text.partition(" ")[2]) for line in whole] == [line.at // SECOND for line in whole]
    for since in (AT - 5, AT, AT + 1, AT + 77 * SECOND, now - 1, now):
        assert logs.lines(body, "a", now, since=since) == [line for line in whole if line.at >= since]
    for most in (0, 1, 7, 10_000):
        assert logs.lines(body, "a", now, most=most) == whole[max(0, len(whole) - most) :]
    for line, after in pairwise(whole):
        assert logs.following(body, "a", line.at) == after.at


def test_the_next_line() -> None:
    assert logs.following(pod("sleep 5; echo x; sleep 9"), "a", AT) == AT + 5 * SECOND
    assert logs.following(pod("sleep 5; echo x; sleep 9"), "a", AT + 5 * SECOND) is None
    assert logs.following(pod("while true; do sleep 5; done"), "a", AT) is None
    assert logs.following(pod("sleep 60; while true; do sleep 5; echo x; done"), "a", AT) == AT + 65 * SECOND + 5000


def test_weeks_cost_nothing() -> None:
    """What is asked for is computed, and no more than a log keeps."""
    body, now = pod(COUNTER), AT + WEEKS
    begun = time.process_time()
    last = logs.lines(body, "a", now, most=2)
    minute = logs.lines(body, "a", now, since=now - 60 * SECOND)
    assert logs.following(body, "a", now) is not None
    assert time.process_time() - begun < 0.2
    assert [line.text.partition(":")[0] for line in last] == [
        str(now_ := int(last[0].text.partition(":")[0])), str(now_ + 1),
    ]  # fmt: skip
    assert 58 <= len(minute) <= 60
    assert minute[-2:] == last
    assert len(logs.lines(body, "a", now)) == LONGEST


HOSTILE = {
    "a variable that doubles": "x=aaaaaaaa; for i in $(seq 1 100); do x=$x$x; done; while true; do echo $x; done",
    "much to print": "for i in $(seq 1 5000); do echo $(seq 1 5000); done",
    "functions that call each other": "f() { f; f; }; f",
    "a loop that only computes": "i=0; while [ $i -lt 1000000000 ]; do i=$((i+1)); done; echo never",
    "no pause": "while true; do echo x; done",
    "a file that nobody knows": "echo x | tee $(nope); while true; do echo x; done > $(nope)",
    "a document that nobody knows": "cat <<END\n$(nope)\nEND",
    "figures": f"sleep {'9' * 500}; exit {'9' * 5000}; tail -f -n {'9' * 5000} /x; seq {'9' * 5000}",
    "a code in no alphabet": "exit \u00b2",
    "the end of time": "sleep 9999999999999; date; while true; do date; sleep 9999999999; done",
    "counts": f"i={'9' * 5000}; while true; do i=$((i+{'9' * 5000})); echo $i; sleep 1; done",
    "rounds that grow": "while true; do i=$((i+1)); " + "seq 1 $i; " * 40 + "sleep 600; done",
    "deep": "(" * 30 + "echo x" + ")" * 30,
    "wide": "printf '%4000d%4000d%4000d' " + "1 " * 9000,
}


@pytest.mark.parametrize("script", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_scripts_cost_little(script: str) -> None:
    begun = time.process_time()
    programs.of({"image": "busybox", "command": ["sh", "-c", script]})
    found = logs.lines(pod(script), "a", AT + WEEKS)
    assert len(found) <= LONGEST
    assert sum(len(line.text) for line in found) < 2 << 20
    assert time.process_time() - begun < 4


def test_a_run_that_was_over_within_a_second() -> None:
    body = pod("for i in 3 2 1; do echo $i; done; echo -n bye")
    body["status"]["containerStatuses"][0]["state"] = {  # type: ignore[index]
        "terminated": {"startedAt": STARTED, "finishedAt": STARTED, "exitCode": 0}
    }
    assert [line.text for line in logs.lines(body, "a", AT + WEEKS)] == ["3", "2", "1", "bye"]
    assert logs.following(body, "a", AT) is None


def test_the_environment() -> None:
    env = [{"name": "WHO", "value": "you"}, {"name": "KEY", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}]
    assert printed('echo "hello $WHO"; echo "$KEY"; echo $(WHO)', env=env) == ["hello you", "you"]
    assert printed('sleep $WAIT; echo "done"', env=[{"name": "WAIT", "value": "5"}]) == ["done"]
    body = pod("")
    body["spec"]["containers"][0].update(command=["printenv"], args=["WHO", "NONE"], env=env[:1])  # type: ignore[index]
    assert [line.text for line in logs.lines(body, "a", AT + SECOND)] == ["you"]


TWO_FILES = """
i=0;
while true;
do
  echo "$i: $(date)" >> /var/log/1.log;
  echo "$(date) INFO $i" >> /var/log/2.log;
  i=$((i+1));
  sleep 1;
done
"""


def test_sidecars_stream_the_files_of_another() -> None:
    """The documentation's two-files-counter-pod-streaming-sidecar."""
    body = pod(TWO_FILES, "tail -n+1 -F /var/log/1.log", "tail -n+1 -F /var/log/2.log")
    now = AT + 3 * SECOND
    found = {name: [line.text for line in logs.lines(body, name, now)] for name in "abc"}
    assert found["a"] == []
    assert found["b"] == [f"{number}: Thu Jan  1 00:00:{10 + number} UTC 2026" for number in range(3)]
    assert found["c"] == [f"Thu Jan  1 00:00:{10 + number} UTC 2026 INFO {number}" for number in range(3)]
    assert logs.following(body, "b", now) == logs.lines(body, "b", now + 2 * SECOND, since=now + 1)[0].at
    late = pod(TWO_FILES, "tail -n 2 -f /var/log/1.log", "tail -f /var/log/none")
    late["status"]["containerStatuses"][1]["state"]["running"]["startedAt"] = "2026-01-01T00:00:20Z"  # type: ignore[index]
    begun = [(line.at - AT, line.text[:2]) for line in logs.lines(late, "b", AT + 11 * SECOND)]
    assert begun[:2] == [(10 * SECOND, "8:"), (10 * SECOND, "9:")]
    assert logs.lines(late, "c", now) == []
