"""Who is asking: the holder of a token, a page's session, or nobody that the cluster knows.

Follows staging/src/k8s.io/apiserver/pkg/authentication/request, v1.34.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware

from simulator import access, reading, store
from simulator.access import May, Visitor
from simulator.engine import service_accounts
from simulator.engine.errors import StatusError
from simulator.engine.rbac.subjects import ADMIN, NOBODY, Subject
from simulator.models import Cluster

INVALID = "invalid bearer token"
_SAFE = ("GET", "HEAD", "OPTIONS")
_IMPERSONATE = "impersonate-"


class Caller(NamedTuple):
    """Who asks, and by which name causes tell of it.

    A stranger may not see the cluster at all; an onlooker may look at it, but change nothing.
    """

    subject: Subject
    shown: str
    is_stranger: bool = False
    is_onlooker: bool = False


class Token(NamedTuple):
    """What came of a token: whose it is and for which audiences, or why it is not taken."""

    subject: Subject | None
    audiences: tuple[str, ...] = ()
    error: str = ""


def signing_secret(cluster: Cluster) -> bytes:
    """What the tokens of the cluster's service accounts are signed with: nobody who has not the server's key has it."""
    about = f"service-accounts\x1f{cluster.name}\x1f{cluster.token}"
    return hmac.digest(settings.SECRET_KEY.encode(), about.encode(), "sha256")


def authenticate(request: HttpRequest, cluster: Cluster) -> Caller:
    """Who sends the request. Raises StatusError: 401 for a wrong token, 403 for a write that another site sent."""
    header = request.headers.get("Authorization", "")
    if header:
        scheme, _, token = header.partition(" ")
        found = token_holder(cluster, token.strip()) if scheme.lower() == "bearer" else Token(None)
        if found.subject is None:
            raise StatusError(401, "Unauthorized", "Unauthorized")
        shown = _agent(request) if found.subject == ADMIN else found.subject.name
        return Caller(found.subject, shown)
    may = access.may(Visitor.of(request), cluster)
    if may == May.NOTHING:
        return Caller(NOBODY, NOBODY.name, is_stranger=True)
    if request.method not in _SAFE and not _is_from_our_page(request):
        detail = "forbidden: the CSRF token is missing or wrong; send it in the header X-CSRFToken"
        raise StatusError(403, "Forbidden", detail)
    return Caller(ADMIN, "dashboard", is_onlooker=may < May.CHANGE)


def token_holder(cluster: Cluster, token: str, audiences: Sequence[str] = service_accounts.AUDIENCES) -> Token:
    """Whose a token is: the kubeconfig's, or that of a service account at the cluster's present instant."""
    if hmac.compare_digest(token.encode("utf-8", "surrogateescape"), cluster.token.encode()):
        return Token(ADMIN, tuple(audiences))
    claims = service_accounts.read(signing_secret(cluster), token)
    if claims is None:
        return Token(None, error=INVALID)
    reader, now = reading.DatabaseReader(cluster), store.instant(cluster, store.wall())
    try:
        subject, meant = service_accounts.holder(reader, claims, token=token, now=now, audiences=audiences)
    except service_accounts.Refused as refusal:
        return Token(None, error=f"[{INVALID}, {refusal}]")
    return Token(subject, meant)


def impersonation(request: HttpRequest) -> tuple[tuple[str, str], ...]:
    """The headers by which the client acts for another, as (name in small letters, value), in the order sent."""
    scope = getattr(request, "scope", None)
    if scope is None:
        sent = [(name, value) for name, values in request.headers.items() for value in values.split(",")]
    else:
        sent = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope.get("headers", ())]
    return tuple((name.lower(), value) for name, value in sent if name.lower().startswith(_IMPERSONATE))


def _agent(request: HttpRequest) -> str:
    """The client's program, from the first word of its User-Agent: `kubectl`."""
    first = request.headers.get("User-Agent", "").partition("/")[0].split()
    name = "".join(letter for letter in (first or [""])[0] if letter.isprintable())
    return name[:60] or "client"


def _is_from_our_page(request: HttpRequest) -> bool:
    """Django's own CSRF check, which a page passes and another site's page does not."""
    if "X-CSRFToken" not in request.headers:
        return False
    refusal: HttpResponse | None = CsrfViewMiddleware(lambda _: HttpResponse()).process_view(
        request, HttpResponse, (), {}
    )
    return refusal is None
