"""date, sleep, hostname, uname, ps, free, uptime, nproc, kill, env, timeout, ...: the process and its machine."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from .... import quantity
from ....clock import SECOND
from ....objects import get_in, instant_of
from ....registry import Body
from ... import pid_namespace
from ...commands import seconds
from ...effects import Sleep
from ...environment import domain, hostname, kernel_name
from .. import dates
from ..machine import Call, Failure, Program, Steps, out
from ..options import parse
from .accounts import user_name

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FOREVER = 86_400 * SECOND
_STOPS = {"TERM": 15, "KILL": 9, "INT": 2, "HUP": 1, "QUIT": 3, "USR1": 10, "USR2": 12}


def date(call: Call) -> Steps[int]:
    options = parse(call.args, "uRI", "dsrD")
    instant = call.machine.now
    if "d" in options:
        instant = _given(options.value("d"))
    form = next((word[1:] for word in options.operands if word.startswith("+")), dates.USUAL)
    if "R" in options:
        form = dates.MAIL
    elif "I" in options:
        form = "%Y-%m-%d"
    yield out(f"{dates.shown(form, instant)}\n")
    return 0


def _given(text: str) -> int:
    if text.startswith("@") and text[1:].isdecimal():
        return min(int(text[1:]), 10**11) * SECOND
    try:
        return instant_of(text.replace(" ", "T") + ("" if text.endswith("Z") or "+" in text else "Z"))
    except ValueError:
        raise Failure(f"invalid date '{text}'") from None


def sleep(call: Call) -> Steps[int]:
    if not call.args:
        raise Failure("missing operand")
    total = 0
    for word in call.args:
        try:
            part = seconds(word)
        except ValueError as error:
            raise Failure(str(error).removeprefix("sleep: ")) from None
        if part is None:
            while True:
                yield Sleep(_FOREVER)
        total += part
    yield Sleep(total)
    return 0


def host(call: Call) -> Steps[int]:
    pod = call.machine.pod
    options = parse(call.args, "isfd")
    own = domain(pod)
    if "i" in options:
        text = get_in(pod, "status", "podIP", default="127.0.0.1")
    elif "d" in options:
        text = own
    else:
        text = f"{hostname(pod)}.{own}" if "f" in options and own else kernel_name(pod)
    yield out(f"{text}\n")
    return 0


def _node(call: Call) -> Body:
    return call.machine.reader.get("nodes", "", call.machine.pod["spec"].get("nodeName", "")) or {}


def uname(call: Call) -> Steps[int]:
    options = parse(call.args, "asnrvmpio")
    kernel = get_in(_node(call), "status", "nodeInfo", "kernelVersion", default="6.12.41+deb13-amd64")
    parts = {"s": "Linux", "n": kernel_name(call.machine.pod), "r": kernel, "v": "#1 SMP PREEMPT_DYNAMIC",
             "m": "x86_64", "o": "GNU/Linux" if call.machine.is_gnu else "Linux"}  # fmt: skip
    letters = "snrvmo" if "a" in options else [letter for letter in "snrvmo" if letter in options] or "s"
    yield out(" ".join(parts[letter] for letter in letters) + "\n")
    return 0


def ps(call: Call) -> Steps[int]:
    """The main processes in the container's PID namespace, the one that was executed, and this one."""
    user = user_name(call, call.files.user.uid)
    rows = [(number, user_name(call, uid), text) for number, uid, text in pid_namespace.mains(call.machine)]
    first = call.machine.process + rows[-1][0] - 1
    rows.append((first, user, " ".join(call.machine.words)))
    if call.machine.words != call.words:
        rows.append((first + call.depth + 1, user, " ".join(call.words)))
    yield out("PID   USER     TIME  COMMAND\n")
    for number, name, text in rows:
        yield out(f"{number:5} {name:8.8}  0:00 {text}\n")
    return 0


def pidof(call: Call) -> Steps[int]:
    name = (call.machine.main or [""])[0].rpartition("/")[2]
    if name not in call.args:
        return 1
    yield out("1\n")
    return 0


