"""What an instructor sees of a class: who is how far, and what is wrong in their clusters."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import orjson
from django.contrib.auth.models import Group, User
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from simulator import access
from simulator.access import INSTRUCTORS
from simulator.engine.causes import fill
from simulator.live import frames
from simulator.models import Change, Cluster, KubeObject

_PEOPLE = ("dashboard", "kubectl")
_MOST_TROUBLES = 4
_CALM = ("Running", "Completed", "Succeeded", "Terminating")


@dataclass
class Seat:
    """One cluster of a student. phases: how many pods are in which; troubles: pods and what kubectl says of them."""

    cluster: Cluster
    phases: Counter[str] = field(default_factory=Counter)
    troubles: list[str] = field(default_factory=list)
    last: str = ""

    @property
    def counts(self) -> list[tuple[str, int]]:
        return [(_word(phase), count) for phase, count in self.phases.most_common()]

    @property
    def more(self) -> int:
        return max(0, len(self.troubles) - _MOST_TROUBLES)

    @property
    def worst(self) -> list[str]:
        return self.troubles[:_MOST_TROUBLES]


def _word(phase: str) -> str:
    """A phase as the page says it."""
    words = {
        "Running": pgettext("phase", "Running"),
        "Pending": pgettext("phase", "Pending"),
        "Succeeded": pgettext("phase", "Succeeded"),
        "Failed": pgettext("phase", "Failed"),
        "Terminating": pgettext("phase", "Terminating"),
    }
    return words.get(phase, pgettext("phase", "Unknown"))


def seats(group: Group) -> list[Seat]:
    """The clusters of the students of a class, by student."""
    clusters = (
        Cluster.objects.filter(owner__in=_students(group)).select_related("owner").order_by("owner__username", "name")
    )
    return [_seat(cluster) for cluster in clusters]


def _seat(cluster: Cluster) -> Seat:
    seat = Seat(cluster)
    for text in KubeObject.objects.filter(cluster=cluster, resource="pods").values_list("text", flat=True):
        pod = frames.sketch("pods", orjson.loads(text))
        if pod is None:
            continue
        seat.phases[pod["phase"]] += 1
        if pod["status"] not in _CALM:
            seat.troubles.append(f"{pod['namespace']}/{pod['name']}: {pod['status']}")
    done = Change.objects.filter(cluster=cluster, component__in=_PEOPLE).order_by("-revision").first()
    if done is not None:
        seat.last = fill(_(done.sentence) if done.sentence else "", orjson.loads(done.inputs))
    return seat


def without_a_cluster(group: Group) -> list[str]:
    """The students who have none yet."""
    return list(_students(group).filter(cluster=None).order_by("username").values_list("username", flat=True))


def _students(group: Group) -> QuerySet[User]:
    """Those of a class who teach nobody. Not from `group.user_set`: it would ask of this one group how it is called."""
    return User.objects.filter(groups=group, is_staff=False).exclude(groups__name=INSTRUCTORS)


def of(visitor: access.Visitor) -> list[Group]:
    """The classes of an instructor."""
    return list(access.classes(visitor).order_by("name"))
