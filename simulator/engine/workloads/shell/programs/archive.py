"""tar: what `kubectl cp` speaks, and what people type. Members are read and written one by one, as a stream."""

from __future__ import annotations

import tarfile
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from ...effects import Write
from ...nodes import FileError, Node, is_below, normal, parent
from ..machine import CHUNK, Call, Failure, Program, Steps, out
from ..options import Options, parse
from .inputs import Input
from .listing import permissions, walk

_BLOCK = 512
_RECORD = 20 * _BLOCK
_MOST = 16 << 20
_LONG = {
    "file": "f", "directory": "C", "no-same-permissions": "1", "no-same-owner": "o", "same-permissions": "p",
    "strip-components": "S", "exclude": "X", "create": "c", "extract": "x", "list": "t", "gzip": "z", "verbose": "v",
    "warning": "W", "no-overwrite-dir": "2", "touch": "m", "to-stdout": "O", "dereference": "h", "checkpoint": "3",
    "absolute-names": "P", "get": "x",
}  # fmt: skip


def tar(call: Call) -> Steps[int]:
    args = list(call.args)
    if args and not args[0].startswith("-"):
        args = [*_old_style(args[0], args[1:])]
    options = parse(args, "cxtvzmopOPhk123j", "fCSXWT", long=_LONG)
    directory = call.path(options.value("C", ".")) if "C" in options else call.directory
    if not call.files.at(directory).is_dir:
        raise FileError("Not a directory")
    if "c" in options:
        return (yield from _create(call, options, directory))
    if "x" in options or "t" in options:
        return (yield from _extract(call, options, directory))
    raise Failure("must specify one of -c, -x, -t")


def _old_style(letters: str, rest: list[str]) -> Iterator[str]:
    """`tar cfz - x`: letters without a hyphen take their values from the words that follow, in turn."""
    for letter in letters:
        yield f"-{letter}"
        if letter in "fCSXT" and rest:
            yield rest.pop(0)
    yield from rest


# --- writing -------------------------------------------------------------------------------------------------------


def _create(call: Call, options: Options, directory: str) -> Steps[int]:
    if not options.operands:
        raise Failure("empty archive")
    to_file = options.value("f", "-")
    squeezer = zlib.compressobj(6, zlib.DEFLATED, 31) if "z" in options else None
    kept: list[bytes] = []
    code = size = 0
    for name in options.operands:
        inside = Call(call.machine, call.words, call.environment, directory, call.depth)
        try:
            found = list(walk(inside, name))
        except FileError as error:
            yield call.complaint(f"{name}: {error}")
            code = 1
            continue
        for path, node in found:
            if pause := call.machine.tick(50):
                yield pause
            if node.type == "device" or any(_excluded(path, one) for one in options.given.get("X", ())):
                continue
            data = _member(call, path, node)
            size += len(data)
            if "v" in options:
                yield Write("stderr" if to_file == "-" else "stdout", f"{path}\n".encode(errors="replace"))
            kept.append(data if squeezer is None else squeezer.compress(data))
            if to_file == "-":
                for at in range(0, len(kept[-1]), CHUNK):
                    yield Write("stdout", kept[-1][at : at + CHUNK])
                kept = []
    end = bytes(_RECORD - size % _RECORD if _RECORD - size % _RECORD >= 2 * _BLOCK else 2 * _RECORD - size % _RECORD)
    kept.append(end if squeezer is None else squeezer.compress(end) + squeezer.flush())
    if to_file == "-":
        yield Write("stdout", b"".join(kept))
    else:
        call.files.write(call.path(to_file), b"".join(kept))
    if code:
        yield call.complaint("error exit delayed from previous errors")
    return code


def _excluded(path: str, pattern: str) -> bool:
    return path == pattern or path.endswith(f"/{pattern}")


def _member(call: Call, path: str, node: Node) -> bytes:
    """A member's header and content."""
    info = tarfile.TarInfo(path.lstrip("/") or "./")
    info.mode, info.uid, info.gid = node.mode, node.uid, node.gid
    info.mtime = (node.modified or call.machine.started) // 1_000_000
    content = b""
    if node.is_dir:
        info.type = tarfile.DIRTYPE
    elif node.type == "link":
        info.type, info.linkname = tarfile.SYMTYPE, node.content.decode(errors="replace")
    else:
        info.size, content = len(node.content), node.content
    header = info.tobuf(tarfile.GNU_FORMAT, "utf-8", "surrogateescape")
    return header + content + bytes(-len(content) % _BLOCK)


# --- reading -------------------------------------------------------------------------------------------------------


class _Member(NamedTuple):
    info: tarfile.TarInfo
    content: bytes


class _Stream:
    """The bytes of an archive, however they arrive."""

    def __init__(self, call: Call, name: str, unzip: bool) -> None:
        self._input = Input(call, name)
        if self._input.broken:
            raise Failure(f"can't open '{name}': {self._input.broken}")
        self._unzipper = zlib.decompressobj(31) if unzip else None
        self._first = True
        self._buffer = bytearray()
        self._total = 0

    def take(self, size: int) -> Steps[bytes]:
        """So many bytes, fewer at the end."""
        while len(self._buffer) < size:
            data = yield from self._input.chunk()
            if not data:
                break
            if self._first and data[:2] == b"\x1f\x8b" and self._unzipper is None:
                self._unzipper = zlib.decompressobj(31)
            self._first = False
            if self._unzipper is not None:
                try:
                    data = self._unzipper.decompress(data, _MOST)
                except zlib.error:
                    raise Failure("invalid magic") from None
            self._buffer += data
            self._total += len(data)
            if self._total > _MOST:
                raise Failure("archive too large")
        data = bytes(self._buffer[:size])
        del self._buffer[:size]
        return data

    def rest(self) -> Steps[None]:
        """Reads what comes after the archive's end, so that whoever sends it is not cut off."""
        while (yield from self._input.chunk()):
            pass


