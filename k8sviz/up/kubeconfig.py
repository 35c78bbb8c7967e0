"""Writes DATA_DIR/kubeconfig: with it, the machine's own kubectl talks to a cluster of k8sviz."""

import base64
import os
from pathlib import Path

import yaml


def write(path: Path, *, cluster: str, server: str, authority: bytes, token: str) -> None:
    """`server` is the URL of the cluster's API, `authority` the PEM certificate that vouches for it."""
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": cluster,
        "clusters": [
            {
                "name": cluster,
                "cluster": {
                    "server": server,
                    "certificate-authority-data": base64.b64encode(authority).decode(),
                },
            }
        ],
        "users": [{"name": f"{cluster}-admin", "user": {"token": token}}],
        "contexts": [{"name": cluster, "context": {"cluster": cluster, "user": f"{cluster}-admin"}}],
    }
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        yaml.safe_dump(content, file, sort_keys=False)
    draft.replace(path)
