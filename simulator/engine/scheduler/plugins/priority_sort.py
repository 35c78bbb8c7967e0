"""PrioritySort: pods of higher priority first, then those that have waited longer.

Follows pkg/scheduler/framework/plugins/queuesort/priority_sort.go, v1.34.
"""

from __future__ import annotations

from simulator.engine.registry import Instant
from simulator.engine.scheduler.plugin import QueueSortPlugin


class PrioritySort(QueueSortPlugin):
    name = "PrioritySort"

    def rank(self, priority: int, since: Instant) -> tuple[int, ...]:
        return -priority, since
