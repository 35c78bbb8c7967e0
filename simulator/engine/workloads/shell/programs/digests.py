"""base64, md5sum, sha256sum."""

from __future__ import annotations

import binascii
import hashlib
from base64 import b64decode, b64encode

from ...effects import Write
from ..machine import Call, Failure, Program, Steps, out
from ..options import parse
from .inputs import Input, inputs

_ALGORITHMS = {"md5sum": "md5", "sha256sum": "sha256"}


def base64(call: Call) -> Steps[int]:
    options = parse(call.args, "di", "w", long={"decode": "d", "wrap": "w", "ignore-garbage": "i"})
    one = Input(call, options.operands[0] if options.operands else "-")
    if one.broken:
        raise Failure(f"{one.name}: {one.broken}")
    data = yield from one.everything()
    if "d" in options:
        try:
            yield Write("stdout", b64decode(b"".join(data.split()), validate="i" not in options))
        except binascii.Error:
            raise Failure("invalid input") from None
        return 0
    text, width = b64encode(data), options.count("w", 76)
    if width <= 0:
        yield Write("stdout", text)
        return 0
    yield Write("stdout", b"".join(text[at : at + width] + b"\n" for at in range(0, len(text), width)))
    return 0


def digest(call: Call) -> Steps[int]:
    code = 0
    for one in inputs(call, parse(call.args, "bt").operands):
        if one.broken:
            yield call.complaint(f"can't open '{one.name}': {one.broken}")
            code = 1
            continue
        state = hashlib.new(_ALGORITHMS[call.name], usedforsecurity=False)
        while data := (yield from one.chunk()):
            state.update(data)
        yield out(f"{state.hexdigest()}  {one.name}\n")
    return code


PROGRAMS: dict[str, Program] = {"base64": base64, **dict.fromkeys(_ALGORITHMS, digest)}
