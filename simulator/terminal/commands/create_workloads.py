"""create deployment, job, cronjob.

Follows staging/src/k8s.io/kubectl/pkg/cmd/create/create_{deployment,job,cronjob}.go, v1.32.
"""

from __future__ import annotations

import re

from simulator.engine.registry import Body
from simulator.terminal import resources
from simulator.terminal.client import path_of
from simulator.terminal.commands.create import meta, subcommand
from simulator.terminal.flags import Flag, Parsed
from simulator.terminal.output import printing
from simulator.terminal.shell import Shell
from simulator.terminal.troubles import Trouble


def _deployment(shell: Shell, parsed: Parsed, name: str) -> Body:
    images, command = parsed.texts("image"), parsed.args[1:]
    if len(images) > 1 and command:
        raise Trouble("cannot specify multiple --image options and command")
    if parsed.number("replicas") < 0:
        raise Trouble("--replicas must be greater than or equal to 0")
    containers: list[Body] = []
    for image in images:
        one: Body = {"name": _container_name(image), "image": image, "resources": {}}
        if command:
            one["command"] = command
        containers.append(one)
    if parsed.number("port") >= 0 and containers:
        containers[0]["ports"] = [{"containerPort": parsed.number("port")}]
    labels = {"app": name}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": meta(name, labels=labels),
        "spec": {
            "replicas": parsed.number("replicas"),
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"creationTimestamp": None, "labels": labels}, "spec": {"containers": containers}},
            "strategy": {},
        },
        "status": {},
    }


def _container_name(image: str) -> str:
    """The image's own name, without what a name of a container may not have."""
    name = image.rpartition("/")[2].partition(":")[0].partition("@")[0]
    return re.sub(r"[^-a-z0-9]", "-", name.lower())


def _job(shell: Shell, parsed: Parsed, name: str) -> Body:
    image, source, command = parsed.text("image"), parsed.text("from"), parsed.args[1:]
    if bool(image) == bool(source):
        raise Trouble("either --image or --from must be specified")
    if source and command:
        raise Trouble("cannot specify --from and command")
    if source:
        return _from_cron_job(shell, parsed, name, source)
    one: Body = {"name": name, "image": image, "resources": {}}
    if command:
        one["command"] = command
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": meta(name),
        "spec": _job_spec([one], "Never"),
        "status": {},
    }


def _job_spec(containers: list[Body], restart: str) -> Body:
    return {
        "template": {
            "metadata": {"creationTimestamp": None},
            "spec": {"containers": containers, "restartPolicy": restart},
        }
    }


def _from_cron_job(shell: Shell, parsed: Parsed, name: str, source: str) -> Body:
    word, _, source_name = source.partition("/")
    kind = resources.find(shell.client.kinds, word)
    if kind.resource != "cronjobs.batch":
        raise Trouble("from must be an existing cronjob")
    cron = shell.client.read(path_of(kind, shell.in_namespace(parsed), source_name))
    template = cron["spec"]["jobTemplate"]
    annotations = {
        **(template.get("metadata") or {}).get("annotations", {}),
        "cronjob.kubernetes.io/instantiate": "manual",
    }
    labels = (template.get("metadata") or {}).get("labels")
    owner = {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "name": cron["metadata"]["name"],
        "uid": cron["metadata"]["uid"],
        "controller": True,
    }
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": meta(
            name, annotations=annotations, **({"labels": labels} if labels else {}), ownerReferences=[owner]
        ),
        "spec": printing.as_typed(template["spec"]),
        "status": {},
    }


def _cron_job(shell: Shell, parsed: Parsed, name: str) -> Body:
    restart = parsed.text("restart") or "OnFailure"
    one: Body = {"name": name, "image": parsed.text("image"), "resources": {}}
    if parsed.args[1:]:
        one["command"] = parsed.args[1:]
    return {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": meta(name),
        "spec": {
            "schedule": parsed.text("schedule"),
            "jobTemplate": {"metadata": meta(name), "spec": _job_spec([one], restart)},
        },
        "status": {},
    }


COMMANDS = (
    subcommand(
        "deployment",
        "deployments.apps",
        _deployment,
        (
            Flag("image", form="texts", default=()),
            Flag("port", form="number", default=-1),
            Flag("replicas", "r", form="number", default=1),
        ),
        about="Create a deployment with the specified name",
        required=("image",),
        failing="deployment:",
    ),
    subcommand(
        "job",
        "jobs.batch",
        _job,
        (Flag("image"), Flag("from")),
        about="Create a job with the specified name",
        failing="job:",
    ),
    subcommand(
        "cronjob",
        "cronjobs.batch",
        _cron_job,
        (Flag("image"), Flag("schedule"), Flag("restart")),
        about="Create a cron job with the specified name",
        required=("image", "schedule"),
        failing="cronjob:",
    ),
)
