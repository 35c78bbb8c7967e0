"""What the servers of the catalogue answer: one function for each kind of server."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ..clock import SECOND
from ..objects import micro_timestamp, name_of, namespace_of, status_of
from ..registry import Body, Instant, Reader
from . import nodes, references
from .effects import Response
from .environment import kernel_name
from .files import Files
from .http import Reply, Request
from .nodes import FileError

_TYPES = {
    "html": "text/html", "htm": "text/html", "css": "text/css", "js": "application/javascript", "png": "image/png",
    "json": "application/json", "txt": "text/plain", "xml": "text/xml", "svg": "image/svg+xml", "jpg": "image/jpeg",
}  # fmt: skip
SERVERS = {
    "httpd": "Apache/2.4.65 (Unix)", "guestbook": "Apache/2.4.10 (Debian) PHP/5.6.20",
    "wordpress": "Apache/2.4.57 (Debian)", "hpa-example": "Apache/2.4.10 (Debian)", "python": "SimpleHTTP/0.6 Python/3",
}  # fmt: skip
_LIVENESS = 10 * SECOND


Look = Callable[[], Files]


class Place(NamedTuple):
    """Where a request has arrived. since: the start of the container; look: what lies in it now."""

    pod: Body
    container: Body
    port: int
    since: Instant
    reader: Reader
    now: Instant
    look: Look


Page = Callable[[Request, Place], Reply]


def type_of(path: str) -> str:
    return _TYPES.get(path.rpartition(".")[2], "application/octet-stream")


def reply(serves: str, request: Request, here: Place) -> Reply:
    """The answer of a kind of server."""
    return PAGES.get(serves, _default)(request, here)


def _html(text: str, status: int = 200) -> Reply:
    return Reply(status, text.encode(), "text/html; charset=UTF-8")


def _apache_error(status: int, title: str, text: str) -> Reply:
    page = (
        f'<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n<title>{status} {title}</title>\n</head>'
        f"<body>\n<h1>{title}</h1>\n<p>{text}</p>\n</body></html>\n"
    )
    return Reply(status, page.encode(), "text/html; charset=iso-8859-1")


def _static(request: Request, here: Place, root: str, *, listing: bool = False) -> Reply:
    """A file below a root, its index in a directory."""
    files = Files(here.pod, here.container["name"], reader=here.reader, now=here.now)
    missing = _apache_error(404, "Not Found", "The requested URL was not found on this server.")
    path = nodes.within(root, request.path)
    try:
        if files.at(path).is_dir:
            if files.find(f"{path}/index.html") is None:
                if not listing:
                    return _apache_error(403, "Forbidden", "You don't have permission to access this resource.")
                names = "".join(f'<li><a href="{one}">{one}</a></li>\n' for one in files.names(path))
                return _html(
                    f"<html><body><h1>Directory listing for {request.path}</h1>\n<ul>\n{names}</ul></body></html>\n"
                )
            path = f"{path}/index.html"
        return Reply(200, files.read(path), type_of(path))
    except FileError:
        return missing


def _httpd(request: Request, here: Place) -> Reply:
    words = [*(here.container.get("command") or ()), *(here.container.get("args") or ())]
    root = words[words.index("-h") + 1] if "-h" in words[:-1] else "/usr/local/apache2/htdocs"
    return _static(request, here, root if root.startswith("/") else f"/{root}")


def _python(request: Request, here: Place) -> Reply:
    return _static(request, here, here.container.get("workingDir") or "/", listing=True)


def _guestbook(request: Request, here: Place) -> Reply:
    if request.path == "/guestbook.php":
        return Reply(200, b'{"data": ""}', "application/json")
    if request.path not in ("/", "/index.html"):
        return _apache_error(404, "Not Found", f"The requested URL {request.path} was not found on this server.")
    return _html("<html>\n<head><title>Guestbook</title></head>\n<body><h2>Guestbook</h2></body>\n</html>\n")


def _wordpress(request: Request, here: Place) -> Reply:
    if request.path == "/":
        return Reply(302, b"", "text/html; charset=UTF-8", (("Location", "/wp-admin/install.php"),))
    return _html("<html><head><title>WordPress &rsaquo; Installation</title></head><body></body></html>\n")


def _hpa_example(request: Request, here: Place) -> Reply:
    return _html("OK!")


def _hello_app(request: Request, here: Place) -> Reply:
    version = references.parse(here.container["image"]).tag.split(".")[0] or "1"
    number = version if version.isdecimal() else "1"
    return Reply(200, f"Hello, world!\nVersion: {number}.0.0\nHostname: {kernel_name(here.pod)}\n".encode())


def _hello_go(request: Request, here: Place) -> Reply:
    return Reply(200, b'{"message":"Hello"}\n', "application/json")


def _node_hello(request: Request, here: Place) -> Reply:
    return Reply(200, b"Hello Kubernetes!")


def _bootcamp(request: Request, here: Place) -> Reply:
    version = references.parse(here.container["image"]).tag.removeprefix("v") or "1"
    return Reply(200, f"Hello Kubernetes bootcamp! | Running on: {kernel_name(here.pod)} | v={version}\n".encode())


def _http_echo(request: Request, here: Place) -> Reply:
    words = [*(here.container.get("command") or ()), *(here.container.get("args") or ())]
    text = "hello-world"
    for position, word in enumerate(words):
        if word.lstrip("-").startswith("text="):
            text = word.partition("=")[2]
        elif word.lstrip("-") == "text" and position + 1 < len(words):
            text = words[position + 1]
    return Reply(200, f"{text}\n".encode())


def _headers(request: Request) -> str:
    return "".join(f"{name.title()}: {value}\n" for name, value in request.headers.items())


def _whoami(request: Request, here: Place) -> Reply:
    ip = status_of(here.pod).get("podIP", "")
    text = f"Hostname: {kernel_name(here.pod)}\nIP: 127.0.0.1\nIP: {ip}\n"
    return Reply(
        200, f"{text}{request.method} {request.target} HTTP/1.1\n{_headers(request)}\n".encode(errors="replace")
    )


def _echo(request: Request, here: Place) -> Reply:
    text = (
        f"\n\nHostname: {kernel_name(here.pod)}\n\nPod Information:\n\tpod name:\t{name_of(here.pod)}\n"
        f"\tpod namespace:\t{namespace_of(here.pod)}\n\tpod IP:\t{status_of(here.pod).get('podIP', '')}\n\n"
        f"Request Information:\n\tmethod={request.method}\n\treal path={request.target}\n\n"
        f"Request Headers:\n{_headers(request)}\nRequest Body:\n"
    )
    return Reply(200, text.encode(errors="replace") + (request.body or b"\t-no body in request-\n"), "text/plain")


def _healthz(request: Request, here: Place) -> Reply:
    if request.path in ("/healthz", "/livez", "/readyz"):
        return Reply(200, b"ok")
    if request.path in ("/health", "/ready"):
        return Reply(200, b"OK")
    return Reply(404, b"404 page not found\n")


def _default(request: Request, here: Place) -> Reply:
    """A server of which nothing is known."""
    return Reply(200, f"{here.container['image']} on {kernel_name(here.pod)}\n".encode())


# --- agnhost -------------------------------------------------------------------------------------------------------


_AGNHOST_PORTS = {
    "netexec": 8080, "serve-hostname": 9376, "liveness": 8080, "webhook": 8443, "guestbook": 80,
    "grpc-health-checking": 5000,
}  # fmt: skip


def agnhost_ports(container: Body) -> list[tuple[str, int]]:
    """Where agnhost listens without a flag that says so, by its subcommand."""
    command = _subcommand(container)
    port = _AGNHOST_PORTS.get(command)
    return [("agnhost", port)] if port is not None else []


def _subcommand(container: Body) -> str:
    words = [*(container.get("command") or ()), *(container.get("args") or ())]
    return next((word for word in words if not word.startswith(("-", "/"))), "pause").removeprefix("agnhost") or "pause"


def _agnhost(request: Request, here: Place) -> Reply:
    command = _subcommand(here.container)
    if command == "serve-hostname":
        return Reply(200, f"{kernel_name(here.pod)}\n".encode())
    if command == "liveness":
        lasted = here.now - here.since
        if request.path != "/healthz":
            return Reply(404, b"404 page not found\n")
        return Reply(200, b"ok") if lasted <= _LIVENESS else Reply(500, f"error: {lasted / SECOND}".encode())
    pages: dict[str, Callable[[], bytes]] = {
        "/": lambda: f"NOW: {_go_time(here.now)}".encode(),
        "/hostname": lambda: kernel_name(here.pod).encode(),
        "/hostName": lambda: kernel_name(here.pod).encode(),
        "/echo": lambda: request.query.get("msg", "").encode(errors="replace"),
        "/clientip": lambda: b"127.0.0.1:40000",
        "/healthz": lambda: b"",
        "/header": lambda: request.headers.get(request.query.get("key", "").lower(), "").encode(errors="replace"),
    }
    found = pages.get(request.path)
    status = int(request.query.get("code", "200")) if request.query.get("code", "").isdecimal() else 200
    if found is None:
        return Reply(404, b"404 page not found\n")
    return Reply(status if 200 <= status < 600 else 200, found())


def changes(serves: str, container: Body, since: Instant, now: Instant) -> Instant | None:
    """The first instant after `now` at which a server, as its program is, answers with another status by itself."""
    if serves != "agnhost" or _subcommand(container) != "liveness" or now - since > _LIVENESS:
        return None
    return since + _LIVENESS + 1


def _go_time(now: Instant) -> str:
    text = micro_timestamp(now)
    return f"{text[:10]} {text[11:26]} +0000 UTC"


# --- not HTTP ------------------------------------------------------------------------------------------------------


def redis(data: bytes) -> Response | None:
    """redis, as far as a health check goes: PING, in its protocol or as a line."""
    if b"\n" not in data:
        return None
    if data[:1] == b"*" and not data.lower().endswith(b"ping\r\n"):
        count = data[1:].split(b"\r\n")[0]
        if count.isdigit() and data.count(b"\r\n") < 2 * min(int(count), 64) + 1:
            return None
    ping = b"ping" in data.lower()
    return Response(b"+PONG\r\n" if ping else b"-ERR this command is not simulated\r\n", len(data), False)


PAGES: dict[str, Page] = {
    "httpd": _httpd, "python": _python, "guestbook": _guestbook, "wordpress": _wordpress, "hpa-example": _hpa_example,
    "hello-app": _hello_app, "hello-go": _hello_go, "node-hello": _node_hello, "bootcamp": _bootcamp,
    "http-echo": _http_echo, "whoami": _whoami, "echo": _echo, "healthz": _healthz, "agnhost": _agnhost,
    "default": _default,
}  # fmt: skip
