"""PersistentVolumeClaims.

Follows staging/src/k8s.io/kubectl/pkg/describe/describe.go (describePersistentVolumeClaim), v1.32.
"""

from __future__ import annotations

from simulator.engine.printing import access_modes
from simulator.engine.registry import Body
from simulator.terminal.describe.description import Description
from simulator.terminal.describe.writing import NONE


def claim(told: Description) -> None:
    spec, status, meta = told.spec, told.status, told.body["metadata"]
    told.head()
    told.line(0, f"StorageClass:\t{spec.get('storageClassName', '')}")
    if meta.get("deletionTimestamp"):
        told.line(0, f"Status:\tTerminating (lasts {told.page.ago(meta['deletionTimestamp'])})")
    else:
        told.line(0, f"Status:\t{status.get('phase', '')}")
    told.line(0, f"Volume:\t{spec.get('volumeName', '')}")
    told.labels()
    told.annotations()
    told.line(0, f"Finalizers:\t[{' '.join(meta.get('finalizers') or ())}]")
    is_bound = bool(spec.get("volumeName"))
    told.line(0, f"Capacity:\t{(status.get('capacity') or {}).get('storage', '0') if is_bound else ''}")
    told.line(0, f"Access Modes:\t{access_modes(status.get('accessModes')) if is_bound else ''}")
    if spec.get("volumeMode"):
        told.line(0, f"VolumeMode:\t{spec['volumeMode']}")
    if source := spec.get("dataSource"):
        told.line(0, "DataSource:")
        if source.get("apiGroup"):
            told.line(1, f"APIGroup:\t{source['apiGroup']}")
        told.line(1, f"Kind:\t{source['kind']}")
        told.line(1, f"Name:\t{source['name']}")
    _used_by(told)
    conditions = status.get("conditions") or ()
    if conditions:
        told.line(0, "Conditions:")
        told.line(1, "Type\tStatus\tLastProbeTime\tLastTransitionTime\tReason\tMessage")
        told.line(1, "----\t------\t-----------------\t------------------\t------\t-------")
    for one in conditions:
        seen, since = (told.page.time(one.get(field)) for field in ("lastProbeTime", "lastTransitionTime"))
        told.line(
            1,
            f"{one['type']} \t{one['status']} \t{seen} \t{since} \t{one.get('reason', '')} \t{one.get('message', '')}",
        )
    told.events()


def _used_by(told: Description) -> None:
    users = sorted(one["metadata"]["name"] for one in told.listed("pods", told.namespace) if _uses(one, told.name))
    told.page.write(0, "Used By:\t")
    if not users:
        told.page.write(0, f"{NONE}\n")
    for at, name in enumerate(users):
        told.page.write(0, f"{chr(9) if at else ''}{name}\n")


def _uses(pod: Body, claim_name: str) -> bool:
    for volume in pod["spec"].get("volumes") or ():
        if volume.get("persistentVolumeClaim", {}).get("claimName") == claim_name:
            return True
        if "ephemeral" in volume and f"{pod['metadata']['name']}-{volume['name']}" == claim_name:
            return True
    return False
