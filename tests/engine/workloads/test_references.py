"""Image references as the runtime completes them."""

import pytest

from simulator.engine.workloads.references import parse

NAMES = {
    "nginx": "docker.io/library/nginx:latest",
    "nginx:1.27": "docker.io/library/nginx:1.27",
    "docker.io/redis:6.0.5": "docker.io/library/redis:6.0.5",
    "polinux/stress": "docker.io/polinux/stress:latest",
    "registry.k8s.io/pause:3.10.1": "registry.k8s.io/pause:3.10.1",
    "localhost/app": "localhost/app:latest",
    "localhost:5000/app:v1": "localhost:5000/app:v1",
    "a.b/c/d_e__f-g:x": "a.b/c/d_e__f-g:x",
    "[::1]:5000/app:1": "[::1]:5000/app:1",
}


@pytest.mark.parametrize(("image", "name"), NAMES.items())
def test_names(image: str, name: str) -> None:
    assert parse(image).name == name


def test_a_digest_stays() -> None:
    digest = "sha256:" + "a" * 64
    found = parse(f"nginx@{digest}")
    assert (found.name, found.by_digest) == (f"docker.io/library/nginx@{digest}",) * 2
    assert parse(f"nginx:1.27@{digest}").name == "docker.io/library/nginx:1.27"


@pytest.mark.parametrize(
    "image", ["", "Foo bar", "nginx:", ":tag", "a//b", "-a", "nginx@sha256:short", "nginx:ä", "a" * 300, "A.b/C:1"]
)
def test_malformed(image: str) -> None:
    with pytest.raises(ValueError, match=r"reference format|repository name"):
        parse(image)


def test_upper_case_is_named() -> None:
    with pytest.raises(ValueError, match=r"repository name \(library/Nginx\) must be lowercase"):
        parse("Nginx")


@pytest.mark.parametrize(
    ("image", "host"), [("x.invalid:5000/a", "x.invalid"), ("x.invalid/a", "x.invalid"), ("a", "docker.io")]
)
def test_the_host(image: str, host: str) -> None:
    assert parse(image).host == host
