"""What the operating system and the database say is told as what to do about it."""

import errno
import os
import shutil
from collections import namedtuple
from pathlib import Path

import pytest
from django.db import OperationalError

from k8sviz.up import data_dir
from k8sviz.up.trouble import CannotStart, told_plainly

PLACE = Path("/some/place")
CASES: dict[str, tuple[Exception, str]] = {
    "a full disk": (
        OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)),
        "The disk of /some/place is full. Free some space",
    ),
    "a used-up quota": (OSError(errno.EDQUOT, os.strerror(errno.EDQUOT)), "The disk of /some/place is full."),
    "SQLite on a full disk": (OperationalError("database or disk is full"), "The disk of /some/place is full."),
    "PostgreSQL on a full disk": (
        OperationalError("could not extend file: No space left on device"),
        "The disk of /some/place is full.",
    ),
    "no permission": (
        PermissionError(errno.EACCES, "Permission denied"),
        "Cannot write to /some/place (Permission denied)",
    ),
    "a read-only disk": (OSError(errno.EROFS, "Read-only file system"), "Cannot write to /some/place (Read-only file"),
    "a read-only database": (
        OperationalError("attempt to write a readonly database"),
        "Cannot write to /some/place (attempt to write a readonly database)",
    ),
    "another error of a file": (
        OSError(errno.EIO, "Input/output error", "/x/y"),
        "Cannot use /x/y: Input/output error.",
    ),
    "a database that is away": (
        OperationalError("connection refused\nmore"),
        "The database does not answer as it should: con",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_it_is_told_plainly(name: str) -> None:
    error, said = CASES[name]
    with pytest.raises(CannotStart) as told, told_plainly(PLACE):
        raise error
    assert str(told.value).startswith(said)
    assert told.value.exit_code == 2
    assert "\n" not in str(told.value)


def test_an_almost_full_disk_is_refused_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")(10**12, 10**12 - 1000, 1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    with pytest.raises(CannotStart, match="is full"):
        data_dir.claim(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_version_that_is_no_number(tmp_path: Path) -> None:
    (tmp_path / "version").write_text("what?")
    with pytest.raises(CannotStart, match="should hold a number, but holds 'what\\?'"):
        data_dir.claim(tmp_path)
