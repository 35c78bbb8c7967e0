"""The frames of SPDY/3.1 and their bytes.

Follows the SPDY protocol draft 3.1; the header block is compressed, one state for all frames of a direction.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from enum import IntEnum
from typing import NamedTuple

VERSION = 3
FIN = 1
LARGEST = 1 << 20
"""Bytes of a frame's content; the format would allow 16 MiB."""
_MOST_HEADERS = 1 << 20

PROTOCOL_ERROR, INVALID_STREAM, REFUSED_STREAM, UNSUPPORTED_VERSION, CANCEL = 1, 2, 3, 4, 5
"""Why a stream is reset."""


class _Kind(IntEnum):
    SYN_STREAM = 1
    SYN_REPLY = 2
    RST_STREAM = 3
    SETTINGS = 4
    PING = 6
    GOAWAY = 7
    HEADERS = 8
    WINDOW_UPDATE = 9


_NAMES = (
    "options head post put delete trace accept accept-charset accept-encoding accept-language accept-ranges age allow "
    "authorization cache-control connection content-base content-encoding content-language content-length "
    "content-location content-md5 content-range content-type date etag expect expires from host if-match "
    "if-modified-since if-none-match if-range if-unmodified-since last-modified location max-forwards pragma "
    "proxy-authenticate proxy-authorization range referer retry-after server te trailer transfer-encoding upgrade "
    "user-agent vary via warning www-authenticate method get status 200_OK version HTTP/1.1 url public set-cookie "
    "keep-alive origin"
)
_REST = (
    "100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505"
    "203 Non-Authoritative Information204 No Content301 Moved Permanently400 Bad Request401 Unauthorized403 Forbidden"
    "404 Not Found500 Internal Server Error501 Not Implemented503 Service UnavailableJan Feb Mar Apr May Jun Jul Aug "
    "Sept Oct Nov Dec 00:00:00 Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMTchunked,text/html,image/png,image/jpg,image/gif,"
    "application/xml,application/xhtml+xml,text/plain,text/javascript,publicprivatemax-age=gzip,deflate,sdch"
    "charset=utf-8charset=iso-8859-1,utf-,*,enq=0."
)
DICTIONARY = (
    b"".join(struct.pack(">I", len(name)) + name.replace("_", " ").encode() for name in _NAMES.split()) + _REST.encode()
)
"""What both sides take as said before the first header block."""

Headers = dict[str, str]
"""Names in lower case; several values of one name are separated by NUL, as on the wire."""


class BrokenFrame(Exception):
    """The other side does not speak SPDY/3.1."""


class SynStream(NamedTuple):
    stream: int
    headers: Headers
    fin: bool = False
    priority: int = 0
    associated: int = 0
    unidirectional: bool = False


class SynReply(NamedTuple):
    stream: int
    headers: Headers
    fin: bool = False


class MoreHeaders(NamedTuple):
    stream: int
    headers: Headers
    fin: bool = False


class Data(NamedTuple):
    stream: int
    data: bytes
    fin: bool = False


class Reset(NamedTuple):
    stream: int
    status: int


class Settings(NamedTuple):
    values: tuple[tuple[int, int, int], ...]
    """(flags, id, value)"""
    clear: bool = False


class Ping(NamedTuple):
    id: int


class GoAway(NamedTuple):
    last_stream: int
    status: int = 0


class WindowUpdate(NamedTuple):
    stream: int
    delta: int


Frame = SynStream | SynReply | MoreHeaders | Data | Reset | Settings | Ping | GoAway | WindowUpdate


class Writer:
    """Frames into bytes, in the order in which they are sent."""

    def __init__(self) -> None:
        self._zlib = zlib.compressobj(zdict=DICTIONARY)

    def bytes_of(self, frame: Frame) -> bytes:
        match frame:
            case Data():
                return struct.pack(">IB", frame.stream, frame.fin) + len(frame.data).to_bytes(3, "big") + frame.data
            case SynStream():
                head = struct.pack(">IIBB", frame.stream, frame.associated, frame.priority << 5, 0)
                flags = frame.fin | frame.unidirectional << 1
                return _control(_Kind.SYN_STREAM, flags, head + self._block(frame.headers))
            case SynReply():
                return _control(
                    _Kind.SYN_REPLY, frame.fin, struct.pack(">I", frame.stream) + self._block(frame.headers)
                )
            case MoreHeaders():
                return _control(_Kind.HEADERS, frame.fin, struct.pack(">I", frame.stream) + self._block(frame.headers))
            case Reset():
                return _control(_Kind.RST_STREAM, 0, struct.pack(">II", *frame))
            case Settings():
                listed = [struct.pack(">II", flags << 24 | key, value) for flags, key, value in frame.values]
                return _control(_Kind.SETTINGS, frame.clear, struct.pack(">I", len(listed)) + b"".join(listed))
            case Ping():
                return _control(_Kind.PING, 0, struct.pack(">I", frame.id))
            case GoAway():
                return _control(_Kind.GOAWAY, 0, struct.pack(">II", *frame))
            case WindowUpdate():
                return _control(_Kind.WINDOW_UPDATE, 0, struct.pack(">II", *frame))

    def _block(self, headers: Headers) -> bytes:
        texts = [text.encode() for pair in headers.items() for text in pair]
        block = struct.pack(">I", len(headers)) + b"".join(struct.pack(">I", len(text)) + text for text in texts)
        return self._zlib.compress(block) + self._zlib.flush(zlib.Z_SYNC_FLUSH)


