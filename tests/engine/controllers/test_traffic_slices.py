"""The slices that list the backends of a Traffic: what is written of them, and that they go with it."""

from __future__ import annotations

from tests.engine.cluster import USER, Cluster
from tests.engine.controllers.test_traffic import SLICES, TRAFFICS, millicores, scale, traffic, workload, writes


def listed(cluster: Cluster) -> list[str]:
    """The pods that slices list, but for those that get nothing any more."""
    held = [one for body in cluster.world.list(SLICES) for one in body["backends"] if one["shares"]]
    return sorted(one["pod"] for one in held)


def test_a_backend_that_comes_has_one_slice_written_however_many_there_are() -> None:
    cluster = Cluster()
    workload(cluster, replicas=40)
    traffic(cluster)
    cluster.run(60)
    assert sorted(len(body["backends"]) for body in cluster.world.list(SLICES)) == [8, 32]
    scale(cluster, 41)
    written = writes(cluster, 30)
    assert [one.resource for one in written] == [SLICES, TRAFFICS]
    assert len(written[0].body["backends"]) == 9
    pods = {one["metadata"]["name"] for one in cluster.world.list("pods", "default")}
    assert set(listed(cluster)) == pods


def test_a_slice_that_somebody_takes_away_is_made_again() -> None:
    cluster = Cluster()
    workload(cluster)
    traffic(cluster)
    cluster.run(30)
    before = listed(cluster)
    cluster.world.delete(SLICES, "default", cluster.world.list(SLICES)[0]["metadata"]["name"], USER)
    assert [one.resource for one in writes(cluster, 30)] == [SLICES, TRAFFICS]
    assert listed(cluster) == before != []


def test_slices_go_with_their_traffic_and_count_for_no_other_of_its_name() -> None:
    cluster = Cluster()
    workload(cluster)
    traffic(cluster)
    cluster.run(60)
    assert millicores(cluster)["php-apache"] > 300
    cluster.world.delete(TRAFFICS, "default", "t", USER)
    traffic(cluster, rate="0")
    cluster.run(60)
    assert millicores(cluster)["php-apache"] < 10
    owners = {body["metadata"]["ownerReferences"][0]["uid"] for body in cluster.world.list(SLICES)}
    assert owners == {cluster.get(TRAFFICS, "t", "default")["metadata"]["uid"]}
