"""Whatever is typed: no script raises, and none runs for ever without a pause."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from simulator.engine.workloads.processes import Read, Sleep, execution
from simulator.engine.workloads.shell.builtins import BUILTINS
from simulator.engine.workloads.shell.running import PROGRAMS

from .driver import NOW, Objects, pod

WORDS = """
if then else elif fi while until do done for in case esac { } ( ) f() f ; & && || | > < >> 2>&1 <<EOF EOF <<< $x
${x:-a} ${x%%*} ${#x} ${x/a/b} $( ` $(( )) 1+2 " ' \\ * ? [ ] [a-z]* / /tmp /tmp/a /etc/passwd /dev/null /dev/zero
- -n -r -l -c -e -f -d -i -v -p -R --help 0 1 -1 x=1 x=$x$x ! # $? $@ a b é %s %d s/a/b/ -name s/\\(a*\\)*/\\1/g
~ .. . : = 1000000000 {} + http://web localhost
"""
NAMES = sorted({*PROGRAMS, *BUILTINS})
TOKEN = st.one_of(st.sampled_from(WORDS.split()), st.sampled_from(NAMES), st.text(max_size=4), st.just("\n"))
ENOUGH = 200


@settings(max_examples=400, deadline=None)
@given(st.lists(TOKEN, max_size=14), st.sampled_from([" ", " ", ""]), st.booleans())
@example(["f()", "{", "f", "|", "f", ";", "}", ";", "f"], " ", False)
@example(["while", "true", ";", "do", "x=$x$x$x", ";", "done"], " ", False)
@example(["echo ", "$(" * 200], "", False)
@example(["${a:-" * 200], "", False)
@example(["if true; then " * 300], "", True)
@example(["( " * 300], "", False)
def test_any_script(tokens: list[str], joint: str, tty: bool) -> None:
    script = joint.join(tokens)
    running = execution(pod(), "main", ["sh", "-c", script], reader=Objects(), now=NOW, tty=tty)
    drained(running)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(PROGRAMS)), st.lists(TOKEN, max_size=5), st.binary(max_size=60))
def test_any_program(name: str, args: list[str], given_: bytes) -> None:
    running = execution(pod("nicolaka/netshoot"), "main", ["env", name, *args], reader=Objects(), now=NOW)
    drained(running, given_)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_anything_typed(typed: bytes) -> None:
    drained(execution(pod(), "main", ["sh"], reader=Objects(), now=NOW, tty=True), typed)


def drained(running: object, given_: bytes = b"a b\n1\n") -> None:
    result, slept, process = None, 0, running.process  # type: ignore[attr-defined]
    for _ in range(ENOUGH):
        try:
            effect = process.send(result)
        except StopIteration as end:
            assert isinstance(end.value, int)
            assert 0 <= end.value <= 255
            return
        result = None
        if isinstance(effect, Read):
            result, given_ = given_[: effect.most], given_[effect.most :]
        elif isinstance(effect, Sleep):
            slept += effect.microseconds
    assert slept > 0
    process.close()
