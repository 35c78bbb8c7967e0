"""The reasons for which `manage.py up` does not start, worded for the person in front of it."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class CannotStart(Exception):
    """Its text says what is wrong, where, and what to do."""

    def __init__(self, message: str, *, exit_code: int = 2) -> None:
        super().__init__(message)
        self.exit_code = exit_code


@contextmanager
def told_plainly(data_dir: Path) -> Iterator[None]:
    """Turns what the operating system and the database say about DATA_DIR into a `CannotStart`."""
    from django.db import DatabaseError

    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise CannotStart(disk_is_full(data_dir)) from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise CannotStart(not_writable(data_dir, error)) from error
        raise CannotStart(f"Cannot use {error.filename or data_dir}: {error.strerror or error}.") from error
    except DatabaseError as error:
        text = str(error)
        if "disk is full" in text or "No space left" in text:
            raise CannotStart(disk_is_full(data_dir)) from error
        if "readonly database" in text or "unable to open database" in text:
            raise CannotStart(not_writable(data_dir, error)) from error
        raise CannotStart(f"The database does not answer as it should: {text.strip().splitlines()[0]}") from error


def disk_is_full(data_dir: Path) -> str:
    return f"The disk of {data_dir} is full. Free some space, or set DATA_DIR to a folder on another disk."


def not_writable(data_dir: Path, error: Exception) -> str:
    return (
        f"Cannot write to {data_dir} ({getattr(error, 'strerror', None) or error}). "
        "Make it writable for this user, or set DATA_DIR to another folder."
    )
