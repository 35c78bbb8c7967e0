"""set image, env, resources, serviceaccount, selector: changes of pod templates.

Follows staging/src/k8s.io/kubectl/pkg/cmd/set, v1.32.
"""

from __future__ import annotations

import copy
import fnmatch
import re
from collections.abc import Callable, Sequence

from simulator.engine import quantity
from simulator.engine.registry import Body, Kind
from simulator.terminal import changing, selecting
from simulator.terminal.command import Command
from simulator.terminal.flags import Flag, Parsed
from simulator.terminal.output import printing
from simulator.terminal.selecting import Found, Selection
from simulator.terminal.shell import Shell
from simulator.terminal.troubles import Trouble, raise_all

COMMON = (
    printing.OUTPUT,
    printing.DRY_RUN,
    printing.MANAGED,
    selecting.SELECTOR,
    selecting.ALL,
    *selecting.FILES,
    Flag("field-manager"),
    Flag("local", form="yes", default=False),
)
_UPDATE = Callable[[Body], list[Trouble]]


def pod_spec(kind: Kind, body: Body) -> Body | None:
    """The spec of the pods that an object describes."""
    match kind.kind:
        case "Pod":
            spec: Body = body["spec"]
        case "CronJob":
            spec = body["spec"]["jobTemplate"]["spec"]["template"]["spec"]
        case "Deployment" | "ReplicaSet" | "DaemonSet" | "StatefulSet" | "Job" | "ReplicationController":
            spec = body["spec"]["template"]["spec"]
        case _:
            return None
    return spec


def change_templates(
    shell: Shell, parsed: Parsed, resources: Sequence[str], update: _UPDATE, said: str, what: str
) -> None:
    """Changes the pod spec of each object by `update`. Raises Trouble."""
    selection = Selection(shell, parsed, resources)
    found, troubles = selection.objects(), []
    troubles += selection.troubles
    for one in found:
        new = copy.deepcopy(one.body)
        spec = pod_spec(one.kind, new)
        if spec is None:
            shown = (
                f"{one.kind.plural}.{one.kind.group}/{one.name}" if one.kind.group else f"{one.kind.plural}/{one.name}"
            )
            troubles.append(
                Trouble(f"error: {shown} the object is not a pod or does not have a pod template: {one.kind.kind}\n")
            )
            continue
        wrong = update(spec)
        troubles += wrong
        if new == one.body:
            continue
        try:
            body = changing.patched(shell, parsed, one, new, "kubectl-set")
        except Trouble as trouble:
            troubles.append(Trouble(f"failed to patch {what} update to pod template: {_message(trouble)}"))
            continue
        printing.report(shell, parsed, one.shown, said, printing.as_typed(body))
    raise_all(troubles)


def _message(trouble: Trouble) -> str:
    return getattr(trouble, "message", trouble.said)


def _image(shell: Shell, parsed: Parsed) -> None:
    resources, given = changing.pairs(parsed.args, "image")
    images = dict(one.split("=", 1) for one in given if "=" in one)
    troubles = []
    if parsed.yes("all") and parsed.text("selector"):
        troubles.append(Trouble("cannot set --all and --selector at the same time"))
    if not resources and not parsed.texts("filename"):
        raise Trouble(selecting.MISSING)
    if not images:
        troubles.append(Trouble("at least one image update is required"))
    elif len(images) > 1 and "*" in images:
        troubles.append(
            Trouble(
                "all containers are already specified by *, but saw more than one container_name=container_image pairs"
            )
        )
    raise_all(troubles)

    def update(spec: Body) -> list[Trouble]:
        wrong: list[Trouble] = []
        for name, image in images.items():
            meant = [one for one in _containers(spec) if name in ("*", one["name"])]
            for one in meant:
                one["image"] = image
            if not meant:
                wrong.append(Trouble(f'error: unable to find container named "{name}"'))
        return wrong

    change_templates(shell, parsed, resources, update, "image updated", "image")


def _containers(spec: Body) -> list[Body]:
    return [*spec.get("initContainers", ()), *spec.get("containers", ())]


def _chosen(containers: Sequence[Body], pattern: str) -> list[Body]:
    return [one for one in containers if fnmatch.fnmatchcase(one["name"], pattern)]


def _resources(shell: Shell, parsed: Parsed) -> None:
    limits, requests = _amounts(parsed.text("limits")), _amounts(parsed.text("requests"))
    if parsed.yes("all") and parsed.text("selector"):
        raise Trouble("cannot set --all and --selector at the same time")
    if not limits and not requests:
        raise Trouble("you must specify an update to requests or limits (in the form of --requests/--limits)")
    pattern = parsed.text("containers")

    def update(spec: Body) -> list[Trouble]:
        meant = [*_chosen(spec["containers"], pattern), *_chosen(spec.get("initContainers", ()), pattern)]
        if not meant:
            return [Trouble(f"error: unable to find container named {pattern}")]
        for one in meant:
            held = one.setdefault("resources", {})
            for which, amounts in (("limits", limits), ("requests", requests)):
                if amounts:
                    held[which] = {**held.get(which, {}), **amounts}
        return []

    change_templates(shell, parsed, parsed.args, update, "resource requirements updated", "resources")


