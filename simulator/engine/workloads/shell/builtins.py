"""What the shell does itself, because it is about the shell: cd, export, read, set, exit, ..."""

from __future__ import annotations

import re

from .. import nodes
from ..effects import NotFound, Write
from ..nodes import FileError
from . import launch
from .interpreter import Builtin, Shell
from .jumps import Exit, Jump, Return
from .machine import Call, Failure, Program, ReadLine, Steps, out, raw, shown
from .parser import parse
from .programs import printing, testing
from .syntax import SyntaxFault

_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_OPTIONS = {"errexit": "e", "nounset": "u", "xtrace": "x", "allexport": "a", "noglob": "f", "pipefail": "p"}


def _done(shell: Shell, words: list[str]) -> Steps[int]:
    return 0
    yield


def _program(program: Program) -> Builtin:
    """A program that the shell has inside."""

    def run(shell: Shell, words: list[str]) -> Steps[int]:
        call = Call(shell.machine, words, shell.environment(), shell.directory, shell.depth)
        try:
            return (yield from program(call))
        except Failure as failure:
            yield call.complaint(str(failure))
            return failure.code

    return run


def _cd(shell: Shell, words: list[str]) -> Steps[int]:
    to = words[1] if len(words) > 1 else shell.variables.get("HOME", "/")
    back = to == "-"
    to = shell.variables.get("OLDPWD", shell.directory) if back else to
    path = nodes.normal(to, shell.directory)
    try:
        if not shell.files.at(path).is_dir:
            raise FileError(nodes.NOT_DIRECTORY)
    except FileError as error:
        yield shell.complaint(f"cd: can't cd to {to}: {error}")
        return 1
    shell.variables["OLDPWD"], shell.directory = shell.directory, path
    shell.variables["PWD"] = path
    if back:
        yield out(f"{path}\n")
    return 0


def _export(shell: Shell, words: list[str]) -> Steps[int]:
    names = [word for word in words[1:] if word != "-p"]
    if not names:
        for name in sorted(shell.exported & shell.variables.keys()):
            yield out(f"export {name}='{shell.variables[name]}'\n")
    for word in names:
        name, equals, value = word.partition("=")
        if not _NAME.fullmatch(name):
            yield shell.complaint(f"{words[0]}: {word}: bad variable name")
            return 2
        if equals:
            shell.assign(name, value)
        if words[0] == "export":
            shell.exported.add(name)
    return 0


def _unset(shell: Shell, words: list[str]) -> Steps[int]:
    for name in words[1:]:
        shell.variables.pop(name, None)
        shell.exported.discard(name)
        shell.functions.pop(name, None)
    return 0
    yield


def _set(shell: Shell, words: list[str]) -> Steps[int]:
    rest = words[1:]
    if not rest:
        for name in sorted(shell.variables):
            yield out(f"{name}='{shell.variables[name]}'\n")
        return 0
    while rest and rest[0][:1] in ("-", "+") and len(rest[0]) > 1:
        word = rest.pop(0)
        if word == "--":
            shell.arguments = rest
            return 0
        letters = word[1:]
        if letters.endswith("o") and rest:
            letters = letters[:-1] + _OPTIONS.get(rest.pop(0), "")
        for letter in letters:
            (shell.options.add if word[0] == "-" else shell.options.discard)(letter)
    if rest:
        shell.arguments = rest
    return 0


def _shift(shell: Shell, words: list[str]) -> Steps[int]:
    count = _number(words, 1)
    if count > len(shell.arguments):
        return 1
    shell.arguments = shell.arguments[count:]
    return 0
    yield