def _next(stream: _Stream) -> Steps[_Member | None]:
    """The next member, with long names put together; None at the end of the archive."""
    over: dict[str, str] = {}
    while True:
        header = yield from stream.take(_BLOCK)
        if len(header) < _BLOCK or not header.strip(b"\0"):
            return None
        try:
            info = tarfile.TarInfo.frombuf(header, "utf-8", "surrogateescape")
        except tarfile.HeaderError:
            raise Failure("invalid tar magic") from None
        size = info.size if info.type not in (tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE) else 0
        if not 0 <= size <= _MOST:
            raise Failure("archive too large")
        content = yield from stream.take(size + -size % _BLOCK)
        if len(content) < size:
            raise Failure("short read")
        content = content[:size]
        if info.type == tarfile.GNUTYPE_LONGNAME:
            over["path"] = content.rstrip(b"\0").decode("utf-8", "surrogateescape")
        elif info.type == tarfile.GNUTYPE_LONGLINK:
            over["linkpath"] = content.rstrip(b"\0").decode("utf-8", "surrogateescape")
        elif info.type == tarfile.XHDTYPE:
            over |= _extended(content)
        elif info.type != tarfile.XGLTYPE:
            info.name, info.linkname = over.get("path", info.name), over.get("linkpath", info.linkname)
            return _Member(info, content)


def _extended(content: bytes) -> dict[str, str]:
    """The records of a pax header: `LENGTH KEY=VALUE\\n`."""
    found, at = {}, 0
    while at < len(content):
        length, space, _ = content[at : at + 20].partition(b" ")
        if not space or not length.isdigit() or not int(length):
            break
        record = content[at + len(length) + 1 : at + int(length) - 1]
        key, _, value = record.decode("utf-8", "surrogateescape").partition("=")
        found[key] = value
        at += int(length)
    return found


def _extract(call: Call, options: Options, directory: str) -> Steps[int]:
    stream = _Stream(call, options.value("f", "-"), "z" in options)
    strip, code = options.count("S", 0), 0
    while (member := (yield from _next(stream))) is not None:
        if pause := call.machine.tick(50):
            yield pause
        name = "/".join(member.info.name.strip("/").split("/")[strip:])
        if not name or (options.operands and not any(is_below(f"/{name}", normal(one)) for one in options.operands)):
            continue
        if "t" in options:
            yield out(f"{_described(member) if 'v' in options else ''}{member.info.name}\n")
            continue
        if ".." in name.split("/"):
            yield call.complaint(f"removing leading '../' from member names: {name}")
            continue
        if "O" in options:
            yield Write("stdout", member.content)
            continue
        if "v" in options:
            yield out(f"{name}\n")
        try:
            _place(call, options, normal(name, directory), member)
        except FileError as error:
            yield call.complaint(f"can't open '{name}': {error}")
            code = 1
            if str(error) == "No space left on device":
                break
    yield from stream.rest()
    return code


def _place(call: Call, options: Options, path: str, member: _Member) -> None:
    files, info = call.files, member.info
    above, missing = parent(path), list[str]()
    while files.find(above) is None:
        missing.append(above)
        above = parent(above)
    for one in reversed(missing):
        files.make_directory(one)
    if info.isdir():
        node = files.find(path)
        if node is None:
            files.make_directory(path, info.mode & 0o7777)
        return
    if files.find(path, follow=False) is not None:
        files.remove(path)
    if info.issym():
        files.make_link(path, info.linkname)
    elif info.islnk():
        files.write(path, files.read(normal(info.linkname, files.real(call.directory))))
    elif info.isreg():
        files.write(path, member.content, mode=info.mode & 0o777)
        if "m" not in options:
            files.put(files.real(path), files.at(path)._replace(modified=int(info.mtime) * 1_000_000), overwrite=True)


def _described(member: _Member) -> str:
    info = member.info
    node = Node("dir" if info.isdir() else "link" if info.issym() else "file", info.mode & 0o7777)
    return f"{permissions(node)} {info.uid}/{info.gid} {info.size:9} "


def gzip(call: Call) -> Steps[int]:
    options = parse(call.args, "cdfkn123456789")
    unzip = call.name in ("gunzip", "zcat") or "d" in options
    for name in options.operands or ["-"]:
        data = yield from Input(call, name).everything()
        if unzip:
            try:
                data = zlib.decompressobj(31).decompress(data, 1 << 20)
            except zlib.error:
                raise Failure("invalid magic") from None
        else:
            squeezer = zlib.compressobj(6, zlib.DEFLATED, 31)
            data = squeezer.compress(data) + squeezer.flush()
        if name == "-" or "c" in options or call.name == "zcat":
            yield Write("stdout", data)
            continue
        to = name.removesuffix(".gz") if unzip else f"{name}.gz"
        call.files.write(call.path(to), data)
        call.files.remove(call.path(name))
    return 0


PROGRAMS: dict[str, Program] = {"tar": tar, "gzip": gzip, "gunzip": gzip, "zcat": gzip}
