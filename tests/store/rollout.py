# Read as text by the tests: makes the paused cluster NAME, whose inputs have fixed instants, and asks for SECONDS more.
from simulator import clusters, store
from simulator.engine.causes import Cause
from simulator.engine.registry import KINDS

FIXED = 1_767_225_600_000_000
wall, store.wall = store.wall, lambda: FIXED
cluster = clusters.create("NAME", seed=7)
store.wall = wall
clusters.control(cluster, "pause")


def web(image):
    labels = {"app": "web"}
    containers = [{"name": "web", "image": image, "resources": {"requests": {"cpu": "50m"}}}]
    template = {"metadata": {"labels": labels}, "spec": {"containers": containers}}
    spec = {"replicas": 12, "selector": {"matchLabels": labels}, "template": template}
    return {"metadata": {"name": "web", "namespace": "default"}, "spec": spec}


def run_for(seconds):
    from simulator.models import Cluster
    from simulator.runner import Runner

    clusters.control(cluster, "step", by=seconds)
    worker = Runner("setup")
    while Cluster.objects.get(pk=cluster.pk).until is not None:
        worker.tick(cluster.pk)


kind, cause = KINDS["deployments.apps"], Cause("test", "apply", "")
# Pausing took the wall clock's instant; the log must begin at the same one every time.
cluster.refresh_from_db()
cluster.now = cluster.anchor = FIXED
cluster.save()
store.write(cluster, lambda work: work.create(kind, web("nginx:1.28"), cause))
run_for(60)
store.write(cluster, lambda work: work.update(kind, web("nginx:1.29"), cause))
cluster.refresh_from_db()
cluster.holder, cluster.held_until = "", 0
cluster.save()
clusters.control(cluster, "step", by=int("SECONDS"))
