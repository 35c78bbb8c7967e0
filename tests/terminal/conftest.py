"""A stack for these tests alone: what is compared must not hang on what other tests have left in the cluster."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers import Kubectl, Stack


@pytest.fixture(scope="package")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with Stack.running(tmp_path_factory.mktemp("terminal")) as running:
        yield running


@pytest.fixture(scope="package")
def kubectl(stack: Stack) -> Kubectl:
    return Kubectl.of(stack)
