"""The private Redis of a DATA_DIR: `redis-server` when the machine has one, else the pure-Python server of fakeredis.

It listens on a free port of loopback and keeps nothing on disk. `redis-server` asks for a password that changes with
every start; fakeredis takes any.
"""

import os
import secrets
import shutil
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import redis

from k8sviz.up import ports


@dataclass(frozen=True)
class PrivateRedis:
    port: int
    password: str
    program: str | None  # the path of redis-server, or None for fakeredis

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@{ports.LOOPBACK}:{self.port}/0"

    @property
    def arguments(self) -> list[str]:
        if self.program:
            return [self.program, "-"]
        return [sys.executable, "-m", "k8sviz.up.fake_redis"]

    @property
    def input(self) -> str:
        """What the process reads from its standard input: a password among the arguments could be seen by anyone."""
        if not self.program:
            return f"{self.port}\n"
        return (
            f"bind {ports.LOOPBACK}\nport {self.port}\nrequirepass {self.password}\n"
            'save ""\nappendonly no\nloglevel warning\n'
        )

    def answers(self, *, within: float) -> bool:
        """Waits until the server answers, at most `within` seconds."""
        end = time.monotonic() + within
        while time.monotonic() < end:
            try:
                with redis.Redis.from_url(self.url, socket_connect_timeout=1, socket_timeout=1) as client:
                    client.ping()
                return True
            except redis.RedisError:
                time.sleep(0.02)
        return False


def choose() -> PrivateRedis:
    return PrivateRedis(port=ports.free(), password=secrets.token_urlsafe(24), program=shutil.which("redis-server"))


def leave_address(data_dir: Path, url: str | None) -> None:
    """Keeps the address for `manage.py` commands run by hand while k8sviz runs; None takes it away."""
    path = data_dir / "redis.url"
    path.unlink(missing_ok=True)
    if url:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(url + "\n")
