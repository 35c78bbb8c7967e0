"""id, whoami, and the names of users and groups as /etc/passwd and /etc/group know them."""

from __future__ import annotations

from ...nodes import FileError
from ..machine import Call, Failure, Program, Steps, out
from ..options import parse


def user_name(call: Call, uid: int) -> str:
    return _name(call, "/etc/passwd", uid)


def group_name(call: Call, gid: int) -> str:
    return _name(call, "/etc/group", gid)


def number_of(call: Call, path: str, name: str) -> int | None:
    """The number of a user or group that is named or numbered; None if there is none."""
    if name.isdecimal():
        return int(name[:9])
    return next((number for known, number in _entries(call, path) if known == name), None)


def _name(call: Call, path: str, number: int) -> str:
    return next((name for name, known in _entries(call, path) if known == number), str(number))


def _entries(call: Call, path: str) -> list[tuple[str, int]]:
    try:
        content = call.files.read(path)
    except FileError:
        return []
    found = []
    for line in content.decode(errors="replace").splitlines():
        parts = line.split(":")
        if len(parts) > 2 and parts[2].isdecimal():
            found.append((parts[0], int(parts[2][:9])))
    return found


def whoami(call: Call) -> Steps[int]:
    name = user_name(call, call.files.user.uid)
    if name.isdecimal():
        raise Failure(f"unknown uid {name}")
    yield out(f"{name}\n")
    return 0


def identity(call: Call) -> Steps[int]:
    options = parse(call.args, "ugnGr")
    user = call.files.user
    groups = sorted(set(user.groups), key=user.groups.index)
    if "u" in options:
        text = user_name(call, user.uid) if "n" in options else str(user.uid)
    elif "g" in options:
        text = group_name(call, user.gid) if "n" in options else str(user.gid)
    elif "G" in options:
        text = " ".join(str(group) for group in groups)
    else:
        shown = ",".join(_both(group, group_name(call, group)) for group in groups)
        uid, gid = _both(user.uid, user_name(call, user.uid)), _both(user.gid, group_name(call, user.gid))
        text = f"uid={uid} gid={gid} groups={shown}"
    yield out(f"{text}\n")
    return 0


def _both(number: int, name: str) -> str:
    return str(number) if name == str(number) else f"{number}({name})"


PROGRAMS: dict[str, Program] = {"id": identity, "whoami": whoami}
