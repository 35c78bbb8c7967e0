"""auth can-i and auth whoami.

Follows staging/src/k8s.io/kubectl/pkg/cmd/auth/{cani,whoami}.go, v1.32.
"""

from __future__ import annotations

from collections.abc import Sequence

from simulator.engine.registry import Body
from simulator.terminal import resources, selecting
from simulator.terminal.command import Command
from simulator.terminal.describe.access import compact
from simulator.terminal.flags import Flag, Parsed
from simulator.terminal.output.columns import Columns
from simulator.terminal.shell import Shell
from simulator.terminal.troubles import Trouble

_GROUP = "authorization.k8s.io/v1"
_VERBS = frozenset(
    (
        *("get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"),
        *("use", "bind", "impersonate", "*", "approve", "sign", "escalate", "attest"),
    )
)
_URL_VERBS = frozenset(["get", "put", "post", "head", "options", "delete", "patch", "*"])


def can_i(shell: Shell, parsed: Parsed) -> int:
    if parsed.yes("list"):
        return _list(shell, parsed)
    if len(parsed.args) != 2:
        raise Trouble(
            "you must specify two arguments: verb resource or verb resource/resourceName.\n"
            "See 'kubectl auth can-i -h' for help and examples."
        )
    verb, what = parsed.args
    if what.startswith("/"):
        if verb not in _URL_VERBS:
            _warn(shell, f"verb '{verb}' is not a known verb")
        spec: Body = {"nonResourceAttributes": {"verb": verb, "path": what}}
    else:
        spec = {"resourceAttributes": _attributes(shell, parsed, verb, what)}
    if parsed.yes("no-headers"):
        raise Trouble("--no-headers cannot be set without --list specified")
    body = {"apiVersion": _GROUP, "kind": "SelfSubjectAccessReview", "spec": spec}
    status = shell.client.send("POST", f"apis/{_GROUP}/selfsubjectaccessreviews", body)["status"]
    told = "yes" if status.get("allowed") else "no"
    if told == "no":
        told += "".join(f" - {status[one]}" for one in ("reason", "evaluationError") if status.get(one))
    if not parsed.yes("quiet"):
        shell.print(told)
    return 0 if status.get("allowed") else 1


def _warn(shell: Shell, text: str) -> None:
    shell.complain(f"Warning: {text}\n")


def _attributes(shell: Shell, parsed: Parsed, verb: str, what: str) -> Body:
    word, _, name = what.partition("/")
    group, plural = "", word
    if word != "*":
        try:
            kind = resources.find(shell.client.kinds, word.lower())
        except Trouble:
            resource, dot, given = word.lower().partition(".")
            place = f" in group '{given}'" if dot else ""
            if word not in ("users", "groups"):
                _warn(shell, f"the server doesn't have a resource type '{resource}'{place}")
        else:
            group, plural = kind.group, kind.plural
            if not kind.namespaced and not parsed.yes("all-namespaces"):
                place = f" in group '{group}'" if group else ""
                _warn(shell, f"resource '{plural}' is not namespace scoped{place}")
    if verb not in _VERBS and not parsed.yes("all-namespaces"):
        _warn(shell, f"verb '{verb}' is not a known verb")
    namespace = "" if parsed.yes("all-namespaces") else shell.in_namespace(parsed)
    asked = {"namespace": namespace, "verb": verb, "group": group, "resource": plural, "name": name}
    return {**asked, "subresource": parsed.text("subresource")}


def _list(shell: Shell, parsed: Parsed) -> int:
    if parsed.args:
        raise Trouble("list option must be specified with no arguments")
    body = {"apiVersion": _GROUP, "kind": "SelfSubjectRulesReview", "spec": {"namespace": shell.in_namespace(parsed)}}
    status = shell.client.send("POST", f"apis/{_GROUP}/selfsubjectrulesreviews", body)["status"]
    rows = [] if parsed.yes("no-headers") else [["Resources", "Non-Resource URLs", "Resource Names", "Verbs"]]
    rules = [*(status.get("resourceRules") or ()), *(status.get("nonResourceRules") or ())]
    rows += [[shown, _listed(urls), _listed(names), _listed(verbs)] for shown, urls, names, verbs in compact(rules)]
    for line in Columns().lines(rows):
        shell.print(line)
    return 0


def _listed(values: Sequence[str]) -> str:
    return f"[{' '.join(values)}]"


def whoami(shell: Shell, parsed: Parsed) -> None:
    body = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}
    user = shell.client.send("POST", "apis/authentication.k8s.io/v1/selfsubjectreviews", body)["status"]["userInfo"]
    rows = [["ATTRIBUTE", "VALUE"], ["Username", user.get("username", "")]]
    if user.get("uid"):
        rows.append(["UID", user["uid"]])
    if user.get("groups"):
        rows.append(["Groups", _listed(user["groups"])])
    rows += [[f"Extra: {key}", _listed(values)] for key, values in sorted((user.get("extra") or {}).items())]
    for line in Columns().lines(rows):
        shell.print(line)


COMMANDS = (
    Command(
        "auth can-i",
        can_i,
        (
            selecting.EVERYWHERE,
            Flag("quiet", "q", form="yes", default=False),
            Flag("subresource"),
            Flag("list", form="yes", default=False),
            Flag("no-headers", form="yes", default=False),
        ),
        completes="verbs",
        about="Check whether an action is allowed",
    ),
    Command("auth whoami", whoami, (), completes="", about="Check self subject attributes"),
)
