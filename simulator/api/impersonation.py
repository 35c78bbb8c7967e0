"""Acting for another: `--as`, `--as-group`, `--as-uid` of kubectl, where the roles of the asker allow it.

Follows staging/src/k8s.io/apiserver/pkg/endpoints/filters/impersonation/impersonation.go, v1.34.
"""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple
from urllib.parse import unquote

from simulator.api import authorization
from simulator.api.calls import Call
from simulator.engine import errors
from simulator.engine.rbac.rules import Attributes
from simulator.engine.rbac.subjects import (
    ANONYMOUS,
    AUTHENTICATED,
    UNAUTHENTICATED,
    Subject,
    account_groups,
    account_of,
)

_USER, _GROUP, _UID, _EXTRA = "impersonate-user", "impersonate-group", "impersonate-uid", "impersonate-extra-"
_GROUP_OF_TRAITS = "authentication.k8s.io"


class _Wanted(NamedTuple):
    """Whom the headers name."""

    user: str
    groups: tuple[str, ...]
    uid: str
    extra: tuple[tuple[str, str], ...]


def act_as(call: Call) -> None:
    """Makes the client the one that its headers name. Raises StatusError 400, and 403 where it may not."""
    if not call.impersonation:
        return
    wanted = _read(call.impersonation)
    if not wanted.user:
        if wanted.groups or wanted.uid or wanted.extra:
            raise errors.bad_request(f"requested [{' '.join(_shown(wanted))}] without impersonating a user")
        return
    for asked in _asked(wanted):
        authorization.demand(call, asked)
    call.subject = _subject(wanted)
    call.user = call.subject.name


def _read(headers: tuple[tuple[str, str], ...]) -> _Wanted:
    def of(name: str) -> list[str]:
        return [value for header, value in headers if header == name]

    extra = [(unquote(name.removeprefix(_EXTRA)), value) for name, value in headers if name.startswith(_EXTRA)]
    return _Wanted((of(_USER) or [""])[0], tuple(of(_GROUP)), (of(_UID) or [""])[0], tuple(extra))


def _asked(wanted: _Wanted) -> list[Attributes]:
    """What it takes to be that one: each name, group and trait is asked for by itself."""
    account = account_of(wanted.user)
    if account:
        first = Attributes("impersonate", resource="serviceaccounts", namespace=account[0], name=account[1])
    else:
        first = Attributes("impersonate", resource="users", name=wanted.user)
    traits = Attributes("impersonate", _GROUP_OF_TRAITS, "v1")
    return [
        first,
        *(Attributes("impersonate", resource="groups", name=group) for group in wanted.groups),
        *(traits._replace(resource="userextras", subresource=key, name=value) for key, value in wanted.extra),
        *([traits._replace(resource="uids", name=wanted.uid)] if wanted.uid else []),
    ]


def _subject(wanted: _Wanted) -> Subject:
    account = account_of(wanted.user)
    groups = wanted.groups or (account_groups(account[0]) if account else ())
    if wanted.user == ANONYMOUS:
        added = () if UNAUTHENTICATED in groups else (UNAUTHENTICATED,)
    else:
        added = () if {AUTHENTICATED, UNAUTHENTICATED} & set(groups) else (AUTHENTICATED,)
    extra: defaultdict[str, list[str]] = defaultdict(list)
    for key, value in wanted.extra:
        extra[key].append(value)
    return Subject(wanted.user, (*groups, *added), wanted.uid, tuple((key, tuple(extra[key])) for key in sorted(extra)))


def _shown(wanted: _Wanted) -> list[str]:
    """The references as Go prints them: kind, namespace, name, uid, version, resource version, field path."""
    version = f"{_GROUP_OF_TRAITS}/v1"
    return [
        *(f"{{Group  {group}    }}" for group in wanted.groups),
        *(f"{{UserExtra  {value}  {version}  {key}}}" for key, value in wanted.extra),
        *([f"{{UID  {wanted.uid}  {version}  }}"] if wanted.uid else []),
    ]
