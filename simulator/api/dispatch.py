"""Which handler answers a request: the server's own paths, then objects by verb. Errors become Status objects."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import DatabaseError

from simulator import store
from simulator.api import (
    authorization,
    custom_metrics,
    deleting,
    discovery,
    evicting,
    impersonation,
    logs,
    openapi,
    proxying,
    reads,
    refusals,
    refused_writes,
    reviews,
    routes,
    scaling,
    scraping,
    tokens,
    watching,
    writing,
)
from simulator.api.calls import Answer, Call, answer, dump, warned
from simulator.api.negotiation import JSON, accept
from simulator.api.options import flag
from simulator.api.streams import port_forward, remote_command
from simulator.engine.errors import StatusError
from simulator.engine.registry import Body

log = logging.getLogger(__name__)

Handler = Callable[[Call], Answer]

_VERBS: dict[str, Handler] = {
    "get": reads.get,
    "list": reads.list_,
    "watch": watching.watch,
    "create": writing.create,
    "update": writing.update,
    "patch": writing.patch,
    "delete": deleting.delete,
    "deletecollection": deleting.delete_collection,
}
_SUBRESOURCES: dict[str, dict[str, Handler]] = {
    "status": {"get": reads.get, "update": writing.update, "patch": writing.patch},
    "ephemeralcontainers": {"get": reads.get, "update": writing.update, "patch": writing.patch},
    "finalize": {"update": writing.update},
    "resize": {"get": reads.get, "update": writing.update, "patch": writing.patch},
    "scale": {"get": scaling.get_scale, "update": scaling.put_scale, "patch": scaling.put_scale},
    "binding": {"create": scaling.bind},
    "eviction": {"create": evicting.evict},
    "log": {"get": logs.log},
    "exec": {"get": remote_command.execute, "create": remote_command.execute},
    "attach": {"get": remote_command.attach, "create": remote_command.attach},
    "portforward": {"get": port_forward.forward, "create": port_forward.forward},
    "proxy": dict.fromkeys(("create", "delete", "get", "patch", "update"), proxying.proxy),
    "token": {"create": tokens.request},
}
_ANY_ANSWER = frozenset(("log", "exec", "attach", "portforward", "proxy"))
"""Subresources whose answers are not objects, whatever the client says it accepts."""


def serve(call: Call) -> Answer:
    """The answer to a request; whatever goes wrong is a Status."""
    try:
        return _serve(call)
    except StatusError as error:
        refused_writes.remember(call, error)
        return refused(error, call)
    except DatabaseError as error:
        log.error("%s %s: %s", call.method, call.path, store.trouble_of(error))
        return refused(refusals.no_storage(store.trouble_of(error)), call)
    except Exception:
        log.exception("%s %s", call.method, call.path)
        return refused(refusals.internal(), call)


def refused(error: StatusError, call: Call | None = None) -> Answer:
    """The Status of a refusal, in JSON unless the client wants YAML."""
    media = call.accept.media if call else JSON
    headers = warned(call) if call else {}
    if error.code == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if error.details.get("retryAfterSeconds"):
        headers["Retry-After"] = str(error.details["retryAfterSeconds"])
    may_pass = error.may_pass and call is not None and not call.cluster.paused
    return Answer(error.code, dump(error.status(), media), media, headers, may_pass=may_pass)


def _serve(call: Call) -> Answer:
    parts = call.path.strip("/").split("/")
    if call.path.endswith("/") and "proxy" in (*parts[4:5], *parts[6:7]):
        parts.append("")  # the path behind a proxy keeps its slash
    impersonation.act_as(call)
    authorization.check(call)
    if own := _own(call, parts):
        return own
    if parts[0] not in ("api", "apis") or len(parts) < 2:
        raise refusals.no_such_path()
    call.route = routes.find(call.kinds, parts, call.method, watch=flag(call.query, "watch"))
    if call.route.kind.deprecation:
        call.warnings.append(call.route.kind.deprecation)
    header = call.headers.get("Accept", "")
    if call.route.subresource not in _ANY_ANSWER:
        call.accept = accept(header)
    if not call.route.kind.stored:
        return reviews.create(call)
    handlers = _SUBRESOURCES[call.route.subresource] if call.route.subresource else _VERBS
    return handlers[call.route.verb](call)


def _own(call: Call, parts: list[str]) -> Answer | None:
    """The server's own documents: health, version, discovery, OpenAPI."""
    known = _document(call, parts)
    if known is not None and call.method not in ("GET", "HEAD"):
        raise refusals.method_not_allowed()
    return known() if known else None


