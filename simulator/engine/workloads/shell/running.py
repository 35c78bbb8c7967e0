"""sh, which reads commands from a word, a file, its input or a terminal, and the table of all programs."""

from __future__ import annotations

from ..effects import Interrupted, Write
from ..nodes import FileError
from .builtins import BUILTINS
from .interpreter import Shell
from .jumps import Exit, Jump
from .machine import Call, Failure, Program, ReadLine, Steps, raw, shown
from .parser import parse
from .programs import (
    accounts,
    archive,
    changing,
    copying,
    curl,
    databases,
    digests,
    filters,
    find,
    listing,
    network,
    printing,
    sed,
    services,
    system,
    testing,
    text,
    wget,
)
from .syntax import Incomplete, SyntaxFault

_LONGEST = 1 << 18


def sh(call: Call) -> Steps[int]:
    """Runs `-c COMMANDS`, a file, or what comes in on the standard input; on a terminal it prompts."""
    shell = Shell(
        call.machine,
        dict(call.environment),
        set(call.environment),
        call.directory,
        name=call.name,
        depth=call.depth,
        builtins=BUILTINS,
    )
    shell.variables.setdefault("PWD", call.directory)
    args, script = list(call.args), False
    while args and args[0][:1] in "-+" and len(args[0]) > 1:
        word = args.pop(0)
        if word == "--":
            break
        if word.startswith("--"):
            continue
        letters = word[1:]
        script = script or "c" in letters
        if letters == "o" and args:
            letters = {"errexit": "e", "nounset": "u", "xtrace": "x"}.get(args.pop(0), "")
        shell.options |= set(letters) & set("eux")
    if script:
        if not args:
            raise Failure("-c requires an argument", 2)
        if len(args) > 1:
            shell.name = args[1]
        shell.arguments = args[2:]
        return (yield from _whole(shell, args[0]))
    if args:
        return (yield from _file(shell, args))
    if call.machine.tty:
        return (yield from _interactive(shell))
    return (yield from _input(shell))


def _whole(shell: Shell, script: str) -> Steps[int]:
    return (yield from shell.inside(shell.text(script)))


def _file(shell: Shell, args: list[str]) -> Steps[int]:
    shell.arguments = args[1:]
    try:
        content = shell.files.read(shell.path(args[0]))
    except FileError as error:
        yield shell.complaint(f"can't open '{args[0]}': {error}")
        return 2
    shell.name = args[0]
    return (yield from _whole(shell, shown(content)))


def _input(shell: Shell) -> Steps[int]:
    """Commands come line by line; what they read themselves comes after them."""
    held = ""
    while line := (yield ReadLine()):
        held += shown(line)
        try:
            tree = parse(held)
        except Incomplete:
            if len(held) < _LONGEST:
                continue
            raise Failure("out of memory", 2) from None
        except SyntaxFault as fault:
            yield shell.complaint(f"syntax error: {fault}")
            return 2
        held = ""
        try:
            yield from shell.run(tree)
        except Exit as end:
            return end.code
        except Jump:
            pass
        except Failure as failure:
            yield shell.complaint(str(failure))
            return failure.code
    if held:
        yield shell.complaint("syntax error: unexpected end of file")
        return 2
    return shell.status


def _interactive(shell: Shell) -> Steps[int]:
    """A prompt before each line. ^C drops the line or stops the command, end of input ends the shell."""
    held = ""
    while True:
        try:
            yield Write("stdout", raw("> " if held else _prompt(shell)))
            line = yield ReadLine()
            if not line:
                yield Write("stdout", b"\n" if shell.name != "bash" else b"exit\n")
                return shell.status
            held += shown(line)
            shell.files.refresh()
            tree = parse(held)
            held = ""
            yield from shell.run(tree)
        except Incomplete:
            if len(held) > _LONGEST:
                held = ""
        except SyntaxFault as fault:
            held, shell.status = "", 2
            yield shell.complaint(f"syntax error: {fault}")
        except Exit as end:
            return end.code
        except Jump:
            pass
        except Failure as failure:
            shell.status = failure.code
            yield shell.complaint(str(failure))
        except Interrupted:
            held, shell.status = "", 130
            yield Write("stdout", b"^C\n")


def _prompt(shell: Shell) -> str:
    mark = "#" if shell.files.user.is_root else "$"
    home = shell.variables.get("HOME", "")
    place = shell.directory
    if home not in ("", "/") and (place == home or place.startswith(f"{home}/")):
        place = "~" + place[len(home) :]
    if shell.name == "bash":
        who = "root" if shell.files.user.is_root else "I have no name!"
        return f"{who}@{shell.variables.get('HOSTNAME', '')}:{place}{mark} "
    return f"{mark} " if shell.machine.is_gnu else f"{place} {mark} "


PROGRAMS: dict[str, Program] = {
    **dict.fromkeys(("sh", "ash", "bash", "dash"), sh),
    **accounts.PROGRAMS,
    **archive.PROGRAMS,
    **changing.PROGRAMS,
    **copying.PROGRAMS,
    **curl.PROGRAMS,
    **databases.PROGRAMS,
    **digests.PROGRAMS,
    **filters.PROGRAMS,
    **find.PROGRAMS,
    **listing.PROGRAMS,
    **network.PROGRAMS,
    **printing.PROGRAMS,
    **sed.PROGRAMS,
    **services.PROGRAMS,
    **system.PROGRAMS,
    **testing.PROGRAMS,
    **text.PROGRAMS,
    **wget.PROGRAMS,
}
