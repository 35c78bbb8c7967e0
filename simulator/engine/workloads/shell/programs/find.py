"""find: walks a tree and tests what it meets."""

from __future__ import annotations

from collections.abc import Callable

from ...nodes import FileError, Node, base
from .. import patterns
from ..machine import Call, Failure, Program, Steps, out
from .listing import size_of, walk

_TYPES = {"f": "file", "d": "dir", "l": "link", "c": "device"}
_DEEPEST = 60
_UNITS = {"c": 1, "k": 1024, "M": 1 << 20, "G": 1 << 30, "b": 512, "w": 2}
Test = Callable[[str, Node], bool]


class _Query:
    """What is asked: tests (each alternative a list of them that must all hold) and what is done with what passes."""

    def __init__(self) -> None:
        self.alternatives: list[list[Test]] = [[]]
        self.deepest, self.least = _DEEPEST, 0
        self.commands: list[list[str]] = []
        self.delete = self.zero = False


def find(call: Call) -> Steps[int]:
    words, places = list(call.args), list[str]()
    while words and not words[0].startswith(("-", "(", "!")):
        places.append(words.pop(0))
    query = _read(call, words)
    code = 0
    for place in places or ["."]:
        try:
            found = list(walk(call, place, deepest=query.deepest))
        except FileError as error:
            yield call.complaint(f"{place}: {error}")
            code = 1
            continue
        for path, node in reversed(found) if query.delete else found:
            if pause := call.machine.tick(20):
                yield pause
            depth = path[len(place.rstrip("/")) :].count("/") if path != place else 0
            if depth < query.least or not any(all(test(path, node) for test in tests) for tests in query.alternatives):
                continue
            if query.delete:
                call.files.remove(call.path(path))
            elif query.commands:
                for command in query.commands:
                    yield from call.other([word.replace("{}", path) for word in command])
            else:
                yield out(f"{path}\0" if query.zero else f"{path}\n")
    return code


def _read(call: Call, words: list[str]) -> _Query:
    query, negated = _Query(), False
    while words:
        word = words.pop(0)
        if word in ("-print", "-a", "-and", "(", ")", "-xdev", "-mount", "-follow"):
            continue
        if word in ("!", "-not"):
            negated = not negated
        elif word in ("-o", "-or"):
            query.alternatives.append([])
        elif word in ("-print0", "-delete"):
            query.zero, query.delete = query.zero or word == "-print0", query.delete or word == "-delete"
        elif word in ("-exec", "-execdir", "-ok"):
            end = next((at for at, one in enumerate(words) if one in (";", "+")), len(words))
            query.commands.append(words[:end])
            words = words[end + 1 :]
        elif word == "-empty":
            query.alternatives[-1].append(
                _turned(lambda path, node: not size_of(node) or _is_empty(call, path), negated)
            )
            negated = False
        elif not words:
            raise Failure(f"{word}: argument required")
        elif word in ("-maxdepth", "-mindepth"):
            depth = _figure(words.pop(0))
            query.deepest, query.least = (depth, query.least) if word == "-maxdepth" else (query.deepest, depth)
        else:
            query.alternatives[-1].append(_turned(_test(call, word, words.pop(0)), negated))
            negated = False
    return query


def _turned(test: Test, negated: bool) -> Test:
    return (lambda path, node: not test(path, node)) if negated else test


def _test(call: Call, word: str, value: str) -> Test:
    if word in ("-name", "-iname"):
        wanted = value.lower() if word == "-iname" else value
        lower = word == "-iname"
        return lambda path, node: patterns.matches(wanted, base(path).lower() if lower else base(path) or path)
    if word in ("-path", "-wholename"):
        return lambda path, node: patterns.matches(value, path)
    if word == "-type":
        kind = _TYPES.get(value)
        return lambda path, node: node.type == kind
    if word == "-size":
        sign, figure = value[:1] if value[:1] in "+-" else "", value.lstrip("+-")
        unit = _UNITS.get(figure[-1:], 512)
        amount = _figure(figure.rstrip("ckMGbw"))
        return lambda path, node: _beyond(sign, -(-size_of(node) // unit), amount)
    if word in ("-mmin", "-mtime"):
        unit = (60 if word == "-mmin" else 86_400) * 1_000_000
        sign, amount = value[:1] if value[:1] in "+-" else "", _figure(value.lstrip("+-"))
        return lambda path, node: _beyond(sign, (call.machine.now - (node.modified or 0)) // unit, amount)
    if word == "-perm":
        try:
            mode = int(value.lstrip("-/"), 8)
        except ValueError:
            raise Failure(f"invalid mode '{value}'") from None
        return lambda path, node: (node.mode & mode) == mode if value[:1] in "-/" else node.mode == mode
    if word == "-newer":
        than = call.files.at(call.path(value)).modified
        return lambda path, node: node.modified > than
    raise Failure(f"unrecognized: {word}")


def _beyond(sign: str, figure: int, amount: int) -> bool:
    return figure > amount if sign == "+" else figure < amount if sign == "-" else figure == amount


def _figure(text: str) -> int:
    if not text.isdecimal():
        raise Failure(f"invalid number '{text}'")
    return int(text[:9])


def _is_empty(call: Call, path: str) -> bool:
    node = call.files.find(call.path(path), follow=False)
    return node is not None and node.is_dir and not call.files.names(call.path(path))


PROGRAMS: dict[str, Program] = {"find": find}
