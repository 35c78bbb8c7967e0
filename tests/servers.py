"""Real servers for tests: redis-server, PostgreSQL, the whole of k8sviz, and the machine's own kubectl."""

import contextlib
import glob
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

import psycopg
import pytest
import redis

from k8sviz.up import ports

ROOT = Path(__file__).resolve().parent.parent


class RedisServer:
    """A redis-server on a port of its own, with nothing on disk."""

    def __init__(self, program: str) -> None:
        self.program, self.port = program, ports.free()
        self.url = f"redis://{ports.LOOPBACK}:{self.port}/0"
        self.process: subprocess.Popen[bytes] | None = None

    @classmethod
    @contextlib.contextmanager
    def running(cls) -> Iterator["RedisServer"]:
        server = cls(program_or_skip("redis-server", "redis-server"))
        server.start()
        yield server
        server.kill()

    def start(self) -> None:
        options = ["--bind", ports.LOOPBACK, "--port", str(self.port), "--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen([self.program, *options], stdout=subprocess.DEVNULL)
        with redis.Redis.from_url(self.url) as client:
            wait_for(lambda: answers(client.ping, redis.RedisError), within=10, what="redis-server")

    def kill(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None


class PostgresServer:
    """A PostgreSQL cluster in a temporary folder. As root it runs as `postgres`: the server refuses to be root."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self.programs, self.folder, self.port = programs, folder, ports.free()
        self.url = f"postgresql://k8sviz@{ports.LOOPBACK}:{self.port}/postgres"
        self.user = "postgres" if os.getuid() == 0 else None

    @classmethod
    @contextlib.contextmanager
    def running(cls) -> Iterator["PostgresServer"]:
        found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb")) or [program_or_skip("initdb", "postgresql")]
        with tempfile.TemporaryDirectory(prefix="k8sviz-postgres-") as folder:
            server = cls(Path(found[-1]).parent, Path(folder))
            process = server.start()
            try:
                yield server
            finally:
                process.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown
                process.wait(20)

    def start(self) -> subprocess.Popen[bytes]:
        if self.user:
            account = pwd.getpwnam(self.user)
            os.chown(self.folder, account.pw_uid, account.pw_gid)
        data = str(self.folder / "data")
        make = ["-D", data, "-U", "k8sviz", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8"]
        subprocess.run(
            [str(self.programs / "initdb"), *make],
            check=True,
            cwd=self.folder,
            user=self.user,
            stdout=subprocess.DEVNULL,
        )
        settings = {
            "listen_addresses": ports.LOOPBACK,
            "port": str(self.port),
            "unix_socket_directories": "",
            "fsync": "off",
            "max_connections": "200",
        }
        options = [option for name, value in settings.items() for option in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [str(self.programs / "postgres"), "-D", data, *options],
                cwd=self.folder,
                user=self.user,
                stdout=log,
                stderr=log,
            )
        wait_for(
            lambda: answers(lambda: psycopg.connect(self.url).close(), psycopg.Error), within=30, what="PostgreSQL"
        )
        return process


class Stack:
    """`manage.py up` with a DATA_DIR and ports of its own. `url` is the site, without a slash at the end."""

    def __init__(self, data_dir: Path, environment: Mapping[str, str] | None = None) -> None:
        self.data_dir, self.kubeconfig = data_dir, data_dir / "kubeconfig"
        self.port, self.kube_port = ports.free(), ports.free()
        self.url = f"http://{ports.LOOPBACK}:{self.port}"
        own = {"DATA_DIR": str(data_dir), "PORT": str(self.port), "KUBE_PORT": str(self.kube_port)}
        self.env = {**os.environ, **own, **(environment or {})}
        self.process: subprocess.Popen[str] | None = None
        self.output_file = data_dir.with_suffix(".output")

    @classmethod
    @contextlib.contextmanager
    def running(cls, folder: Path) -> Iterator["Stack"]:
        stack = cls(folder / "data")
        try:
            stack.start()
            yield stack
        finally:
            stack.end()

    @property
    def output(self) -> str:
        """What it has printed so far."""
        return self.output_file.read_text() if self.output_file.exists() else ""

    @property
    def password(self) -> str:
        """The password of the administrator `admin`, as printed at the first start."""
        found = re.search(r"password (\S+)", self.output)
        assert found, f"no password was printed:\n{self.output}"
        return found[1]

    def launch(self) -> None:
        self.output_file.parent.mkdir(parents=True, exist_ok=True)
        with self.output_file.open("a") as output:
            self.process = subprocess.Popen(
                [sys.executable, str(ROOT / "manage.py"), "up"],
                env=self.env,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                text=True,
            )

    def start(self, *, within: float = 120) -> None:
        self.launch()
        wait_for(lambda: self.said("Press Ctrl-C") or self.ended() is not None, within=within, what="manage.py up")
        assert self.ended() is None, f"manage.py up ended with {self.ended()}:\n{self.output}"

    def said(self, text: str) -> bool:
        return text in self.output

    def ready(self) -> bool:
        """Whether /readyz answers 200 now."""
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def ended(self) -> int | None:
        assert self.process
        return self.process.poll()

    def children(self) -> dict[str, int]:
        """The processes that it runs: name (web, worker, beat, redis) -> process id."""
        assert self.process
        marks = {"web": "k8sviz.web", "worker": " worker ", "beat": " beat ", "redis": "redis"}
        found: dict[str, int] = {}
        listing = subprocess.run(
            ["ps", "--ppid", str(self.process.pid), "-o", "pid=,args="], capture_output=True, text=True
        ).stdout
        for line in listing.splitlines():
            pid, arguments = line.strip().split(None, 1)
            for name, mark in marks.items():
                if mark in arguments:
                    found.setdefault(name, int(pid))
        return found

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Asks it to end and waits; the exit status."""
        assert self.process
        self.process.send_signal(number)
        return self.process.wait(30)

    def end(self) -> None:
        if self.process and self.ended() is None:
            try:
                self.stop()
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


class Kubectl:
    """Runs the real kubectl. Its answer has `returncode`, `stdout`, `stderr`; `check=False` lets it fail."""

    def __init__(self, program: str, kubeconfig: Path, home: Path) -> None:
        self.program = program
        # A home of its own: kubectl keeps discovery in ~/.kube/cache.
        self.env = {**os.environ, "KUBECONFIG": str(kubeconfig), "HOME": str(home)}

    @classmethod
    def of(cls, stack: Stack) -> "Kubectl":
        return cls(program_or_skip("kubectl", "kubectl"), stack.kubeconfig, stack.data_dir)

    def __call__(
        self,
        *arguments: str,
        stdin: str | None = None,
        check: bool = True,
        timeout: float = 60,
        env: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [self.program, *arguments],
            input=stdin,
            env={**self.env, **(env or {})},
            capture_output=True,
            text=True,
            timeout=timeout,
        )
        if check:
            assert done.returncode == 0, f"kubectl {' '.join(arguments)}: {done.stderr or done.stdout}"
        return done

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """A kubectl that goes on, such as `get pods -w`: read its stdout, then terminate it."""
        return subprocess.Popen(
            [self.program, *arguments],
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )


def program_or_skip(program: str, package: str) -> str:
    path = shutil.which(program)
    if path is None:
        pytest.skip(f"SKIPPED FOR LACK OF A SERVER: {program} is not on PATH; install {package} to run this test")
    return path


def answers(ask: object, error: type[Exception]) -> bool:
    try:
        ask()  # type: ignore[operator]
    except error:
        return False
    return True


def wait_for(happened: object, *, within: float, what: str) -> None:
    """Waits until `happened()` is true; fails after `within` seconds, naming what did not come.

    What takes long to ask, as with kubectl, is asked less often: others need the processors too.
    """
    end = time.monotonic() + within
    while True:
        began = time.monotonic()
        if happened():  # type: ignore[operator]
            return
        assert time.monotonic() < end, f"{what} did not come within {within:g} s"
        time.sleep(min(max(0.05, 2 * (time.monotonic() - began)), 1))
