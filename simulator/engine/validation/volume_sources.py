"""Where a volume comes from outside the API: the sources that pods and PersistentVolumes share.

Follows validateHostPathVolumeSource and its neighbours in pkg/apis/core/validation/validation.go, v1.34.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from ..errors import FieldError, forbidden_value, invalid_value, not_supported, required, too_long
from ..registry import Body
from . import names
from .fields import formed, named, number, present
from .paths import inside, no_backsteps

Check = Callable[[str, Body], list[FieldError]]
ONE_TYPE = "may not specify more than 1 volume type"
_LONGEST_DRIVER = 63
_HOST_PATHS = (
    "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket",
)  # fmt: skip
ISCSI_BEGINNING = "must be valid format starting with iqn, eui, or naa"
ISCSI_TOO_LONG = (
    "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters "
    "if iscsi.initiatorName is specified."
)
_HOST_PORTS = "must be a host:port pair or multiple pairs separated by commas"
_IQN = re.compile(r"iqn\.\d{4}-\d{2}\.([A-Za-z0-9.-]+)(:[^,;*&$|\s]+)$", re.ASCII)
_EUI = re.compile(r"^eui.[A-Za-z0-9]{16}$", re.ASCII)
_NAA = re.compile(r"^naa.[A-Za-z0-9]{32}$", re.ASCII)
_MANAGED = "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}"
_BLOB = "https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd"


class Source(NamedTuple):
    """A kind of source: its check, and the field names that upstream's errors use where they are not the field's."""

    check: Check | None = None
    shown: str = ""
    again: str = ""


def one_source(field: str, holder: Body, sources: Iterable[tuple[str, Source]]) -> list[FieldError]:
    """That the holder has exactly one of the sources, and what is wrong with it."""
    errors: list[FieldError] = []
    found = False
    for key, source in sources:
        held = holder.get(key)
        if held is None:
            continue
        if found:
            errors.append(forbidden_value(f"{field}.{source.again or key}", ONE_TYPE))
        elif source.check is not None:
            errors += source.check(f"{field}.{source.shown or key}", held)
        found = True
    return errors if found else [*errors, required(field, "must specify a volume type")]


def needs(*keys: str) -> Check:
    """A check that the keys are there."""
    return lambda field, source: present(field, source, *keys)


def host_path(field: str, source: Body) -> list[FieldError]:
    path, kind = source.get("path") or "", source.get("type") or ""
    if not path:
        return [required(f"{field}.path")]
    errors = no_backsteps(f"{field}.path", path)
    return errors if kind in _HOST_PATHS else [*errors, not_supported(f"{field}.type", kind, _HOST_PATHS)]


def git_repo(field: str, source: Body) -> list[FieldError]:
    return present(field, source, "repository") + inside(f"{field}.directory", source.get("directory") or "")


def disk(key: str) -> Check:
    """A cloud's disk by its id, and the number of its partition."""

    def check(field: str, source: Body) -> list[FieldError]:
        errors = present(field, source, key)
        partition = source.get("partition") or 0
        if not 0 <= partition <= 255:
            errors.append(invalid_value(f"{field}.partition", partition, names.in_range(1, 255)))
        return errors

    return check


def nfs(field: str, source: Body) -> list[FieldError]:
    errors = present(field, source, "server", "path")
    if not (source.get("path") or "").startswith("/"):
        errors.append(invalid_value(f"{field}.path", source.get("path") or "", "must be an absolute path"))
    return errors


def iscsi(field: str, source: Body, *, detail: str = ISCSI_BEGINNING) -> list[FieldError]:
    """The rules of pods' sources; those of PersistentVolumes word a wrong beginning as `detail`."""
    errors = present(field, source, "targetPortal")
    qualified, initiator = source.get("iqn") or "", source.get("initiatorName")
    errors += _qualified(f"{field}.iqn", qualified, detail) if qualified else [required(f"{field}.iqn")]
    errors += number(f"{field}.lun", source.get("lun") or 0, 0, 255)
    if (source.get("chapAuthDiscovery") or source.get("chapAuthSession")) and source.get("secretRef") is None:
        errors.append(required(f"{field}.secretRef"))
    return errors if initiator is None else errors + _qualified(f"{field}.initiatorname", initiator, detail)


def _qualified(field: str, text: str, detail: str) -> list[FieldError]:
    for prefix, form in (("iqn", _IQN), ("eui", _EUI), ("naa", _NAA)):
        if text.startswith(prefix):
            return [] if form.search(text) else [invalid_value(field, text, "must be valid format")]
    return [invalid_value(field, text, detail)]


