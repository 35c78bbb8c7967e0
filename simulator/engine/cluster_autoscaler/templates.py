"""What a new machine of a NodeGroup would be, with the daemon pods that run on each.

Follows cluster-autoscaler/simulator/node_info_utils.go and utils/daemonset/daemonset.go, v1.34.
"""

from __future__ import annotations

from typing import NamedTuple

from simulator.engine import node_groups
from simulator.engine.controllers.daemonset.placement import judge, with_tolerations
from simulator.engine.kubelet import node as registration
from simulator.engine.objects import name_of, namespace_of, owner_reference, set_in
from simulator.engine.registry import Bodies, Body
from simulator.engine.world import World


class Template(NamedTuple):
    """A Node that is ready, and the pods on it."""

    node: Body
    pods: Bodies

    def named(self, name: str) -> Template:
        """The same under another name. Follows FreshNodeInfoFromTemplateNodeInfo."""
        meta = self.node["metadata"]
        labels = {**meta["labels"], "kubernetes.io/hostname": name}
        node = {**self.node, "metadata": {**meta, "name": name, "labels": labels}}
        pods = [set_in(pod, ("metadata", "name"), f"{name_of(pod)}-{name}") for pod in self.pods]
        return Template(node, [set_in(pod, ("spec", "nodeName"), name) for pod in pods])


def template_of(world: World, group: Body) -> Template:
    """A machine of the group as it is once its kubelet is well."""
    name = f"template-node-for-{name_of(group)}"
    node = registration.register(world, node_groups.size_of(group, name), ip="", pod_cidr="")
    pods = []
    for daemon_set in world.list("daemonsets.apps"):
        template = daemon_set["spec"]["template"]
        spec = with_tolerations(template["spec"])
        if judge(spec, node).run:
            meta = {
                "name": name_of(daemon_set),
                "namespace": namespace_of(daemon_set),
                "labels": (template.get("metadata") or {}).get("labels") or {},
                "ownerReferences": [owner_reference(daemon_set)],
            }
            pods.append({"metadata": meta, "spec": {**spec, "nodeName": name}})
    return Template(node, pods)
