"""get and list. A list of plain JSON is streamed page by page as the database's own text.

Follows staging/src/k8s.io/apiserver/pkg/endpoints/handlers/get.go, v1.34.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from itertools import islice
from typing import NamedTuple

import orjson
from django.db.models import Q

from simulator import reading
from simulator.api import refusals, tables, threads
from simulator.api.calls import Answer, Call, answer, warned
from simulator.api.negotiation import JSON
from simulator.api.options import Page, Selection, number, resource_version, selection
from simulator.engine import errors
from simulator.engine.objects import key_of, name_of, namespace_of
from simulator.engine.registry import Body, Key
from simulator.models import KubeObject

PAGE = 500
"""Objects that are read from the database at once: what a streamed list holds in memory."""


def get(call: Call) -> Answer:
    """One object, as JSON, YAML, a table or metadata alone. Raises StatusError 404."""
    kind, name = call.route.kind, call.route.name
    _check_not_too_new(call, "GetOptions")
    if kind.computed is not None:
        return answer(call, tables.shaped(call, _one_computed(call)))
    text = reading.body_text(call.cluster, kind.storage, call.route.namespace or "", name)
    if text is None:
        raise errors.not_found(kind.resource, name)
    if is_as_stored(call):
        return Answer(200, text, call.accept.content_type, warned(call))
    return answer(call, tables.shown(call, orjson.loads(text)))


def is_as_stored(call: Call) -> bool:
    """True if the answer is the database's own text."""
    kind = call.route.kind
    is_plain = call.accept.media == "application/json" and not call.accept.shape
    return is_plain and kind.at_read is None and not kind.stored_as


def _one_computed(call: Call) -> Body:
    """The one object of a computed kind that the route names. Raises StatusError 404."""
    for body in _computed(call):
        if name_of(body) == call.route.name:
            return body
    raise errors.not_found(call.route.kind.resource, call.route.name)


def _check_not_too_new(call: Call, options: str) -> None:
    asked = resource_version(call.query, options)
    current = call.cluster.revision
    if asked is not None and asked > current:
        raise refusals.too_new(asked, current)


def bodies(
    call: Call, chosen: Selection, revision: int, *, after: Key | None = None, most: int | None = None
) -> Iterator[Body]:
    """The chosen objects of the route's collection as they were at a revision, in etcd's order, read in pages.

    Raises Compacted.
    """
    kind = call.route.kind
    found = _computed(call) if kind.computed is not None else _stored(call, chosen, revision, after)
    yield from islice((body for body in found if chosen.matches(kind, body)), most)


def _computed(call: Call) -> Iterator[Body]:
    """The objects of a computed kind in the route's namespace."""
    kind, namespace = call.route.kind, call.route.namespace
    assert kind.computed is not None
    for body in kind.computed(reading.DatabaseReader(call.cluster), call.now):
        if namespace in (None, namespace_of(body)):
            yield body


def _stored(call: Call, chosen: Selection, revision: int, after: Key | None) -> Iterator[Body]:
    while True:
        page = _page(call, revision, after)
        yield from _served(call, chosen, page)
        if page.upto is None:
            return
        after = page.upto


def _served(call: Call, chosen: Selection, page: reading.Page) -> Iterator[Body]:
    """The objects of a page as the route's kind shows them now, but for those that their key rules out."""
    for row in page.texts:
        if chosen.admits(row.key):
            yield tables.seen(call, orjson.loads(row.text), call.now)


def list_(call: Call) -> Answer:
    """The objects of a collection, all of one revision. Raises StatusError on bad options."""
    chosen = selection(call.query, call.route.kind, call.route.name)
    _check_not_too_new(call, "ListOptions")
    place = _place(call)
    limit = number(call.query, "limit") or 0
    try:
        if call.accept.media == JSON and call.route.kind.computed is None and not limit:
            first = _page(call, place.revision, place.after)
            head = orjson.dumps(tables.shaped_list(call, [], {"resourceVersion": str(place.revision)}))
            stream = _stream(call, chosen, head, place.revision, first)
            return Answer(200, b"", call.accept.content_type, warned(call), stream)
        most = limit + 1 if limit > 0 else None
        found = list(bodies(call, chosen, place.revision, after=place.after, most=most))
    except reading.Compacted:
        raise refusals.list_expired(place.after and Page.token(-1, place.after)) from None
    meta: Body = {"resourceVersion": str(place.revision)}
    if 0 < limit < len(found):
        found = found[:limit]
        last = key_of(found[-1])
        meta["continue"] = Page.token(place.revision, last)
        if chosen.is_everything:
            meta["remainingItemCount"] = _remaining(call, last)
    return answer(call, tables.shaped_list(call, found, meta))


class _Place(NamedTuple):
    """Which revision a list shows, and the key after which it begins."""

    revision: int
    after: Key | None


def _place(call: Call) -> _Place:
    query, current = call.query, call.cluster.revision
    if token := query.get("continue"):
        if query.get("resourceVersion", "") not in ("", "0"):
            raise errors.bad_request("specifying resource version is not allowed when using continue")
        revision, after = Page.read(token)
        if revision > current:
            raise refusals.too_new(revision, current)
        return _Place(current if revision < 0 else revision, after)
    exact = query.get("resourceVersionMatch") == "Exact"
    return _Place(int(query["resourceVersion"]) if exact else current, None)


def _remaining(call: Call, after: Key) -> int:
    rows = KubeObject.objects.filter(cluster=call.cluster, resource=call.route.kind.storage)
    if call.route.namespace is not None:
        rows = rows.filter(namespace=call.route.namespace)
    beyond = Q(namespace__gt=after.namespace) | Q(namespace=after.namespace, name__gt=after.name)
    return rows.filter(beyond).count()


async def _stream(
    call: Call, chosen: Selection, head: bytes, revision: int, page: reading.Page
) -> AsyncIterator[bytes]:
    """A list, page by page: of the text as it is stored where that is what is asked for. `head` is an empty list."""
    assert head.endswith(b"[]}"), "the items come last"
    yield head[:-2]
    between = b""
    while True:
        items = await threads.run(_items, call, chosen, page)
        if items:
            yield between + b",".join(items)
            between = b","
        if page.upto is None:
            break
        page = await threads.run(_page, call, revision, page.upto)
    yield b"]}\n"


def _items(call: Call, chosen: Selection, page: reading.Page) -> list[bytes]:
    if chosen.is_everything and is_as_stored(call):
        return [row.text for row in page.texts]
    found = [body for body in _served(call, chosen, page) if chosen.matches(call.route.kind, body)]
    return [orjson.dumps(one) for one in tables.listed(call, found)]


def _page(call: Call, revision: int, after: Key | None) -> reading.Page:
    return reading.page_at(
        call.cluster, call.route.kind.storage, call.route.namespace, revision=revision, after=after, size=PAGE
    )
