"""TaintToleration: a node's NoSchedule and NoExecute taints must be tolerated; its PreferNoSchedule taints cost score.

Follows pkg/scheduler/framework/plugins/tainttoleration/taint_toleration.go, v1.34.
"""

from __future__ import annotations

from simulator.engine.registry import Body, Reader
from simulator.engine.scheduler.nodes import Integers, NodeTable, Rows
from simulator.engine.scheduler.plugin import FilterPlugin, Refusal, ScorePlugin, default_normalize
from simulator.engine.scheduler.shape import Shape
from simulator.engine.tolerations import first_untolerated, tolerates

_HARD = ("NoSchedule", "NoExecute")


class TaintToleration(FilterPlugin, ScorePlugin):
    name = "TaintToleration"
    normalizes = True

    def __init__(self, reader: Reader, arguments: Body) -> None:
        super().__init__(reader, arguments)
        self._reasons: dict[str, int] = {}

    def filter(self, shape: Shape, nodes: NodeTable, rows: Rows) -> Integers:
        def code(taints: list[Body]) -> int:
            taint = first_untolerated(shape.tolerations, taints, _HARD)
            return 0 if taint is None else self._code(taint)

        return nodes.by_taints(rows, code)

    def refusal(self, shape: Shape, nodes: NodeTable, code: int) -> Refusal:
        return Refusal((list(self._reasons)[code - 1],))

    def score(self, shape: Shape, nodes: NodeTable, rows: Rows) -> Integers:
        """The number of PreferNoSchedule taints that the pod does not tolerate."""
        soft = shape.once(self.name, _soft)
        return nodes.by_taints(
            rows,
            lambda taints: sum(one.get("effect") == "PreferNoSchedule" and not tolerates(soft, one) for one in taints),
        )

    def normalize(self, shape: Shape, nodes: NodeTable, rows: Rows, raw: Integers) -> Integers:
        return default_normalize(raw, reverse=True)

    def helped_by_node(self, shape: Shape, before: Body | None, after: Body | None) -> bool:
        return after is not None and _tolerated(shape, after) and (before is None or not _tolerated(shape, before))

    def helped_by_own(self, before: Shape, after: Shape) -> bool:
        return before.tolerations != after.tolerations

    def _code(self, taint: Body) -> int:
        reason = f"node(s) had untolerated taint {{{taint.get('key', '')}: {taint.get('value') or ''}}}"
        return self._reasons.setdefault(reason, len(self._reasons) + 1)


def _soft(shape: Shape) -> list[Body]:
    return [one for one in shape.tolerations if one.get("effect") in (None, "", "PreferNoSchedule")]


def _tolerated(shape: Shape, node: Body) -> bool:
    return first_untolerated(shape.tolerations, (node.get("spec") or {}).get("taints") or (), _HARD) is None
