"""The fields of a KubeletConfiguration that have an effect here: their types, defaults, and how they are read.

Follows staging/src/k8s.io/kubelet/config/v1beta1/types.go, pkg/kubelet/apis/config/v1beta1/defaults.go and
kubeletconfig/util/codec in pkg/kubelet, v1.34: a field that there is not is passed over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import yaml

from .. import cron

VERSION, KIND = "kubelet.config.k8s.io/v1beta1", "KubeletConfiguration"
FIELDS: Mapping[str, str] = {
    "evictionHard": "map",
    "evictionSoft": "map",
    "evictionSoftGracePeriod": "map",
    "evictionMinimumReclaim": "map",
    "evictionMaxPodGracePeriod": "int32",
    "evictionPressureTransitionPeriod": "duration",
    "mergeDefaultEvictionSettings": "bool",
    "imageGCHighThresholdPercent": "int32",
    "imageGCLowThresholdPercent": "int32",
    "imageMinimumGCAge": "duration",
    "imageMaximumGCAge": "duration",
    "systemReserved": "map",
    "kubeReserved": "map",
    "systemReservedCgroup": "string",
    "kubeReservedCgroup": "string",
    "enforceNodeAllocatable": "names",
    "podPidsLimit": "int64",
    "localStorageCapacityIsolation": "bool",
    "maxPods": "int32",
    "serializeImagePulls": "bool",
    "maxParallelImagePulls": "int32",
    "shutdownGracePeriod": "duration",
    "shutdownGracePeriodCriticalPods": "duration",
    "shutdownGracePeriodByPodPriority": "list",
    "nodeStatusUpdateFrequency": "duration",
    "nodeStatusReportFrequency": "duration",
    "nodeLeaseDurationSeconds": "int32",
}
DEFAULTS: Mapping[str, Any] = {
    "evictionHard": None,
    "evictionSoft": {},
    "evictionSoftGracePeriod": {},
    "evictionMinimumReclaim": {},
    "evictionMaxPodGracePeriod": 0,
    "evictionPressureTransitionPeriod": "5m0s",
    "mergeDefaultEvictionSettings": False,
    "imageGCHighThresholdPercent": 85,
    "imageGCLowThresholdPercent": 80,
    "imageMinimumGCAge": "2m0s",
    "imageMaximumGCAge": "0s",
    "systemReserved": {},
    "kubeReserved": {},
    "systemReservedCgroup": "",
    "kubeReservedCgroup": "",
    "enforceNodeAllocatable": ["pods"],
    "podPidsLimit": -1,
    "localStorageCapacityIsolation": True,
    "maxPods": 110,
    "serializeImagePulls": True,
    "maxParallelImagePulls": None,
    "shutdownGracePeriod": "0s",
    "shutdownGracePeriodCriticalPods": "0s",
    "shutdownGracePeriodByPodPriority": None,
    "nodeStatusUpdateFrequency": "10s",
    "nodeStatusReportFrequency": "5m0s",
    "nodeLeaseDurationSeconds": 40,
}
_GO = {
    "map": "map[string]string",
    "list": "[]v1beta1.ShutdownGracePeriodByPodPriority",
    "duration": "v1.Duration",
    "int32": "int32",
    "int64": "int64",
    "string": "string",
    "names": "[]string",
    "bool": "bool",
}
_LONGEST_TEXT = 1 << 16
_LARGEST = {"int32": 1 << 31, "int64": 1 << 63}
_UPDATES, _REPORTS = "nodeStatusUpdateFrequency", "nodeStatusReportFrequency"
_ZERO_IS_DEFAULT = (
    "evictionPressureTransitionPeriod",
    "imageMinimumGCAge",
    "maxPods",
    "nodeStatusUpdateFrequency",
    "nodeStatusReportFrequency",
    "nodeLeaseDurationSeconds",
)


class InvalidConfiguration(Exception):
    """A configuration that is refused, with all that is wrong with it."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(dict.fromkeys(faults))
        super().__init__(self.faults[0] if len(self.faults) == 1 else f"[{', '.join(self.faults)}]")


