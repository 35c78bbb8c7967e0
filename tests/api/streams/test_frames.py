"""SPDY/3.1 frames: what is written is read again, however the bytes are cut; nonsense is called so."""

from __future__ import annotations

import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.api.streams.spdy import frames
from simulator.api.streams.spdy.frames import (
    BrokenFrame,
    Data,
    Frame,
    GoAway,
    MoreHeaders,
    Ping,
    Reader,
    Reset,
    Settings,
    SynReply,
    SynStream,
    WindowUpdate,
    Writer,
)

IDS = st.integers(0, 2**31 - 1)
WORDS = st.integers(0, 2**32 - 1)
NAMES = st.text(st.characters(codec="ascii", categories=("Ll", "Nd", "Pd")), min_size=1, max_size=20)
HEADERS = st.dictionaries(NAMES, st.text(st.characters(codec="utf-8"), max_size=40), max_size=5)
BOOLS = st.booleans()
FRAMES = st.one_of(
    st.builds(SynStream, IDS, HEADERS, BOOLS, st.integers(0, 7), IDS, BOOLS),
    st.builds(SynReply, IDS, HEADERS, BOOLS),
    st.builds(MoreHeaders, IDS, HEADERS, BOOLS),
    st.builds(Data, IDS, st.binary(max_size=300), BOOLS),
    st.builds(Reset, IDS, WORDS),
    st.builds(Ping, WORDS),
    st.builds(GoAway, IDS, WORDS),
    st.builds(WindowUpdate, IDS, IDS),
    st.builds(
        Settings,
        st.lists(st.tuples(st.integers(0, 255), st.integers(0, 2**24 - 1), WORDS), max_size=3).map(tuple),
        BOOLS,
    ),
)


def test_the_dictionary_is_that_of_the_draft() -> None:
    """The draft's has 1,423 bytes; its Adler-32 is what zlib names it by on the wire."""
    assert (len(frames.DICTIONARY), zlib.adler32(frames.DICTIONARY)) == (1423, 0xE3C6A7C2)


@given(st.lists(FRAMES, max_size=8), st.integers(1, 50))
def test_what_is_written_is_read(sent: list[Frame], cut: int) -> None:
    writer, reader = Writer(), Reader()
    data = b"".join(writer.bytes_of(frame) for frame in sent)
    found = [frame for at in range(0, len(data), cut) for frame in reader.frames_of(data[at : at + cut])]
    assert found == sent


@given(st.binary(max_size=200))
def test_any_bytes_are_frames_or_broken(data: bytes) -> None:
    try:
        for frame in Reader().frames_of(data):
            assert isinstance(frame, tuple)
    except BrokenFrame:
        pass


BROKEN = {
    "another version": struct.pack(">HHI", 1 << 15 | 2, 6, 4) + bytes(4),
    "a frame that is too long": struct.pack(">II", 1, frames.LARGEST + 1),
    "headers that are not compressed": struct.pack(">HHI", 1 << 15 | 3, 2, 8) + bytes(4) + b"head",
    "a ping that is too short": struct.pack(">HHI", 1 << 15 | 3, 6, 2) + bytes(2),
    "settings that say another number": struct.pack(">HHI", 1 << 15 | 3, 4, 4) + struct.pack(">I", 7),
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_frame(data: bytes) -> None:
    with pytest.raises(BrokenFrame):
        list(Reader().frames_of(data))


def test_a_header_block_is_not_inflated_without_end() -> None:
    packer = zlib.compressobj(zdict=frames.DICTIONARY)
    block = packer.compress(struct.pack(">II", 1, 4) + b"name" + struct.pack(">I", 1 << 26) + bytes(1 << 26))
    content = struct.pack(">I", 1) + block + packer.flush(zlib.Z_SYNC_FLUSH)
    assert len(content) < frames.LARGEST
    data = struct.pack(">HHB", 1 << 15 | 3, 2, 0) + len(content).to_bytes(3, "big") + content
    with pytest.raises(BrokenFrame, match="too many headers"):
        list(Reader().frames_of(data))


def test_a_frame_of_an_unknown_kind_is_left_out() -> None:
    unknown = struct.pack(">HHI", 1 << 15 | 3, 42, 3) + b"abc"
    assert list(Reader().frames_of(unknown + Writer().bytes_of(Ping(1)))) == [Ping(1)]
