"""Pod templates, and what they share with pods: tolerations, spread constraints.

Follows staging/src/k8s.io/kubectl/pkg/describe/describe.go (DescribePodTemplate), v1.32.
"""

from __future__ import annotations

from simulator.engine.printing import selector_text
from simulator.engine.registry import Body
from simulator.terminal.describe.containers import write_containers
from simulator.terminal.describe.volumes import write_volumes
from simulator.terminal.describe.writing import NONE, Page


def template_lines(page: Page, template: Body) -> None:
    meta, spec = template.get("metadata") or {}, template.get("spec") or {}
    page.line(0, "Pod Template:")
    page.labels(0, "  Labels", meta.get("labels"))
    if meta.get("annotations"):
        page.annotations(0, "  Annotations", meta["annotations"])
    if spec.get("serviceAccountName"):
        page.line(1, f"Service Account:\t{spec['serviceAccountName']}")
    if spec.get("initContainers"):
        write_containers(page, "Init Containers", spec["initContainers"], [], None, "  ")
    write_containers(page, "Containers", spec.get("containers") or [], [], None, "  ")
    write_volumes(page, spec.get("volumes"), "  ")
    write_spread(page, spec.get("topologySpreadConstraints"), "  ")
    if spec.get("priorityClassName"):
        page.line(1, f"Priority Class Name:\t{spec['priorityClassName']}")
    page.labels(0, "  Node-Selectors", spec.get("nodeSelector"))
    write_tolerations(page, "  Tolerations", spec.get("tolerations"))


def write_tolerations(page: Page, title: str, tolerations: list[Body] | None) -> None:
    page.write(0, f"{title}:\t")
    if not tolerations:
        page.write(0, f"{NONE}\n")
        return
    for at, one in enumerate(sorted(tolerations, key=lambda one: one.get("key", ""))):
        key, value, effect = one.get("key", ""), one.get("value"), one.get("effect")
        text = f"{key}{f'={value}' if value else ''}{f':{effect}' if effect else ''}"
        if one.get("operator") == "Exists" and not value:
            text += " op=Exists" if key or effect else "op=Exists"
        if one.get("tolerationSeconds") is not None:
            text += f" for {one['tolerationSeconds']}s"
        page.write(0, f"{chr(9) if at else ''}{text}\n")


def write_spread(page: Page, constraints: list[Body] | None, space: str) -> None:
    if not constraints:
        return
    page.write(0, f"{space}Topology Spread Constraints:\t")
    for at, one in enumerate(sorted(constraints, key=lambda one: one["topologyKey"])):
        begin = f"{space}\t" if at else ""
        text = f"{one['topologyKey']}:{one['whenUnsatisfiable']} when max skew {one['maxSkew']} is exceeded"
        if one.get("labelSelector") is not None:
            text += f" for selector {selector_text(one['labelSelector'])}"
        page.write(0, f"{begin}{text}\n")
