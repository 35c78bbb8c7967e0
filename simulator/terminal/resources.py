"""Which kind a word means: plural, singular, short name, kind, or a category such as `all`.

Follows staging/src/k8s.io/cli-runtime/pkg/resource/builder.go (mappingFor) and client-go/restmapper, v1.32.
"""

from __future__ import annotations

from simulator.api import discovery
from simulator.engine.registry import Kind, Kinds
from simulator.terminal.troubles import Trouble


def in_order(kinds: Kinds) -> list[Kind]:
    """All kinds that are served, in the order of discovery; of each group the preferred version first."""
    versions = discovery.versions(kinds)
    groups = ["", *(group for group in versions if group)]
    return [
        kind
        for group in groups
        for version in versions.get(group, ())
        for kind in discovery.kinds_of(kinds, group, version)
    ]


def preferred(kinds: Kinds) -> list[Kind]:
    """Of each resource the version that its group prefers."""
    found: dict[tuple[str, str], Kind] = {}
    for kind in in_order(kinds):
        found.setdefault((kind.group, kind.plural), kind)
    return list(found.values())


def find(kinds: Kinds, word: str) -> Kind:
    """The kind that a word means. Raises Trouble."""
    name, _, rest = word.partition(".")
    held = in_order(kinds)
    version, _, group = rest.partition(".")
    for kind in held:
        if rest and _is_named(kind, name) and kind.version == version and kind.group == group:
            return kind
    named = [kind for kind in held if _is_named(kind, name)] or [kind for kind in held if name in kind.short_names]
    exact = [kind for kind in named if not rest or kind.group == rest]
    begun = [kind for kind in named if rest and kind.group.startswith(rest)]
    for kind in exact or begun:
        return kind
    raise Trouble(f'the server doesn\'t have a resource type "{name}"')


def _is_named(kind: Kind, word: str) -> bool:
    return word.lower() in (kind.plural, singular(kind), kind.kind.lower())


def singular(kind: Kind) -> str:
    return kind.singular or kind.kind.lower()


def shown(kind: Kind) -> str:
    """A kind before the name of an object, as `-o name` and messages have it: `deployment.apps`."""
    return f"{kind.kind.lower()}.{kind.group}" if kind.group else kind.kind.lower()


def expanded(kinds: Kinds, words: str) -> list[str]:
    """The words of a comma-separated list, with categories written out."""
    found: list[str] = []
    for word in words.split(","):
        held = [kind for kind in preferred(kinds) if word in kind.categories]
        if not held:
            found.append(word)
        else:
            found += [f"{kind.plural}.{kind.group}" if kind.group else kind.plural for kind in held]
    return found
