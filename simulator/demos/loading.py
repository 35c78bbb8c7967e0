"""A demo's folder, read whole: `demo.yaml` and the manifests beside it, and everything wrong with them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from simulator.demos import script
from simulator.demos.acts import Apply, Files
from simulator.demos.fields import Given
from simulator.demos.script import Demo
from simulator.documents import LARGEST, Node, Unreadable, only_document
from simulator.manifests import SUFFIXES, Place, Trouble

SCRIPT = "demo.yaml"
SHIPPED = Path(__file__).parent / "shipped"
MOST_FILES = 50


class Loaded(NamedTuple):
    """The demo, None if it has troubles."""

    demo: Demo | None
    troubles: list[Trouble]


def names() -> list[str]:
    """The demos that come with k8sviz, sorted."""
    return sorted(one.parent.name for one in SHIPPED.glob(f"*/{SCRIPT}"))


def folder(path: Path) -> tuple[Files, list[Trouble]]:
    """The files of a folder by name. Folders in it, and what is neither YAML nor JSON, are left alone."""
    files: dict[str, bytes] = {}
    if not path.is_dir():
        return files, [Trouble(Place(str(path)), "there is no such demo and no such folder")]
    try:
        for one in sorted(path.iterdir()):
            if one.suffix in SUFFIXES and one.is_file():
                with one.open("rb") as stream:
                    files[one.name] = stream.read(LARGEST + 1)
    except OSError as error:
        return files, [Trouble(Place(str(path)), error.strerror or str(error))]
    return files, []


def load(files: Files, *, source: str) -> Loaded:
    """A demo from its files by name; `source` is what its folder is called in what is said about it."""
    place = Place(f"{source}/{SCRIPT}" if source else SCRIPT)
    if SCRIPT not in files:
        return Loaded(None, [Trouble(place, "the file is missing: it says what the demo is and does")])
    if len(files) > MOST_FILES or any(len(text) > LARGEST for text in files.values()):
        return Loaded(None, [Trouble(place, f"at most {MOST_FILES} files, each of at most {LARGEST} bytes")])
    try:
        node = only_document(files[SCRIPT].decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = files[SCRIPT][: error.start].count(b"\n") + 1
        return Loaded(None, [Trouble(place._replace(line=line), "the text is not valid UTF-8")])
    except Unreadable as error:
        return Loaded(None, [Trouble(place._replace(line=error.line), str(error))])
    given = Given(node.plain(), node, place.source)
    given.troubles.extend(_repeated(node, place))
    found = given.read(lambda one: script.demo(one, files))
    troubles = given.troubles
    if found is not None and not troubles:
        troubles = list(_unused(found, files, place))
    return Loaded(None if troubles else found, troubles)


def _repeated(node: Node, place: Place) -> Iterator[Trouble]:
    """A field that is said twice: the second would silently win."""
    seen: set[str] = set()
    for key, line, value in node.pairs or ():
        if key in seen:
            yield Trouble(place._replace(line=line), "the field is said twice", key)
        seen.add(key)
        yield from _repeated(value, place)
    for one in node.items or ():
        yield from _repeated(one, place)


def _unused(demo: Demo, files: Files, place: Place) -> Iterator[Trouble]:
    """A manifest that no step applies is mostly a misspelt name."""
    used = {
        manifest.place.source.rpartition("/")[2]
        for step in demo.steps
        for act in (*step.do, *step.then)
        if isinstance(act, Apply)
        for manifest in act.manifests
    }
    for name in sorted(set(files) - used - {SCRIPT}):
        yield Trouble(
            place._replace(source=f"{place.source.rpartition('/')[0]}/{name}".lstrip("/")), "no step applies it"
        )
