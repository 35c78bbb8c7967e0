"""Fields of features that are off by default in 1.34: the API server takes them away before it looks at anything.

Follows DropDisabledPodFields in pkg/api/pod/util.go and pkg/features/kube_features.go, v1.34.
"""

from __future__ import annotations

from ..objects import drop_in
from ..registry import Body

_OF_SPEC = ("hostnameOverride",)
"""HostnameOverride."""

_OF_CONTAINER = ("restartPolicyRules",)
"""ContainerRestartRules."""

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
        if held and any(map(_touches, held)):
            changed[key] = [_container(one) if _touches(one) else one for one in held]
    if any(_volume(one) is not one for one in spec.get("volumes") or ()):
        changed["volumes"] = [_volume(one) for one in spec["volumes"]]
    spec = {**spec, **changed} if changed else spec
    return _without(spec, _OF_SPEC)


def _without(body: Body, keys: tuple[str, ...]) -> Body:
    for key in keys:
        body = drop_in(body, (key,))
    return body


def _touches(container: Body) -> bool:
    return (
        "restartPolicyRules" in container
        or "stopSignal" in (container.get("lifecycle") or ())
        or any("fileKeyRef" in (one.get("valueFrom") or ()) for one in container.get("env") or ())
    )


def _container(container: Body) -> Body:
    container = _without(container, _OF_CONTAINER)
    if container.get("lifecycle"):
        container = {**container, "lifecycle": _without(container["lifecycle"], _OF_LIFECYCLE)}
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