def kill(call: Call) -> Steps[int]:
    """Only process 1 is there to be told; what it makes of a signal is up to its program."""
    signal, targets = "TERM", list[str]()
    words = list(call.args)
    while words:
        word = words.pop(0)
        if word == "-s" and words:
            signal = words.pop(0)
        elif word == "-l":
            yield out(" ".join(_STOPS) + "\n")
            return 0
        elif re.fullmatch(r"-[A-Z0-9]+", word):
            signal = word[1:]
        else:
            targets.append(word)
    number = int(signal) if signal.isdecimal() else _STOPS.get(signal.removeprefix("SIG"), -1 if signal != "0" else 0)
    if number < 0 or number > 64:
        raise Failure(f"bad signal name '{signal}'")
    if not targets:
        raise Failure("you need to specify whom to kill")
    for target in targets:
        if call.name == "killall":
            target = "1" if target == (call.machine.main or [""])[0].rpartition("/")[2] else ""
        if target != "1":
            yield call.complaint(f"can't kill pid {target or '-'}: No such process")
            return 1
        call.machine.signal(number)
    return 0


def free(call: Call) -> Steps[int]:
    options = parse(call.args, "bkmgh")
    shift = 20 if "m" in options or "h" in options else 30 if "g" in options else 0 if "b" in options else 10
    total = quantity.value(get_in(_node(call), "status", "capacity", "memory", default="4Gi")) >> shift
    used = total // 4
    yield out(f"{'':14}{'total':>11} {'used':>11} {'free':>11} {'shared':>11} {'buff/cache':>11} {'available':>11}\n")
    yield out(f"{'Mem:':14}{total:11} {used:11} {total - 2 * used:11} {0:11} {used:11} {total - used:11}\n")
    yield out(f"{'Swap:':14}{0:11} {0:11} {0:11}\n")
    return 0


def uptime(call: Call) -> Steps[int]:
    now = call.machine.now
    minutes = max(0, now - call.machine.started) // SECOND // 60
    clock = _EPOCH + timedelta(microseconds=now)
    yield out(f" {clock:%H:%M:%S} up {minutes // 60}:{minutes % 60:02}, 0 users,  load average: 0.08, 0.05, 0.01\n")
    return 0


def nproc(call: Call) -> Steps[int]:
    yield out(f"{quantity.value(get_in(_node(call), 'status', 'capacity', 'cpu', default='2'))}\n")
    return 0


def tty(call: Call) -> Steps[int]:
    yield out("/dev/pts/0\n" if call.machine.tty else "not a tty\n")
    return int(not call.machine.tty)


def env(call: Call) -> Steps[int]:
    options = parse(call.args, "i0", "u", first=True)
    variables = {} if "i" in options else dict(call.environment)
    for name in options.given.get("u", ()):
        variables.pop(name, None)
    words = list(options.operands)
    while words and "=" in words[0]:
        name, _, value = words.pop(0).partition("=")
        variables[name] = value
    if words:
        return (yield from call.other(words, variables))
    yield out("".join(f"{name}={value}\n" for name, value in variables.items()))
    return 0


def printenv(call: Call) -> Steps[int]:
    if not call.args:
        return (yield from env(call))
    for name in call.args:
        if name in call.environment:
            yield out(f"{call.environment[name]}\n")
    return int(not all(name in call.environment for name in call.args))


def timeout(call: Call) -> Steps[int]:
    """Counts what the command sleeps; it is stopped when that is too long."""
    options = parse(call.args, "v", "sk", first=True)
    if len(options.operands) < 2:
        raise Failure("missing operand")
    try:
        left = seconds(options.operands[0])
    except ValueError:
        raise Failure(f"invalid number '{options.operands[0]}'") from None
    process = call.other(options.operands[1:])
    result = None
    while True:
        try:
            effect = process.send(result)
        except StopIteration as end:
            return int(end.value)
        if isinstance(effect, Sleep) and left is not None:
            if effect.microseconds > left:
                process.close()
                yield Sleep(left)
                return 124 if call.machine.is_gnu else 143
            left -= effect.microseconds
        result = yield effect


PROGRAMS: dict[str, Program] = {
    "date": date, "sleep": sleep, "hostname": host, "uname": uname, "ps": ps, "pidof": pidof, "kill": kill,
    "killall": kill, "free": free, "uptime": uptime, "nproc": nproc, "tty": tty, "env": env, "printenv": printenv,
    "timeout": timeout,
}  # fmt: skip
