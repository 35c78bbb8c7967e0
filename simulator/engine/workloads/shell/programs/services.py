"""nginx, redis-cli, pg_isready, mysqladmin, python3, node, ...: what people call of a server's own programs."""

from __future__ import annotations

from ... import nginx as configuration
from ... import references, servers
from ...effects import Write
from ..machine import Call, Program, Steps, out


def _tag(call: Call, default: str) -> str:
    tag = references.parse(call.machine.container["image"]).tag
    return tag.partition("-")[0] if tag[:1].isdigit() else default


def nginx(call: Call) -> Steps[int]:
    args = call.args
    if args[:1] in (["-v"], ["-V"]):
        yield Write("stderr", f"nginx version: {configuration.banner(call.machine.container)}\n".encode())
        return 0
    if args[:1] in (["-t"], ["-T"]):
        yield Write(
            "stderr",
            b"nginx: the configuration file /etc/nginx/nginx.conf syntax is ok\n"
            b"nginx: configuration file /etc/nginx/nginx.conf test is successful\n",
        )
        return 0
    if args[:1] == ["-s"] and len(args) > 1:
        if args[1] in ("quit", "stop"):
            call.machine.signal(3 if args[1] == "quit" else 15)
            return 0
        if args[1] in ("reload", "reopen"):
            yield Write("stderr", b"[notice] signal process started\n")
            return 0
        yield Write("stderr", f'nginx: invalid option: "-s {args[1]}"\n'.encode(errors="replace"))
        return 1
    yield Write("stderr", b"nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)\n")
    return 1


def _listens(call: Call, port: int) -> bool:
    machine = call.machine
    return servers.is_listening(machine.pod, port, reader=machine.reader, now=machine.now)


def redis_cli(call: Call) -> Steps[int]:
    words, rest = list[str](), list(call.args)
    while rest:
        word = rest.pop(0)
        if word in ("-h", "-p", "-a", "-n", "--user", "--pass") and rest:
            rest.pop(0)
        elif word == "--version":
            yield out(f"redis-cli {_tag(call, '8.2.1')}\n")
            return 0
        else:
            words.append(word)
    if not _listens(call, 6379):
        yield Write("stderr", b"Could not connect to Redis at 127.0.0.1:6379: Connection refused\n")
        return 1
    if [word.lower() for word in words[:1]] == ["ping"]:
        yield out(f"{words[1] if len(words) > 1 else 'PONG'}\n")
        return 0
    yield Write("stderr", b"redis-cli: only ping is simulated\n")
    return 1


def pg_isready(call: Call) -> Steps[int]:
    ready = _listens(call, 5432)
    yield out(f"/var/run/postgresql:5432 - {'accepting connections' if ready else 'no response'}\n")
    return 0 if ready else 2


def mysqladmin(call: Call) -> Steps[int]:
    if not _listens(call, 3306):
        text = "mysqladmin: connect to server at 'localhost' failed\n"
        yield Write("stderr", text.encode())
        return 1
    if "ping" in call.args:
        yield out("mysqld is alive\n")
        return 0
    yield Write("stderr", b"mysqladmin: only ping is simulated\n")
    return 1


def version(call: Call) -> Steps[int]:
    """Interpreters and servers say which version they are; what else they do in an exec is not simulated."""
    names = {"python3": f"Python {_tag(call, '3.13.7')}", "node": f"v{_tag(call, '24.7.0')}",
             "httpd": f"Server version: Apache/{_tag(call, '2.4.65')} (Unix)",
             "redis-server": f"Redis server v={_tag(call, '8.2.1')}", "perl": f"This is perl, v{_tag(call, '5.42.0')}",
             "go": f"go version go{_tag(call, '1.25.0')} linux/amd64",
             "postgres": f"postgres (PostgreSQL) {_tag(call, '17.6')}"}  # fmt: skip
    if call.args[:1] in (["--version"], ["-v"], ["-V"], ["version"]) and call.name in names:
        yield out(f"{names[call.name]}\n")
        return 0
    yield call.complaint("this program is not simulated")
    return 126


PROGRAMS: dict[str, Program] = {
    "nginx": nginx, "redis-cli": redis_cli, "pg_isready": pg_isready, "mysqladmin": mysqladmin,
    **dict.fromkeys(("python3", "node", "httpd", "redis-server", "perl", "go", "postgres"), version),
}  # fmt: skip
