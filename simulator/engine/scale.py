"""The Scale of an object: how many replicas it should have, how many it has, and which pods they are.

Follows staging/src/k8s.io/apiextensions-apiserver/pkg/registry/customresource/etcd.go and
pkg/registry/apps/deployment/storage/storage.go (ScaleREST), v1.34.
"""

from __future__ import annotations

from . import selectors
from .objects import get_in, set_in
from .registry import Body, Scale

_KEPT = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")


def of(paths: Scale, body: Body) -> Body:
    """The Scale of an object whose kind has its figures at these paths."""
    meta = body["metadata"]
    status: Body = {"replicas": get_in(body, *paths.status_replicas, default=0)}
    selector = selector_text(paths, body)
    if selector is not None:
        status["selector"] = selector
    replicas = get_in(body, *paths.replicas, default=0)
    spec = {"replicas": replicas} if replicas else {}
    kept = {key: meta[key] for key in _KEPT if key in meta}
    return {"kind": "Scale", "apiVersion": "autoscaling/v1", "metadata": kept, "spec": spec, "status": status}


def selector_text(paths: Scale, body: Body) -> str | None:
    """The selector of its pods as text, which a custom resource has as such; None if it has none."""
    selector = get_in(body, *paths.selector) if paths.selector else None
    if isinstance(selector, str):
        return selector
    if not selector:
        return None
    is_plain = not {"matchLabels", "matchExpressions"} & set(selector)
    return (selectors.of_labels(selector) if is_plain else selectors.of(selector)).text()


def scaled(paths: Scale, body: Body, replicas: int) -> Body:
    """The object with another number of replicas wanted."""
    return set_in(body, paths.replicas, replicas)
