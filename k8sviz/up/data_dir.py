"""DATA_DIR, checked before it is written to: writable, not full, not of a newer k8sviz, not in use by another."""

import fcntl
import os
import shutil
from pathlib import Path
from typing import TextIO

from k8sviz.up.trouble import CannotStart, disk_is_full

# Raised by one when the files in DATA_DIR change so that older code would misread them.
FORMAT = 1
LEAST_SPACE = 64 * 1024 * 1024  # bytes


def claim(data_dir: Path) -> TextIO:
    """Makes DATA_DIR if need be and takes it for this process. The claim lasts as long as the returned file is open.

    Raises `CannotStart`, and OSError as the operating system words it.
    """
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except FileExistsError:
        raise CannotStart(f"{data_dir} is not a folder. Set DATA_DIR to a folder.") from None
    refuse_newer(data_dir)
    if shutil.disk_usage(data_dir).free < LEAST_SPACE:
        raise CannotStart(disk_is_full(data_dir))
    lock = open(data_dir / "up.lock", "a+")  # noqa: SIM115 - held until the process ends
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        owner = lock.read().strip() or "unknown"
        raise CannotStart(
            f"k8sviz is running already with {data_dir} (process {owner}). Stop it, or set DATA_DIR to another folder."
        ) from None
    lock.truncate(0)
    lock.write(f"{os.getpid()}\n")
    lock.flush()
    (data_dir / "log").mkdir(exist_ok=True)
    (data_dir / "version").write_text(f"{FORMAT}\n")
    return lock


def refuse_newer(data_dir: Path) -> None:
    """Raises `CannotStart` when a newer k8sviz wrote this DATA_DIR."""
    path = data_dir / "version"
    text = path.read_text().strip() if path.exists() else str(FORMAT)
    if not text.isdigit():
        raise CannotStart(f"{path} should hold a number, but holds {text[:40]!r}. Set DATA_DIR to another folder.")
    if int(text) > FORMAT:
        raise CannotStart(made_by_newer(data_dir, f"its format is {text}, this one knows up to {FORMAT}"))


def made_by_newer(place: Path | str, how: str) -> str:
    return f"{place} was made by a newer k8sviz ({how}). Update k8sviz, or set DATA_DIR to another folder."
