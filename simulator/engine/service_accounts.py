"""The tokens of service accounts: what they claim, how they are signed, and whether they still hold.

Follows pkg/serviceaccount/{jwt,claims,legacy}.go, v1.34. The key is derived from a secret of the cluster, so that
nothing has to be kept; it is an elliptic one (ES256), which upstream takes as well as kubeadm's RSA.
"""

from __future__ import annotations

import binascii
import hashlib
import json
from base64 import b64encode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from .clock import SECOND
from .objects import get_in, instant_of, name_of, namespace_of, uid_of
from .rbac.rules import quoted
from .rbac.subjects import AUTHENTICATED, Subject, account_groups, account_name
from .registry import Body, Instant, Reader

ISSUER = "https://kubernetes.default.svc.cluster.local"
LEGACY_ISSUER = "kubernetes/serviceaccount"
AUDIENCES = (ISSUER,)
"""Whom the API server itself is: the audience of a token that names none."""
TOKEN_TYPE = "kubernetes.io/service-account-token"
ACCOUNT_NAME, ACCOUNT_UID = "kubernetes.io/service-account.name", "kubernetes.io/service-account.uid"
_PRIVATE = "kubernetes.io"
_LEGACY = "kubernetes.io/serviceaccount/"
_EXTRA = "authentication.kubernetes.io/"
_LEEWAY = 60
"""Seconds by which the clocks of issuer and judge may differ."""
_INVALIDATED = "service account token has been invalidated"
_BOUND = {"pod": "pods", "secret": "secrets"}


class Refused(Exception):
    """Why a token is not taken, in upstream's words."""


def bound_claims(
    account: Body, *, audiences: Sequence[str], seconds: int, now: Instant, token_id: str, bound: dict[str, Body]
) -> Body:
    """What a token for an account says. `bound`: the objects that it lives and dies with, under pod, node or secret."""
    issued = now // SECOND
    references = {kind: _reference(body) for kind, body in (*bound.items(), ("serviceaccount", account))}
    own = {"namespace": namespace_of(account), **references}
    return {
        "aud": list(audiences),
        "exp": issued + seconds,
        "iat": issued,
        "iss": ISSUER,
        "jti": token_id,
        _PRIVATE: dict(sorted(own.items())),
        "nbf": issued,
        "sub": account_name(namespace_of(account), name_of(account)),
    }


def _reference(body: Body) -> Body:
    return {"name": name_of(body), "uid": uid_of(body)}


def legacy_claims(account: Body, secret: Body) -> Body:
    """What the token of a Secret says: it has no end but that of the Secret."""
    return {
        "iss": LEGACY_ISSUER,
        f"{_LEGACY}namespace": namespace_of(account),
        f"{_LEGACY}secret.name": name_of(secret),
        f"{_LEGACY}service-account.name": name_of(account),
        f"{_LEGACY}service-account.uid": uid_of(account),
        "sub": account_name(namespace_of(account), name_of(account)),
    }


