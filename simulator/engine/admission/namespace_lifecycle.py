"""NamespaceLifecycle: nothing is created in a namespace that is missing or on its way out; four stay for ever.

Follows staging/src/k8s.io/apiserver/pkg/admission/plugin/namespace/lifecycle/admission.go, v1.34.
"""

from __future__ import annotations

from .. import errors
from ..objects import is_deleting, name_of, namespace_of
from ..registry import Body, Reader
from .attributes import Attributes, Plugin

_IMMORTAL = frozenset({"default", "kube-system", "kube-public"})


def admit(attributes: Attributes, reader: Reader) -> Body:
    kind, body = attributes.kind, attributes.body
    if attributes.operation == "DELETE" and kind.resource == "namespaces" and name_of(body) in _IMMORTAL:
        raise errors.forbidden(kind.resource, name_of(body), "this namespace may not be deleted")
    if attributes.operation != "CREATE" or not kind.namespaced:
        return body
    name = namespace_of(body)
    namespace = reader.get("namespaces", "", name)
    if namespace is None:
        raise errors.not_found("namespaces", name)
    if is_deleting(namespace):
        detail = f"unable to create new content in namespace {name} because it is being terminated"
        refusal = errors.forbidden(kind.resource, name_of(body), detail)
        refusal.details["causes"] = [
            {
                "reason": "NamespaceTerminating",
                "message": f"namespace {name} is being terminated",
                "field": "metadata.namespace",
            }
        ]
        raise refusal
    return body


PLUGIN = Plugin("NamespaceLifecycle", operations=frozenset({"CREATE", "DELETE"}), subresources=None, admit=admit)
