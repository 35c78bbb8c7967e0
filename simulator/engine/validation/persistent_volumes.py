"""The spec of a PersistentVolume, alone or inline in a VolumeAttachment.

Follows ValidatePersistentVolumeSpec in pkg/apis/core/validation/validation.go, v1.34.
"""

from __future__ import annotations

import posixpath

from .. import quantity
from ..errors import FieldError, forbidden_value, invalid_value, not_supported, required
from ..registry import Body
from . import names, volume_sources
from .claims import VOLUME_MODES, access_modes
from .fields import figure_of, formed, named, positive_quantity, present
from .paths import no_backsteps
from .selectors import node_selector
from .volume_sources import ISCSI_TOO_LONG, Source, disk, driver_name, needs, one_source, with_secret

_POLICIES = ("Delete", "Recycle", "Retain")
_SECRETS = ("controllerPublishSecretRef", "controllerExpandSecretRef", "nodePublishSecretRef", "nodeExpandSecretRef")
_INLINE = "may not be specified in the context of inline volumes"


def volume_spec(field: str, spec: Body, *, name: str = "", inline: bool = False) -> list[FieldError]:
    """What is wrong with a volume. inline: it is part of a VolumeAttachment and has no life of its own."""
    modes = spec.get("accessModes") or []
    errors = _only_inline(field, spec) if inline else []
    errors += [] if modes else [required(f"{field}.accessModes")]
    errors += access_modes(f"{field}.accessModes", modes)
    if not inline:
        errors += _capacity(f"{field}.capacity", spec.get("capacity") or {})
    errors += _policy(f"{field}.persistentVolumeReclaimPolicy", spec, inline)
    affinity = spec.get("nodeAffinity")
    if affinity is not None and inline:
        errors.append(forbidden_value(f"{field}.nodeAffinity", _INLINE))
    elif affinity is not None:
        errors += _node_affinity(f"{field}.nodeAffinity", affinity)
    errors += _source(field, spec, name, has_affinity=affinity is not None and not inline)
    if _is_root(spec) and spec.get("persistentVolumeReclaimPolicy") == "Recycle":
        detail = "may not be 'recycle' for a hostPath mount of '/'"
        errors.append(forbidden_value(f"{field}.persistentVolumeReclaimPolicy", detail))
    return errors + _classes(field, spec, inline)


def _only_inline(field: str, spec: Body) -> list[FieldError]:
    errors = [forbidden_value(f"{field}.{key}", _INLINE) for key in ("claimRef", "capacity") if spec.get(key)]
    if spec.get("csi") is None:
        errors.append(required(f"{field}.csi", "has to be specified in the context of inline volumes"))
    return errors


def _capacity(field: str, capacity: Body) -> list[FieldError]:
    errors = [] if capacity else [required(field)]
    if list(capacity) != ["storage"]:
        errors.append(not_supported(field, dict(sorted(capacity.items())) or None, ("storage",)))
    for name in sorted(capacity):
        figure = figure_of(capacity[name])
        if figure is not None and figure < 0:
            value, detail = quantity.value(capacity[name]), "must be a valid resource quantity"
            errors.append(invalid_value(f"{field}[{name}]", value, detail))
        errors += positive_quantity(f"{field}[{name}]", capacity[name])
    return errors


def _policy(field: str, spec: Body, inline: bool) -> list[FieldError]:
    policy = spec.get("persistentVolumeReclaimPolicy")
    if inline:
        if policy in (None, "", "Retain"):
            return []
        return [forbidden_value(field, "may only be Retain in the context of inline volumes")]
    return [not_supported(field, policy, _POLICIES)] if policy and policy not in _POLICIES else []


def _node_affinity(field: str, affinity: Body) -> list[FieldError]:
    if affinity.get("required") is None:
        return [required(f"{field}.required", "must specify required node constraints")]
    return node_selector(f"{field}.required", affinity["required"])


def _classes(field: str, spec: Body, inline: bool) -> list[FieldError]:
    errors: list[FieldError] = []
    mode, attributes = spec.get("volumeMode"), spec.get("volumeAttributesClassName")
    if spec.get("storageClassName"):
        at = f"{field}.storageClassName"
        errors += (
            [forbidden_value(at, _INLINE)] if inline else formed(at, spec["storageClassName"], names.dns_subdomain)
        )
    if mode is not None and inline and mode != "Filesystem":
        detail = "may not specify volumeMode other than Filesystem in the context of inline volumes"
        errors.append(forbidden_value(f"{field}.volumeMode", detail))
    elif mode is not None and not inline and mode not in VOLUME_MODES:
        errors.append(not_supported(f"{field}.volumeMode", mode, VOLUME_MODES))
    if attributes is not None:
        at = f"{field}.volumeAttributesClassName"
        if attributes:
            errors += formed(at, attributes, names.dns_subdomain)
        else:
            errors.append(required(at, "an empty string is disallowed"))
        if spec.get("csi") is None:
            errors.append(required(f"{field}.csi", "has to be specified when using volumeAttributesClassName"))
    return errors


