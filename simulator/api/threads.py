"""The threads in which the API touches the database: few, and each keeps its connection.

Django's own adapter would run every request of the process in one thread, or in a new one for each request.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from django.db import connections

Result = TypeVar("Result")

_POOL = ThreadPoolExecutor(max_workers=8, thread_name_prefix="api")


async def run(work: Callable[..., Result], *arguments: Any) -> Result:
    """Runs synchronous work in one of the threads; a connection that broke is opened anew first."""
    return await asyncio.get_running_loop().run_in_executor(_POOL, _with_connections, work, arguments)


def _with_connections(work: Callable[..., Result], arguments: tuple[Any, ...]) -> Result:
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close_at = None  # Django would have it end with the request
            connection.close_if_unusable_or_obsolete()
    return work(*arguments)
