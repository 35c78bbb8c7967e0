"""Which objects a command line means: by type, by name, by selector, or by what is in a file.

Follows staging/src/k8s.io/cli-runtime/pkg/resource/{builder,visitor}.go, v1.32.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from simulator.engine.registry import Body, Kind
from simulator.terminal import documents, resources
from simulator.terminal.client import path_of
from simulator.terminal.flags import Flag, Parsed
from simulator.terminal.shell import Shell
from simulator.terminal.troubles import Trouble, raise_all

SELECTOR = Flag("selector", "l")
FIELDS = Flag("field-selector")
EVERYWHERE = Flag("all-namespaces", "A", form="yes", default=False)
ALL = Flag("all", form="yes", default=False)
FILES = (
    Flag("filename", "f", form="list", default=()),
    Flag("kustomize", "k"),
    Flag("recursive", "R", form="yes", default=False),
)
MISSING = """\
You must provide one or more resources by argument or filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   '<resource> <name>'
   '<resource>'"""


class Wanted(NamedTuple):
    """An object by its name; without one, those that the selectors choose. namespace "": all, or of no namespace."""

    kind: Kind
    namespace: str
    name: str = ""


class Found(NamedTuple):
    """An object as the server has it, or as a file has it."""

    kind: Kind
    body: Body

    @property
    def name(self) -> str:
        return str(self.body["metadata"].get("name", ""))

    @property
    def namespace(self) -> str:
        return str(self.body["metadata"].get("namespace", ""))

    @property
    def shown(self) -> str:
        """`deployment.apps/web`"""
        return f"{resources.shown(self.kind)}/{self.name}"

    def path(self, subresource: str = "") -> str:
        return path_of(self.kind, self.namespace, self.name, subresource)


class Selection:
    """What is meant by arguments and the flags above. may_list: a type alone means all of it."""

    def __init__(
        self, shell: Shell, parsed: Parsed, args: Sequence[str] | None = None, *, may_list: bool = False
    ) -> None:
        self.shell, self.parsed = shell, parsed
        self.client = shell.client
        self.args = list(parsed.args if args is None else args)
        self.everywhere = parsed.yes("all-namespaces")
        self.namespace = "" if self.everywhere else shell.in_namespace(parsed)
        self.labels, self.fields = parsed.text("selector"), parsed.text("field-selector")
        self.files = documents.sources(parsed)
        self.all = parsed.yes("all")
        self.may_list = may_list

    @property
    def is_single(self) -> bool:
        """One object is asked for by its name."""
        if self.files:
            return False
        slashed = [one for one in self.args if "/" in one]
        return len(slashed) == 1 if slashed else len(self.args) == 2

    def wanted(self) -> list[Wanted]:
        """What the arguments mean. Raises Trouble."""
        if self.all and self.labels:
            raise Trouble("setting 'all' parameter but found a non empty selector. ")
        if any("/" in one for one in self.args):
            return self._by_slash()
        if not self.args:
            raise Trouble(MISSING)
        types = list(dict.fromkeys(resources.expanded(self.client.kinds, self.args[0])))
        if len(self.args) == 1:
            kinds = self._kinds(types)
            if not (self.labels or self.fields or self.all or self.may_list):
                raise Trouble("resource(s) were provided, but no name was specified")
            return [Wanted(kind, self._scope(kind)) for kind in kinds]
        if self.labels or self.fields or self.all:
            raise Trouble("name cannot be provided when a selector is specified")
        names = [name for one in self.args[1:] for name in one.split(",") if name]
        return [self._named(kind, name) for kind in self._kinds(types) for name in names]

    def objects(self) -> list[Found]:
        """The objects as the server has them; those that are not there are told after the others. Raises Trouble."""
        found: list[Found] = []
        troubles: list[Trouble] = []
        for one in self._sought():
            try:
                found += one()
            except Trouble as trouble:
                troubles.append(trouble)
        self.troubles = troubles
        if troubles and not found:
            raise_all(troubles)
        return found

    def _sought(self) -> Iterator[Callable[[], list[Found]]]:
        if self.files:
            if self.args:
                raise Trouble(
                    "when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well"
                )
            for given in documents.read(self.shell, self.parsed):
                yield lambda given=given: self.get(Wanted(given.kind, given.namespace, given.name))  # type: ignore[misc]
            return
        for wanted in self.wanted():
            yield lambda wanted=wanted: self.get(wanted)  # type: ignore[misc]

    def get(self, wanted: Wanted) -> list[Found]:
        """Raises Refused."""
        path = path_of(wanted.kind, wanted.namespace, wanted.name)
        if wanted.name:
            return [Found(wanted.kind, self.client.read(path))]
        listed = self.client.pages(path, self.query())
        kind = {"apiVersion": wanted.kind.api_version, "kind": wanted.kind.kind}
        return [Found(wanted.kind, {**kind, **body}) for body in listed["items"]]

    def query(self) -> dict[str, str]:
        return {"labelSelector": self.labels, "fieldSelector": self.fields}

    def _kinds(self, types: Sequence[str]) -> list[Kind]:
        found = [resources.find(self.client.kinds, one) for one in types]
        return list(dict.fromkeys(found))

    def _scope(self, kind: Kind) -> str:
        return self.namespace if kind.namespaced else ""

    def _named(self, kind: Kind, name: str) -> Wanted:
        if kind.namespaced and not self.namespace:
            raise Trouble("a resource cannot be retrieved by name across all namespaces")
        return Wanted(kind, self._scope(kind), name)

    def _by_slash(self) -> list[Wanted]:
        found = []
        for one in self.args:
            parts = one.split("/")
            if len(parts) == 1:
                raise Trouble(
                    "there is no need to specify a resource type as a separate argument when passing arguments in "
                    "resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource "
                    "resource/<resource_name>'"
                )
            if len(parts) > 2:
                raise Trouble("arguments in resource/name form may not have more than one slash")
            if not all(parts) or "," in parts[0]:
                raise Trouble("arguments in resource/name form must have a single resource and name")
            found.append(parts)
        if self.labels or self.fields or self.all:
            raise Trouble("selectors and the all flag cannot be used when passing resource/name arguments")
        return [self._named(resources.find(self.client.kinds, kind), name) for kind, name in found]
