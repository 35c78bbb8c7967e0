"""A process that a client is connected to: its streams, its sleeps in virtual time, its files, its end.

The process itself is pure (`engine.workloads.processes`). It runs in the API's threads from one pause to the next, so
that a session that waits costs nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple, Protocol

from simulator import reading, store
from simulator.api import containers, threads
from simulator.api.calls import Call
from simulator.api.streams.channels import STDERR, STDIN, STDOUT, Channels, Closed
from simulator.api.streams.inbox import Inbox
from simulator.api.streams.race import first
from simulator.api.streams.socket import Gone
from simulator.api.streams.spdy.channels import SpdyChannels
from simulator.engine.objects import uid_of
from simulator.engine.registry import Instant
from simulator.engine.workloads.containers import status_of_container
from simulator.engine.workloads.files import Files
from simulator.engine.workloads.processes import Effect, Interrupted, Process, Read, Sleep, Write
from simulator.live import feed
from simulator.models import Cluster

KILLED = 137
_LOOK = 15.0
"""Seconds after which it is looked again whether the container runs, at the latest."""
_IDLE = 4 * 3600.0
_TURN = 0.005
_LAST_WORDS = 2.0
_OUTPUT = 64 * 1024


class Streams(NamedTuple):
    """Which streams the client wants."""

    stdin: bool
    stdout: bool
    stderr: bool
    tty: bool


class Running(Protocol):
    """A process and the files that it sees. It is told the time whenever it goes on."""

    process: Process
    files: Files
    now: Instant


class Stop(NamedTuple):
    """Where a process has stopped, and what it wrote till then.

    effect: what it waits for, None: that its output is read. code: its exit code, if it has ended.
    """

    output: list[Write]
    effect: Effect | None
    code: int | None


class Session:
    """One process, started by `start` in a thread, for one client.

    save: called in a thread at pauses and at the end, to store what the process changed. sees_end: the process sees
    that its container has ended, and ends itself.
    """

    def __init__(
        self,
        call: Call,
        container: str,
        channels: Channels | SpdyChannels,
        streams: Streams,
        *,
        start: Callable[[], Running],
        save: Callable[[Running], None],
        sees_end: bool = False,
    ) -> None:
        self.call, self.container, self.channels, self.streams = call, container, channels, streams
        self._start, self._save, self._sees_end = start, save, sees_end
        self._is_gone = asyncio.Event()
        self._inbox = Inbox(tty=streams.tty)
        self._thread: asyncio.Future[Any] | None = None
        self._has_waited = False

    async def run(self) -> int:
        """The exit code of the process, 137 where its container ended first. Raises Gone and what `start` raises."""
        running: Running = await self._in_thread(self._start)
        try:
            return await first(self._drive(running), self._until_gone(), self._listen())
        except Cluster.DoesNotExist:
            return KILLED
        finally:
            if self._thread is not None:
                await asyncio.gather(asyncio.shield(self._thread), return_exceptions=True)
            with suppress(RuntimeError):
                await self._in_thread(running.process.close)

    async def _listen(self) -> int:
        """Takes what the client sends until it goes, which raises Gone."""
        if not self.streams.stdin:
            await self._inbox.end()
        while True:
            message = await self.channels.receive()
            if isinstance(message, Closed):
                if message.channel == STDIN:
                    await self._inbox.end()
            elif message.channel == STDIN and self.streams.stdin:
                await self._inbox.put(message.data)

    async def _drive(self, running: Running) -> int:
        given: Any = None
        while True:
            stop: Stop = await self._in_thread(self._advance, running, given)
            self._has_waited = False
            await self._print(stop.output)
            if stop.code is not None:
                await self._in_thread(self._save, running)
                return stop.code
            given = await self._result(running, stop.effect)

    async def _result(self, running: Running, effect: Effect | None) -> Any:
        """Does what a process waits for; an exception as the result is thrown into it."""
        if isinstance(effect, Read):
            if not self._inbox.is_ready:
                self._has_waited = True
                await self._in_thread(self._save, running)
            return await self._inbox.read(effect.most)
        if isinstance(effect, Sleep):
            self._has_waited = True
            await self._in_thread(self._save, running)
            return await self._slept(effect.microseconds)
        return None

    async def _slept(self, microseconds: int) -> Interrupted | None:
        """Sleeps in virtual time; ^C ends it early, and the end of the container that the process wants to see."""
        return await first(self._interrupted(), self._sleep(microseconds), self._woken())

    async def _woken(self) -> None:
        await self._is_gone.wait()
        await asyncio.sleep(_TURN)

    async def _interrupted(self) -> Interrupted:
        await self._inbox.interrupted()
        return Interrupted()

    async def _sleep(self, microseconds: int) -> None:
        """Lets virtual time go by: a paused cluster makes one wait, one that runs as fast as possible does not."""
        await asyncio.sleep(_TURN)
        end = None
        async with feed.follow(self.call.cluster) as tail:
            while True:
                moves = tail.moves
                cluster = await threads.run(self._fresh)
                now = store.instant(cluster, store.wall())
                end = now + microseconds if end is None else end
                left = _seconds_until(cluster, now, end)
                if left == 0:
                    return
                await tail.changed(moves, timeout=_LOOK if left is None else min(_LOOK, left))

    async def _print(self, output: list[Write]) -> None:
        wanted = {STDOUT: self.streams.stdout, STDERR: self.streams.stderr}
        numbered = ((STDERR if one.stream == "stderr" and not self.streams.tty else STDOUT, one) for one in output)
        for number, run in groupby(numbered, key=itemgetter(0)):
            data = b"".join(one.data for _, one in run)
            if wanted[number] and data:
                await self.channels.send(number, data)

    async def _until_gone(self) -> int:
        """Waits until this instance of the container has ended, or the pod is gone."""
        async with feed.follow(self.call.cluster) as tail:
            revision, instance = tail.revision, await threads.run(self._instance)
            while instance is not None:
                moves = tail.moves
                await tail.changed(moves, timeout=_LOOK)
                if self.channels.socket.idle > _IDLE:
                    raise Gone
                is_touched, revision = await self._touched(tail, revision)
                if is_touched and await threads.run(self._instance) != instance:
                    break
        if self._sees_end:
            self._is_gone.set()
            await asyncio.sleep(_LAST_WORDS)
        return KILLED

    async def _touched(self, tail: feed.Tail, revision: int) -> tuple[bool, int]:
        """Whether the pod may have changed since a revision; the newest revision that was looked at."""
        try:
            changes = await tail.read(revision)
        except reading.Compacted as gone:
            return True, gone.oldest
        key = self.call.route.namespace, self.call.route.name
        newest = changes[-1].revision if changes else revision
        return any(one.resource == "pods" and one.key == key for one in changes), newest

    # --- in threads ---

    async def _in_thread(self, work: Callable[..., Any], *arguments: Any) -> Any:
        """Runs work that is not left half-done when the session ends meanwhile: a generator cannot be closed then."""
        self._thread = asyncio.ensure_future(threads.run(work, *arguments))
        return await asyncio.shield(self._thread)

    def _advance(self, running: Running, given: Any) -> Stop:
        """Runs the process to its next pause."""
        if self._has_waited:
            running.now = store.instant(self._fresh(), store.wall())
            running.files.refresh()
        output, size = list[Write](), 0
        try:
            while True:
                failed = isinstance(given, Exception)
                effect = running.process.throw(given) if failed else running.process.send(given)
                if not isinstance(effect, Write):
                    return Stop(output, effect, None)
                output.append(effect)
                size += len(effect.data)
                given = None
                if size >= _OUTPUT:
                    return Stop(output, None, None)
        except StopIteration as end:
            return Stop(output, None, int(end.value or 0))
        except Interrupted:
            return Stop(output, None, 130)

    def _fresh(self) -> Cluster:
        cluster = self.call.cluster
        cluster.refresh_from_db()
        return cluster

    def _instance(self) -> tuple[str, str] | None:
        """What tells this run of the container from any other; None when it does not run."""
        route = self.call.route
        pod = reading.DatabaseReader(self.call.cluster).get("pods", route.namespace or "", route.name)
        if pod is None or not containers.is_running(pod, self.container):
            return None
        return uid_of(pod), status_of_container(pod, self.container).get("containerID", "")


def _seconds_until(cluster: Cluster, now: int, end: int) -> float | None:
    """Seconds of the wall clock until the virtual instant `end`; 0 if it is over, None if only news can tell."""
    if now >= end:
        return 0.0
    if cluster.paused:
        return None
    if cluster.speed == 0:
        return 0.0 if cluster.due is None or cluster.due >= end else None
    return max(0.01, (end - now) / 1_000_000 / cluster.speed)
