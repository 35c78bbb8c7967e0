"""Demos that people make: kept by owner, checked as those that come along are, packed into a zip and out of one."""

from __future__ import annotations

import io
import re
import time
import zipfile
from collections.abc import Collection, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from simulator.clusters import NotUnderstood
from simulator.demos import loading
from simulator.demos.models import OwnDemo
from simulator.demos.presentations import Owner
from simulator.demos.rehearsal import rehearse
from simulator.manifests import SUFFIXES, Place, Trouble

MOST_DEMOS = 100
_LARGEST = 1 << 20
_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_REHEARSAL = 20.0

EMPTY = """title: {en: A new demo, zh-hans: 新演示}
summary: {en: What one will see., zh-hans: 将会看到什么。}
minutes: 5
steps:
  - title: {en: The first step, zh-hans: 第一步}
    notes: {en: What only you read., zh-hans: 只有你看得到。}
    say: {en: What the audience reads., zh-hans: 观众看到的文字。}
"""


def make(owner: Owner, name: str, files: Mapping[str, Any]) -> OwnDemo:
    """Keeps a new demo; a name that is taken gets a number. Raises NotUnderstood."""
    base, kept = named(name), sound(files)
    held = set(OwnDemo.objects.filter(**owner.fields).values_list("name", flat=True))
    if len(held) >= MOST_DEMOS:
        raise NotUnderstood(_("You have {n} demos, which is the most: delete one first.").format(n=MOST_DEMOS))
    return OwnDemo.objects.create(name=_free(base, held), files=kept, **owner.fields)


def _free(name: str, held: set[str]) -> str:
    """The name, with a number where it is taken."""
    return next(one for one in [name, *(f"{name[:58]}-{n}" for n in range(2, len(held) + 3))] if one not in held)


def take_along(session: str, user: Any) -> None:
    """What a guest has written belongs to the user; of two demos of one name the guest's gets a number."""
    held = set(OwnDemo.objects.filter(owner=user).values_list("name", flat=True))
    for demo in OwnDemo.objects.filter(owner=None, session=session):
        demo.owner, demo.session, demo.name = user, "", _free(demo.name, held)
        demo.save()
        held.add(demo.name)


def forget(gone: Collection[str]) -> None:
    """Deletes the demos of guests whose sessions are gone."""
    OwnDemo.objects.filter(owner=None, session__in=gone).delete()


def guests() -> set[str]:
    """The sessions of guests who have written demos."""
    return set(OwnDemo.objects.filter(owner=None).exclude(session="").values_list("session", flat=True))


def save(demo: OwnDemo, name: str, files: Mapping[str, Any]) -> None:
    """Keeps the files as they are; a demo with errors is kept too, but not presented. Raises NotUnderstood."""
    demo.name, demo.files = named(name), sound(files)
    try:
        with transaction.atomic():
            demo.save()
    except IntegrityError:
        raise NotUnderstood(_("You have another demo of this name.")) from None


def named(name: Any) -> str:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise NotUnderstood(_("The name must be a DNS label: a-z, 0-9 and -, at most 63."))
    return name


def sound(files: Any) -> dict[str, str]:
    """Files by name, within bounds. Raises NotUnderstood."""
    if not isinstance(files, Mapping) or not all(isinstance(text, str) for text in files.values()):
        raise NotUnderstood(_("The files must be texts by name."))
    for name in files:
        if not isinstance(name, str) or not _FILE.fullmatch(name) or not name.endswith(SUFFIXES):
            raise NotUnderstood(
                _("{name} is no name of a file: use a-z, 0-9, - and an ending such as .yaml.").format(name=name)
            )
    if len(files) > loading.MOST_FILES or sum(len(text) for text in files.values()) > _LARGEST:
        most = {"n": loading.MOST_FILES, "bytes": _LARGEST}
        raise NotUnderstood(_("A demo has at most {n} files and {bytes} bytes.").format(**most))
    if any("\0" in text for text in files.values()):
        raise NotUnderstood(_("A file may not hold the character NUL."))
    return {str(name): text for name, text in files.items()}


def faults(files: Mapping[str, str]) -> list[dict[str, Any]]:
    """What is wrong with the files, each with file, line and field."""
    found = loading.load({name: text.encode() for name, text in files.items()}, source="")
    return [_fault(one) for one in found.troubles]


def _fault(trouble: Trouble) -> dict[str, Any]:
    file = trouble.place.source.removeprefix("/")
    return {"file": file, "line": trouble.place.line or None, "field": trouble.field, "message": trouble.message}


def tried(files: Mapping[str, str]) -> list[dict[str, Any]]:
    """The demo run through without a server, step by step, for as long as somebody would wait. Raises NotUnderstood."""
    found = loading.load({name: text.encode() for name, text in files.items()}, source="")
    if found.demo is None:
        raise NotUnderstood(_("The demo has errors."), faults=[_fault(one) for one in found.troubles])
    deadline = time.monotonic() + _REHEARSAL
    went = []
    for step in rehearse(found.demo, Place(loading.SCRIPT), stop=lambda: time.monotonic() > deadline):
        failures = [_fault(Trouble(one.place, one.message, one.field)) for one in step.failures]
        went.append({"number": step.number, "seconds": step.took / 1_000_000, "failures": failures})
    return went


# --- folders, as zip files -------------------------------------------------------------------------------------------


def packed(name: str, files: Mapping[str, str]) -> bytes:
    """A zip with the demo's folder; the same files give the same bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(files):
            archive.writestr(zipfile.ZipInfo(f"{name}/{file}"), files[file], zipfile.ZIP_DEFLATED)
    return target.getvalue()


def unpacked(content: bytes) -> dict[str, str]:
    """The files of the folder in a zip. Raises NotUnderstood."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [one for one in archive.infolist() if not one.is_dir() and one.filename.endswith(SUFFIXES)]
            if len(entries) > loading.MOST_FILES or sum(one.file_size for one in entries) > _LARGEST:
                most = {"n": loading.MOST_FILES, "bytes": _LARGEST}
                raise NotUnderstood(_("A demo has at most {n} files and {bytes} bytes.").format(**most))
            files: dict[str, str] = {}
            for one in entries:
                with archive.open(one) as stream:
                    name = one.filename.replace("\\", "/").rpartition("/")[2]
                    if name in files:
                        raise NotUnderstood(_("{name} is in the zip twice.").format(name=name))
                    files[name] = stream.read(_LARGEST + 1).decode("utf-8-sig")
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        NotImplementedError,
        RuntimeError,
        EOFError,
        OSError,
        ValueError,
    ) as error:
        if isinstance(error, NotUnderstood):
            raise
        if isinstance(error, UnicodeDecodeError):
            raise NotUnderstood(_("A file in the zip is not valid UTF-8.")) from None
        raise NotUnderstood(_("This is no zip file that can be read.")) from None
    if loading.SCRIPT not in files:
        raise NotUnderstood(_("There is no demo.yaml in the zip."))
    return sound(files)