def is_too_long_for_iscsi(name: str, source: Body) -> bool:
    return source.get("initiatorName") is not None and len(f"{name}:{source.get('targetPortal') or ''}") > 64


def flocker(field: str, source: Body) -> list[FieldError]:
    name, uid = source.get("datasetName") or "", source.get("datasetUUID") or ""
    errors = []
    if not name and not uid:
        errors.append(required(field, "one of datasetName and datasetUUID is required"))
    if name and uid:
        detail = "datasetName and datasetUUID can not be specified simultaneously"
        errors.append(invalid_value(field, "resource", detail))
    if "/" in name:
        errors.append(invalid_value(f"{field}.datasetName", name, "must not contain '/'"))
    return errors


def quobyte(field: str, source: Body) -> list[FieldError]:
    registry, errors = source.get("registry") or "", []
    if not registry:
        errors.append(required(f"{field}.registry", _HOST_PORTS))
    elif len(source.get("tenant") or "") >= 65:
        detail = "must be a UUID and may not exceed a length of 64 characters"
        errors.append(required(f"{field}.tenant", detail))
    else:
        for pair in registry.split(","):
            if not re.fullmatch(r"([^:\[\]]*|\[[^\[\]]*\]):[^:\[\]]*", pair):
                errors.append(invalid_value(f"{field}.registry", registry, _HOST_PORTS))
    return errors + present(field, source, "volume")


def fibre_channel(field: str, source: Body) -> list[FieldError]:
    targets, ids, lun = source.get("targetWWNs") or [], source.get("wwids") or [], source.get("lun")
    errors: list[FieldError] = []
    if not targets and not ids:
        errors.append(required(f"{field}.targetWWNs", "must specify either targetWWNs or wwids, but not both"))
    if targets and ids:
        detail = "targetWWNs and wwids can not be specified simultaneously"
        errors.append(invalid_value(f"{field}.targetWWNs", targets, detail))
    if targets and lun is None:
        errors.append(required(f"{field}.lun", "lun is required if targetWWNs is specified"))
    elif targets and lun is not None:
        errors += number(f"{field}.lun", lun, 0, 255)
    return errors


def flex(field: str, source: Body) -> list[FieldError]:
    errors = present(field, source, "driver")
    for key in sorted(source.get("options") or {}):
        owner = "." + key.partition("/")[0].lower()
        if owner.endswith((".kubernetes.io", ".k8s.io")):
            detail = "kubernetes.io and k8s.io namespaces are reserved"
            errors.append(invalid_value(f"{field}.options[{key}]", key, detail))
    return errors


def azure_disk(field: str, source: Body) -> list[FieldError]:
    errors = present(field, source, "diskName", "diskURI")
    kind, caching, uri = source.get("kind"), source.get("cachingMode"), source.get("diskURI") or ""
    if caching is not None and caching not in ("None", "ReadOnly", "ReadWrite"):
        errors.append(not_supported(f"{field}.cachingMode", caching, ("None", "ReadOnly", "ReadWrite")))
    if kind is None:
        return errors
    if kind not in ("Dedicated", "Managed", "Shared"):
        errors.append(not_supported(f"{field}.kind", kind, ("Dedicated", "Managed", "Shared")))
    if kind == "Managed" and not uri.startswith("/subscriptions/"):
        errors.append(not_supported(f"{field}.diskURI", uri, (_MANAGED,)))
    if kind != "Managed" and not uri.startswith("https://"):
        errors.append(not_supported(f"{field}.diskURI", uri, (_BLOB,)))
    return errors


def with_secret(*keys: str, secret: tuple[str, ...] = ("name",)) -> Check:
    """A check that the keys are there, and the keys of `secretRef` if that is."""

    def check(field: str, source: Body) -> list[FieldError]:
        errors = present(field, source, *keys)
        held = source.get("secretRef")
        return errors if held is None else errors + present(f"{field}.secretRef", held, *secret)

    return check


def storage_os(field: str, source: Body) -> list[FieldError]:
    errors = named(f"{field}.volumeName", source.get("volumeName"))
    if source.get("volumeNamespace"):
        errors += formed(f"{field}.volumeNamespace", source["volumeNamespace"], names.dns_label)
    return errors + with_secret()(field, source)


def driver_name(field: str, name: str) -> list[FieldError]:
    """The name of a CSI driver. Follows ValidateCSIDriverName."""
    errors = [] if name else [required(field)]
    if len(name.encode()) > _LONGEST_DRIVER:
        errors.append(too_long(field, _LONGEST_DRIVER))
    return errors + [invalid_value(field, name, message) for message in names.dns_subdomain(name.lower())]