@lru_cache(maxsize=256)
def read(text: str) -> Mapping[str, Any]:
    """The fields of a text. Raises InvalidConfiguration."""
    if len(text) > _LONGEST_TEXT:
        raise InvalidConfiguration([f"the text is longer than {_LONGEST_TEXT} characters"])
    try:
        if any(isinstance(one, yaml.AliasEvent) for one in yaml.parse(text, Loader=yaml.CSafeLoader)):
            raise InvalidConfiguration(["yaml: aliases are not supported"])
        return decoded(yaml.load(text, Loader=yaml.CSafeLoader))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise InvalidConfiguration([f"yaml: line {line}: {error.problem}"]) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise InvalidConfiguration([f"yaml: {error}"]) from None


def decoded(document: Any) -> dict[str, Any]:
    """The known fields of a document. Of some of them zero means the default, as upstream has it.

    Who says how often the status is looked at and not how often it is sent, has it sent each time.

    Raises InvalidConfiguration.
    """
    if document is None:
        return {}
    if not isinstance(document, dict):
        raise _of_type(_said(document), f"Go value of type config.{KIND}")
    for key, expected in (("apiVersion", VERSION), ("kind", KIND)):
        if document.get(key, expected) != expected:
            version, kind = document.get("apiVersion", VERSION), document.get("kind", KIND)
            raise InvalidConfiguration([f'no kind "{kind}" is registered for version "{version}" in scheme'])
    found = {}
    for name, form in FIELDS.items():
        if document.get(name) is not None:
            found[name] = _value(name, form, document[name])
    found = {name: held for name, held in found.items() if not (name in _ZERO_IS_DEFAULT and _is_zero(held))}
    if _UPDATES in found:
        found.setdefault(_REPORTS, found[_UPDATES])
    return found


def _is_zero(held: Any) -> bool:
    return held == 0 or (isinstance(held, str) and cron.duration(held) == 0)


def _value(name: str, form: str, held: Any) -> Any:
    if form == "map" and isinstance(held, dict):
        return {str(key): _text(f"{name}.{key}", one) for key, one in held.items()}
    if form == "list" and isinstance(held, list):
        return [_group(one) for one in held]
    if form == "bool" and isinstance(held, bool):
        return held
    if form == "names" and isinstance(held, list):
        return [_text(name, one) for one in held]
    if form == "string" and isinstance(held, str):
        return held
    if form in _LARGEST and isinstance(held, int) and not isinstance(held, bool):
        if not -_LARGEST[form] <= held < _LARGEST[form]:
            raise _of_type(f"number {held}", _field(name, form))
        return held
    if form == "duration" and isinstance(held, str):
        try:
            cron.duration(held)
        except ValueError as error:
            raise InvalidConfiguration([str(error)]) from None
        return held
    raise _of_type(_said(held), _field(name, form))


def _group(held: Any) -> dict[str, int]:
    """How long pods of a priority and more have when their machine shuts down."""
    if not isinstance(held, dict):
        raise _of_type(_said(held), _field("shutdownGracePeriodByPodPriority", "list"))
    found = {}
    for key, form in (("priority", "int32"), ("shutdownGracePeriodSeconds", "int64")):
        figure = held.get(key, 0)
        if not isinstance(figure, int) or isinstance(figure, bool):
            where = f"Go struct field ShutdownGracePeriodByPodPriority.shutdownGracePeriodByPodPriority.{key}"
            raise _of_type(_said(figure), f"{where} of type {form}")
        found[key] = figure
    return found


def _text(name: str, held: Any) -> str:
    if isinstance(held, str):
        return held
    raise _of_type(_said(held), f"Go struct field {KIND}.{name.partition('.')[0]} of type string")


def _field(name: str, form: str) -> str:
    return f"Go struct field {KIND}.{name} of type {_GO[form]}"


def _of_type(said: str, wanted: str) -> InvalidConfiguration:
    return InvalidConfiguration([f"json: cannot unmarshal {said} into {wanted}"])


def _said(held: Any) -> str:
    if isinstance(held, bool):
        return "bool"
    if isinstance(held, int | float):
        return "number"
    return "object" if isinstance(held, dict) else "array" if isinstance(held, list) else "string"
