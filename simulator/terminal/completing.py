"""What may stand at a place of a command line: commands, flags, types, names, namespaces."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from simulator.engine.objects import labels_of
from simulator.engine.registry import Body, Kind
from simulator.terminal import resources
from simulator.terminal.client import Client, path_of
from simulator.terminal.command import Command
from simulator.terminal.flags import GLOBAL, Flag
from simulator.terminal.registry import COMMANDS
from simulator.terminal.running import KUBECTL
from simulator.terminal.troubles import Trouble

MOST = 200
_VERBS = ("get", "list", "watch", "create", "update", "patch", "delete", "deletecollection")


class Choices(NamedTuple):
    """What may stand from `start` to the cursor, in order."""

    start: int
    choices: list[str]


class _Place(NamedTuple):
    """The command and its arguments so far; `flag`: what is being given a value."""

    command: Command
    args: list[str]
    flag: Flag | None
    namespace: str


def complete(client: Client, line: str, namespace: str) -> Choices:
    """What may stand at the end of a line."""
    begin = max(line.rfind(mark) for mark in ("\n", ";", "&", "|")) + 1
    words = re.findall(r"\S+", line[begin:])
    word = "" if not line or line[-1:].isspace() or not words else words.pop()
    if words[:1] and words[0] in KUBECTL:
        words = words[1:]
    elif not words and begin + len(word) == len(line.lstrip()) and word and "kubectl".startswith(word):
        return _chosen(line, word, ["kubectl", *_first_words([])])
    try:
        found = _choices(client, words, word, namespace)
    except Trouble:
        found = []
    if "=" in word and word.startswith("--"):
        word = word.partition("=")[2]
    word = word.rpartition(",")[2]
    if "/" in word and found and all("/" not in one for one in found):
        word = word.rpartition("/")[2]
    return _chosen(line, word, found)


def _chosen(line: str, word: str, found: Iterable[str]) -> Choices:
    fitting = sorted({one for one in found if one.startswith(word)})
    return Choices(len(line) - len(word), fitting[:MOST])


def _first_words(words: list[str]) -> list[str]:
    """The words that may follow in the name of a command."""
    named = [name.split() for name in COMMANDS]
    return [name[len(words)] for name in named if name[: len(words)] == words and len(name) > len(words)]


def _choices(client: Client, words: list[str], word: str, namespace: str) -> list[str]:
    more = [] if word.startswith("-") else _first_words(words)
    place = _place(words, namespace)
    if place is None:
        return more or ([f"--{flag.name}" for flag in GLOBAL] if word.startswith("-") else [])
    if place.flag is not None:
        return _values(client, place, place.flag)
    if word.startswith("--") and "=" in word:
        name = word[2:].partition("=")[0]
        flag = next((one for one in (*place.command.flags, *GLOBAL) if one.name == name), None)
        return _values(client, place, flag) if flag else []
    if word.startswith("-"):
        return [f"--{flag.name}" for flag in (*place.command.flags, *GLOBAL)]
    return [*more, *_arguments(client, place, word)]


def _place(words: list[str], namespace: str) -> _Place | None:
    length = next((n for n in (3, 2, 1) if len(words) >= n and " ".join(words[:n]) in COMMANDS), 0)
    if not length:
        return None
    command = COMMANDS[" ".join(words[:length])]
    known = {f"--{one.name}": one for one in (*command.flags, *GLOBAL)}
    known |= {f"-{one.short}": one for one in known.values() if one.short}
    args: list[str] = []
    waiting: Flag | None = None
    for one in words[length:]:
        if waiting is not None:
            namespace = one if waiting.name == "namespace" else namespace
            waiting = None
        elif one.startswith("--namespace=") or re.fullmatch(r"-n.+", one):
            namespace = one.removeprefix("--namespace=").removeprefix("-n").removeprefix("=")
        elif one.startswith("-"):
            flag = known.get(one)
            waiting = flag if flag is not None and flag.form != "yes" and flag.bare is None else None
        else:
            args.append(one)
    return _Place(command, args, waiting, namespace)


def _values(client: Client, place: _Place, flag: Flag) -> list[str]:
    if flag.completes == "namespaces":
        return _names(client, client.kinds["namespaces"], "")
    if flag.name == "selector" and place.args:
        kind = resources.find(client.kinds, place.args[0].partition("/")[0])
        held = client.pages(path_of(kind, place.namespace))["items"]
        return [f"{key}={value}" for one in held for key, value in labels_of(one).items()]
    if flag.name == "container" and place.args:
        return _containers(client, place)
    return list(flag.choices)


def _containers(client: Client, place: _Place) -> list[str]:
    name = place.args[0].removeprefix("pod/").removeprefix("pods/")
    spec: Body = client.read(path_of(client.kinds["pods"], place.namespace, name))["spec"]
    return [one["name"] for which in ("containers", "initContainers") for one in spec.get(which, ())]


def _arguments(client: Client, place: _Place, word: str) -> list[str]:
    match place.command.completes:
        case "types":
            return _types_and_names(client, place, word)
        case "explain":
            return [] if "." in word else _types(client)
        case "verbs":
            return list(_VERBS) if not place.args else _types(client) if len(place.args) == 1 else []
        case "taint":
            return ["nodes"] if not place.args else _names(client, client.kinds["nodes"], "")
        case "":
            return []
        case resource if place.args:
            return _names(client, client.kinds[resource], place.namespace) if resource == "nodes" else []
        case resource:
            names = _names(client, client.kinds[resource], place.namespace)
            return [*names, *_slashed(client, place, word)] if resource == "pods" else names


def _types_and_names(client: Client, place: _Place, word: str) -> list[str]:
    if "/" in word:
        return _slashed(client, place, word)
    if not place.args:
        return _types(client)
    if any("/" in one for one in place.args):
        return []
    kinds = resources.expanded(client.kinds, place.args[0])
    return [name for one in kinds for name in _names(client, resources.find(client.kinds, one), place.namespace)]


def _slashed(client: Client, place: _Place, word: str) -> list[str]:
    if "/" not in word:
        return []
    kind = resources.find(client.kinds, word.partition("/")[0])
    return _names(client, kind, place.namespace)


def _types(client: Client) -> list[str]:
    return [kind.plural for kind in resources.preferred(client.kinds) if "get" in kind.verbs or "list" in kind.verbs]


def _names(client: Client, kind: Kind, namespace: str) -> list[str]:
    accept = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
    return [one["metadata"]["name"] for one in client.pages(path_of(kind, namespace), accept=accept)["items"]]
