"""The options of requests: what the query string and a DeleteOptions body ask for, checked.

Follows staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/types.go, meta/v1/validation and internalversion, v1.34.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from simulator.api import refusals
from simulator.engine import errors, selectors
from simulator.engine.registry import Body, Key, Kind
from simulator.engine.validation import selector_text
from simulator.engine.writes import Propagation

_TRUE = frozenset(("", "1", "t", "T", "true", "TRUE", "True"))
_FALSE = frozenset(("0", "f", "F", "false", "FALSE", "False"))


def flag(query: Mapping[str, str], name: str) -> bool:
    """A boolean of the query: absent and `false` are false, `true` and the bare name are true."""
    return name in query and query[name] not in _FALSE


def number(query: Mapping[str, str], name: str) -> int | None:
    """A whole number of the query that is not negative, None if it is absent. Raises StatusError 400."""
    text = query.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.removeprefix("-").isdigit() and len(text) < 20):
        shown = text if text.isprintable() else "?"
        raise errors.bad_request(f'strconv.ParseInt: parsing "{shown}": invalid syntax')
    return int(text)


@dataclass(frozen=True)
class WriteOptions:
    """dry_run: say what would happen; validation: Strict, Warn or Ignore.

    manager: the name under which the writer manages fields, empty where it gives none; force: an apply takes fields
    from others.
    """

    dry_run: bool = False
    validation: str = "Warn"
    manager: str = ""
    force: bool = False


_MANAGER_LIMIT = 128


def write_options(query: Mapping[str, str], kind: str, *, applies: bool = False) -> WriteOptions:
    """The options of a write; `kind` is CreateOptions, UpdateOptions or PatchOptions. Raises StatusError 422.

    applies: the patch is an apply, which needs a manager and may be forced.
    """
    manager, validation = query.get("fieldManager", ""), query.get("fieldValidation") or "Warn"
    wrong = []
    if applies and not manager:
        wrong.append(errors.required("fieldManager", "is required for apply patch"))
    if kind == "PatchOptions" and not applies and "force" in query:
        wrong.append(errors.forbidden_value("force", "may not be specified for non-apply patch"))
    wrong += _manager_errors(manager)
    asked = [query["dryRun"]] if "dryRun" in query else []
    wrong += _dry_run_errors(asked)
    if validation not in ("Ignore", "Strict", "Warn"):
        wrong.append(errors.not_supported("fieldValidation", validation, ("", "Ignore", "Strict", "Warn")))
    if wrong:
        raise errors.invalid("meta.k8s.io", kind, "", wrong)
    return WriteOptions(bool(asked), validation, manager, flag(query, "force"))


def _manager_errors(manager: str) -> list[errors.FieldError]:
    found = []
    if len(manager.encode()) > _MANAGER_LIMIT:
        found.append(errors.too_long("fieldManager", _MANAGER_LIMIT))
    at = 0
    for letter in manager:
        if not letter.isprintable():
            detail = f"invalid character U+{ord(letter):04X} (at position {at})"
            found.append(errors.invalid_value("fieldManager", manager, detail))
        at += len(letter.encode("utf-8", "replace"))
    return found


def manager_of(options: WriteOptions, user_agent: str) -> str:
    """Under which name a writer manages fields: the one that it gives, else the beginning of its User-Agent."""
    if options.manager:
        return options.manager
    name = "".join(letter for letter in user_agent.partition("/")[0] if letter.isprintable())
    return name.encode()[:_MANAGER_LIMIT].decode("utf-8", "ignore")


def _dry_run_errors(asked: list[Any]) -> list[errors.FieldError]:
    return [errors.not_supported("dryRun", asked, ("All",))] if any(one != "All" for one in asked) else []


@dataclass(frozen=True)
class DeleteOptions:
    """How to delete. `grace` in seconds, None for the kind's own; `propagation` None leaves finalizers as they are."""

    grace: int | None
    propagation: Propagation | None
    preconditions: Body
    dry_run: bool


def delete_options(query: Mapping[str, str], body: Body) -> DeleteOptions:
    """The options of a delete: those of the body where there is one, else of the query. Raises StatusError."""
    kind = "DeleteOptions"
    grace = body.get("gracePeriodSeconds", number(query, "gracePeriodSeconds"))
    propagation = body.get("propagationPolicy") or query.get("propagationPolicy") or None
    orphan = body.get("orphanDependents", flag(query, "orphanDependents") if "orphanDependents" in query else None)
    allowed = ("Background", "Foreground", "Orphan")
    if orphan is not None and propagation is not None:
        wrong = errors.invalid_value(
            "propagationPolicy", propagation, "orphanDependents and deletionPropagation cannot be both set"
        )
        raise errors.invalid("meta.k8s.io", kind, "", [wrong])
    if propagation is not None and propagation not in allowed:
        raise refusals.bad_option(kind, "propagationPolicy", propagation, allowed)
    if orphan is not None:
        propagation = "Orphan" if orphan else "Background"
    if grace is not None and grace < 0:
        grace = 1  # upstream takes a negative period for the shortest one
    asked = body.get("dryRun") or ([query["dryRun"]] if "dryRun" in query else [])
    if wrong_dry_run := _dry_run_errors(asked):
        raise errors.invalid("meta.k8s.io", kind, "", wrong_dry_run)
    return DeleteOptions(grace, propagation, body.get("preconditions") or {}, bool(asked))  # type: ignore[arg-type]