def sign(secret: bytes, claims: Body) -> str:
    """The claims as a signed JSON Web Token."""
    key = _key(secret)
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    header = {"alg": "ES256", "kid": _encoded(hashlib.sha256(public).digest())}
    signed = f"{_encoded(_dumped(header))}.{_encoded(_dumped(claims))}"
    packed = key.sign(signed.encode(), ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
    r, s = decode_dss_signature(packed)
    return f"{signed}.{_encoded(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def read(secret: bytes, token: str) -> Body | None:
    """The claims of a token that was signed with this secret; None for anything else."""
    parts = token.split(".")
    if len(parts) != 3 or not token.isascii():
        return None
    try:
        header, claims, signature = map(_decoded, parts)
        if json.loads(header).get("alg") != "ES256" or len(signature) != 64:
            return None
        r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
        signed = f"{parts[0]}.{parts[1]}".encode()
        _key(secret).public_key().verify(encode_dss_signature(r, s), signed, ec.ECDSA(hashes.SHA256()))
        held: Body = json.loads(claims)
    except (ValueError, AttributeError, binascii.Error, InvalidSignature):
        return None
    return held


def holder(
    reader: Reader, claims: Body, *, token: str, now: Instant, audiences: Sequence[str] = AUDIENCES
) -> tuple[Subject, tuple[str, ...]]:
    """Whose a token with these claims is, and for which of the audiences it holds.

    Time is the cluster's own: a token of ten minutes lasts ten minutes of its clock. Raises Refused.
    """
    if claims.get("iss") == LEGACY_ISSUER:
        return _legacy_holder(reader, claims, token), tuple(audiences)
    meant = tuple(one for one in audiences if one in claims["aud"])
    if not meant:
        raise Refused(
            f"token audiences {quoted(claims['aud'])} is invalid for the target audiences {quoted(audiences)}"
        )
    if now // SECOND > claims["exp"] + _LEEWAY:
        raise Refused("service account token has expired")
    if now // SECOND < claims["nbf"] - _LEEWAY:
        raise Refused("service account token is not valid yet")
    return _bound_holder(reader, claims, now), meant


def _bound_holder(reader: Reader, claims: Body, now: Instant) -> Subject:
    own = claims[_PRIVATE]
    namespace, account = own["namespace"], own["serviceaccount"]
    _check_account(reader, namespace, account["name"], account["uid"], now)
    extra = {"credential-id": f"JTI={claims['jti']}"}
    for kind, resource in _BOUND.items():
        if kind in own:
            _check_bound(reader.get(resource, namespace, own[kind]["name"]), own[kind], kind, now)
    if "pod" in own:
        extra |= {"pod-name": own["pod"]["name"], "pod-uid": own["pod"]["uid"]}
    if "node" in own:
        if "pod" not in own:
            _check_bound(reader.get("nodes", "", own["node"]["name"]), own["node"], "node", None)
        extra |= {"node-name": own["node"]["name"], "node-uid": own["node"]["uid"]}
    return _subject(namespace, account["name"], account["uid"], extra)


def _check_account(reader: Reader, namespace: str, name: str, uid: str, now: Instant | None) -> None:
    held = reader.get("serviceaccounts", namespace, name)
    if held is None:
        raise Refused(f'serviceaccounts "{name}" not found')
    if _is_long_gone(held, now):
        raise Refused(f"service account {namespace}/{name} has been deleted")
    if uid_of(held) != uid:
        raise Refused(f"service account UID ({uid_of(held)}) does not match claim ({uid})")


def _check_bound(held: Body | None, claimed: Body, called: str, now: Instant | None) -> None:
    if held is None or _is_long_gone(held, now):
        raise Refused(_INVALIDATED)
    if uid_of(held) != claimed["uid"]:
        raise Refused(
            f"{called} UID ({uid_of(held)}) does not match service account {called} ref claim ({claimed['uid']})"
        )


def _is_long_gone(body: Body, now: Instant | None) -> bool:
    """True for what should have been deleted more than the leeway ago; never where there is no `now`."""
    deleted = get_in(body, "metadata", "deletionTimestamp")
    return now is not None and deleted is not None and instant_of(deleted) < now - _LEEWAY * SECOND


def _legacy_holder(reader: Reader, claims: Body, token: str) -> Subject:
    namespace, name, uid, secret = (
        claims.get(f"{_LEGACY}{claim}", "")
        for claim in ("namespace", "service-account.name", "service-account.uid", "secret.name")
    )
    held = reader.get("secrets", namespace, secret)
    if held is None or "deletionTimestamp" in held["metadata"]:
        raise Refused(_INVALIDATED)
    if get_in(held, "data", "token") != b64encode(token.encode()).decode():
        raise Refused("service account token does not match server's copy")
    _check_account(reader, namespace, name, uid, None)
    return _subject(namespace, name, uid, {})


def _subject(namespace: str, name: str, uid: str, extra: dict[str, str]) -> Subject:
    groups = (*account_groups(namespace), AUTHENTICATED)
    named = tuple((f"{_EXTRA}{key}", (value,)) for key, value in sorted(extra.items()) if value)
    return Subject(account_name(namespace, name), groups, uid, named)


@lru_cache(maxsize=64)
def _key(secret: bytes) -> ec.EllipticCurvePrivateKey:
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    drawn = int.from_bytes(hashlib.sha512(b"service-account-signing-key\x1f" + secret).digest(), "big")
    return ec.derive_private_key(drawn % (order - 1) + 1, ec.SECP256R1())


def _dumped(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def _encoded(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
