"""The volumes of a pod or of a template.

Follows staging/src/k8s.io/kubectl/pkg/describe/describe.go (describeVolumes), v1.32.
"""

from __future__ import annotations

from collections.abc import Callable

from simulator.engine.registry import Body
from simulator.terminal.describe.writing import NONE, UNSET, Page, pairs

_INNER = "    "


def write_volumes(page: Page, volumes: list[Body] | None, space: str) -> None:
    if not volumes:
        page.line(0, f"{space}Volumes:\t{NONE}")
        return
    page.line(0, f"{space}Volumes:")
    for volume in volumes:
        page.line(1, f"{' ' if space else ''}{volume['name']}:")
        source = next((one for one in volume if one in _SOURCES), None)
        if source is None:
            page.line(1, "<unknown>")
        else:
            _SOURCES[source](page, volume[source])


def _rows(page: Page, kind: str, *rows: tuple[str, object]) -> None:
    page.line(2, f"Type:\t{kind}")
    for title, value in rows:
        page.line(0, f"{_INNER}{title}:\t{value}")


def _said(value: object) -> str:
    return "true" if value else "false"


def _host_path(page: Page, held: Body) -> None:
    rows = ("Path", held.get("path", "")), ("HostPathType", held.get("type", "<none>"))
    _rows(page, "HostPath (bare host directory volume)", *rows)


def _empty_dir(page: Page, held: Body) -> None:
    limit = held.get("sizeLimit")
    rows = ("Medium", held.get("medium", "")), ("SizeLimit", limit if limit and limit != "0" else UNSET)
    _rows(page, "EmptyDir (a temporary directory that shares a pod's lifetime)", *rows)


def _secret(page: Page, held: Body) -> None:
    rows = ("SecretName", held.get("secretName", "")), ("Optional", _said(held.get("optional")))
    _rows(page, "Secret (a volume populated by a Secret)", *rows)


def _config_map(page: Page, held: Body) -> None:
    rows = ("Name", held.get("name", "")), ("Optional", _said(held.get("optional")))
    _rows(page, "ConfigMap (a volume populated by a ConfigMap)", *rows)


def _claim(page: Page, held: Body) -> None:
    rows = ("ClaimName", held["claimName"]), ("ReadOnly", _said(held.get("readOnly")))
    _rows(page, "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)", *rows)


def _nfs(page: Page, held: Body) -> None:
    rows = ("Server", held["server"]), ("Path", held["path"]), ("ReadOnly", _said(held.get("readOnly")))
    _rows(page, "NFS (an NFS mount that lasts the lifetime of a pod)", *rows)


def _csi(page: Page, held: Body) -> None:
    rows = ("Driver", held["driver"]), ("FSType", held.get("fsType", "")), ("ReadOnly", _said(held.get("readOnly")))
    _rows(page, "CSI (a Container Storage Interface (CSI) volume source)", *rows)
    page.line(0, f"    VolumeAttributes:\t{pairs(held.get('volumeAttributes'))}")


def _downward(page: Page, held: Body) -> None:
    page.line(2, "Type:\tDownwardAPI (a volume populated by information about the pod)")
    page.line(0, "    Items:")
    for item in held.get("items") or ():
        field = item.get("fieldRef", {}).get("fieldPath") or item.get("resourceFieldRef", {}).get("resource")
        page.line(3, f"{field} -> {item['path']}")


def _projected(page: Page, held: Body) -> None:
    page.line(2, "Type:\tProjected (a volume that contains injected data from multiple sources)")
    for source in held.get("sources") or ():
        if "secret" in source:
            page.line(2, f"SecretName:\t{source['secret'].get('name', '')}")
            page.line(0, f"    SecretOptionalName:\t{_optional(source['secret'])}")
        elif "downwardAPI" in source:
            page.line(2, "DownwardAPI:\ttrue")
        elif "configMap" in source:
            page.line(2, f"ConfigMapName:\t{source['configMap'].get('name', '')}")
            page.line(0, f"    ConfigMapOptional:\t{_optional(source['configMap'])}")
        elif "serviceAccountToken" in source:
            page.line(2, f"TokenExpirationSeconds:\t{source['serviceAccountToken'].get('expirationSeconds', 3600)}")


def _optional(held: Body) -> str:
    return "<nil>" if held.get("optional") is None else _said(held["optional"])


def _ephemeral(page: Page, held: Body) -> None:
    page.line(
        2, "Type:\tEphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)"
    )
    spec = (held.get("volumeClaimTemplate") or {}).get("spec") or {}
    page.line(2, f"StorageClass:\t{spec.get('storageClassName', '')}")
    page.line(2, "Volume:\t")
    page.line(2, f"Labels:\t{NONE}")
    page.line(2, f"Annotations:\t{NONE}")
    page.line(2, "Capacity:\t")
    page.line(2, "Access Modes:\t")
    if spec.get("volumeMode"):
        page.line(2, f"VolumeMode:\t{spec['volumeMode']}")


def _image(page: Page, held: Body) -> None:
    page.line(2, "Type:\tImage (a container image or OCI artifact)")
    page.line(2, f"Reference:\t{held.get('reference', '')}")
    page.line(2, f"PullPolicy:\t{held.get('pullPolicy', '')}")


_SOURCES: dict[str, Callable[[Page, Body], None]] = {
    "hostPath": _host_path,
    "emptyDir": _empty_dir,
    "secret": _secret,
    "configMap": _config_map,
    "persistentVolumeClaim": _claim,
    "nfs": _nfs,
    "csi": _csi,
    "downwardAPI": _downward,
    "projected": _projected,
    "ephemeral": _ephemeral,
    "image": _image,
}
