"""Is it all there? `/healthz`: the web process answers. `/readyz`: database, Redis, worker and beat do too.

Worker and beat say that they live by a key in Redis that runs out.
"""

import threading
from collections.abc import Callable
from contextlib import suppress

import redis
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse

EVERY = 5.0  # seconds between two signs of life
GONE_AFTER = 15  # seconds


def client() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2)


def keep_saying_alive(process: str) -> None:
    """Renews the key of this process from a thread, so that a long task does not look like a dead worker."""

    def say() -> None:
        while True:
            # While Redis is away, whoever asks for readiness is told so.
            with suppress(redis.RedisError):
                sign_of_life.set(f"k8sviz.alive.{process}", 1, ex=GONE_AFTER)
            pause.wait(EVERY)

    sign_of_life, pause = client(), threading.Event()
    threading.Thread(target=say, name="signs of life", daemon=True).start()


def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


def readyz(request: HttpRequest) -> HttpResponse:
    """200 when all of it answers, else 503; a line for each part, `[+]name ok` or `[-]name: why not`."""
    checks: dict[str, Callable[[], None]] = {
        "database": _ask_database,
        "redis": _ask_redis,
        "worker": lambda: _ask_process("worker"),
        "beat": lambda: _ask_process("beat"),
    }
    lines, ready = [], True
    for name, ask in checks.items():
        try:
            ask()
        except Exception as error:  # whatever a driver raises, it is a reason for "not ready"
            ready = False
            lines.append(f"[-]{name}: {str(error).splitlines()[0] if str(error) else type(error).__name__}")
        else:
            lines.append(f"[+]{name} ok")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain", status=200 if ready else 503)


def _ask_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _ask_redis() -> None:
    with client() as server:
        server.ping()


def _ask_process(name: str) -> None:
    with client() as server:
        if not server.exists(f"k8sviz.alive.{name}"):
            raise RuntimeError(f"no sign of life in the last {GONE_AFTER} s")
