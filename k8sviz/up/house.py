"""The whole of `manage.py up`: prepares DATA_DIR, starts the processes, says where things are, stops cleanly."""

import os
import shlex
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

from k8sviz.up import administrator, certificates, data_dir, database, kubeconfig, ports, private_redis
from k8sviz.up.certificates import Certificates
from k8sviz.up.child import Program
from k8sviz.up.supervisor import Supervisor
from k8sviz.up.trouble import CannotStart, told_plainly

if TYPE_CHECKING:
    from simulator.models import Cluster

DEMO = "demo"
REDIS = "redis"
READY_WITHIN = 120.0  # seconds


@dataclass(frozen=True)
class Prepared:
    """What `prepare` leaves for the processes and for the person."""

    certificates: Certificates
    kubeconfig: Path
    password: str | None  # of the administrator, when just made


def run(write: Callable[[str], None]) -> None:
    """Runs until SIGINT, SIGTERM or SIGHUP. `write` prints a line. Raises `CannotStart`."""
    place = Path(settings.DATA_DIR)
    with told_plainly(place):
        lock = data_dir.claim(place)
        ports.check({"PORT": settings.PORT, "KUBE_PORT": settings.KUBE_PORT})
    redis = None if os.environ.get("REDIS_URL") else private_redis.choose()
    if redis:
        _use(redis.url)
    supervisor = Supervisor(log_folder=place / "log", environment=_environment())
    with lock, supervisor.listening_to_signals():
        try:
            if redis:
                supervisor.start(Program(REDIS, redis.arguments, stdin=redis.input))
                if not redis.answers(within=15):
                    raise CannotStart(
                        f"The private Redis does not answer. See {place / 'log' / 'redis.log'}.", exit_code=1
                    )
                private_redis.leave_address(place, redis.url)
            with told_plainly(place):
                prepared = prepare(place)
            for program in programs(prepared.certificates, place):
                supervisor.start(program)
            if supervisor.wait_until(is_ready, within=READY_WITHIN):
                for line in welcome(prepared, place):
                    write(line)
                supervisor.run()
            write("Stopping.")
        finally:
            supervisor.stop(last=REDIS)
            if redis:
                private_redis.leave_address(place, None)


def prepare(place: Path) -> Prepared:
    """Everything that must stand before the processes start. Raises `CannotStart`, OSError and DatabaseError."""
    from simulator.models import Cluster

    made = certificates.ensure(place / "tls")
    database.migrate(place)
    password = administrator.ensure()
    demo = Cluster.objects.filter(name=DEMO).first() or _make_demo()
    path = place / "kubeconfig"
    kubeconfig.write(
        path,
        cluster=DEMO,
        server=f"https://{ports.LOOPBACK}:{settings.KUBE_PORT}/k8s/{DEMO}",
        authority=made.authority.read_bytes(),
        token=demo.token,
    )
    return Prepared(certificates=made, kubeconfig=path, password=password)


def programs(made: Certificates, place: Path) -> list[Program]:
    python = [sys.executable, "-m"]
    celery = [*python, "celery", "-A", "k8sviz", "--quiet"]
    door = f"interface={ports.LOOPBACK}"
    http = f"tcp:{settings.PORT}:{door}"
    https = f"ssl:{settings.KUBE_PORT}:{door}:privateKey={_endpoint(made.server_key)}:certKey={_endpoint(made.server)}"
    queues = ",".join(f"sim.{shard}" for shard in range(settings.SHARDS))
    # Workers that talk to each other, and events that nobody reads, would cost an idle machine its rest.
    worker = [
        "worker",
        "--pool=solo",
        f"--queues={queues}",
        "--without-gossip",
        "--without-mingle",
        "--without-heartbeat",
    ]
    return [
        Program("web", [*python, "k8sviz.web", "-v", "0", "-e", http, "-e", https, "k8sviz.asgi:application"]),
        Program("worker", [*celery, *worker, "--loglevel=INFO"]),
        Program("beat", [*celery, "beat", f"--schedule={place / 'beat-schedule'}", "--pidfile=", "--loglevel=WARNING"]),
    ]


def is_ready() -> bool:
    try:
        with urllib.request.urlopen(f"http://{ports.LOOPBACK}:{settings.PORT}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def welcome(prepared: Prepared, place: Path) -> list[str]:
    site = f"http://{ports.LOOPBACK}:{settings.PORT}"
    lines = [
        "",
        "k8sviz is ready.",
        f"  Dashboard: {site}/c/{DEMO}/",
        f"  Admin:     {site}/admin/",
    ]
    if prepared.password:
        lines.append(f"             user {administrator.NAME}, password {prepared.password} (shown this once)")
    return [
        *lines,
        "  For kubectl, run this in another terminal:",
        f"export KUBECONFIG={shlex.quote(str(prepared.kubeconfig))}",
        f"  Logs are in {place / 'log'}. Press Ctrl-C to stop.",
        "",
    ]


def _make_demo() -> "Cluster":
    # The engine is imported only now: a second start has no use for it here.
    from simulator import clusters

    return clusters.ensure_demo()


def _use(redis_url: str) -> None:
    """The private server's address, for this process (its settings were read before) and for those that it starts."""
    os.environ["REDIS_URL"] = redis_url
    settings.REDIS_URL = settings.CELERY_BROKER_URL = redis_url
    layers: dict[str, Any] = settings.CHANNEL_LAYERS
    layers["default"]["CONFIG"]["hosts"][0]["address"] = redis_url


def _environment() -> dict[str, str]:
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "k8sviz.settings",
        "DATA_DIR": str(settings.DATA_DIR),
        "PYTHONPATH": os.pathsep.join(filter(None, [str(settings.BASE_DIR), os.environ.get("PYTHONPATH")])),
        "PYTHONUNBUFFERED": "1",
    }


def _endpoint(path: Path) -> str:
    """A path within one of Twisted's endpoint descriptions, in which a colon separates and a backslash escapes."""
    return str(path).replace("\\", "\\\\").replace(":", "\\:")
