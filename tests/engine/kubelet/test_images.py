"""Pull policies, the queue of pulls, the cache of a node, and images that do not come."""

from itertools import pairwise
from typing import NamedTuple

import pytest

from simulator.engine.journal import Change
from simulator.engine.kubelet.images import duration
from tests.engine.kubelet.lab import T0, USER, Lab

POLICIES = {
    # name: (image, policy, what is said first)
    "present": ("nginx:1.27", "IfNotPresent", 'Container image "nginx:1.27" already present on machine'),
    "present, but always": ("nginx:1.27", "Always", 'Pulling image "nginx:1.27"'),
    "absent": ("redis:7", "IfNotPresent", 'Pulling image "redis:7"'),
    "present and never": ("nginx:1.27", "Never", 'Container image "nginx:1.27" already present on machine'),
    "absent and never": ("redis:7", "Never", 'Container image "redis:7" is not present with pull policy of Never'),
    "malformed": (
        "Nginx:1.27",
        "IfNotPresent",
        'Failed to apply default image tag "Nginx:1.27": couldn\'t parse image name "Nginx:1.27": invalid reference '
        "format: repository name (library/Nginx) must be lowercase",
    ),
}


@pytest.mark.parametrize(("image", "policy", "said"), POLICIES.values(), ids=POLICIES.keys())
def test_the_pull_policy(image: str, policy: str, said: str) -> None:
    lab = Lab()
    lab.pod(image=image, imagePullPolicy=policy)
    lab.run(1)
    assert lab.said()[0] == said


def test_an_image_that_lies_there_costs_only_the_question_for_its_manifest() -> None:
    lab = Lab()
    lab.pod(image="nginx:1.27", imagePullPolicy="Always")
    lab.run(10)
    message = 'Successfully pulled image "nginx:1.27" in 900ms (900ms including waiting). Image size: 62950000 bytes.'
    assert lab.said("Pulled") == [message]


def test_one_pull_at_a_time_on_a_node_and_nodes_do_not_wait_for_each_other() -> None:
    lab = Lab()
    lab.pod("a", "redis:7")
    lab.pod("b", "httpd:2.4")
    lab.pod("c", "redis:7", node="n2")
    lab.run(60)
    assert [line for line in lab.story() if "Pulled" in line] == ["2548 Pulled x1", "2548 Pulled x1", "4905 Pulled x1"]
    assert "in 2.357s (4.347s including waiting)" in lab.said("Pulled")[2]


def test_the_second_pod_finds_the_image() -> None:
    lab = Lab()
    lab.pod("a", "redis:7")
    lab.run(60)
    lab.pod("b", "redis:7")
    lab.run(60)
    assert lab.said("Pulled")[1] == 'Container image "redis:7" already present on machine'


def test_the_node_reports_its_images_the_largest_first() -> None:
    lab = Lab()
    lab.pod("a", "mysql:8.0")
    lab.run(30)
    node = lab.world.get("nodes", "", "n1")
    assert node is not None
    images = node["status"]["images"]
    assert [one["names"][1] for one in images] == [
        "docker.io/library/mysql:8.0",
        "docker.io/library/nginx:1.27",
        "docker.io/library/busybox:1.36",
        "registry.k8s.io/pause:3.10.1",
    ]
    assert images[0]["sizeBytes"] == 230_900_000
    assert images[0]["names"][0].startswith("docker.io/library/mysql@sha256:")


def test_back_off_of_pulls() -> None:
    lab = Lab()
    lab.pod(image="registry.invalid/app:1")
    lab.run(1000)
    pulls = [int(line.split()[0]) for line in lab.story() if "Pulling" in line]
    gaps = [later - earlier for earlier, later in pairwise(pulls)]
    assert gaps == [10_900, 20_900, 40_900, 80_900, 160_900, 300_900, 300_900]


