"""What people are asked before a cluster is made or shared, and what is wrong with their answers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import Group, User
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from simulator.access import INSTRUCTORS, Visitor
from simulator.engine import topology
from simulator.engine.latency import PROFILES
from simulator.models import Cluster

SIZES = {
    "demo": gettext_lazy("5 workers of different sizes"),
    "2": gettext_lazy("2 equal workers"),
    "20": gettext_lazy("20 equal workers"),
    "100": gettext_lazy("100 equal workers"),
}
MOST_OF_A_GUEST, MOST_OF_A_USER = 5, 20


class NewCluster(forms.ModelForm):  # type: ignore[type-arg]
    """A cluster of one's own: its name, how many nodes, how fast things take their time."""

    size = forms.ChoiceField(label=gettext_lazy("Nodes"), choices=list(SIZES.items()))
    latency = forms.ChoiceField(
        label=gettext_lazy("Delays"),
        choices=[(name, name) for name in PROFILES],
        help_text=gettext_lazy("realistic: as in real clusters. classroom: shorter. instant: none."),
    )

    class Meta:
        model = Cluster
        fields = ["name", "size", "latency"]

    def __init__(self, visitor: Visitor, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.visitor = visitor

    def nodes(self) -> topology.Topology:
        size = self.cleaned_data["size"]
        return topology.demo() if size == "demo" else topology.of_size(int(size))


class ShareWith(forms.Form):
    """With whom a cluster is shared: somebody by user name, or everybody of a class."""

    who = forms.CharField(label=gettext_lazy("User or class"), max_length=150)
    may_change = forms.BooleanField(label=gettext_lazy("may change it too"), required=False)

    def clean_who(self) -> User | Group:
        name = self.cleaned_data["who"].strip()
        user = User.objects.filter(username=name, is_active=True).first()
        group = Group.objects.filter(name=name).exclude(name=INSTRUCTORS).first()
        if user is None and group is None:
            raise forms.ValidationError(_("There is no user and no class of this name."))
        return user or group  # type: ignore[return-value]