@dataclass(frozen=True)
class Selection:
    """Which objects of a collection are meant."""

    labels: selectors.Selector
    fields: tuple[selectors.FieldTerm, ...]

    @property
    def is_everything(self) -> bool:
        return not self.labels.terms and not self.fields

    @property
    def needs_body(self) -> bool:
        """False where the object's key alone decides."""
        return bool(self.labels.terms) or any(term.field not in _META_FIELDS for term in self.fields)

    def admits(self, key: Key) -> bool:
        """False where the key alone rules an object out."""
        held = {"metadata.name": key.name, "metadata.namespace": key.namespace}
        return selectors.fields_match((term for term in self.fields if term.field in held), held)

    def matches(self, kind: Kind, body: Body) -> bool:
        meta = body["metadata"]
        if not self.labels.matches(meta.get("labels")):
            return False
        if not self.fields:
            return True
        held = {"metadata.name": meta.get("name", ""), "metadata.namespace": meta.get("namespace", "")}
        return selectors.fields_match(self.fields, {**kind.fields(body), **held})


_META_FIELDS = ("metadata.name", "metadata.namespace")


def selection(query: Mapping[str, str], kind: Kind, name: str = "") -> Selection:
    """The selectors of a request. Raises StatusError 400 on bad syntax and on fields that the kind cannot select by."""
    try:
        labels = selector_text.parse(query.get("labelSelector", ""))
        fields = selector_text.parse_fields(query.get("fieldSelector", ""))
    except ValueError as error:
        raise errors.bad_request(str(error)) from None
    own = kind.fields({"apiVersion": kind.api_version, "kind": kind.kind, "metadata": {}, "spec": {}, "status": {}})
    for term in fields:
        if term.field in own or term.field in _META_FIELDS:
            continue
        if own:
            raise errors.bad_request(f"field label not supported: {term.field}")
        raise errors.bad_request(
            f'"{term.field}" is not a known field selector: only "metadata.name", "metadata.namespace"'
        )
    if name:
        fields = (*fields, selectors.FieldTerm("metadata.name", True, name))
    return Selection(labels, fields)


def resource_version(query: Mapping[str, str], kind: str, *, watch: bool = False) -> int | None:
    """The resourceVersion that is asked for, None where it is not set. Raises StatusError."""
    text = query.get("resourceVersion", "")
    match = query.get("resourceVersionMatch", "")
    if match and not watch:
        if not text:
            wrong = errors.forbidden_value(
                "resourceVersionMatch", "resourceVersionMatch is forbidden unless resourceVersion is provided"
            )
            raise errors.invalid("meta.k8s.io", kind, "", [wrong])
        if match not in ("Exact", "NotOlderThan"):
            raise refusals.bad_option(kind, "resourceVersionMatch", match, ("Exact", "NotOlderThan"))
        if match == "Exact" and text == "0":
            wrong = errors.forbidden_value(
                "resourceVersionMatch", 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'
            )
            raise errors.invalid("meta.k8s.io", kind, "", [wrong])
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        wrong = errors.invalid_value("resourceVersion", text, f'strconv.ParseUint: parsing "{text}": invalid syntax')
        raise errors.invalid("meta.k8s.io", kind, "", [wrong])
    return int(text)


class Page:
    """A place in a list, as clients carry it in `continue`: the list's revision and the last key that was given."""

    @staticmethod
    def token(revision: int, key: Key) -> str:
        text = orjson.dumps({"v": "meta.k8s.io/v1", "rv": revision, "start": f"{key.namespace}/{key.name}\0"})
        return base64.urlsafe_b64encode(text).rstrip(b"=").decode()

    @staticmethod
    def read(token: str) -> tuple[int, Key]:
        """The revision (-1: the present one) and the key of a token. Raises StatusError 400 on one that is not ours."""
        wrong = "continue key is not valid"
        try:
            held = orjson.loads(base64.urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4)))
            version, revision, start = held["v"], int(held["rv"]), str(held["start"])
        except (ValueError, KeyError, TypeError, AttributeError):
            raise errors.bad_request(f"{wrong}: illegal base64 data or fields") from None
        if version != "meta.k8s.io/v1":
            raise errors.bad_request(f"{wrong}: server does not recognize this encoded version {version}")
        if revision == 0:
            raise errors.bad_request(f"{wrong}: incorrect encoded start resourceVersion (version meta.k8s.io/v1)")
        if not start:
            raise errors.bad_request(f"{wrong}: encoded start key empty (version meta.k8s.io/v1)")
        namespace, _, name = start.removesuffix("\0").partition("/")
        return max(revision, -1), Key(namespace, name)
