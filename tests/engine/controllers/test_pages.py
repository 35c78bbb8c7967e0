"""The documentation's manifests in `controllers` and `application` settle in the state that their pages describe.

Follows https://kubernetes.io/docs/concepts/workloads/controllers/ (deployment, replicaset, daemonset, job),
https://kubernetes.io/docs/tasks/run-application/, https://kubernetes.io/docs/tasks/job/ and
https://kubernetes.io/docs/tutorials/ (guestbook, mysql-wordpress-persistent-volume). Those of StatefulSets and of
replication controllers are in test_stateful_pages.py.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from simulator import manifests
from simulator.engine.objects import controller_of, is_condition_true, name_of
from simulator.engine.pods import status_text
from simulator.engine.registry import KINDS, Body
from simulator.engine.world import World
from tests.engine.controllers.documentation import SHARED, needs_the_examples, page

pytestmark = needs_the_examples

DEPLOYMENTS, JOBS, CRON_JOBS = "deployments.apps", "jobs.batch", "cronjobs.batch"
AUTOSCALERS = "horizontalpodautoscalers.autoscaling"
STATES: dict[str, tuple[dict[tuple[str, str], tuple[str, ...]], dict[str, int]]] = {
    # file: ({(resource, name): the first columns of kubectl get after its name}, {STATUS: how many pods})
    "controllers/frontend.yaml": ({("replicasets.apps", "frontend"): ("3", "3", "3")}, {"Running": 3}),
    "controllers/nginx-deployment.yaml": ({(DEPLOYMENTS, "nginx-deployment"): ("3/3", "3", "3")}, {"Running": 3}),
    "controllers/job.yaml": ({(JOBS, "pi"): ("Complete", "1/1")}, {"Completed": 1}),
    "controllers/job-pod-failure-policy-example.yaml": (
        {(JOBS, "job-pod-failure-policy-example"): ("Failed", "0/12")},
        {"Error": 3},
    ),
    "application/deployment.yaml": ({(DEPLOYMENTS, "nginx-deployment"): ("2/2", "2", "2")}, {"Running": 2}),
    "application/deployment-update.yaml": ({(DEPLOYMENTS, "nginx-deployment"): ("2/2", "2", "2")}, {"Running": 2}),
    "application/deployment-sidecar.yaml": ({(DEPLOYMENTS, "myapp"): ("1/1", "1", "1")}, {"Running": 1}),
    "application/guestbook": (
        {
            (DEPLOYMENTS, "frontend"): ("3/3", "3", "3"),
            (DEPLOYMENTS, "redis-follower"): ("2/2", "2", "2"),
            (DEPLOYMENTS, "redis-leader"): ("1/1", "1", "1"),
        },
        {"Running": 6},
    ),
    "application/php-apache.yaml": ({(DEPLOYMENTS, "php-apache"): ("1/1", "1", "1")}, {"Running": 1}),
    "application/hpa": (
        {(AUTOSCALERS, "php-apache"): ("Deployment/php-apache", "cpu: <unknown>/50%", "1", "10", "0")},
        {},
    ),
    "application/job/indexed-job.yaml": ({(JOBS, "indexed-job"): ("Complete", "5/5")}, {"Completed": 5}),
    "application/job/job-sidecar.yaml": ({(JOBS, "myjob"): ("Complete", "1/1")}, {"Completed": 1}),
    "application/job/redis/job.yaml": ({(JOBS, "job-wq-2"): ("Running", "0/1 of 2")}, {"Running": 2}),
    "application/wordpress": (
        {(DEPLOYMENTS, "wordpress"): ("1/1", "1", "1"), (DEPLOYMENTS, "wordpress-mysql"): ("1/1", "1", "1")},
        {"Running": 2},
    ),
}
ELSEWHERE = {
    "controllers/daemonset.yaml",
    "controllers/replication.yaml",
    "application/cassandra",
    "application/job/cronjob.yaml",
    "application/web",
    "application/zookeeper",
}
"""Files with a test of their own, here or in test_stateful_pages.py."""


def row(world: World, resource: str, name: str) -> tuple[str, ...]:
    """What `kubectl get` shows of an object, but for its name."""
    body = world.get(resource, "default", name)
    assert body is not None, f"{resource} {name}"
    columns = [column for column in KINDS[resource].columns if column.priority == 0]
    return tuple(str(column.cell(body, world.now)) for column in columns[1:])


def owned(world: World, namespace: str = "default") -> list[Body]:
    return [pod for pod in world.list("pods", namespace) if controller_of(pod)]


@pytest.mark.parametrize("name", STATES)
def test_the_state_of_a_page(name: str) -> None:
    expected, pods = STATES[name]
    world = page(name, 120)
    for (resource, object), cells in expected.items():
        assert row(world, resource, object)[: len(cells)] == cells
    assert Counter(map(status_text, owned(world))) == pods


def test_no_page_is_left_out() -> None:
    files = [
        str(one.relative_to(SHARED))
        for top in ("controllers", "application")
        for one in SHARED.glob(f"{top}/**/*.yaml")
    ]
    known = [*STATES, *ELSEWHERE]
    assert [one for one in files if not any(one == name or one.startswith(f"{name}/") for name in known)] == []


def test_a_daemon_set_has_a_pod_on_every_node_that_it_may() -> None:
    """The example tolerates the taint of control planes that Kubernetes had before 1.24, and no other."""
    world = page("controllers/daemonset.yaml", 120)
    (ds,) = [ds for ds in world.list("daemonsets.apps", "kube-system") if name_of(ds) == "fluentd-elasticsearch"]
    pods = [pod for pod in owned(world, "kube-system") if (controller_of(pod) or {})["uid"] == ds["metadata"]["uid"]]
    free = [name_of(node) for node in world.list("nodes") if not node["spec"].get("taints")]
    assert sorted(pod["spec"]["nodeName"] for pod in pods) == sorted(free)
    assert len(pods) == len(free) == ds["status"]["numberReady"] == ds["status"]["desiredNumberScheduled"]


def test_the_sidecar_of_a_deployment_runs_beside_it() -> None:
    (pod,) = owned(page("application/deployment-sidecar.yaml", 120))
    (sidecar,) = pod["status"]["initContainerStatuses"]
    assert sidecar["ready"] and "running" in sidecar["state"]
    assert pod["spec"]["initContainers"][0]["restartPolicy"] == "Always"


def test_a_job_that_must_not_be_tried_again_says_why() -> None:
    world = page("controllers/job-pod-failure-policy-example.yaml", 120)
    job = world.get(JOBS, "default", "job-pod-failure-policy-example")
    assert job is not None and is_condition_true(job, "Failed")
    reasons = {one["type"]: one["reason"] for one in job["status"]["conditions"]}
    assert reasons["Failed"] == "PodFailurePolicy"
    assert len(owned(world)) == job["spec"]["parallelism"]


def test_a_cron_job_of_a_version_that_is_gone() -> None:
    """The example is of batch/v1beta1, which Kubernetes 1.25 took away."""
    (trouble,) = manifests.read([str(SHARED / "application/job/cronjob.yaml")]).troubles
    assert (trouble.field, trouble.message) == ("kind", 'no matches for kind "CronJob" in version "batch/v1beta1"')


def test_a_cron_job_says_hello_every_minute(tmp_path: Path) -> None:
    text = (SHARED / "application/job/cronjob.yaml").read_text().replace("batch/v1beta1", "batch/v1")
    (tmp_path / "cronjob.yaml").write_text(text)
    world = page(str(tmp_path / "cronjob.yaml"), 200)
    assert row(world, CRON_JOBS, "hello")[0] == "* * * * *"
    done = [job for job in world.list(JOBS, "default") if is_condition_true(job, "Complete")]
    assert len(done) == 3
    assert Counter(map(status_text, owned(world))) == {"Completed": 3}


def test_an_update_has_the_new_image() -> None:
    world = page("application/deployment-update.yaml", 120)
    assert {pod["spec"]["containers"][0]["image"] for pod in owned(world)} == {"nginx:1.16.1"}
