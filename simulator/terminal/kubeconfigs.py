"""A kubeconfig for one cluster, as the house writes one for cluster `demo`."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from simulator.access import is_loopback
from simulator.models import Cluster


def text_of(cluster: Cluster, *, host: str, is_secure: bool) -> str:
    """host: by which the page was asked for; is_secure: by TLS, so that the API is where the page is."""
    name = cluster.name
    own = host.rsplit(":", 1)[0] if not host.endswith("]") else host
    server = f"https://{host}" if is_secure and not is_loopback(host) else f"https://{own}:{settings.KUBE_PORT}"
    held: dict[str, Any] = {"server": f"{server}/k8s/{name}"}
    authority = Path(settings.DATA_DIR) / "tls" / "ca.crt"
    if authority.exists() and not (is_secure and not is_loopback(host)):
        held["certificate-authority-data"] = base64.b64encode(authority.read_bytes()).decode()
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": name,
        "clusters": [{"name": name, "cluster": held}],
        "users": [{"name": f"{name}-admin", "user": {"token": cluster.token}}],
        "contexts": [{"name": name, "context": {"cluster": name, "user": f"{name}-admin"}}],
    }
    text: str = yaml.safe_dump(content, sort_keys=False)
    return text
