"""get --raw: any path of the cluster's API, as it answers."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import parse_qs, urlsplit

from simulator.terminal.shell import Shell
from simulator.terminal.troubles import Trouble


def get(shell: Shell, path: str, args: Sequence[str]) -> None:
    """Raises Trouble."""
    if args:
        raise Trouble("arguments may not be passed when --raw is specified")
    parts = urlsplit(path)
    if not path.startswith("/"):
        raise Trouble(f'--raw must be a valid URL path: parse "{path}": invalid URI for request')
    own = f"/k8s/{shell.client.cluster.name}/"
    rest = parts.path.removeprefix(own) if parts.path.startswith(own) else parts.path.removeprefix("/")
    query = parse_qs(parts.query)
    if any(query.get(endless, ["false"])[-1] not in ("false", "0") for endless in ("watch", "follow")):
        raise Trouble("a stream has no end: leave out watch and follow")
    answer = shell.client.ask("GET", rest, query, accept="application/json, */*")
    shell.write(shell.client.whole(answer).decode(errors="replace"))