def test_what_is_seen_of_an_image_that_does_not_come() -> None:
    lab = Lab()
    lab.pod(image="registry.invalid/app:1")
    lab.run(1.6)
    error = (
        'failed to pull and unpack image "registry.invalid/app:1": failed to resolve reference "registry.invalid/app:1"'
        ': failed to do request: Head "https://registry.invalid/v2/app/manifests/1": dial tcp: lookup registry.'
        "invalid: no such host"
    )
    assert lab.main()["state"] == {"waiting": {"reason": "ErrImagePull", "message": error}}
    lab.run(8.5)
    back_off = f'Back-off pulling image "registry.invalid/app:1": ErrImagePull: {error}'
    lab.run(6)
    lab.run(12)
    states = {line.split("main=")[1] for line in lab.story() if "main=" in line}
    assert states == {"ContainerCreating", "ErrImagePull", "ImagePullBackOff"}
    assert lab.main()["state"] == {"waiting": {"reason": "ImagePullBackOff", "message": back_off}}
    assert lab.said() == [
        'Pulling image "registry.invalid/app:1"',
        f'Failed to pull image "registry.invalid/app:1": {error}',
        "Error: ErrImagePull",
        'Back-off pulling image "registry.invalid/app:1"',
        "Error: ImagePullBackOff",
    ]
    assert lab.get()["status"]["phase"] == "Pending"


def test_a_malformed_name_is_said_once_and_costs_nothing_more() -> None:
    lab = Lab()
    lab.pod(image="no spaces")
    lab.run(3600)
    assert lab.main()["state"]["waiting"]["reason"] == "InvalidImageName"
    assert lab.said("Failed") == ["Error: InvalidImageName"]
    assert lab.world.clock.next_due() is None


def test_a_pod_that_never_pulls_starts_once_another_has_brought_the_image() -> None:
    lab = Lab()
    lab.pod("a", "redis:7", imagePullPolicy="Never")
    lab.run(5)
    assert lab.main("a")["state"]["waiting"]["reason"] == "ErrImageNeverPull"
    lab.pod("b", "redis:7")
    lab.run(30)
    assert "running" in lab.main("a")["state"]


def test_a_pod_that_goes_leaves_the_queue() -> None:
    lab = Lab()
    for name, image in (("a", "mysql:8"), ("b", "python:3"), ("c", "redis:7")):
        lab.pod(name, image)
    lab.run(2)
    lab.delete("b")
    lab.run(30)
    assert [message.split('"')[1] for message in lab.said("Pulled")] == ["mysql:8", "redis:7"]


@pytest.mark.parametrize(
    ("microseconds", "text"),
    [
        (0, "0s"),
        (999, "0s"),
        (313_000, "313ms"),
        (1_594_321, "1.594s"),
        (10_000_000, "10s"),
        (62_500_000, "1m2.5s"),
        (300_000_000, "5m0s"),
        (3_661_000_000, "1h1m1s"),
    ],
)
def test_durations_as_go_writes_them(microseconds: int, text: str) -> None:
    assert duration(microseconds) == text


CONFIGURATIONS = {
    # name: (configuration of all nodes, that of n1, when a, b and c of n1 are pulled)
    "the default": ("", "", (2548, 4905, 7038)),
    "side by side": ("serializeImagePulls: false", "", (2548, 2915, 2690)),
    "two at once": ("serializeImagePulls: false\nmaxParallelImagePulls: 2", "", (2548, 2915, 4680)),
    "for one node": ("serializeImagePulls: true", "serializeImagePulls: false", (2548, 2915, 2690)),
    "no configuration": ("a: [", "- b", (2548, 4905, 7038)),
    "not for one pull": ("maxParallelImagePulls: 5", "", (2548, 4905, 7038)),
}


