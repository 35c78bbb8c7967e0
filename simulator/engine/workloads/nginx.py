"""nginx: the ports, roots and returns of its configuration, and the files that it serves.

A small reading of the configuration: `listen`, `root`, `index`, `return`, `location` by prefix, `include` of conf.d.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from ..registry import Body
from . import nodes, references
from .files import Files
from .http import REASONS, Reply, Request, date
from .nodes import FileError
from .pages import Place, type_of

_ROOT = "/usr/share/nginx/html"
_VERSION = "1.29.1"
_TOKEN = re.compile(r"\s*(?:#[^\n]*|([{};])|\"([^\"]*)\"|'([^']*)'|([^\s{};#][^\s{};]*))")
_DEEPEST = 10
_MOST = 65_536


class Location(NamedTuple):
    prefix: str
    exact: bool
    root: str
    alias: str
    answer: tuple[str, ...]


class Site(NamedTuple):
    """One server block."""

    ports: tuple[int, ...]
    root: str
    indexes: tuple[str, ...]
    locations: tuple[Location, ...]
    answer: tuple[str, ...]


def banner(container: Body) -> str:
    tag = references.parse(container["image"]).tag
    found = re.match(r"\d+\.\d+(?:\.\d+)?", tag)
    return f"nginx/{found[0] if found is not None else _VERSION}"


def ports(files: Files) -> list[int]:
    """The ports that the configuration names."""
    return sorted({port for site in sites(files) for port in site.ports})


def reply(request: Request, here: Place) -> Reply:
    """What nginx answers."""
    files, name = here.look(), banner(here.container)
    site = next((one for one in sites(files) if here.port in one.ports), None)
    if site is None:
        return Reply(404, error_page(404, name), "text/html")
    path = nodes.normal(request.path) + ("/" if request.path.endswith("/") and request.path != "/" else "")
    location = _location(site, path)
    answer = location.answer if location is not None and location.answer else site.answer
    if answer:
        return _returned(answer, name)
    if request.method not in ("GET", "HEAD"):
        return Reply(405, error_page(405, name), "text/html")
    root = location.root if location is not None and location.root else site.root
    inside = path
    if location is not None and location.alias:
        root, inside = location.alias, path[len(location.prefix) :]
    return _file(request, files, site, nodes.within(root, inside), path, name)


def _location(site: Site, path: str) -> Location | None:
    exact = next((one for one in site.locations if one.exact and one.prefix == path), None)
    fitting = [one for one in site.locations if not one.exact and path.startswith(one.prefix)]
    return exact or max(fitting, key=lambda one: len(one.prefix), default=None)


def _returned(answer: tuple[str, ...], name: str) -> Reply:
    status = int(answer[0]) if answer[0].isdecimal() and len(answer[0]) == 3 else 302
    text = answer[-1] if len(answer) > 1 or not answer[0].isdecimal() else ""
    if status in (301, 302, 303, 307, 308):
        return Reply(status, error_page(status, name), "text/html", (("Location", text),))
    if not text:
        return Reply(status, error_page(status, name), "text/html")
    return Reply(status, text.replace("\\n", "\n").encode(errors="replace"), "text/plain")


def _file(request: Request, files: Files, site: Site, path: str, shown: str, name: str) -> Reply:
    try:
        node = files.at(path)
        if node.is_dir:
            if not shown.endswith("/"):
                to = f"http://{request.headers.get('host', 'localhost')}{shown}/"
                return Reply(301, error_page(301, name), "text/html", (("Location", to),))
            found = next((one for one in site.indexes if files.find(f"{path}/{one}") is not None), None)
            if found is None:
                return Reply(403, error_page(403, name), "text/html")
            path = nodes.within(path, found)
            node = files.at(path)
        content = files.read(path)
    except FileError as error:
        status = 403 if str(error) == nodes.DENIED else 404
        return Reply(status, error_page(status, name), "text/html")
    modified = node.modified or files.now
    tag = f'"{modified // 1_000_000:x}-{len(content):x}"'
    if request.headers.get("if-none-match") == tag:
        return Reply(304, b"", type_of(path))
    headers = (("Last-Modified", date(modified)), ("ETag", tag), ("Accept-Ranges", "bytes"))
    return Reply(200, content, type_of(path), headers)


def error_page(status: int, name: str) -> bytes:
    title = f"{status} {REASONS.get(status, 'Unknown')}"
    return (
        f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n"
        f"<hr><center>{name}</center>\r\n</body>\r\n</html>\r\n"
    ).encode()


# --- configuration -------------------------------------------------------------------------------------------------


Block = list[tuple[list[str], "Block | None"]]


def sites(files: Files) -> list[Site]:
    """The servers of the configuration as it lies in the file system."""
    try:
        text = files.read("/etc/nginx/nginx.conf")[:_MOST].decode(errors="replace")
    except FileError:
        return []
    found: list[Site] = []
    for words, block in _read(text):
        if words[:1] == ["http"] and block is not None:
            found += _servers(block, files)
    return found


def _servers(block: Block, files: Files) -> list[Site]:
    found = []
    for words, inner in block:
        if words[:1] == ["server"] and inner is not None:
            found.append(_site(inner))
        elif words[:1] == ["include"] and len(words) > 1 and words[1].startswith("/etc/nginx/"):
            for path in _included(files, words[1]):
                found += _sites(files.read(path)[:_MOST].decode(errors="replace"))
    return found


@lru_cache(maxsize=256)
def _sites(text: str) -> tuple[Site, ...]:
    """The servers of a file that is included."""
    return tuple(_site(one) for names, one in _read(text) if names[:1] == ["server"] and one is not None)


def _included(files: Files, pattern: str) -> list[str]:
    folder, _, name = pattern.rpartition("/")
    if not name.startswith("*"):
        return [pattern] if name.endswith(".conf") and files.find(pattern) is not None else []
    try:
        return [f"{folder}/{one}" for one in files.names(folder) if one.endswith(name[1:]) and not one.startswith(".")]
    except FileError:
        return []


def _site(block: Block) -> Site:
    listens = [_port(words[1]) for words, _ in block if words[0] == "listen" and len(words) > 1]
    locations = [
        _of_location(words[1:], inner) for words, inner in block if words[0] == "location" and inner is not None
    ]
    return Site(
        tuple(port for port in listens if port) or (80,),
        _value(block, "root") or _ROOT,
        tuple(next((words[1:] for words, _ in block if words[0] == "index"), ["index.html", "index.htm"])),
        tuple(one for one in locations if one is not None),
        tuple(next((words[1:] for words, _ in block if words[0] == "return"), [])),
    )


def _of_location(words: list[str], block: Block) -> Location | None:
    """A location by prefix or exact path; those by regular expression are left out."""
    modifier, path = ("", words[0]) if len(words) == 1 else (words[0], words[1]) if len(words) > 1 else ("~", "")
    if modifier.startswith("~") and modifier != "~":
        return None
    if modifier == "~":
        return None
    answer = tuple(next((words[1:] for words, _ in block if words[0] == "return"), []))
    return Location(path, modifier == "=", _value(block, "root"), _value(block, "alias"), answer)


def _value(block: Block, name: str) -> str:
    return next((words[1] for words, _ in block if words[0] == name and len(words) > 1), "")


def _port(text: str) -> int:
    number = text.rpartition(":")[2]
    return int(number) if number.isdecimal() and len(number) < 6 else 0


@lru_cache(maxsize=256)
def _read(text: str) -> Block:
    """The directives of a configuration, each with its words and its block, if it has one. Not to be changed."""
    stack: list[Block] = [[]]
    words: list[str] = []
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            break
        at = found.end()
        mark = found[1]
        if mark == "{":
            inner: Block = []
            if words and len(stack) < _DEEPEST:
                stack[-1].append((words, inner))
            stack.append(inner)
            words = []
        elif mark in (";", "}"):
            if words:
                stack[-1].append((words, None))
            words = []
            if mark == "}" and len(stack) > 1:
                stack.pop()
        else:
            word = next((one for one in found.groups()[1:] if one is not None), None)
            if word is not None:
                words.append(word)
    return stack[0]
