"""Django's SECRET_KEY: from the environment, else made at the first start and kept in DATA_DIR."""

import os
import secrets
import tempfile
from pathlib import Path


def secret_key(data_dir: Path) -> str:
    """The key of this DATA_DIR. Where nothing can be kept (a read-only place), a key for this process only."""
    given = os.environ.get("SECRET_KEY")
    if given:
        return given
    path = data_dir / "secret_key"
    try:
        kept = path.read_text().strip() if path.exists() else ""
        return kept or _make(path)
    except OSError:
        return secrets.token_urlsafe(50)


def _make(path: Path) -> str:
    """Written aside and then linked: of several processes that start at once, one wins and all read the same key."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False) as draft:
        draft.write(secrets.token_urlsafe(50))
    try:
        os.link(draft.name, path)
    except FileExistsError:
        pass
    finally:
        os.unlink(draft.name)
    return path.read_text().strip()