# --- sources -----------------------------------------------------------------------------------------------------


def _source(field: str, spec: Body, name: str, *, has_affinity: bool) -> list[FieldError]:
    flex = spec.get("flexVolume")
    sources = {key: source for key, source in SOURCES.items() if key != "flexVolume" or flex is None}
    errors = one_source(field, spec, sources.items())
    if flex is not None:
        # Upstream does not mind a second source beside this one.
        errors = [error for error in errors if error.field != field]
        errors += volume_sources.flex(f"{field}.flexVolume", flex)
    first = next((key for key in SOURCES if spec.get(key) is not None), "")
    if first == "iscsi" and volume_sources.is_too_long_for_iscsi(name, spec["iscsi"]):
        portal = spec["iscsi"].get("targetPortal") or ""
        errors.append(invalid_value(f"{field}.iscsi.targetportal", portal, ISCSI_TOO_LONG))
    if first == "local" and not has_affinity:
        errors.append(required(f"{field}.nodeAffinity", "Local volume requires node affinity"))
    return errors


def _is_root(spec: Body) -> bool:
    path = (spec.get("hostPath") or {}).get("path") or ""
    return path.startswith("/") and not posixpath.normpath(path).strip("/")


def _local(field: str, source: Body) -> list[FieldError]:
    path = source.get("path") or ""
    return no_backsteps(f"{field}.path", path) if path else [required(f"{field}.path")]


def _glusterfs(field: str, source: Body) -> list[FieldError]:
    errors = present(field, source, "endpoints", "path")
    namespace, at = source.get("endpointsNamespace"), f"{field}.endpointsNamespace"
    if namespace == "":
        detail = "if the endpointnamespace is set, it must be a valid namespace name"
        errors.append(invalid_value(at, namespace, detail))
    elif namespace is not None:
        errors += formed(at, namespace, names.dns_label)
    return errors


def _iscsi(field: str, source: Body) -> list[FieldError]:
    errors = volume_sources.iscsi(field, source, detail="must be valid format")
    secret = source.get("secretRef")
    return errors if secret is None else errors + present(f"{field}.secretRef", secret, "name")


def _azure_file(field: str, source: Body) -> list[FieldError]:
    errors = present(field, source, "secretName", "shareName")
    return [*errors, required(f"{field}.secretNamespace")] if source.get("secretNamespace") == "" else errors


def _storage_os(field: str, source: Body) -> list[FieldError]:
    errors = volume_sources.storage_os(field, source)
    secret = source.get("secretRef")
    return errors if secret is None else errors + present(f"{field}.secretRef", secret, "namespace")


def _csi(field: str, source: Body) -> list[FieldError]:
    errors = driver_name(f"{field}.driver", source.get("driver") or "") + present(field, source, "volumeHandle")
    for key in _SECRETS:
        held = source.get(key)
        if held is not None:
            errors += named(f"{field}.{key}.name", held.get("name"), names.dns_subdomain)
            errors += named(f"{field}.{key}.namespace", held.get("namespace"))
    return errors


SOURCES: dict[str, Source] = {
    "hostPath": Source(volume_sources.host_path),
    "gcePersistentDisk": Source(disk("pdName"), shown="persistentDisk"),
    "awsElasticBlockStore": Source(disk("volumeID")),
    "glusterfs": Source(_glusterfs),
    "flocker": Source(volume_sources.flocker),
    "nfs": Source(volume_sources.nfs),
    "rbd": Source(needs("monitors", "image")),
    "quobyte": Source(volume_sources.quobyte),
    "cephfs": Source(needs("monitors"), again="cephFS"),
    "iscsi": Source(_iscsi),
    "cinder": Source(with_secret("volumeID", secret=("name", "namespace"))),
    "fc": Source(volume_sources.fibre_channel),
    "flexVolume": Source(volume_sources.flex),
    "azureFile": Source(_azure_file),
    "vsphereVolume": Source(needs("volumePath")),
    "photonPersistentDisk": Source(needs("pdID")),
    "portworxVolume": Source(needs("volumeID")),
    "azureDisk": Source(volume_sources.azure_disk),
    "scaleIO": Source(needs("gateway", "system", "volumeName")),
    "local": Source(_local),
    "storageos": Source(_storage_os),
    "csi": Source(_csi),
}