@pytest.mark.parametrize(("whole", "own", "times"), CONFIGURATIONS.values(), ids=CONFIGURATIONS.keys())
def test_pulls_side_by_side(whole: str, own: str, times: tuple[int, ...]) -> None:
    lab = Lab()
    lab.world.create("namespaces", {"metadata": {"name": "kube-system"}}, USER)
    for name, text in (("kubelet-config", whole), ("kubelet-config-n1", own)):
        meta = {"name": name, "namespace": "kube-system"}
        lab.world.create("configmaps", {"metadata": meta, "data": {"kubelet": text}}, USER)
    seen = dict[str, int]()

    def pulled(change: Change) -> None:
        if change.body["reason"] == "Pulled":
            seen.setdefault(change.body["involvedObject"]["name"], (change.at - T0) // 1000)

    lab.world.watch("events", pulled)
    for name, image in (("a", "redis:7"), ("b", "httpd:2.4"), ("c", "debian:12")):
        lab.pod(name, image)
    lab.run(60)
    assert tuple(seen[name] for name in "abc") == times


class Case(NamedTuple):
    """calls: how often three containers that come one after the other ask for a pull."""

    image: str
    policy: str
    calls: int
    state: str


CASES = {
    # The cases of pullerTestCases in pkg/kubelet/images/image_manager_test.go, v1.34.
    "image missing, pull": Case("redis:7", "IfNotPresent", 1, "running"),
    "image present, don't pull": Case("nginx:1.27", "IfNotPresent", 0, "running"),
    "image present, pull": Case("nginx:1.27", "Always", 3, "running"),
    "image missing, never pull": Case("redis:7", "Never", 0, "ErrImageNeverPull"),
    "image present, never pull": Case("nginx:1.27", "Never", 0, "running"),
    "image missing, unable to fetch": Case("registry.invalid/app:1", "IfNotPresent", 3, "ErrImagePull"),
    "image missing, unable to fetch, always": Case("registry.invalid/app:1", "Always", 3, "ErrImagePull"),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_which_containers_pull(case: Case) -> None:
    lab = Lab()
    for name in ("a", "b", "c"):
        lab.pod(name, case.image, imagePullPolicy=case.policy)
        lab.run(3)
        ((state, detail),) = lab.main(name)["state"].items()
        assert detail.get("reason", state) == case.state
    assert sum("Pulling" in line for line in lab.story()) == case.calls


BACK_OFFS = {
    # name: (seconds, what the container waits for, pulls so far)
    "the first pull": (2, "ErrImagePull", 1),
    "the second": (14, "ErrImagePull", 2),
    "too early for another": (30, "ImagePullBackOff", 2),
    "the third": (34, "ErrImagePull", 3),
    "too early again": (60, "ImagePullBackOff", 3),
}


def test_a_pull_that_fails_is_tried_again_when_its_back_off_is_over() -> None:
    lab = Lab()
    lab.pod(image="registry.invalid/app:1")
    seen, pulls, at = {}, 0, 0.0
    for name, (seconds, _, _) in BACK_OFFS.items():
        lab.run(seconds - at)
        at = seconds
        pulls += sum("Pulling" in line for line in lab.story())
        seen[name] = (seconds, lab.main()["state"]["waiting"]["reason"], pulls)
    assert seen == BACK_OFFS


NAMES = {
    # image: how the runtime knows it. Follows TestApplyDefaultImageTag.
    "busybox": "docker.io/library/busybox:latest",
    "busybox:1.36": "docker.io/library/busybox:1.36",
    "busybox@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855": (
        "docker.io/library/busybox@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    ),
}


@pytest.mark.parametrize(("image", "name"), NAMES.items(), ids=["root", "root:tag", "root@sha"])
def test_the_default_tag(image: str, name: str) -> None:
    lab = Lab()
    lab.pod(image=image, command=["sleep", "999"])
    lab.run(10)
    node = lab.world.get("nodes", "", "n1")
    assert node is not None
    assert name in [one for held in node["status"]["images"] for one in held["names"]]
    assert lab.main()["image"] == name
