"""DefaultTolerationSeconds: a pod stays 300 s on a node that is not ready or unreachable, unless it says otherwise.

Follows plugin/pkg/admission/defaulttolerationseconds/admission.go, v1.34.
"""

from __future__ import annotations

from ..objects import set_in
from ..registry import Body, Reader
from .attributes import ON_CREATE, Attributes, Plugin

_SECONDS = 300
_KEYS = ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")


def admit(attributes: Attributes, reader: Reader) -> Body:
    body = attributes.body
    held = body["spec"].get("tolerations") or []
    added = [
        {"key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": _SECONDS}
        for key in _KEYS
        if not any(one.get("key") in (key, None, "") and one.get("effect") in ("NoExecute", None, "") for one in held)
    ]
    return set_in(body, ("spec", "tolerations"), [*held, *added]) if added else body


PLUGIN = Plugin("DefaultTolerationSeconds", operations=ON_CREATE, resources=frozenset({"pods"}), admit=admit)
