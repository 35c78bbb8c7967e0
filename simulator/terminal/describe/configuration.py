"""ConfigMaps, Secrets, ServiceAccounts, PriorityClasses, StorageClasses.

Follows staging/src/k8s.io/kubectl/pkg/describe/describe.go, v1.32.
"""

from __future__ import annotations

import base64

from simulator.engine.objects import annotations_of
from simulator.engine.printing import labels_text
from simulator.terminal.describe.description import Description
from simulator.terminal.describe.writing import NONE, UNSET

_TOKEN = "kubernetes.io/service-account-token"
_DEFAULT = ("storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class")


def config_map(told: Description) -> None:
    told.head()
    told.labels()
    told.annotations()
    told.page.write(0, "\nData\n====\n")
    for key, value in sorted((told.body.get("data") or {}).items()):
        told.page.write(0, f"{key}:\n----\n")
        told.page.write(0, f"{value}\n")
        told.page.write(0, "\n")
    told.page.write(0, "\nBinaryData\n====\n")
    for key, value in sorted((told.body.get("binaryData") or {}).items()):
        told.line(0, f"{key}: {len(base64.b64decode(value))} bytes")
    told.line(0, "")
    told.events()


def secret(told: Description) -> None:
    told.head()
    told.labels()
    told.annotations()
    kind = told.body.get("type", "")
    told.page.write(0, f"\nType:\t{kind}\n")
    told.page.write(0, "\nData\n====\n")
    for key, value in sorted((told.body.get("data") or {}).items()):
        held = base64.b64decode(value or "")
        if key == "token" and kind == _TOKEN:
            told.line(0, f"{key}:\t{held.decode(errors='replace')}")
        else:
            told.line(0, f"{key}:\t{len(held)} bytes")


def service_account(told: Description) -> None:
    told.head()
    told.labels()
    told.annotations()
    secrets = told.listed("secrets", told.namespace)
    there = {one["metadata"]["name"] for one in secrets}
    tokens = [
        one["metadata"]["name"]
        for one in secrets
        if one.get("type") == _TOKEN and annotations_of(one).get("kubernetes.io/service-account.name") == told.name
    ]
    for title, names in (
        ("Image pull secrets:", [one["name"] for one in told.body.get("imagePullSecrets") or ()]),
        ("Mountable secrets: ", [one["name"] for one in told.body.get("secrets") or ()]),
        ("Tokens:            ", tokens),
    ):
        if not names:
            told.line(0, f"{title}\t{NONE}")
        for at, name in enumerate(names):
            missing = "" if name in there else " (not found)"
            told.line(0, f"{' ' * len(title) if at else title}\t{name}{missing}")
    told.events()


def priority_class(told: Description) -> None:
    told.line(0, f"Name:\t{told.name}")
    told.line(0, f"Value:\t{told.body.get('value', 0)}")
    told.line(0, f"GlobalDefault:\t{'true' if told.body.get('globalDefault') else 'false'}")
    told.line(0, f"PreemptionPolicy:\t{told.body.get('preemptionPolicy', '')}")
    told.line(0, f"Description:\t{told.body.get('description', '')}")
    told.line(0, f"Annotations:\t{labels_text(told.body['metadata'].get('annotations'))}")
    told.events()


def storage_class(told: Description) -> None:
    body, notes = told.body, annotations_of(told.body)
    told.line(0, f"Name:\t{told.name}")
    told.line(0, f"IsDefaultClass:\t{'Yes' if any(notes.get(one) == 'true' for one in _DEFAULT) else 'No'}")
    told.line(0, f"Annotations:\t{labels_text(notes)}")
    told.line(0, f"Provisioner:\t{body.get('provisioner', '')}")
    told.line(0, f"Parameters:\t{labels_text(body.get('parameters'))}")
    grows = body.get("allowVolumeExpansion")
    told.line(0, f"AllowVolumeExpansion:\t{UNSET if grows is None else 'True' if grows else 'False'}")
    options = body.get("mountOptions") or ()
    told.line(0, "MountOptions:" if options else f"MountOptions:\t{NONE}")
    for one in options:
        told.line(1, one)
    for title, field in (("ReclaimPolicy", "reclaimPolicy"), ("VolumeBindingMode", "volumeBindingMode")):
        if body.get(field):
            told.line(0, f"{title}:\t{body[field]}")
    told.events()
