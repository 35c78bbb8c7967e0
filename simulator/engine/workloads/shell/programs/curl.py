"""curl."""

from __future__ import annotations

import re

from ....clock import MILLISECOND, SECOND
from ...effects import Write
from ..machine import CHUNK, Call, Failure, Program, Steps, out, raw
from ..options import Options, parse
from .fetching import REDIRECTS, Answer, Failed, Url, duration, head_of, joined, parse_url, request

_CURL = {
    "silent": "s", "show-error": "S", "head": "I", "include": "i", "verbose": "v", "location": "L", "insecure": "k",
    "fail": "f", "output": "o", "header": "H", "data": "d", "request": "X", "max-time": "m", "connect-timeout": "c",
    "user-agent": "A", "user": "u", "write-out": "w", "cacert": "E", "compressed": "9", "retry": "r", "data-raw": "d",
    "remote-name": "O", "no-progress-meter": "n",
}  # fmt: skip


def curl(call: Call) -> Steps[int]:
    args = [word.replace("--connect-timeout", "-c") for word in call.args]
    options = parse(args, "sSIivLkfgGnN946O", "oHdXmcAuwEbeTr", long=_CURL)
    if not options.operands:
        raise Failure("try 'curl --help' or 'curl --manual' for more information", 2)
    code = 0
    for text in options.operands:
        code = yield from _curled(call, options, text)
    return code


def _curled(call: Call, options: Options, text: str) -> Steps[int]:
    try:
        url = parse_url(text)
    except ValueError:
        yield Write("stderr", b"curl: (3) URL using bad/illegal format or missing URL\n")
        return 3
    body = raw("&".join(options.given.get("d", [])))
    method = options.value("X") or ("HEAD" if "I" in options else "POST" if "d" in options else "GET")
    timeout, connecting = duration(options, "m", 300), duration(options, "c", 133)
    begun = call.machine.now
    for _ in range(REDIRECTS):
        head = head_of(method, url, options.value("A", "curl/8.14.1"), options.given.get("H", []), body)
        try:
            answer = yield from request(call, url, head, body, timeout, connecting=connecting)
        except Failed as failed:
            number, words = _curl_words(failed, url, timeout, connecting)
            if "s" not in options or "S" in options:
                yield Write("stderr", f"curl: ({number}) {words}\n".encode(errors="replace"))
            yield out(_written_out(options, None, call.machine.now - begun))
            return number
        location = {name.lower(): value for name, value in answer.headers}.get("location", "")
        if "L" not in options or answer.status not in (301, 302, 303, 307, 308) or not location:
            break
        url = joined(url, location)
    if "f" in options and answer.status >= 400:
        if "s" not in options or "S" in options:
            yield Write("stderr", f"curl: (22) The requested URL returned error: {answer.status}\n".encode())
        yield out(_written_out(options, answer, call.machine.now - begun))
        return 22
    if "v" in options:
        shown = head.rstrip("\r\n").replace("\r\n", "\n> ")
        yield Write("stderr", raw(f"* Connected to {url.host} ({answer.address}) port {url.port}\n> {shown}\n"))
        yield Write("stderr", raw("".join(f"< {line}\n" for line in _top(answer).rstrip("\r\n").split("\r\n"))))
    data = (raw(_top(answer)) if "i" in options or "I" in options else b"") + (b"" if "I" in options else answer.body)
    yield from _delivered(call, options, url, data)
    yield out(_written_out(options, answer, call.machine.now - begun))
    return 0


def _delivered(call: Call, options: Options, url: Url, data: bytes) -> Steps[None]:
    name = options.value("o")
    if "O" in options:
        name = url.target.partition("?")[0].rpartition("/")[2]
    if not name or name == "-":
        for at in range(0, len(data), CHUNK):
            yield Write("stdout", data[at : at + CHUNK])
        return
    node = call.files.find(call.path(name))
    if node is None or node.type != "device":
        call.files.write(call.path(name), data)


def _top(answer: Answer) -> str:
    lines = [f"HTTP/1.1 {answer.status} {answer.reason}", *(f"{name}: {value}" for name, value in answer.headers)]
    return "\r\n".join([*lines, "", ""])


def _written_out(options: Options, answer: Answer | None, took: int) -> str:
    form = options.value("w").replace("\\n", "\n").replace("\\t", "\t")
    status = answer.status if answer is not None else 0
    size = len(answer.body) if answer is not None else 0
    form = re.sub(r"%\{(?:http_code|response_code)\}", f"{status:03}", form)
    form = re.sub(r"%\{time_(?:total|starttransfer)\}", f"{took / SECOND:.6f}", form)
    return re.sub(r"%\{time_\w+\}", "0.001000", form.replace("%{size_download}", str(size)))


def _curl_words(failed: Failed, url: Url, timeout: int, connecting: int) -> tuple[int, str]:
    if failed.kind == "resolve":
        return 6, f"Could not resolve host: {url.host}"
    if failed.kind == "refused":
        words = f"Failed to connect to {url.host} port {url.port} after 1 ms: Couldn't connect to server"
        return 7, words
    if failed.kind == "timeout":
        return 28, f"Connection timed out after {min(timeout, connecting) // MILLISECOND} milliseconds"
    if failed.kind == "stalled":
        return 28, f"Operation timed out after {timeout // MILLISECOND} milliseconds with 0 bytes received"
    if failed.kind == "tls":
        return 35, "TLS connect error: TLS between pods is not simulated"
    return 52, "Empty reply from server"


PROGRAMS: dict[str, Program] = {"curl": curl}