def _document(call: Call, parts: list[str]) -> Callable[[], Answer] | None:
    match parts:
        case [""]:
            return lambda: _discovered(call, lambda: discovery.paths(call.kinds, custom_metrics.groups(call)))
        case ["healthz" | "livez" | "readyz", *_]:
            return lambda: Answer(200, b"ok", "text/plain; charset=utf-8")
        case ["metrics", target] if target in scraping.PATHS:
            return lambda: scraping.page(call, target)
        case ["version"]:
            return lambda: _discovered(call, lambda: discovery.VERSION)
        case ["api"]:
            return lambda: _groups(call, core=True)
        case ["apis"]:
            return lambda: _groups(call, core=False)
        case ["api", version]:
            return lambda: _discovered(call, lambda: discovery.resource_list(call.kinds, "", version))
        case ["apis", group]:
            return lambda: _discovered(
                call, lambda: discovery.group(call.kinds, group, custom_metrics.groups(call, group))
            )
        case ["apis", group, version] if group:
            return lambda: _discovered(
                call, lambda: discovery.resource_list(call.kinds, group, version, custom_metrics.groups(call, group))
            )
        case ["apis", group, version, *rest] if group in custom_metrics.GROUPS:
            return lambda: _discovered(call, lambda: custom_metrics.get(call, group, version, rest))
        case ["openapi", "v2"]:
            if call.headers.get("Accept", "").startswith("application/com.github.proto-openapi.spec.v2"):
                return lambda: Answer(200, openapi.v2_protobuf(), openapi.V2_PROTOBUF)
            return lambda: _tagged(call, openapi.v2(call.kinds))
        case ["openapi", "v3"]:
            return lambda: Answer(200, dump(openapi.v3_index(call.kinds, call.prefix), JSON), JSON)
        case ["openapi", "v3", *rest]:
            return lambda: _tagged(call, openapi.v3(call.kinds, "/".join(rest)))
    return None


def _discovered(call: Call, make: Callable[[], Body]) -> Answer:
    call.accept = accept(call.headers.get("Accept", ""))
    return answer(call, make())


def _groups(call: Call, *, core: bool) -> Answer:
    """The groups, with all resources in one answer where the client can read that."""
    call.accept = accept(call.headers.get("Accept", ""), discovery=True)
    others = [] if core else custom_metrics.groups(call)
    if call.accept.shape:
        found = answer(call, discovery.aggregated(call.kinds, call.accept, core=core, others=others))
    elif core:
        found = answer(call, discovery.api_versions(call.kinds))
    else:
        found = answer(call, discovery.group_list(call.kinds, others))
    found.headers |= {"ETag": discovery.etag(found.content), "Vary": "Accept"}
    if call.headers.get("If-None-Match", "") == found.headers["ETag"]:
        return Answer(304, b"", found.content_type, found.headers)
    return found


def _tagged(call: Call, content: bytes) -> Answer:
    tag = discovery.etag(content)
    headers = {
        "ETag": tag,
        "Vary": "Accept",
        "Cache-Control": "public, immutable" if "hash" in call.query else "no-cache",
    }
    if call.headers.get("If-None-Match", "") == tag:
        return Answer(304, b"", JSON, headers)
    return Answer(200, content, JSON, headers)
