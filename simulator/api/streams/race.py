"""Several things at once, of which the first to end is what counts."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


async def first(*jobs: Coroutine[Any, Any, Result]) -> Result:
    """The result of the job that ends first, of several the one that is named first; the others are cancelled."""
    tasks = [asyncio.create_task(job) for job in jobs]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        return next(task for task in tasks if task in done).result()
    finally:
        left = {task for task in tasks if not task.done()}
        while left:  # a cancellation may get lost where somebody uses wait_for
            for task in left:
                task.cancel()
            _, left = await asyncio.wait(left, timeout=1.0)
        for task in tasks:
            if not task.cancelled():
                task.exception()  # of those that did not count; asyncio complains of what nobody has looked at
