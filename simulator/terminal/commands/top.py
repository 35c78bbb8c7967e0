"""top nodes and top pods.

Follows staging/src/k8s.io/kubectl/pkg/cmd/top and pkg/metricsutil/metrics_printer.go, v1.32.
"""

from __future__ import annotations

from fractions import Fraction

from simulator.engine import quantity
from simulator.engine.registry import Body
from simulator.terminal import selecting
from simulator.terminal.client import path_of
from simulator.terminal.command import Command
from simulator.terminal.flags import Flag, Parsed
from simulator.terminal.output.columns import Columns
from simulator.terminal.shell import Shell
from simulator.terminal.troubles import Trouble

_METRICS = "apis/metrics.k8s.io/v1beta1"


def _usage(held: Body) -> tuple[Fraction, Fraction]:
    return quantity.parse(held.get("cpu", "0"))[0], quantity.parse(held.get("memory", "0"))[0]


def _check(parsed: Parsed) -> None:
    if parsed.text("sort-by") not in ("", "cpu", "memory"):
        raise Trouble("--sort-by accepts only cpu or memory")
    if parsed.args and (parsed.text("selector") or parsed.text("field-selector")):
        raise Trouble("only one of NAME or selector can be provided")


def _order(parsed: Parsed, name: tuple[str, ...], usage: tuple[Fraction, Fraction]) -> tuple[object, ...]:
    match parsed.text("sort-by"):
        case "cpu":
            return (-usage[0],)
        case "memory":
            return (-usage[1],)
    return name


def _cells(usage: tuple[Fraction, Fraction]) -> list[str]:
    return [f"{_up(usage[0] * 1000)}m", f"{_up(usage[1]) // (1024 * 1024)}Mi"]


def _thousandths(figure: Fraction) -> int:
    """As kubectl's Quantity.MilliValue: rounded up, before it makes a percentage of it."""
    return _up(figure * 1000)


def _up(figure: Fraction) -> int:
    return -int(-figure // 1)


def _write(shell: Shell, rows: list[list[str]]) -> None:
    for line in Columns().lines([[*row, ""] for row in rows]):
        shell.print(line)


def nodes(shell: Shell, parsed: Parsed) -> None:
    _check(parsed)
    if len(parsed.args) > 1:
        raise Trouble("one or no NAME is required\nSee 'kubectl top node -h' for help and examples")
    query = {"labelSelector": parsed.text("selector")}
    kind = shell.client.kinds["nodes"]
    if parsed.args:
        measured = [shell.client.read(f"{_METRICS}/nodes/{parsed.args[0]}")]
        held = [shell.client.read(path_of(kind, "", parsed.args[0]))]
    else:
        measured = shell.client.read(f"{_METRICS}/nodes", query)["items"]
        held = shell.client.pages(path_of(kind, ""), query)["items"]
    if not measured:
        raise Trouble("metrics not available yet")
    which = "capacity" if parsed.yes("show-capacity") else "allocatable"
    room = {one["metadata"]["name"]: _usage(one["status"].get(which, {})) for one in held}
    found = [(one["metadata"]["name"], _usage(one["usage"])) for one in measured]
    found.sort(key=lambda one: _order(parsed, (one[0],), one[1]))
    rows = [] if parsed.yes("no-headers") else [["NAME", "CPU(cores)", "CPU(%)", "MEMORY(bytes)", "MEMORY(%)"]]
    for name, usage in found:
        cells = _cells(usage)
        shares = [
            f"{int(_thousandths(used) * 100 / _thousandths(of))}%"
            for used, of in zip(usage, room.pop(name, ()), strict=False)
            if of
        ]
        rows.append([name, *(cell for pair in zip(cells, shares, strict=False) for cell in pair)])
    rows += [[name, *["<unknown>"] * 4] for name in room]
    _write(shell, rows)


def pods(shell: Shell, parsed: Parsed) -> None:
    _check(parsed)
    everywhere, namespace = parsed.yes("all-namespaces"), shell.in_namespace(parsed)
    base = f"{_METRICS}/pods" if everywhere else f"{_METRICS}/namespaces/{namespace}/pods"
    if parsed.args:
        measured = [shell.client.read(f"{_METRICS}/namespaces/{namespace}/pods/{parsed.args[0]}")]
    else:
        query = {"labelSelector": parsed.text("selector"), "fieldSelector": parsed.text("field-selector")}
        measured = shell.client.read(base, query)["items"]
    if not measured:
        _tell_why(shell, parsed, "" if everywhere else namespace)
        return
    rows = _pod_rows(parsed, measured, everywhere)
    _write(shell, rows)


def _tell_why(shell: Shell, parsed: Parsed, namespace: str) -> None:
    query = {"labelSelector": parsed.text("selector"), "fieldSelector": parsed.text("field-selector")}
    if shell.client.pages(path_of(shell.client.kinds["pods"], namespace), query)["items"]:
        raise Trouble("metrics not available yet")
    shell.complain(f"No resources found in {namespace} namespace." if namespace else "No resources found")


def _pod_rows(parsed: Parsed, measured: list[Body], everywhere: bool) -> list[list[str]]:
    whole = [(one, _total(one)) for one in measured]
    whole.sort(key=lambda one: _order(parsed, _named(one[0], everywhere), one[1]))
    heads = ["NAMESPACE"] if everywhere else []
    heads += ["POD"] if parsed.yes("containers") else []
    rows = [] if parsed.yes("no-headers") else [[*heads, "NAME", "CPU(cores)", "MEMORY(bytes)"]]
    for one, usage in whole:
        meta = one["metadata"]
        place = [meta["namespace"]] if everywhere else []
        if not parsed.yes("containers"):
            rows.append([*place, meta["name"], *_cells(usage)])
            continue
        inner = [(held["name"], _usage(held["usage"])) for held in one["containers"]]
        inner.sort(key=lambda held: _order(parsed, (held[0],), held[1]))
        rows += [[*place, meta["name"], name, *_cells(used)] for name, used in inner]
    if parsed.yes("sum"):
        blank = [""] * (len(heads) + 1)
        cpu, memory = (
            sum((usage[0] for _, usage in whole), Fraction(0)),
            sum((usage[1] for _, usage in whole), Fraction(0)),
        )
        rows += [[*blank, "________", "________"], [*blank, *_cells((cpu, memory))]]
    return rows


def _named(one: Body, everywhere: bool) -> tuple[str, ...]:
    meta = one["metadata"]
    return (meta["namespace"], meta["name"]) if everywhere else (meta["name"],)


def _total(one: Body) -> tuple[Fraction, Fraction]:
    held = [_usage(container["usage"]) for container in one["containers"]]
    return sum((cpu for cpu, _ in held), Fraction(0)), sum((memory for _, memory in held), Fraction(0))


_COMMON = (
    selecting.SELECTOR,
    Flag("sort-by", choices=("cpu", "memory")),
    Flag("no-headers", form="yes", default=False),
)
_NODES = (*_COMMON, Flag("show-capacity", form="yes", default=False))
_PODS = (
    *_COMMON,
    selecting.FIELDS,
    selecting.EVERYWHERE,
    Flag("containers", form="yes", default=False),
    Flag("sum", form="yes", default=False),
)
COMMANDS = (
    *(
        Command(f"top {name}", nodes, _NODES, completes="nodes", about="Display use of nodes")
        for name in ("nodes", "node", "no")
    ),
    *(
        Command(f"top {name}", pods, _PODS, completes="pods", about="Display use of pods")
        for name in ("pods", "pod", "po")
    ),
)
