"""What containers do by their image, command and arguments."""

import pytest

from simulator.engine.clock import SECOND
from simulator.engine.workloads import catalogue, programs, references

STEP = 5_000
BUSYBOX, OWN = "busybox:1.36", "example.com/own/app:1"
CASES = {
    # name: (image, command, args, lasts, code)
    "a server": ("nginx", [], [], None, 0),
    "a server with arguments": ("redis", [], ["redis-server", "--appendonly", "yes"], None, 0),
    "a shell without input": (BUSYBOX, [], [], STEP, 0),
    "sh": (BUSYBOX, ["sh"], [], STEP, 0),
    "arguments are the command where there is no entrypoint": (BUSYBOX, [], ["sleep", "3"], 3 * SECOND, 0),
    "arguments of its own program": ("registry.k8s.io/e2e-test-images/agnhost:2.40", [], ["pause"], None, 0),
    "sleep": (BUSYBOX, ["sleep", "3600"], [], 3600 * SECOND, 0),
    "sleep in minutes": (BUSYBOX, ["sleep"], ["2m"], 120 * SECOND, 0),
    "sleep adds up": (BUSYBOX, ["sleep", "1", "0.5"], [], 1_500_000, 0),
    "sleep for ever": (BUSYBOX, ["sleep", "infinity"], [], None, 0),
    "sleep inf": (BUSYBOX, ["/bin/sleep", "inf"], [], None, 0),
    "sleep what": (BUSYBOX, ["sleep", "soon"], [], STEP, 1),
    "true": (BUSYBOX, ["true"], [], STEP, 0),
    "false": (BUSYBOX, ["/bin/false"], [], STEP, 1),
    "tail -f": (BUSYBOX, ["tail", "-f", "/dev/null"], [], None, 0),
    "script": (BUSYBOX, ["sh", "-c", "sleep 3600"], [], 3600 * SECOND, 0),
    "script in the arguments": (BUSYBOX, ["/bin/sh", "-c"], ["echo hello; sleep 10; exit 4"], 10 * SECOND + STEP, 4),
    "and": (BUSYBOX, ["sh", "-c", "false && sleep 9"], [], STEP, 1),
    "or": (BUSYBOX, ["sh", "-c", "false || sleep 9"], [], 9 * SECOND + STEP, 0),
    "exit": (BUSYBOX, ["sh", "-c", "exit 42"], [], STEP, 42),
    "loop": (BUSYBOX, ["sh", "-c", "while true; do echo x; sleep 1; done"], [], None, 0),
    "exec": (BUSYBOX, ["bash", "-ec", "exec sleep 5"], [], 5 * SECOND, 0),
    "stress": ("polinux/stress", ["stress"], ["--vm", "1", "--vm-bytes", "150M"], None, 0),
    "stress for a while": ("polinux/stress", ["stress"], ["--cpu", "2", "--timeout", "1m"], 60 * SECOND, 0),
    "stress, said shortly": ("polinux/stress", ["stress", "-c", "2", "-t", "7"], [], 7 * SECOND, 0),
    "stress for how long": ("polinux/stress", ["stress", "--timeout=soon"], [], STEP, 1),
    "an unknown command": (OWN, ["/app/serve"], [], None, 0),
    "an unknown image": (OWN, [], [], None, 0),
    "an interpreter with a program": (
        "perl:5.34",
        ["perl", "-Mbignum=bpi", "-wle", "print bpi(2000)"],
        [],
        5 * SECOND,
        0,
    ),
}


@pytest.mark.parametrize(("image", "command", "args", "lasts", "code"), CASES.values(), ids=CASES.keys())
def test_programs(image: str, command: list[str], args: list[str], lasts: int | None, code: int) -> None:
    program = programs.of({"image": image, "command": command, "args": args})
    assert (program.lasts, program.code) == (lasts, code)


STOPS = {
    # name: (image, command, time from SIGTERM or None, exit code)
    "nginx": ("nginx", [], 100_000, 0),
    "sleep": (BUSYBOX, ["sleep", "99"], None, 0),
    "a shell": (BUSYBOX, ["sh", "-c", "sleep 99"], None, 0),
    "a shell that traps": (BUSYBOX, ["sh", "-c", "trap 'exit 0' TERM; while :; do sleep 1; done"], 100_000, 0),
    "a Go program": ("registry.k8s.io/e2e-test-images/agnhost:2.40", [], 20_000, 2),
}


@pytest.mark.parametrize(("image", "command", "stop", "code"), STOPS.values(), ids=STOPS.keys())
def test_sigterm(image: str, command: list[str], stop: int | None, code: int) -> None:
    program = programs.of({"image": image, "command": command})
    assert (program.stop, program.stop_code) == (stop, code)


def test_an_init_container_of_an_unknown_image_is_done_after_its_start() -> None:
    own = catalogue.of(references.parse(OWN))
    assert programs.of({"image": OWN}, init=True).lasts == own.startup
    assert programs.of({"image": "nginx"}, init=True).lasts is None


def test_unknown_images_differ_and_are_the_same_each_time() -> None:
    images = [catalogue.of(references.parse(f"example.com/app{number}")) for number in range(50)]
    assert len({image.size for image in images}) > 40
    assert all(10_000_000 <= image.size <= 401_000_000 and 200_000 <= image.startup <= 3_000_000 for image in images)
    assert catalogue.of(references.parse("example.com/app7")) == images[7]


def test_old_registries_mean_the_same_images() -> None:
    assert catalogue.of(references.parse("k8s.gcr.io/pause:2.0")) == catalogue.of(
        references.parse("registry.k8s.io/pause:2.0")
    )
