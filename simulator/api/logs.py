"""The subresource log of pods: the lines that a simulated container has printed by now, and those to come (follow).

Follows pkg/registry/core/pod/strategy.go (LogLocation) and pkg/kubelet/kubelet_pods.go (validateContainerLogStatus),
v1.34.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from simulator import reading, store
from simulator.api import containers, threads
from simulator.api.calls import Answer, Call
from simulator.api.options import flag, number
from simulator.engine import errors, faults
from simulator.engine.objects import get_in, instant_of, micro_timestamp, spec_of
from simulator.engine.registry import Body, Instant
from simulator.engine.workloads import logs
from simulator.engine.workloads.containers import status_of_container
from simulator.engine.workloads.written import LONGEST, Line
from simulator.live import feed

_SECOND = 1_000_000
_LATEST = 15.0
"""Seconds after which a follower looks again at the latest."""


@dataclass(frozen=True)
class LogOptions:
    container: str
    previous: bool
    timestamps: bool
    since: Instant | None
    tail: int | None
    limit: int | None


def log(call: Call) -> Answer:
    """The container's lines as text, or with `follow` a stream of them. Raises StatusError."""
    pod = _pod(call)
    if pod is None:
        raise errors.not_found("pods", call.route.name)
    options = _options(call, pod)
    if not spec_of(pod).get("nodeName"):
        return Answer(200, b"", "text/plain")
    _check_reached(call, pod, options.container)
    _check_started(pod, options)
    if flag(call.query, "follow"):
        return Answer(200, b"", "text/plain", stream=_follow(call, options))
    return Answer(200, _limited(_text(_chosen(call, pod, options, call.now), options), options), "text/plain")


def _check_reached(call: Call, pod: Body, container: str) -> None:
    """Raises StatusError 500 where the pod's kubelet cannot be reached."""
    why = faults.dial(reading.DatabaseReader(call.cluster), pod["spec"]["nodeName"])
    if why:
        address, namespace = why.split()[2].rstrip(":"), call.route.namespace
        url = f"https://{address}/containerLogs/{namespace}/{call.route.name}/{container}"
        raise errors.StatusError(500, "", f'Get "{url}": {why}')


def _pod(call: Call) -> Body | None:
    return reading.DatabaseReader(call.cluster).get("pods", call.route.namespace or "", call.route.name)


def _options(call: Call, pod: Body) -> LogOptions:
    query, broken = call.query, []
    tail, limit, seconds = (number(query, name) for name in ("tailLines", "limitBytes", "sinceSeconds"))
    if tail is not None and tail < 0:
        broken.append(errors.invalid_value("tailLines", tail, "must be greater than or equal to 0"))
    if limit is not None and limit < 1:
        broken.append(errors.invalid_value("limitBytes", limit, "must be greater than 0"))
    if seconds is not None and seconds < 1:
        broken.append(errors.invalid_value("sinceSeconds", seconds, "must be greater than 0"))
    since = None if seconds is None else call.now - seconds * _SECOND
    if text := query.get("sinceTime"):
        if seconds is not None:
            broken.append(
                errors.forbidden_value("sinceSeconds", "at most one of `sinceTime` or `sinceSeconds` may be specified")
            )
        try:
            since = instant_of(text)
        except (ValueError, TypeError):
            broken.append(errors.invalid_value("sinceTime", text, "must be an RFC 3339 timestamp"))
    if broken:
        raise errors.invalid("", "PodLogOptions", "", broken)
    container = containers.chosen(pod, query.get("container", ""))
    return LogOptions(container, flag(query, "previous"), flag(query, "timestamps"), since, tail, limit)


_WAITS = {
    "ErrImagePull": "image can't be pulled",
    "ImagePullBackOff": "trying and failing to pull image",
}


def _check_started(pod: Body, options: LogOptions) -> None:
    name, held = pod["metadata"]["name"], status_of_container(pod, options.container)
    state, last = held.get("state") or {}, held.get("lastState") or {}
    if options.previous:
        if "terminated" not in last:
            raise errors.bad_request(f'previous terminated container "{options.container}" in pod "{name}" not found')
        return
    if "running" in state or "terminated" in state or "terminated" in last:
        return
    reason = get_in(state, "waiting", "reason")
    detail = f"is waiting to start: {_WAITS.get(reason, reason)}" if reason else "is waiting to start - no logs yet"
    raise errors.bad_request(f'container "{options.container}" in pod "{name}" {detail}')


def _chosen(call: Call, pod: Body, options: LogOptions, until: Instant) -> list[Line]:
    return logs.lines(
        pod,
        options.container,
        until,
        previous=options.previous,
        since=options.since or 0,
        most=LONGEST if options.tail is None else options.tail,
        reader=reading.DatabaseReader(call.cluster),
    )


def _text(lines: list[Line], options: LogOptions) -> bytes:
    stamped = options.timestamps
    return "".join(
        f"{micro_timestamp(at)[:-1]}000Z {text}\n" if stamped else f"{text}\n" for at, text in lines
    ).encode()


def _limited(text: bytes, options: LogOptions) -> bytes:
    return text if options.limit is None else text[: options.limit]


@dataclass
class _Look:
    """What a follower sees: new lines up to `until`, whether no more come, seconds until the next (None: none)."""

    lines: list[Line]
    until: Instant
    ended: bool
    wait: float | None


async def _follow(call: Call, options: LogOptions) -> AsyncIterator[bytes]:
    """The lines so far, then each as it is printed, until the container ends or the pod is gone."""
    given, sent = -1, 0
    async with feed.follow(call.cluster) as tail:
        while True:
            moves = tail.moves
            look = await threads.run(_look, call, options, given)
            if look.lines:
                text = _text(look.lines, options)
                if options.limit is not None:
                    text = text[: options.limit - sent]
                sent += len(text)
                yield text
            if look.ended or sent == options.limit:
                return
            given = look.until
            await tail.changed(moves, timeout=min(_LATEST, look.wait if look.wait is not None else _LATEST))


def _look(call: Call, options: LogOptions, given: Instant) -> _Look:
    pod = _pod(call)
    if pod is None:
        return _Look([], given, True, None)
    cluster = call.cluster
    cluster.refresh_from_db()
    now = store.instant(cluster, store.wall())
    reader, name = reading.DatabaseReader(cluster), options.container
    if given < 0:
        fresh = _chosen(call, pod, options, now)
    else:
        fresh = logs.lines(pod, name, now, since=given + 1, reader=reader)
    coming = None if options.previous else logs.following(pod, name, now, reader=reader)
    wait = None
    if coming is not None and not cluster.paused and cluster.speed:
        wait = max(0.02, (coming - now) / _SECOND / cluster.speed)
    return _Look(fresh, now, options.previous or not containers.is_running(pod, name), wait)