def _read(shell: Shell, words: list[str]) -> Steps[int]:
    raw_mode, prompt, names, rest = False, "", list[str](), words[1:]
    while rest:
        word = rest.pop(0)
        if word == "-r":
            raw_mode = True
        elif word in ("-p", "-t", "-n", "-d") and rest:
            prompt = rest.pop(0) if word == "-p" else prompt + rest.pop(0)[:0]
        else:
            names.append(word)
    if prompt:
        yield Write("stderr", raw(prompt))
    line = ""
    while True:
        data = shown((yield ReadLine()))
        ended = not data.endswith("\n")
        line += data.rstrip("\n")
        if raw_mode or ended or not line.endswith("\\"):
            break
        line = line[:-1]
    separators = shell.variables.get("IFS", " \t\n")
    names = names or ["REPLY"]
    line = line.strip("".join(mark for mark in separators if mark in " \t\n"))
    for name in names[:-1]:
        found = re.search(f"[{re.escape(separators)}]+", line) if separators else None
        shell.assign(name, line[: found.start()] if found else line)
        line = line[found.end() :] if found else ""
    shell.assign(names[-1], line)
    return int(ended and not data)


def _exit(shell: Shell, words: list[str]) -> Steps[int]:
    raise Exit(_number(words, shell.status) & 255)
    yield


def _return(shell: Shell, words: list[str]) -> Steps[int]:
    raise Return(_number(words, shell.status) & 255)
    yield


def _jump(shell: Shell, words: list[str]) -> Steps[int]:
    raise Jump(max(1, _number(words, 1)), on=words[0] == "continue")
    yield


def _eval(shell: Shell, words: list[str]) -> Steps[int]:
    try:
        tree = parse(" ".join(words[1:]))
    except SyntaxFault as fault:
        yield shell.complaint(f"eval: syntax error: {fault}")
        return 2
    return (yield from shell.run(tree))


def _source(shell: Shell, words: list[str]) -> Steps[int]:
    if len(words) < 2:
        raise Failure(f"{words[0]}: filename argument required", 2)
    try:
        content = shell.files.read(shell.path(words[1]))
    except FileError as error:
        yield shell.complaint(f".: can't open '{words[1]}': {error}")
        return 2
    return (yield from _eval(shell, ["eval", shown(content)]))


def _type(shell: Shell, words: list[str]) -> Steps[int]:
    code = 0
    for name in words[1:]:
        if name in shell.functions:
            yield out(f"{name} is a function\n")
        elif name in shell.builtins:
            yield out(f"{name} is a shell builtin\n")
        elif path := _path_of(shell, name):
            yield out(f"{name} is {path}\n")
        else:
            yield out(f"{name}: not found\n")
            code = 127
    return code


def _path_of(shell: Shell, name: str) -> str:
    try:
        return launch.found(Call(shell.machine, [name], shell.environment(), shell.directory))
    except (NotFound, FileError):
        return ""


def _command(shell: Shell, words: list[str]) -> Steps[int]:
    rest = words[1:]
    if rest[:1] in (["-v"], ["-V"]):
        code = 0
        for name in rest[1:]:
            path = name if name in shell.builtins or name in shell.functions else _path_of(shell, name)
            if path:
                yield out(f"{path}\n")
            else:
                code = 127
        return code
    return (yield from shell.call(rest, {})) if rest else 0


def _let(shell: Shell, words: list[str]) -> Steps[int]:
    value = 0
    for word in words[1:]:
        value = shell.evaluate(word)
    return int(not value)
    yield


def _number(words: list[str], default: int) -> int:
    if len(words) < 2:
        return default
    if not re.fullmatch(r"-?\d{1,9}", words[1]):
        raise Failure(f"{words[0]}: Illegal number: {words[1]}", 2)
    return int(words[1])


BUILTINS: dict[str, Builtin] = {
    **dict.fromkeys((":", "true", "trap", "wait", "jobs", "umask", "ulimit", "alias", "unalias", "hash"), _done),
    "false": _program(testing.false),
    "cd": _cd, "export": _export, "readonly": _export, "local": _export, "unset": _unset, "set": _set, "shift": _shift,
    "read": _read, "exit": _exit, "return": _return, "break": _jump, "continue": _jump, "eval": _eval, ".": _source,
    "source": _source, "type": _type, "command": _command, "let": _let,
    "echo": _program(printing.echo), "printf": _program(printing.printf), "pwd": _program(printing.pwd),
    "test": _program(testing.test), "[": _program(testing.test), "[[": _program(testing.test),
}  # fmt: skip
