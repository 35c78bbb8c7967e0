"""DefaultIngressClass: an Ingress that names no class gets the cluster's default, the newest of several.

Follows plugin/pkg/admission/network/defaultingressclass/admission.go, v1.34.
"""

from __future__ import annotations

from ..objects import annotations_of, name_of, set_in, spec_of
from ..registry import Body, Reader
from .attributes import ON_CREATE, Attributes, Plugin
from .default_storage_class import newest

_BETA = "kubernetes.io/ingress.class"
_DEFAULT = "ingressclass.kubernetes.io/is-default-class"


def admit(attributes: Attributes, reader: Reader) -> Body:
    body = attributes.body
    if _BETA in annotations_of(body) or spec_of(body).get("ingressClassName") is not None:
        return body
    classes = reader.list("ingressclasses.networking.k8s.io")
    found = newest([one for one in classes if annotations_of(one).get(_DEFAULT) == "true"])
    return body if found is None else set_in(body, ("spec", "ingressClassName"), name_of(found))


PLUGIN = Plugin(
    "DefaultIngressClass", operations=ON_CREATE, resources=frozenset({"ingresses.networking.k8s.io"}), admit=admit
)
