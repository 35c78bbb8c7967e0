"""wget, with BusyBox's words."""

from __future__ import annotations

import re

from ...effects import Write
from ..machine import CHUNK, Call, Failure, Program, Steps, raw
from ..options import parse
from .fetching import REDIRECTS, Answer, Failed, Url, address_of, duration, head_of, joined, parse_url, request

_WGET = {"quiet": "q", "spider": "Z", "timeout": "T", "tries": "t", "output-document": "O", "header": "H",
         "no-check-certificate": "k", "post-data": "d", "server-response": "S", "no-verbose": "n"}  # fmt: skip


def wget(call: Call) -> Steps[int]:
    long = {**_WGET}
    args = ["--output-document=" + word[3:] if re.match(r"-qO.", word) else word for word in call.args]
    quiet_too = any(re.match(r"-qO.", word) for word in call.args)
    options = parse(args, "qcSskZn", "OTtUPHdY", long=long)
    if not options.operands:
        raise Failure("missing URL")
    quiet = "q" in options or quiet_too
    timeout = duration(options, "T", 900)
    try:
        url = parse_url(options.operands[0])
    except ValueError:
        raise Failure(f"bad address '{options.operands[0]}'") from None
    body = raw(options.value("d"))
    for _ in range(REDIRECTS):
        head = head_of("POST" if body else "GET", url, "Wget", options.given.get("H", []), body)
        try:
            answer = yield from _wgot(call, url, head, body, timeout, quiet)
        except Failed as failed:
            yield call.complaint(_wget_words(failed, url))
            return 1
        location = {name.lower(): value for name, value in answer.headers}.get("location", "")
        if answer.status not in (301, 302, 303, 307, 308) or not location:
            break
        url = joined(url, location)
    if answer.status >= 400:
        yield call.complaint(f"server returned error: HTTP/1.1 {answer.status} {answer.reason}")
        return 1
    if "Z" in options or "s" in options:
        return 0
    name = options.value("O") or url.target.partition("?")[0].rpartition("/")[2] or "index.html"
    return (yield from _saved(call, name, answer.body, quiet))


def _wgot(call: Call, url: Url, head: str, body: bytes, timeout: int, quiet: bool) -> Steps[Answer]:
    address = yield from address_of(call, url.host)
    if not quiet:
        yield Write("stderr", f"Connecting to {url.host}:{url.port} ({address}:{url.port})\n".encode(errors="replace"))
    return (yield from request(call, url, head, body, timeout))


def _saved(call: Call, name: str, body: bytes, quiet: bool) -> Steps[int]:
    if name == "-":
        for at in range(0, len(body), CHUNK):
            yield Write("stdout", body[at : at + CHUNK])
        if not quiet:
            yield Write("stderr", b"written to stdout\n")
        return 0
    if not quiet:
        yield Write("stderr", f"saving to '{name}'\n".encode(errors="replace"))
    node = call.files.find(call.path(name))
    if node is None or node.type != "device":
        call.files.write(call.path(name), body)
    if not quiet:
        yield Write(
            "stderr",
            f"{name:20} 100% |{'*' * 32}| {len(body):5}  0:00:00 ETA\n'{name}' saved\n".encode(errors="replace"),
        )
    return 0


def _wget_words(failed: Failed, url: Url) -> str:
    if failed.kind == "resolve":
        return f"bad address '{url.host}{'' if url.port == 80 else f':{url.port}'}'"
    if failed.kind == "refused":
        return f"can't connect to remote host ({failed.address}): Connection refused"
    if failed.kind == "tls":
        return "TLS error: TLS between pods is not simulated"
    return "download timed out" if failed.kind in ("timeout", "stalled") else "error getting response"


PROGRAMS: dict[str, Program] = {"wget": wget}
