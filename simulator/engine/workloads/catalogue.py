"""The catalogue of images: how large they are, how fast they start, how they stop and what they print.

A table of well-known images; any other well-formed reference gets a size and a start-up time by hash. Sizes are those
that a registry serves (compressed), in bytes; times are microseconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

from ..clock import MILLISECOND, SECOND
from .references import Reference

MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Image:
    """What is known of one image.

    entry: what it does when it is started without a command: `serve` runs until it is stopped, `shell` ends at once
    with 0, as a shell or interpreter without input does, `once` does its work in `startup` and ends with 0.
    entrypoint: whether `args` alone are arguments of its own program (otherwise they are the command itself).
    user: whom it runs as; user_name: where it names them by a name alone, that.
    stop: time from SIGTERM until it has ended, None if it ignores SIGTERM; stop_code: the exit code then.
    log: (offset in milliseconds from the start, line); lines may use the names that `logs.py` fills in.
    family: what its file system is made from, as in `image_tree.py`; `scratch` has no shell.
    programs: what it brings beyond its family's. ports: where its own program listens; serves: how it answers, as
    in `servers.py`.
    """

    size: int
    startup: int = 300 * MILLISECOND
    entry: str = "serve"
    entrypoint: bool = False
    stop: int | None = 100 * MILLISECOND
    stop_code: int = 0
    user: int = 0
    user_name: str = ""
    log: tuple[tuple[int, str], ...] = ()
    family: str = "debian"
    programs: tuple[str, ...] = ()
    ports: tuple[int, ...] = ()
    serves: str = ""


_NGINX = (
    (0, "/docker-entrypoint.sh: /docker-entrypoint.d/ is not empty, will attempt to perform configuration"),
    (4, "/docker-entrypoint.sh: Looking for shell scripts in /docker-entrypoint.d/"),
    (52, "/docker-entrypoint.sh: Configuration complete; ready for start up"),
    (58, '{slashed} [notice] 1#1: using the "epoll" event method'),
    (58, "{slashed} [notice] 1#1: nginx/{tag}"),
    (58, "{slashed} [notice] 1#1: start worker processes"),
)
_REDIS = (
    (0, "1:C {dotted} * oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo"),
    (0, "1:C {dotted} # Warning: no config file specified, using the default config."),
    (6, "1:M {dotted} * Running mode=standalone, port=6379."),
    (7, "1:M {dotted} * Server initialized"),
    (7, "1:M {dotted} * Ready to accept connections tcp"),
)
_APACHE = (
    (0, "AH00558: apache2: Could not reliably determine the server's fully qualified domain name, using {ip}."),
    (90, "[{apache}] [mpm_prefork:notice] [pid 1] AH00163: Apache/2.4 configured -- resuming normal operations"),
    (90, "[{apache}] [core:notice] [pid 1] AH00094: Command line: 'apache2 -D FOREGROUND'"),
)
_POSTGRES = (
    (0, "PostgreSQL Database directory appears to contain a database; Skipping initialization"),
    (40, "{dashed} UTC [1] LOG:  starting PostgreSQL"),
    (41, '{dashed} UTC [1] LOG:  listening on IPv4 address "0.0.0.0", port 5432'),
    (60, "{dashed} UTC [1] LOG:  database system is ready to accept connections"),
)
_MYSQL = (
    (0, "{iso} 0 [System] [MY-015015] [Server] MySQL Server - start."),
    (2400, "{iso} 0 [System] [MY-010931] [Server] /usr/sbin/mysqld: ready for connections. port: 3306"),
)
_COREDNS = ((20, ".:53"), (20, "[INFO] plugin/reload: Running configuration SHA512"), (21, "CoreDNS-1.12.1"))
_KLOG = ((5, 'I{klog}       1 server.go: "Starting"'),)


def _shell(size: int, family: str = "debian", *programs: str) -> Image:
    return Image(size, entry="shell", stop=None, family=family, programs=programs)


def _go(
    size: int,
    startup: int = 100 * MILLISECOND,
    *,
    ports: tuple[int, ...] = (),
    serves: str = "",
    family: str = "scratch",
) -> Image:
    """A Go program without a handler for SIGTERM: its runtime ends it with 2."""
    return Image(
        size, startup, entrypoint=True, stop=20 * MILLISECOND, stop_code=2, family=family, ports=ports, serves=serves
    )


def _control(size: int, *ports: int) -> Image:
    return Image(size, SECOND, stop=200 * MILLISECOND, log=_KLOG, family="scratch", ports=ports, serves="healthz")


def _web(size: int, startup: int = 300 * MILLISECOND, *, serves: str, log: tuple[tuple[int, str], ...] = ()) -> Image:
    """Apache with pages of its own."""
    return Image(size, startup, log=log, programs=("apache2", "curl"), ports=(80,), serves=serves)


_TABLE: dict[str, Image] = {
    "docker.io/library/nginx": Image(62_950_000, log=_NGINX, programs=("nginx", "curl"), ports=(80,), serves="nginx"),
    "docker.io/nginxinc/nginx-unprivileged": Image(
        62_950_000, user=101, log=_NGINX, programs=("nginx", "curl"), ports=(8080,), serves="nginx"
    ),
    "docker.io/library/httpd": Image(58_300_000, log=_APACHE, programs=("httpd",), ports=(80,), serves="httpd"),
    "docker.io/library/redis": Image(
        43_600_000, user=999, log=_REDIS, programs=("redis-server", "redis-cli"), ports=(6379,)
    ),
    "docker.io/library/postgres": Image(
        158_400_000,
        2 * SECOND,
        stop=300 * MILLISECOND,
        log=_POSTGRES,
        programs=("postgres", "pg_isready"),
        ports=(5432,),
    ),
    "docker.io/library/mysql": Image(
        230_900_000, 8 * SECOND, stop=2 * SECOND, log=_MYSQL, programs=("mysqld", "mysqladmin"), ports=(3306,)
    ),
    "docker.io/library/mariadb": Image(
        124_000_000, 5 * SECOND, stop=SECOND, programs=("mariadbd", "mysqladmin"), ports=(3306,)
    ),
    "docker.io/library/mongo": Image(
        290_000_000, 2 * SECOND, stop=300 * MILLISECOND, programs=("mongod",), ports=(27017,)
    ),
    "docker.io/library/rabbitmq": Image(112_000_000, 6 * SECOND, stop=2 * SECOND, ports=(5672, 15672)),
    "docker.io/library/memcached": Image(
        31_000_000, stop=50 * MILLISECOND, user=11211, user_name="memcache", ports=(11211,)
    ),
    "docker.io/library/wordpress": _web(259_000_000, 2 * SECOND, serves="wordpress", log=_APACHE),
    "docker.io/library/busybox": _shell(2_220_000, "busybox"),
    "docker.io/library/alpine": _shell(3_800_000, "alpine"),
    "docker.io/library/bash": _shell(6_300_000, "alpine", "bash"),
    "docker.io/library/debian": _shell(49_300_000),
    "docker.io/library/ubuntu": _shell(29_700_000, "ubuntu"),
    "docker.io/library/python": _shell(388_000_000, "debian", "python3", "curl", "wget"),
    "docker.io/library/perl": _shell(338_000_000, "debian", "perl", "curl", "wget"),
    "docker.io/library/node": _shell(398_000_000, "debian", "node", "curl", "wget"),
    "docker.io/library/golang": _shell(296_000_000, "debian", "go", "curl", "wget"),
    "docker.io/library/hello-world": Image(
        2_600, 5 * MILLISECOND, entry="once", log=((0, "Hello from Docker!"),), family="scratch"
    ),
    "docker.io/curlimages/curl": Image(
        10_000_000, entry="once", entrypoint=True, user=100, user_name="curl_user", family="alpine", programs=("curl",)
    ),
    "docker.io/nicolaka/netshoot": _shell(190_000_000, "alpine", "curl", "bash"),
    "docker.io/polinux/stress": Image(4_100_000, stop=None, family="alpine", programs=("stress",)),
    "docker.io/vish/stress": _go(1_600_000),
    "docker.io/hashicorp/http-echo": _go(4_400_000, ports=(5678,), serves="http-echo"),
    "docker.io/traefik/whoami": _go(2_900_000, ports=(80,), serves="whoami"),
    "docker.io/kicbase/echo-server": _go(2_100_000, ports=(8080,), serves="echo"),
    "docker.io/ealen/echo-server": Image(
        32_000_000, SECOND, family="alpine", programs=("node",), ports=(80,), serves="echo"
    ),
    "docker.io/corelab/gb-frontend": _web(152_000_000, SECOND, serves="guestbook", log=_APACHE),
    "us-docker.pkg.dev/google-samples/containers/gke/gb-frontend": _web(
        152_000_000, SECOND, serves="guestbook", log=_APACHE
    ),
    "us-docker.pkg.dev/google-samples/containers/gke/gb-redis-follower": Image(
        39_000_000, log=_REDIS, programs=("redis-server", "redis-cli"), ports=(6379,)
    ),
    "us-docker.pkg.dev/google-samples/containers/gke/hello-app": _go(11_500_000, ports=(8080,), serves="hello-app"),
    "gcr.io/google-samples/cassandra": Image(
        134_000_000, 20 * SECOND, stop=2 * SECOND, programs=("cassandra", "nodetool"), ports=(7000, 7001, 7199, 9042)
    ),
    "gcr.io/google-samples/gb-frontend": _web(152_000_000, SECOND, serves="guestbook", log=_APACHE),
    "gcr.io/google-samples/gb-redis-follower": Image(
        39_000_000, log=_REDIS, programs=("redis-server", "redis-cli"), ports=(6379,)
    ),
    "gcr.io/google-samples/node-hello": Image(
        264_000_000, SECOND, stop=None, programs=("node", "curl", "ps"), ports=(8080,), serves="node-hello"
    ),
    "gcr.io/google-samples/kubernetes-bootcamp": Image(
        83_000_000, SECOND, stop=None, programs=("node", "curl"), ports=(8080,), serves="bootcamp"
    ),
    "gcr.io/google-samples/hello-app": _go(11_500_000, ports=(8080,), serves="hello-app"),
    "gcr.io/google-samples/hello-go-gke": _go(11_500_000, ports=(80,), serves="hello-go"),
    "registry.k8s.io/pause": Image(
        320_448, 5 * MILLISECOND, stop=5 * MILLISECOND, user=65535, family="scratch", programs=("pause",)
    ),
    "registry.k8s.io/busybox": _shell(1_110_000, "busybox"),
    "registry.k8s.io/nginx-slim": Image(41_000_000, programs=("nginx", "curl"), ports=(80,), serves="nginx"),
    "registry.k8s.io/kubernetes-zookeeper": Image(
        117_000_000,
        3 * SECOND,
        family="ubuntu",
        programs=("start-zookeeper", "zookeeper-ready"),
        ports=(2181, 2888, 3888),
    ),
    "registry.k8s.io/hpa-example": _web(169_000_000, SECOND, serves="hpa-example", log=_APACHE),
    "registry.k8s.io/goproxy": _go(1_700_000, ports=(8080,)),
    "registry.k8s.io/echoserver": Image(43_000_000, programs=("nginx",), ports=(8080,), serves="echo"),
    "registry.k8s.io/e2e-test-images/agnhost": _go(51_300_000, ports=(8080,), serves="agnhost", family="alpine"),
    "registry.k8s.io/e2e-test-images/jessie-dnsutils": Image(86_000_000, stop=None, programs=("nslookup", "dig")),
    "registry.k8s.io/metrics-server/metrics-server": _go(20_582_732, SECOND, ports=(10250,)),
    "registry.k8s.io/coredns/coredns": Image(
        22_384_805,
        200 * MILLISECOND,
        stop=5 * SECOND,
        log=_COREDNS,
        family="scratch",
        ports=(53, 8080, 8181, 9153),
        serves="healthz",
    ),
    "registry.k8s.io/kube-proxy": _control(25_963_701, 10249, 10256),
    "registry.k8s.io/kube-apiserver": _control(27_066_504, 6443),
    "registry.k8s.io/kube-controller-manager": _control(22_819_719, 10257),
    "registry.k8s.io/kube-scheduler": _control(17_385_558, 10259),
    "registry.k8s.io/etcd": _control(74_311_308, 2379, 2380, 2381),
}

_MIRRORS = {"k8s.gcr.io": "registry.k8s.io", "gcr.io/google_containers": "registry.k8s.io"}


@lru_cache(maxsize=4096)
def of(reference: Reference) -> Image:
    """What the image is like: from the table, else by hash of its name (10 MB to 400 MB, 0.2 s to 3 s)."""
    repository = reference.repository
    for old, new in _MIRRORS.items():
        if repository.startswith(old + "/"):
            repository = new + repository[len(old) :]
    known = _TABLE.get(repository)
    if known is not None:
        return known
    figure = int.from_bytes(blake2b(reference.name.encode(), digest_size=8).digest(), "big")
    figure, spread = divmod(figure, 1000)
    size = 10 * MB + 390 * MB * spread * spread // 1_000_000 + figure % 1_000_000
    return Image(size, 200 * MILLISECOND + figure % (2_800 * MILLISECOND), entrypoint=True, user=_user(reference))


def _user(reference: Reference) -> int:
    """Whom an image runs as that is not in the table: root, unless its name says otherwise."""
    if reference.path.startswith("bitnami/"):
        return 1001
    words = f"{reference.path}:{reference.tag}"
    return 65532 if any(word in words for word in ("nonroot", "rootless", "unprivileged")) else 0


def is_known(reference: Reference) -> bool:
    """Whether the image is in the table."""
    return reference.repository in _TABLE


def refusal(reference: Reference) -> str:
    """Why no registry serves the image, in the runtime's words; empty if one does. Hosts in `.invalid` never exist."""
    if not reference.host.endswith(".invalid"):
        return ""
    manifest = reference.tag or reference.digest
    return (
        f'failed to pull and unpack image "{reference.name}": failed to resolve reference "{reference.name}": failed '
        f'to do request: Head "https://{reference.domain}/v2/{reference.path}/manifests/{manifest}": dial tcp: lookup '
        f"{reference.host}: no such host"
    )
