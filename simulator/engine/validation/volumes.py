"""A pod's volumes.

Follows ValidateVolumes and validateVolumeSource in pkg/apis/core/validation/validation.go, v1.34, where image volumes
are off.
"""

from __future__ import annotations

from ..errors import FieldError, duplicate, forbidden_value, invalid_value, required
from ..registry import Body
from . import names, projected, volume_sources
from .claims import claim_template
from .fields import figure_of, formed, named
from .volume_sources import Source, disk, driver_name, needs, one_source, with_secret

_CREATED = "must not reference a PVC that gets created for an ephemeral volume"


def volumes(field: str, held: list[Body], pod: str = "") -> tuple[dict[str, Body], list[FieldError]]:
    """The volumes that containers may mount, by name, and what is wrong with the others.

    `pod` is the name of the pod, where the volumes are a pod's and not a template's.
    """
    errors: list[FieldError] = []
    fine: dict[str, Body] = {}
    created = {f"{pod}-{volume.get('name')}" for volume in held if pod and volume.get("ephemeral") is not None}
    for position, volume in enumerate(held):
        at, name = f"{field}[{position}]", volume.get("name") or ""
        broken = one_source(at, volume, _SOURCES.items()) + _named_after_pod(at, volume, pod)
        broken += named(f"{at}.name", name)
        if name in fine:
            broken.append(duplicate(f"{at}.name", name))
        if not broken:
            fine[name] = volume
        errors += broken
        claim = (volume.get("persistentVolumeClaim") or {}).get("claimName")
        if claim in created:
            errors.append(invalid_value(f"{at}.persistentVolumeClaim.claimName", claim, _CREATED))
    return fine, errors


def _named_after_pod(field: str, volume: Body, pod: str) -> list[FieldError]:
    """What a volume's name makes of other names."""
    name, errors = volume.get("name") or "", []
    if (source := volume.get("iscsi")) is not None and volume_sources.is_too_long_for_iscsi(name, source):
        errors.append(invalid_value(f"{field}.name", name, volume_sources.ISCSI_TOO_LONG))
    if volume.get("ephemeral") is not None and pod and name:
        claim = f"{pod}-{name}"
        errors += [
            invalid_value(f"{field}.name", name, f'PVC name "{claim}": {message}')
            for message in names.dns_subdomain(claim)
        ]
    return errors


def _empty_dir(field: str, source: Body) -> list[FieldError]:
    size = figure_of(source.get("sizeLimit"))
    if source.get("sizeLimit") is None or (size is not None and size >= 0):
        return []
    return [forbidden_value(f"{field}.sizeLimit", "SizeLimit field must be a valid resource quantity")]


def _csi(field: str, source: Body) -> list[FieldError]:
    errors = driver_name(f"{field}.driver", source.get("driver") or "")
    secret = source.get("nodePublishSecretRef")
    if secret is None:
        return errors
    if not secret.get("name"):
        return [*errors, required(f"{field}.nodePublishSecretRef.name")]
    return errors + formed(f"{field}.name", secret["name"], names.dns_subdomain)


def _ephemeral(field: str, source: Body) -> list[FieldError]:
    template = source.get("volumeClaimTemplate")
    at = f"{field}.volumeClaimTemplate"
    return [required(at)] if template is None else claim_template(at, template)


_SOURCES: dict[str, Source] = {
    "emptyDir": Source(_empty_dir),
    "hostPath": Source(volume_sources.host_path),
    "gitRepo": Source(volume_sources.git_repo),
    "gcePersistentDisk": Source(disk("pdName"), shown="persistentDisk"),
    "awsElasticBlockStore": Source(disk("volumeID")),
    "secret": Source(projected.secret),
    "nfs": Source(volume_sources.nfs),
    "iscsi": Source(volume_sources.iscsi),
    "glusterfs": Source(needs("endpoints", "path")),
    "flocker": Source(volume_sources.flocker),
    "persistentVolumeClaim": Source(needs("claimName")),
    "rbd": Source(needs("monitors", "image")),
    "cinder": Source(with_secret("volumeID")),
    "cephfs": Source(needs("monitors"), again="cephFS"),
    "quobyte": Source(volume_sources.quobyte),
    "downwardAPI": Source(projected.downward, again="downwarAPI"),
    "fc": Source(volume_sources.fibre_channel),
    "flexVolume": Source(volume_sources.flex),
    "configMap": Source(projected.config_map),
    "azureFile": Source(needs("secretName", "shareName")),
    "vsphereVolume": Source(needs("volumePath")),
    "photonPersistentDisk": Source(needs("pdID")),
    "portworxVolume": Source(needs("volumeID")),
    "azureDisk": Source(volume_sources.azure_disk),
    "storageos": Source(volume_sources.storage_os),
    "projected": Source(projected.projected),
    "scaleIO": Source(needs("gateway", "system", "volumeName")),
    "csi": Source(_csi),
    "ephemeral": Source(_ephemeral),
}
