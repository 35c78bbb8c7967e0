"""What a rolling update waits for before it can go on, in sentences with the figures that decide."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from simulator.workloads.course import Sample


def reasons(sample: Sample) -> list[str]:
    """Why the controller cannot go on; empty when there is nothing left to do, or nothing in the way.

    Follows NewRSNewReplicas and reconcileOldReplicaSets: the arithmetic is theirs.
    """
    if sample.complete:
        return []
    if sample.paused:
        return [_("The rollout is paused: no pod is replaced until it is resumed.")]
    if sample.recreates and sample.old.total:
        n = sample.old.total
        return [
            ngettext(
                "Recreate: {n} old pod has not ended yet, and no new one may start before.",
                "Recreate: {n} old pods have not ended yet, and no new one may start before.",
                n,
            ).format(n=n)
        ]
    return [*_new_pods(sample), *_ceiling(sample), *_floor(sample)]


def _new_pods(sample: Sample) -> list[str]:
    new = sample.new
    missing = new.wanted - new.available
    if missing <= 0:
        return []
    absent, unready, young = max(0, new.wanted - new.total), new.total - new.ready, new.ready - new.available
    parts = [
        (absent, _("{n} not created yet")),
        (unready, _("{n} not ready")),
        (young, _("{n} within minReadySeconds")),
    ]
    detail = _(", ").join(template.format(n=n) for n, template in parts if n > 0)
    said = ngettext(
        "{n} new pod is not available yet: {detail}.", "{n} new pods are not available yet: {detail}.", missing
    )
    return [said.format(n=missing, detail=detail)]


def _ceiling(sample: Sample) -> list[str]:
    if sample.new.wanted >= sample.desired or sample.everyone.wanted < sample.most:
        return []
    return [
        _("May not go above {most} pods: {n} are wanted already.").format(most=sample.most, n=sample.everyone.wanted)
    ]


def _floor(sample: Sample) -> list[str]:
    if not sample.old.wanted or sample.recreates or sample.everyone.available > sample.least:
        return []
    return [
        _("At least {least} pods must stay available, and {n} are: no old pod may go.").format(
            least=sample.least, n=sample.everyone.available
        )
    ]


def sums(sample: Sample) -> dict[str, int]:
    """The two sums of a step: how many old pods may go, how many new ones may come."""
    missing = max(0, sample.new.wanted - sample.new.available)
    wanted = sample.everyone.wanted
    may_go = min(sample.old.wanted, max(0, wanted - sample.least - missing))
    may_come = max(0, min(sample.most - wanted, sample.desired - sample.new.wanted))
    return {
        "pods": wanted,
        "least": sample.least,
        "newNotAvailable": missing,
        "mayGo": may_go,
        "most": sample.most,
        "mayCome": may_come,
    }
