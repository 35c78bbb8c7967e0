"""What all tests share: the real servers and the whole running system, started once and only when a test asks.

A server that the machine has not is no failure: the tests that need it are skipped, and say what to install.
"""

import os
import shutil
from bisect import bisect
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import settings as hypothesis_settings

from tests.servers import Kubectl, PostgresServer, RedisServer, Stack

# Where a change is judged, hypothesis tries the same examples every time; by hand it looks for new ones. How long an
# example takes says nothing on a busy machine.
hypothesis_settings.register_profile("judged", derandomize=True, deadline=None)
hypothesis_settings.register_profile("by hand", deadline=None)
hypothesis_settings.load_profile("judged" if os.environ.get("CI") else "by hand")

# Tests that use one of these run in one process each, in the order of their files: it is started once, and what one
# test leaves behind is the same every time.
ONE_PROCESS = ("stack", "postgres")
# The tests that take most of the time have stacks of their own: those of the page in parts that begin with these files.
OWN_STACK = ("kubectl", "terminal")
PARTS_OF_PAGE = ("test_d", "test_pr", "test_t")
SLOW = ("store", "up")  # one after the other at the end they would keep a single process busy


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the expected files of tests/golden anew")


@pytest.hookimpl(tryfirst=True)  # xdist reads the marks in the same hook
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        group = next((name for name in ONE_PROCESS if name in getattr(item, "fixturenames", ())), None)
        if group is not None and not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(_group_of(item.path) or group))
    items.sort(key=lambda item: _folder_of(item.path) not in SLOW)


def _group_of(file: Path) -> str:
    """The group of a file whose tests have a stack of their own."""
    folder = _folder_of(file)
    if folder == "browser":
        return f"page {bisect(PARTS_OF_PAGE, file.name)}"
    return folder if folder in OWN_STACK else ""


def _folder_of(file: Path) -> str:
    return file.relative_to(Path(__file__).parent).parts[0]


def pytest_unconfigure() -> None:
    shutil.rmtree(settings.DATA_DIR, ignore_errors=True)  # made by tests/settings.py


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """A real redis-server; `.url`, `.kill()`, `.start()` on the same port."""
    with RedisServer.running() as server:
        yield server


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The DATABASE_URL of a real, empty PostgreSQL server."""
    with PostgresServer.running() as server:
        yield server.url


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The whole system as `make up` runs it, on ports and a DATA_DIR of its own, ready."""
    with Stack.running(tmp_path_factory.mktemp("stack")) as running:
        yield running


@pytest.fixture(scope="session")
def kubectl(stack: Stack) -> Kubectl:
    """The machine's own kubectl against cluster `demo` of `stack`: `kubectl("get", "pods").stdout`."""
    return Kubectl.of(stack)


@pytest.fixture
def new_stack(tmp_path: Path) -> Iterator[Callable[..., Stack]]:
    """Makes further stacks, which a test may treat badly: `new_stack(REDIS_URL=...)`; all end with the test."""
    made: list[Stack] = []

    def make(**environment: str) -> Stack:
        made.append(Stack(tmp_path / "data", environment))
        return made[-1]

    yield make
    for one in made:
        one.end()
