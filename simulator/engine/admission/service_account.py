"""ServiceAccount: every pod runs as one, and reads its token from a projected volume.

Follows plugin/pkg/admission/serviceaccount/admission.go, v1.34. Upstream looks ten times for the account `default`,
which every new namespace gets from a controller; here the refusal says that it may pass, and whoever asked asks again.
"""

from __future__ import annotations

from .. import errors
from ..clock import MILLISECOND
from ..objects import annotations_of, name_of, namespace_of
from ..registry import Body, Reader
from .attributes import ON_CREATE, Attributes, Plugin

_MOUNT_PATH = "/var/run/secrets/kubernetes.io/serviceaccount"
TRIES = 10
INTERVAL = 150 * MILLISECOND
"""Between two tries; upstream draws it between 100 and 200."""

_DEFAULT = "default"
_MIRROR = "kubernetes.io/config.mirror"


def admit(attributes: Attributes, reader: Reader) -> Body:
    body = attributes.body
    if _MIRROR in annotations_of(body):
        return body
    spec = body["spec"]
    account_name = spec.get("serviceAccountName") or _DEFAULT
    account = reader.get("serviceaccounts", namespace_of(body), account_name)
    if account is None:
        detail = f"error looking up service account {namespace_of(body)}/{account_name}: "
        detail += f'serviceaccount "{account_name}" not found'
        raise errors.forbidden("pods", name_of(body), detail, may_pass=account_name == _DEFAULT)
    spec = {**spec, "serviceAccountName": account_name, "serviceAccount": account_name}
    if account.get("imagePullSecrets") and not spec.get("imagePullSecrets"):
        spec["imagePullSecrets"] = account["imagePullSecrets"]
    wanted = spec.get("automountServiceAccountToken", account.get("automountServiceAccountToken", True))
    return {**body, "spec": _with_token(spec, name_of(body)) if wanted else spec}


def _with_token(spec: Body, pod: str) -> Body:
    """Mounts the token where no container mounts something there already. The volume's name ends as the pod's does."""
    for container in (*(spec.get("initContainers") or ()), *(spec.get("containers") or ())):
        if any(mount.get("mountPath") == _MOUNT_PATH for mount in container.get("volumeMounts") or ()):
            return spec
    volume = f"kube-api-access-{pod[-5:].strip('-.')}"
    mount = {"name": volume, "readOnly": True, "mountPath": _MOUNT_PATH}

    def mounted(container: Body) -> Body:
        return {**container, "volumeMounts": [*(container.get("volumeMounts") or ()), mount]}

    changed = {**spec, "containers": [mounted(container) for container in spec.get("containers") or ()]}
    if spec.get("initContainers"):
        changed["initContainers"] = [mounted(container) for container in spec["initContainers"]]
    changed["volumes"] = [*(spec.get("volumes") or ()), {"name": volume, "projected": _PROJECTED}]
    return changed


_PROJECTED = {
    "defaultMode": 420,
    "sources": [
        {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
        {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}},
        {
            "downwardAPI": {
                "items": [{"path": "namespace", "fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"}}]
            }
        },
    ],
}

PLUGIN = Plugin("ServiceAccount", operations=ON_CREATE, resources=frozenset({"pods"}), admit=admit)
