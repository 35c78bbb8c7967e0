"""The subresource token of a service account: a signed token for a while, perhaps bound to an object.

Follows pkg/registry/core/serviceaccount/storage/token.go and pkg/apis/authentication/v1/defaults.go, v1.34.
"""

from __future__ import annotations

from uuid import uuid4

from simulator import authentication, reading
from simulator.api import bodies
from simulator.api.calls import Answer, Call, answer
from simulator.api.options import write_options
from simulator.engine import errors, service_accounts
from simulator.engine.clock import SECOND
from simulator.engine.errors import FieldError
from simulator.engine.objects import get_in, set_in, timestamp, uid_of
from simulator.engine.rbac.rules import quote
from simulator.engine.registry import Body
from simulator.engine.validation import reviews

_GROUP, _KIND = "authentication.k8s.io", "TokenRequest"
_HOUR = 3600
_EXTENDED = 365 * 24 * _HOUR
_PROJECTED = _HOUR + 7
"""The lifetime that the ServiceAccount plugin asks for: such a token is taken for a year, so that no client fails."""
_BOUND = {"Pod": "pods", "Secret": "secrets", "Node": "nodes"}


def request(call: Call) -> Answer:
    """Answers with the request and its token, 201. Raises StatusError."""
    options = write_options(call.query, "CreateOptions")
    body = bodies.read(call, _GROUP, "v1", _KIND, validation=options.validation)
    namespace, name = call.route.namespace or "", call.route.name
    _check_names(body, namespace, name)
    reader = reading.DatabaseReader(call.cluster)
    account = reader.get("serviceaccounts", namespace, name)
    if account is None:
        raise errors.not_found("serviceaccounts", name)
    spec = dict(body.get("spec") or {})
    spec["audiences"] = spec.get("audiences") or list(service_accounts.AUDIENCES)
    spec.setdefault("expirationSeconds", _HOUR)
    meta = {**body["metadata"], "name": name, "namespace": namespace, "creationTimestamp": timestamp(call.now)}
    body = {"kind": _KIND, "apiVersion": f"{_GROUP}/v1", "metadata": meta, "spec": spec}
    broken = reviews.token_request(body)
    if broken:
        raise errors.invalid(_GROUP, _KIND, "", broken)
    bound = _bound(reader, namespace, name, spec.get("boundObjectRef"))
    claims = service_accounts.bound_claims(
        account,
        audiences=spec["audiences"],
        seconds=_lifetime(spec, bound),
        now=call.now,
        token_id=str(uuid4()),
        bound=bound,
    )
    if "pod" in bound and spec["expirationSeconds"] != _lifetime(spec, bound):
        claims["kubernetes.io"]["warnafter"] = claims["iat"] + spec["expirationSeconds"]
    token = service_accounts.sign(authentication.signing_secret(call.cluster), claims)
    ends = timestamp(call.now + spec["expirationSeconds"] * SECOND)
    return answer(call, {**body, "status": {"token": token, "expirationTimestamp": ends}}, 201)


def _check_names(body: Body, namespace: str, name: str) -> None:
    for field, own in (("name", name), ("namespace", namespace)):
        given = body["metadata"].get(field)
        if given and given != own:
            detail = f"must match the service account {field} if specified"
            wrong = FieldError("FieldValueInvalid", f"metadata.{field}", given, detail)
            raise errors.invalid(_GROUP, _KIND, name, [wrong])


def _lifetime(spec: Body, bound: dict[str, Body]) -> int:
    seconds: int = spec["expirationSeconds"]
    is_ours = set(spec["audiences"]) <= set(service_accounts.AUDIENCES)
    return _EXTENDED if "pod" in bound and seconds == _PROJECTED and is_ours else seconds


def _bound(reader: reading.DatabaseReader, namespace: str, account: str, reference: Body | None) -> dict[str, Body]:
    """The objects that the token lives with, by the name of their claim. Raises StatusError."""
    if reference is None:
        return {}
    kind, version, name = (reference.get(field) or "" for field in ("kind", "apiVersion", "name"))
    group, _, version = version.rpartition("/")
    resource = _BOUND.get(kind)
    if resource is None or group:
        raise errors.bad_request(f"cannot bind token to object of type {group}/{version}, Kind={kind}")
    held = reader.get(resource, "" if kind == "Node" else namespace, name)
    if held is None:
        raise errors.not_found(resource, name)
    bound = {kind.lower(): held}
    if kind == "Pod":
        if get_in(held, "spec", "serviceAccountName", default="") != account:
            detail = "to pod running with different serviceaccount name."
            raise errors.bad_request(f"cannot bind token for serviceaccount {quote(account)} {detail}")
        if node := get_in(held, "spec", "nodeName"):
            bound["node"] = reader.get("nodes", "", node) or set_in({}, ("metadata", "name"), node)
    if reference.get("uid") not in (None, "", uid_of(held)):
        detail = (
            f"the UID in the bound object reference ({reference['uid']}) does not match the UID in record. The object "
            "might have been deleted and then recreated"
        )
        raise errors.conflict(kind, name, detail)
    return bound
