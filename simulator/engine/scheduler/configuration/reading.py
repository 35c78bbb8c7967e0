"""Reading a KubeSchedulerConfiguration: the whole way from a parsed document to profiles, and back to a document.

Follows cmd/kube-scheduler/app/options/configfile.go, decodeNestedObjects of
staging/src/k8s.io/kube-scheduler/config/v1/types.go, buildExtenders of pkg/scheduler/scheduler.go and
pkg/scheduler/profile/profile.go, v1.34.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from simulator.engine.causes import _
from simulator.engine.clock import SECOND
from simulator.engine.registry import Body, Instant
from simulator.engine.scheduler.configuration import arguments, defaults, validation
from simulator.engine.scheduler.configuration.decoding import decode, head
from simulator.engine.scheduler.configuration.expansion import expand
from simulator.engine.scheduler.configuration.faults import Fault, InvalidConfiguration, of_fields
from simulator.engine.scheduler.configuration.plugins import MULTI_POINT
from simulator.engine.scheduler.configuration.policies import refusal
from simulator.engine.scheduler.configuration.types import ARGUMENTS, CONFIGURATION, GROUP, KIND, VERSION
from simulator.engine.scheduler.profile import Profile

_STRICT = "strict decoding error: "
_KINDS = (KIND, *(kind.struct for kind in ARGUMENTS.values()))


class Configuration(NamedTuple):
    """A configuration with nothing left to resolve.

    percentage: how many nodes in a hundred to find for profiles that do not say, 0 to let the cluster's size decide.
    initial_backoff, max_backoff: microseconds. extenders: as they are written. warnings: what is read and has no
    effect here though it has in a real cluster.
    """

    profiles: tuple[Profile, ...]
    percentage: int
    initial_backoff: Instant
    max_backoff: Instant
    parallelism: int
    extenders: tuple[Body, ...] = ()
    warnings: tuple[Fault, ...] = ()

    def profile(self, scheduler_name: str) -> Profile | None:
        """The profile that schedules the pods of this schedulerName."""
        return next((one for one in self.profiles if one.scheduler_name == scheduler_name), None)


def read(body: Body) -> Configuration:
    """The configuration that a parsed document means. Raises InvalidConfiguration with all that is wrong with it."""
    _check_head(body)
    decoded = decode(body, CONFIGURATION)
    profiles = decoded.body.get("profiles") or []
    faults = decoded.faults
    if faults and not faults[0].message.startswith(_STRICT):
        raise InvalidConfiguration(faults)
    found = [_decoded_arguments(position, one or {}) for position, one in enumerate(profiles)]
    faults = [*faults, *(fault for _held, wrong in found for fault in wrong)]
    if faults:
        raise InvalidConfiguration(faults)
    settled = defaults.configuration(decoded.body)
    return _resolved(settled, [held for held, _wrong in found] or [[]])


def every_node(configuration: Configuration) -> Configuration:
    """The same with all profiles ranking every feasible node."""
    profiles = tuple(one._replace(percentage=100) for one in configuration.profiles)
    return configuration._replace(profiles=profiles, percentage=100)


def described(configuration: Configuration) -> Body:
    """A document that says everything of a configuration in so many words; reading it gives the same."""
    body: Body = {
        "apiVersion": VERSION,
        "kind": KIND,
        "parallelism": configuration.parallelism,
        "percentageOfNodesToScore": configuration.percentage,
        "podInitialBackoffSeconds": configuration.initial_backoff // SECOND,
        "podMaxBackoffSeconds": configuration.max_backoff // SECOND,
        "profiles": [_described(one) for one in configuration.profiles],
    }
    return {**body, "extenders": list(configuration.extenders)} if configuration.extenders else body


def _described(profile: Profile) -> Body:
    plugins: Body = {
        point: {
            "enabled": [{"name": one.name, "weight": one.weight} if one.weight else {"name": one.name} for one in held]
        }
        for point, held in profile.points.items()
    }
    return {
        "schedulerName": profile.scheduler_name,
        "percentageOfNodesToScore": profile.percentage,
        "plugins": {**plugins, MULTI_POINT: {"disabled": [{"name": "*"}]}},
        "pluginConfig": [
            {"name": name, "args": {"apiVersion": VERSION, "kind": f"{name}Args", **held}}
            for name, held in sorted(profile.arguments.items())
        ],
    }


# --- decoding ----------------------------------------------------------------------------------------------------


def _check_head(body: Any) -> None:
    try:
        version, kind = head(body)
    except ValueError as error:
        raise InvalidConfiguration([Fault("", str(error))]) from None
    if not kind:
        raise InvalidConfiguration([Fault("kind", "Object 'Kind' is missing")])
    if not version:
        raise InvalidConfiguration([Fault("apiVersion", "Object 'apiVersion' is missing")])
    if kind == "Policy":
        raise InvalidConfiguration(refusal(body, _not_registered(kind, version)))
    if (version, kind) == (VERSION, KIND):
        return
    if version == VERSION and kind in _KINDS:
        message = f"couldn't decode as {KIND}, got {VERSION}, Kind={kind}: "
        raise InvalidConfiguration([Fault("kind", message)])
    field = "apiVersion" if kind in _KINDS else "kind"
    raise InvalidConfiguration([Fault(field, f"{_not_registered(kind, version)}: only {KIND} {VERSION} is supported")])


def _not_registered(kind: str, version: str) -> str:
    return f'no kind "{kind}" is registered for version "{version}"'


class _Argued(NamedTuple):
    """The decoded arguments of one entry of pluginConfig."""

    plugin: str
    field: str
    body: Body


def _decoded_arguments(position: int, profile: Body) -> tuple[list[_Argued], list[Fault]]:
    held: list[_Argued] = []
    faults: list[Fault] = []
    for index, one in enumerate(profile.get("pluginConfig") or ()):
        name, given = one.get("name") or "", one.get("args")
        given = {} if given is None else given
        field, at = f"profiles[{position}].pluginConfig[{index}].args", f".profiles[{position}].pluginConfig[{index}]"
        if name not in ARGUMENTS:
            continue
        wrapped = f"decoding {at}: decoding args for plugin {name}: "
        strictly = f"{_STRICT}decoding {at}: {_STRICT}decoding args for plugin {name}: "
        mismatch = _mismatch(name, given, at, wrapped)
        if mismatch:
            faults.append(Fault(field, mismatch))
            continue
        decoded = decode(given, ARGUMENTS[name], at=field, wrapped=wrapped, strictly=strictly)
        faults += decoded.faults
        held.append(_Argued(name, field, decoded.body))
    return held, faults


def _mismatch(plugin: str, given: Any, at: str, wrapped: str) -> str:
    """What is wrong with the kind that arguments say they are of; they may leave it out."""
    try:
        version, kind = head(given)
    except ValueError as error:
        return f"{wrapped}{error}"
    expected = f"{plugin}Args"
    if (version or VERSION, kind or expected) == (VERSION, expected):
        return ""
    if version in ("", VERSION) and kind in _KINDS:
        return f"decoding {at}: args for plugin {plugin} were not of type {expected}.{GROUP}, got {kind}.{GROUP}"
    return f"{wrapped}{_not_registered(kind or expected, version or VERSION)}"


# --- resolving ---------------------------------------------------------------------------------------------------


def _resolved(body: Body, argued: list[list[_Argued]]) -> Configuration:
    faults = of_fields(validation.configuration(body))
    profiles = []
    for position, (held, given) in enumerate(zip(body["profiles"], argued, strict=True)):
        field, name = f"profiles[{position}]", held.get("schedulerName") or ""
        expansion = expand(held.get("plugins") or {}, f"{field}.plugins", name)
        said: dict[str, Body] = {}
        for one in given:
            said[one.plugin] = defaults.arguments(one.plugin, one.body)
            faults += of_fields(arguments.validate(one.plugin, one.field, said[one.plugin]))
        for plugin in expansion.needed & ARGUMENTS.keys() - said.keys():
            said[plugin] = defaults.arguments(plugin, {})
        ignored = _ignored_by_scheduler(body["extenders"])
        if ignored and "NodeResourcesFit" not in said:
            faults.append(Fault(f"{field}.pluginConfig", "can't find NodeResourcesFitArgs in plugin config"))
        elif ignored:
            said["NodeResourcesFit"] = _ignoring(said["NodeResourcesFit"], ignored)
        faults += expansion.faults
        percentage = held.get("percentageOfNodesToScore", body["percentageOfNodesToScore"])
        profiles.append(Profile(name, expansion.points, dict(sorted(said.items())), percentage))
    if faults:
        raise InvalidConfiguration(faults)
    return Configuration(
        tuple(profiles),
        body["percentageOfNodesToScore"],
        body["podInitialBackoffSeconds"] * SECOND,
        body["podMaxBackoffSeconds"] * SECOND,
        body["parallelism"],
        tuple(body["extenders"]),
        tuple(Fault(f"extenders[{position}]", _EXTENDER) for position in range(len(body["extenders"]))),
    )


def _ignored_by_scheduler(extenders: list[Body]) -> list[str]:
    """The resources of which extenders keep the account."""
    managed = (resource for one in extenders for resource in one.get("managedResources") or ())
    return [one.get("name") or "" for one in managed if one.get("ignoredByScheduler")]


def _ignoring(held: Body, resources: list[str]) -> Body:
    known = held.get("ignoredResources") or []
    return {**held, "ignoredResources": [*known, *(one for one in resources if one not in known)]}


_EXTENDER = _("Nobody calls this extender: it is an address outside the cluster, and the cluster is simulated.")

DEFAULT = read({"apiVersion": VERSION, "kind": KIND})
"""What an empty file means."""