def _amounts(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in text.split(",") if text else ():
        parts = one.split("=")
        if len(parts) != 2:
            raise Trouble(f"Invalid argument syntax {one}, expected <resource>=<value>")
        try:
            found[parts[0]] = quantity.canonical(parts[1])
        except ValueError:
            raise Trouble(
                "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
            ) from None
    return found


def _service_account(shell: Shell, parsed: Parsed) -> None:
    if not parsed.args:
        raise Trouble("serviceaccount is required")
    name = parsed.args[-1]

    def update(spec: Body) -> list[Trouble]:
        spec["serviceAccountName"] = name
        return []

    change_templates(shell, parsed, parsed.args[:-1], update, "serviceaccount updated", "ServiceAccountName")


def _env(shell: Shell, parsed: Parsed) -> None:
    resources, given = _env_pairs(parsed.args)
    if not resources and not parsed.texts("filename"):
        raise Trouble("one or more resources must be specified as <resource> <name> or <resource>/<name>")
    given = [*parsed.texts("env"), *given]
    gone = [one[:-1] for one in given if "=" not in one]
    variables: list[Body] = [_variable(*one.split("=", 1)) for one in given if "=" in one]
    if parsed.text("from"):
        variables += _from(shell, parsed)
    variables = [{**one, "name": f"{parsed.text('prefix')}{one['name']}"} for one in variables]
    if parsed.yes("list"):
        _list_env(shell, parsed, resources)
        return
    if not variables and not gone:
        raise Trouble("at least one environment variable must be provided")
    pattern = parsed.text("containers")

    def update(spec: Body) -> list[Trouble]:
        meant = [*_chosen(spec["containers"], pattern), *_chosen(spec.get("initContainers", ()), pattern)]
        for one in meant:
            held = {entry["name"]: entry for entry in one.get("env", ())}
            held |= {entry["name"]: entry for entry in variables}
            one["env"] = [entry for name, entry in held.items() if name not in gone]
            if not one["env"]:
                del one["env"]
        return []

    change_templates(shell, parsed, resources, update, "env updated", "env")


def _env_pairs(args: Sequence[str]) -> tuple[list[str], list[str]]:
    resources: list[str] = []
    given: list[str] = []
    for one in args:
        is_pair = bool(re.fullmatch(r"[^/]+=.*|[A-Za-z_][\w.]*-", one, re.DOTALL))
        if given and not is_pair:
            raise Trouble(f"all resources must be specified before environment changes: {' '.join(args)}")
        (given if is_pair else resources).append(one)
    return resources, given


def _variable(name: str, value: str) -> Body:
    return {"name": name, "value": value} if value else {"name": name}


def _from(shell: Shell, parsed: Parsed) -> list[Body]:
    found = Selection(shell, parsed, [parsed.text("from")]).objects()
    variables: list[Body] = []
    for one in found:
        if one.kind.kind not in ("ConfigMap", "Secret"):
            raise Trouble("unsupported resource specified in --from")
        which = "configMapKeyRef" if one.kind.kind == "ConfigMap" else "secretKeyRef"
        for key in sorted(one.body.get("data") or {}):
            if not parsed.texts("keys") or key in parsed.texts("keys"):
                name = re.sub(r"[^A-Za-z0-9_]", "_", key).upper()
                variables.append({"name": name, "valueFrom": {which: {"name": one.name, "key": key}}})
    return variables


def _list_env(shell: Shell, parsed: Parsed, resources: Sequence[str]) -> None:
    for one in Selection(shell, parsed, resources).objects():
        spec = pod_spec(one.kind, one.body)
        for container in _chosen(_containers(spec or {}), parsed.text("containers")):
            shell.print(f"# {one.kind.kind} {one.name}, container {container['name']}")
            for entry in container.get("env", ()):
                shell.print(_listed(entry))


def _listed(entry: Body) -> str:
    source = entry.get("valueFrom")
    if not source:
        return f"{entry['name']}={entry.get('value', '')}"
    if reference := source.get("configMapKeyRef"):
        return f"# {entry['name']} from configmap {reference['name']}, key {reference['key']}"
    if reference := source.get("secretKeyRef"):
        return f"# {entry['name']} from secret {reference['name']}, key {reference['key']}"
    if reference := source.get("fieldRef"):
        return f"# {entry['name']} from field path {reference['fieldPath']}"
    return f"# {entry['name']} from resource field {source['resourceFieldRef']['resource']}"


def _selector(shell: Shell, parsed: Parsed) -> None:
    if len(parsed.args) < 2:
        raise Trouble("one selector is required")
    chosen = dict(one.split("=", 1) for one in parsed.args[-1].split(",") if "=" in one)

    def change(found: Found) -> None:
        if found.kind.resource != "services":
            raise Trouble("setting a selector is only supported for Services")
        new = {**found.body, "spec": {**found.body["spec"], "selector": chosen}}
        body = changing.patched(shell, parsed, found, new, "kubectl-set")
        printing.report(shell, parsed, found.shown, "selector updated", body)

    changing.each(Selection(shell, parsed, parsed.args[:-1]), change)


_CONTAINERS = Flag("containers", "c", default="*")
COMMANDS = (
    Command("set image", _image, COMMON, about="Update the image of a pod template"),
    Command(
        "set env",
        _env,
        (
            *COMMON,
            _CONTAINERS,
            Flag("env", "e", form="list", default=()),
            Flag("from"),
            Flag("prefix"),
            Flag("keys", form="texts", default=()),
            Flag("list", form="yes", default=False),
            Flag("overwrite", form="yes", default=True),
            Flag("resolve", form="yes", default=False),
        ),
        about="Update environment variables on a pod template",
    ),
    Command(
        "set resources",
        _resources,
        (*COMMON, _CONTAINERS, Flag("limits"), Flag("requests")),
        about="Update resource requests/limits on objects with pod templates",
    ),
    Command("set serviceaccount", _service_account, COMMON, about="Update the service account of a resource"),
    Command("set sa", _service_account, COMMON, about="Update the service account of a resource"),
    Command("set selector", _selector, COMMON, about="Set the selector on a resource"),
)
