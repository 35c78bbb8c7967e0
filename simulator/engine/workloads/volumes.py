"""What lies in the volumes of a pod that nobody writes to: ConfigMaps, Secrets, the downward API, projections of these.

Follows pkg/volume/{configmap,secret,downwardapi,projected} and the layout of pkg/volume/util/atomic_writer.go, v1.34:
the files are in a directory named after the instant, `..data` points to it, and each name points through `..data`.
"""

from __future__ import annotations

import json
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b

from ..objects import instant_of, name_of, namespace_of, spec_of, status_of, timestamp, uid_of
from ..registry import Body, Reader
from . import downward
from .nodes import Node, Tree, directory, link, with_parents

_MODE = 0o644
_TOKEN_MODE = 0o600
_SECOND = 1_000_000
_Item = tuple[str, bytes, int]
"""A path below the volume's root, its content and its mode."""


def tree(pod: Body, volume: Body, reader: Reader) -> Tree | None:
    """The content of a volume, by path from its root; None for one that processes write to."""
    namespace = namespace_of(pod)
    if volume.get("configMap") is not None:
        source = volume["configMap"]
        return _laid_out(pod, _config_map(source, source.get("name", ""), namespace, reader, _mode(source)))
    if volume.get("secret") is not None:
        source = volume["secret"]
        return _laid_out(pod, _secret(source, source.get("secretName", ""), namespace, reader, _mode(source)))
    if volume.get("downwardAPI") is not None:
        source = volume["downwardAPI"]
        return _laid_out(pod, _downward(source, pod, reader, _mode(source)))
    if volume.get("projected") is not None:
        return _laid_out(pod, _projected(volume["projected"], pod, reader))
    if volume.get("image") is not None:
        return with_parents({})
    return None


def _mode(source: Body) -> int:
    return int(source.get("defaultMode") or _MODE)


def _chosen(source: Body, data: Mapping[str, bytes], mode: int) -> Iterator[_Item]:
    """All keys, or those that `items` names."""
    if not source.get("items"):
        yield from ((key, content, mode) for key, content in sorted(data.items()))
        return
    for item in source["items"]:
        if item["key"] in data:
            yield item["path"], data[item["key"]], int(item.get("mode") or mode)


def _config_map(source: Body, name: str, namespace: str, reader: Reader, mode: int) -> Iterator[_Item]:
    body = reader.get("configmaps", namespace, name) or {}
    data = {key: text.encode() for key, text in (body.get("data") or {}).items()}
    data |= {key: b64decode(text) for key, text in (body.get("binaryData") or {}).items()}
    return _chosen(source, data, mode)


def _secret(source: Body, name: str, namespace: str, reader: Reader, mode: int) -> Iterator[_Item]:
    body = reader.get("secrets", namespace, name) or {}
    return _chosen(source, {key: b64decode(text) for key, text in (body.get("data") or {}).items()}, mode)


def _downward(source: Body, pod: Body, reader: Reader, mode: int) -> Iterator[_Item]:
    for item in source.get("items") or ():
        if item.get("fieldRef"):
            text = downward.field(pod, item["fieldRef"]["fieldPath"])
        else:
            text = downward.resource(pod, {}, item["resourceFieldRef"], reader)
        yield item["path"], text.encode(), int(item.get("mode") or mode)


def _projected(source: Body, pod: Body, reader: Reader) -> Iterator[_Item]:
    mode, namespace = _mode(source), namespace_of(pod)
    for one in source.get("sources") or ():
        if one.get("configMap"):
            yield from _config_map(one["configMap"], one["configMap"].get("name", ""), namespace, reader, mode)
        elif one.get("secret"):
            yield from _secret(one["secret"], one["secret"].get("name", ""), namespace, reader, mode)
        elif one.get("downwardAPI"):
            yield from _downward(one["downwardAPI"], pod, reader, mode)
        elif one.get("serviceAccountToken"):
            token = one["serviceAccountToken"]
            yield token["path"], _token(pod, token), mode if spec_of(pod).get("securityContext") else _TOKEN_MODE


def _token(pod: Body, source: Body) -> bytes:
    """A token of the pod's service account in the form of a JSON Web Token; its signature is a hash."""
    issued = instant_of(status_of(pod).get("startTime") or pod["metadata"]["creationTimestamp"]) // _SECOND
    namespace, account = namespace_of(pod), spec_of(pod).get("serviceAccountName", "default")
    claims = {
        "aud": [source.get("audience") or "https://kubernetes.default.svc.cluster.local"],
        "exp": issued + int(source.get("expirationSeconds") or 3600),
        "iat": issued,
        "iss": "https://kubernetes.default.svc.cluster.local",
        "kubernetes.io": {
            "namespace": namespace,
            "pod": {"name": name_of(pod), "uid": uid_of(pod)},
            "serviceaccount": {"name": account},
        },
        "nbf": issued,
        "sub": f"system:serviceaccount:{namespace}:{account}",
    }
    head = b".".join(_encoded(json.dumps(part).encode()) for part in ({"alg": "RS256", "typ": "JWT"}, claims))
    return head + b"." + _encoded(blake2b(head, digest_size=64).digest())


def _encoded(data: bytes) -> bytes:
    return urlsafe_b64encode(data).rstrip(b"=")


def _laid_out(pod: Body, items: Iterable[_Item]) -> Tree:
    started = status_of(pod).get("startTime") or pod["metadata"].get("creationTimestamp") or timestamp(0)
    modified = instant_of(started)
    items = list(items)
    figure = int(blake2b(repr(items).encode(), digest_size=4).hexdigest(), 16)
    place = f"..{started[:19].replace('-', '_').replace('T', '_').replace(':', '_')}.{figure}"
    group = (spec_of(pod).get("securityContext") or {}).get("fsGroup") or 0
    found: dict[str, Node] = {
        "/": directory(0o1777, gid=group),
        f"/{place}": directory(0o755, gid=group),
        "/..data": link(place),
    }
    for path, content, mode in items:
        found[f"/{place}/{path}"] = Node("file", mode, content, modified, 0, group)
        first = path.partition("/")[0]
        found[f"/{first}"] = link(f"..data/{first}")
    return {path: node._replace(modified=modified) for path, node in with_parents(found).items()}
