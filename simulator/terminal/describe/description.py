"""One description: the object, the page that it is written on, and what else the API says about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from simulator.engine.objects import controller_of, instant_of
from simulator.engine.printing import selector_text
from simulator.engine.registry import Body, Kind
from simulator.terminal.client import Client, path_of
from simulator.terminal.commands.events import interval
from simulator.terminal.describe.writing import NONE, Page
from simulator.terminal.troubles import Refused


@dataclass
class Description:
    """show_events: its events are told too."""

    client: Client
    kind: Kind
    body: Body
    page: Page
    show_events: bool = True

    @property
    def name(self) -> str:
        return str(self.body["metadata"]["name"])

    @property
    def namespace(self) -> str:
        return str(self.body["metadata"].get("namespace", ""))

    @property
    def spec(self) -> Body:
        held: Body = self.body.get("spec") or {}
        return held

    @property
    def status(self) -> Body:
        held: Body = self.body.get("status") or {}
        return held

    def line(self, level: int, text: str) -> None:
        self.page.line(level, text)

    def head(self, *, namespace: bool = True) -> None:
        """Name and namespace."""
        self.line(0, f"Name:\t{self.name}")
        if namespace:
            self.line(0, f"Namespace:\t{self.namespace}")

    def created(self) -> None:
        self.line(0, f"CreationTimestamp:\t{self.page.time(self.body['metadata'].get('creationTimestamp'))}")

    def labels(self) -> None:
        self.page.labels(0, "Labels", self.body["metadata"].get("labels"))

    def annotations(self) -> None:
        self.page.annotations(0, "Annotations", self.body["metadata"].get("annotations"))

    def controlled(self) -> None:
        owner = controller_of(self.body)
        if owner is not None:
            self.line(0, f"Controlled By:\t{owner['kind']}/{owner['name']}")

    def selector(self) -> str:
        """The selector as text, <none> without one."""
        return selector_text(self.spec.get("selector"))

    def listed(self, resource: str, namespace: str, **query: str) -> list[Body]:
        """Objects of a resource. Raises Refused."""
        found: list[Body] = self.client.pages(path_of(self.client.kinds[resource], namespace), query)["items"]
        return found

    def pod_counts(self) -> str:
        """`3 Running / 0 Waiting / ...` of the pods that it controls."""
        uid = self.body["metadata"]["uid"]
        phases = {"Running": 0, "Pending": 0, "Succeeded": 0, "Failed": 0}
        for pod in self.listed("pods", self.namespace, labelSelector=self.selector()):
            owner = controller_of(pod)
            phase = pod.get("status", {}).get("phase")
            if owner is not None and owner["uid"] == uid and phase in phases:
                phases[phase] += 1
        running, waiting, succeeded, failed = phases.values()
        return f"{running} Running / {waiting} Waiting / {succeeded} Succeeded / {failed} Failed"

    def conditions(self) -> None:
        """Type, status and reason of each."""
        held = self.status.get("conditions") or ()
        if held:
            self.page.write(0, "Conditions:\n  Type\tStatus\tReason\n")
            self.line(1, "----\t------\t------")
        for one in held:
            self.line(1, f"{one['type']} \t{one['status']}\t{one.get('reason', '')}")

    def events(self, *, kind: str | None = None, uids: tuple[str, ...] = ()) -> None:
        if not self.show_events:
            return
        found: list[Body] = []
        for uid in uids or (self.body["metadata"]["uid"],):
            terms = {"name": self.name, "namespace": self.namespace, "uid": uid}
            terms |= {"kind": self.kind.kind if kind is None else kind}
            fields = ",".join(f"involvedObject.{term}={value}" for term, value in terms.items() if value)
            try:
                found += self.listed("events", self.namespace, fieldSelector=fields)
            except Refused:
                continue
        write_events(self.page, found)


def write_events(page: Page, events: list[Body]) -> None:
    if not events:
        page.line(0, f"Events:\t{NONE}")
        return
    page.cut()
    page.write(0, "Events:\n  Type\tReason\tAge\tFrom\tMessage\n")
    page.line(1, "----\t------\t----\t----\t-------")
    for one in sorted(events, key=_last):
        source = (one.get("source") or {}).get("component") or one.get("reportingComponent", "")
        text = one.get("message", "").strip()
        page.line(1, f"{one.get('type', '')}\t{one.get('reason', '')}\t{interval(one, page.now)}\t{source}\t{text}")


def _last(event: Body) -> int:
    series = event.get("series") or {}
    text = series.get("lastObservedTime") or event.get("lastTimestamp") or event.get("eventTime")
    return instant_of(text) if text else 0


Describe = Callable[[Description], None]
