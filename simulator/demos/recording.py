"""What people did on a cluster since a revision, as a demo: each of their writes in the log becomes a step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import yaml
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from simulator import past, reading
from simulator.clusters import NotUnderstood
from simulator.demos.fields import LANGUAGES
from simulator.demos.script import MOST_STEPS
from simulator.engine.causes import fill
from simulator.engine.journal import Change
from simulator.engine.objects import labels_of, name_of
from simulator.engine.registry import KINDS, Body, Reader
from simulator.models import Cluster

_WRITES = ("create", "update", "patch", "apply", "scale")
_DELETES = ("delete", "deletecollection", "EvictPod")
_SERVER_SET = ("uid", "resourceVersion", "creationTimestamp", "generation", "managedFields", "ownerReferences")
_LEFT_ALONE = (
    "events",
    "endpoints",
    "endpointslices.discovery.k8s.io",
    "leases.coordination.k8s.io",
    "serviceaccounts",
)
_MADE_BY_ITSELF = ("kube-root-ca.crt", "kubernetes")
_SECOND = 1_000_000
_LONGEST = 600
_CONTROL_PLANE = "node-role.kubernetes.io/control-plane"

Files = dict[str, str]


def recorded(cluster: Cluster, after: int) -> Files:
    """The files of a demo: the machines, what was there, and what people did above revision `after`.

    Raises NotUnderstood where nothing was done, and reading.Compacted.
    """
    done = [change for change in reading.changes(cluster, after) if _is_by_people(change)]
    if not done:
        raise NotUnderstood(_("Nothing was done on this cluster since the recording began."))
    files: Files = {}
    steps = [*_before(past.PastReader(cluster, after), files), *_steps(cluster, done, files)]
    steps = steps[:MOST_STEPS]
    script = {
        "title": _said(gettext_noop("Recorded on {cluster}"), {"cluster": cluster.name}),
        "summary": _said(gettext_noop("What was done, step by step."), {}),
        "minutes": max(1, len(steps)),
        "cluster": {
            "latency": cluster.latency,
            "seed": cluster.seed,
            "nodes": list(_machines(reading.DatabaseReader(cluster).list("nodes"))),
        },
        "steps": steps,
    }
    used = {act["apply"] for step in steps for act in step["do"] if "apply" in act}
    return {"demo.yaml": _yaml(script), **{name: text for name, text in files.items() if name in used}}


def _is_by_people(change: Change) -> bool:
    known = change.cause.rule in _WRITES + _DELETES and "user" in change.cause.inputs
    return known and change.resource in KINDS and change.resource not in _LEFT_ALONE


def _before(reader: Reader, files: Files) -> Iterator[dict[str, Any]]:
    """One step for all that was there already and that no controller made."""
    bodies = []
    for kind in KINDS:
        if not kind.namespaced or kind.resource in _LEFT_ALONE:
            continue
        for body in reader.list(kind.resource):
            meta = body["metadata"]
            made = meta.get("ownerReferences") or meta["name"] in _MADE_BY_ITSELF
            if not made and not meta["namespace"].startswith("kube-"):
                bodies.append(_manifest(body))
    if bodies:
        files["before.yaml"] = "---\n".join(map(_yaml, bodies))
        text = _said(gettext_noop("What was there already"), {})
        yield _step(text, [{"apply": "before.yaml"}, {"run": "10s"}])


def _steps(cluster: Cluster, done: list[Change], files: Files) -> Iterator[dict[str, Any]]:
    for number, change in enumerate(done):
        text = _said(change.cause.sentence, change.cause.inputs)
        kind = KINDS[change.resource]
        if change.cause.rule in _DELETES:
            place = [change.resource, *([change.key.namespace] if kind.namespaced else []), change.key.name]
            act: dict[str, Any] = {"delete": "/".join(place)}
        else:
            name = f"{number + 1:02}-{kind.kind.lower()}.yaml"
            files[name] = _yaml(_manifest(change.body))
            act = {"apply": name}
        later = done[number + 1].at if number + 1 < len(done) else change.at + 10 * _SECOND
        passed = min(_LONGEST, max(1, round((later - change.at) / _SECOND)))
        step = _step(text, [act, {"run": f"{passed}s"}])
        if change.cause.rule not in _DELETES:
            namespace = {"namespace": change.key.namespace} if kind.namespaced else {}
            step["look"] = {"select": {"kind": kind.kind, **namespace, "name": change.key.name}}
        yield step


def _step(text: dict[str, str], do: list[dict[str, Any]]) -> dict[str, Any]:
    return {"title": text, "notes": text, "say": text, "do": do}


def _said(sentence: str, inputs: dict[str, Any]) -> dict[str, str]:
    """A sentence in every language."""
    told = {}
    for language in LANGUAGES:
        with translation.override(language):
            told[language] = fill(_(sentence) if sentence else "", inputs) or "-"
    return told


def _manifest(body: Body) -> Body:
    """An object as somebody would write it: without what the server and the controllers say of it."""
    meta = {key: value for key, value in body["metadata"].items() if key not in _SERVER_SET}
    notes = {key: value for key, value in (meta.get("annotations") or {}).items() if "kubernetes.io/" not in key}
    meta = {key: value for key, value in meta.items() if key != "annotations"} | (
        {"annotations": notes} if notes else {}
    )
    return {**{key: value for key, value in body.items() if key != "status"}, "metadata": meta}


def _machines(nodes: Iterable[Body]) -> Iterator[dict[str, Any]]:
    """The nodes as a topology has them; the control plane comes by itself."""
    for node in nodes:
        labels, capacity = labels_of(node), (node.get("status") or {}).get("capacity") or {}
        if _CONTROL_PLANE in labels:
            continue
        machine = {"name": name_of(node), "cpu": capacity.get("cpu"), "memory": capacity.get("memory")}
        machine["zone"] = labels.get("topology.kubernetes.io/zone", "")
        taints = [one for one in (node.get("spec") or {}).get("taints") or [] if "kubernetes.io/" not in one["key"]]
        if taints:
            machine["taints"] = [
                {key: one[key] for key in ("key", "value", "effect") if one.get(key)} for one in taints
            ]
        yield {key: value for key, value in machine.items() if value}


def _yaml(value: Any) -> str:
    text: str = yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=110)
    return text
