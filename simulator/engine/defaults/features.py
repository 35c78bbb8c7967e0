"""Fields of features that are off by default in 1.34: the API server takes them away before it looks at anything.

Follows DropDisabledPodFields in pkg/api/pod/util.go and pkg/features/kube_features.go, v1.34.
"""

from __future__ import annotations

from ..objects import drop_in
from ..registry import Body

_OF_SPEC = ("hostnameOverride",)
"""HostnameOverride."""

_OF_CONTAINER = ("restartPolicyRules",)
"""ContainerRestartRules, of which the restartPolicy of containers is a part, but for that of sidecars."""

_OF_LIFECYCLE = ("stopSignal",)
"""ContainerStopSignals."""

_OF_SOURCE = ("fileKeyRef",)
"""EnvFiles."""

_OF_VOLUME = ("image",)
"""ImageVolume. A volume that is nothing else keeps the field, and is refused for having no source."""

_OF_PROJECTION = ("clusterTrustBundle", "podCertificate")
"""ClusterTrustBundleProjection, PodCertificateRequest."""

_LISTS = ("containers", "initContainers", "ephemeralContainers")


def without_disabled(spec: Body) -> Body:
    """A pod's spec without those fields; the same object if it has none."""
    changed: Body = {}
    for key in _LISTS:
        held = spec.get(key)
        if held and any(_touches(one, key) for one in held):
            changed[key] = [_container(one, key) if _touches(one, key) else one for one in held]
    if any(_volume(one) is not one for one in spec.get("volumes") or ()):
        changed["volumes"] = [_volume(one) for one in spec["volumes"]]
    spec = {**spec, **changed} if changed else spec
    return _without(spec, _OF_SPEC)


def _without(body: Body, keys: tuple[str, ...]) -> Body:
    for key in keys:
        body = drop_in(body, (key,))
    return body


def _touches(container: Body, key: str) -> bool:
    return (
        "restartPolicyRules" in container
        or _has_policy(container, key)
        or "stopSignal" in (container.get("lifecycle") or ())
        or any("fileKeyRef" in (one.get("valueFrom") or ()) for one in container.get("env") or ())
    )


def _has_policy(container: Body, key: str) -> bool:
    """Whether a container has a restartPolicy, other than a sidecar's."""
    policy = container.get("restartPolicy")
    return policy is not None and (key != "initContainers" or policy != "Always")


def _container(container: Body, key: str) -> Body:
    container = _without(container, _OF_CONTAINER)
    if _has_policy(container, key):
        container = drop_in(container, ("restartPolicy",))
    if "stopSignal" in (container.get("lifecycle") or ()):
        hooks = _without(container["lifecycle"], _OF_LIFECYCLE)
        container = {**container, "lifecycle": hooks} if hooks else drop_in(container, ("lifecycle",))
    if container.get("env"):
        held = [
            {**one, "valueFrom": _without(one["valueFrom"], _OF_SOURCE)} if one.get("valueFrom") else one
            for one in container["env"]
        ]
        container = {**container, "env": held}
    return container


def _volume(volume: Body) -> Body:
    if len(volume) > 2:
        volume = _without(volume, _OF_VOLUME)
    sources = (volume.get("projected") or {}).get("sources") or ()
    if not any(key in (source or ()) for source in sources for key in _OF_PROJECTION):
        return volume
    kept = [_without(source, _OF_PROJECTION) for source in sources]
    return {**volume, "projected": {**volume["projected"], "sources": kept}}