def _control(kind: int, flags: int, content: bytes) -> bytes:
    return struct.pack(">HHB", 1 << 15 | VERSION, kind, flags) + len(content).to_bytes(3, "big") + content


class Reader:
    """Bytes into frames, however the bytes are cut."""

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(zdict=DICTIONARY)
        self._held = b""

    def frames_of(self, data: bytes) -> Iterator[Frame]:
        """The frames that are complete with these bytes; those of a kind that nobody knows are left out.

        Raises BrokenFrame.
        """
        self._held += data
        while len(self._held) >= 8:
            word, flags, length = *struct.unpack_from(">IB", self._held), int.from_bytes(self._held[5:8], "big")
            if length > LARGEST:
                raise BrokenFrame(f"a frame of {length} bytes")
            if len(self._held) < 8 + length:
                return
            content, self._held = self._held[8 : 8 + length], self._held[8 + length :]
            frame = self._frame(word, flags, content)
            if frame is not None:
                yield frame

    def _frame(self, word: int, flags: int, content: bytes) -> Frame | None:
        if not word >> 31:
            return Data(word, content, bool(flags & FIN))
        if word >> 16 & 0x7FFF != VERSION:
            raise BrokenFrame(f"version {word >> 16 & 0x7FFF}")
        try:
            return self._control(word & 0xFFFF, flags, content)
        except (struct.error, zlib.error, UnicodeDecodeError) as error:
            raise BrokenFrame(str(error)) from None

    def _control(self, kind: int, flags: int, content: bytes) -> Frame | None:
        fin = bool(flags & FIN)
        match kind:
            case _Kind.SYN_STREAM:
                stream, associated, priority = struct.unpack_from(">IIB", content)
                one_way = bool(flags & 2)
                headers = self._headers(content[10:])
                return SynStream(_id(stream), headers, fin, priority >> 5, _id(associated), one_way)
            case _Kind.SYN_REPLY:
                return SynReply(_id(*struct.unpack_from(">I", content)), self._headers(content[4:]), fin)
            case _Kind.HEADERS:
                return MoreHeaders(_id(*struct.unpack_from(">I", content)), self._headers(content[4:]), fin)
            case _Kind.RST_STREAM:
                stream, status = struct.unpack(">II", content)
                return Reset(_id(stream), status)
            case _Kind.SETTINGS:
                return _settings(content, fin)
            case _Kind.PING:
                return Ping(*struct.unpack(">I", content))
            case _Kind.GOAWAY:
                stream, status = struct.unpack(">II", content)
                return GoAway(_id(stream), status)
            case _Kind.WINDOW_UPDATE:
                stream, delta = struct.unpack(">II", content)
                return WindowUpdate(_id(stream), _id(delta))
        return None

    def _headers(self, packed: bytes) -> Headers:
        block = self._zlib.decompress(packed, _MOST_HEADERS)
        if self._zlib.unconsumed_tail:
            raise BrokenFrame("too many headers")
        number, at, texts = *struct.unpack_from(">I", block), 4, list[str]()
        for _ in range(2 * number):
            (length,) = struct.unpack_from(">I", block, at)
            if at + 4 + length > len(block):
                raise BrokenFrame("a header block that ends too early")
            texts.append(block[at + 4 : at + 4 + length].decode())
            at += 4 + length
        return dict(zip((name.lower() for name in texts[::2]), texts[1::2], strict=True))


def _id(word: int) -> int:
    """A stream's number: the highest bit is reserved."""
    return word & 0x7FFFFFFF


def _settings(content: bytes, clear: bool) -> Settings:
    (number,) = struct.unpack_from(">I", content)
    if len(content) != 4 + 8 * number:
        raise BrokenFrame("settings of another length than they say")
    pairs = struct.iter_unpack(">II", content[4:])
    return Settings(tuple((word >> 24, word & 0xFFFFFF, value) for word, value in pairs), clear)
