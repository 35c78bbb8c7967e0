"""Questions about who somebody is and what they may do. Nothing is stored: the answer is the review with its status.

Follows pkg/registry/authorization and pkg/registry/authentication, v1.34.
"""

from __future__ import annotations

from collections.abc import Callable

from simulator import authentication
from simulator.api import authorization, bodies, writing
from simulator.api.calls import Answer, Call, answer
from simulator.api.options import write_options
from simulator.engine import errors, service_accounts
from simulator.engine.objects import spec_of, timestamp
from simulator.engine.rbac.rules import Attributes
from simulator.engine.rbac.subjects import Subject
from simulator.engine.registry import Body

_ASKED = ("verb", "group", "version", "resource", "subresource", "namespace", "name")


def create(call: Call) -> Answer:
    """Answers a review, 201. Raises StatusError."""
    options = write_options(call.query, "CreateOptions")
    kind = call.route.kind
    body = bodies.read(call, kind.group, kind.version, kind.kind, validation=options.validation)
    body = writing.with_namespace(call, body)
    if broken := kind.validate(body):
        raise errors.invalid(kind.group, kind.kind, body["metadata"].get("name", ""), broken)
    return answer(call, _ANSWERS[kind.resource](call, body), 201)


def _token_review(call: Call, body: Body) -> Body:
    spec = spec_of(body)
    if not spec.get("token"):
        raise errors.bad_request("token is required for TokenReview in authentication")
    audiences = spec.get("audiences") or service_accounts.AUDIENCES
    found = authentication.token_holder(call.cluster, spec["token"], audiences)
    status: Body = {"user": {}, "error": found.error} if found.error else {}
    if found.subject is not None:
        status = {
            "authenticated": True,
            "user": found.subject.user_info(),
            "audiences": list(found.audiences),
        }
    return {**body, "status": status}


def _self_subject_review(call: Call, body: Body) -> Body:
    meta = {"creationTimestamp": timestamp(call.now)}
    return {**body, "metadata": meta, "status": {"userInfo": call.subject.user_info()}}


def _subject_access_review(call: Call, body: Body) -> Body:
    spec = spec_of(body)
    extra = tuple(sorted((key, tuple(values)) for key, values in (spec.get("extra") or {}).items()))
    who = Subject(spec.get("user") or "", tuple(spec.get("groups") or ()), spec.get("uid") or "", extra)
    return _decided(call, body, who)


def _self_subject_access_review(call: Call, body: Body) -> Body:
    return _decided(call, body, call.subject)


def _decided(call: Call, body: Body, who: Subject) -> Body:
    decision = authorization.policy_of(call).decide(who, _asked(spec_of(body)))
    status: Body = {"allowed": decision.allowed}
    if decision.reason:
        status["reason"] = decision.reason
    return {**body, "status": status}


def _asked(spec: Body) -> Attributes:
    """What a review asks about."""
    path = spec.get("nonResourceAttributes")
    if path is not None:
        return Attributes(path.get("verb", ""), path=path.get("path", ""), is_resource=False)
    given = {field: value for field, value in spec["resourceAttributes"].items() if field in _ASKED}
    return Attributes(**{"verb": "", **given})


def _self_subject_rules_review(call: Call, body: Body) -> Body:
    namespace = spec_of(body).get("namespace")
    if not namespace:
        raise errors.bad_request("no namespace on request")
    policy = authorization.policy_of(call)
    grants = policy.grants(call.subject, namespace)
    rules = [rule for grant in grants for rule in grant.rules]
    status: Body = {
        "resourceRules": [rule._replace(urls=()).body() for rule in rules if rule.resources],
        "nonResourceRules": [
            {"verbs": list(rule.verbs), "nonResourceURLs": list(rule.urls)} for rule in rules if rule.urls
        ],
        "incomplete": False,
    }
    if trouble := policy.trouble(grants):
        status["evaluationError"] = trouble
    return {**body, "spec": {}, "status": status}


_ANSWERS: dict[str, Callable[[Call, Body], Body]] = {
    "tokenreviews.authentication.k8s.io": _token_review,
    "selfsubjectreviews.authentication.k8s.io": _self_subject_review,
    "subjectaccessreviews.authorization.k8s.io": _subject_access_review,
    "localsubjectaccessreviews.authorization.k8s.io": _subject_access_review,
    "selfsubjectaccessreviews.authorization.k8s.io": _self_subject_access_review,
    "selfsubjectrulesreviews.authorization.k8s.io": _self_subject_rules_review,
}
