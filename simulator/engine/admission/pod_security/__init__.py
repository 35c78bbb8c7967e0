"""PodSecurity: the Pod Security Standards, as a namespace's labels ask for them.

A pod that breaks the level to enforce is refused; what breaks the level to warn of gets a warning, workloads included.
Follows staging/src/k8s.io/pod-security-admission/admission/admission.go, v1.34.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from ... import errors
from ...objects import controller_of, get_in, labels_of, name_of, namespace_of
from ...registry import Bodies, Body, Reader
from ..attributes import ON_WRITE, Attributes, FollowUp, Plugin
from .evaluation import detail, reasons, violations
from .levels import LEVELS, LevelVersion, Policy, policy_of
from .visiting import containers

_MOST_PODS = 3000
_TEMPLATES = {
    "podtemplates": ("template",),
    "replicationcontrollers": ("spec", "template"),
    "replicasets.apps": ("spec", "template"),
    "deployments.apps": ("spec", "template"),
    "statefulsets.apps": ("spec", "template"),
    "daemonsets.apps": ("spec", "template"),
    "jobs.batch": ("spec", "template"),
    "cronjobs.batch": ("spec", "jobTemplate", "spec", "template"),
}


def validate(attributes: Attributes, reader: Reader) -> Iterable[FollowUp]:
    if attributes.kind.resource == "namespaces":
        _namespace(attributes, reader)
        return ()
    namespace = reader.get("namespaces", "", namespace_of(attributes.body))
    policy, _wrong = policy_of(labels_of(namespace)) if namespace else (Policy(), [])
    if policy == Policy():
        return ()
    if attributes.kind.resource == "pods":
        _pod(attributes, policy)
    elif not attributes.subresource:
        template = get_in(attributes.body, *_TEMPLATES[attributes.kind.resource])
        if template:
            held = {"metadata": template.get("metadata") or {}}
            _warn(attributes, policy.warn, held, template.get("spec") or {})
    return ()


def _pod(attributes: Attributes, policy: Policy) -> None:
    pod = attributes.body
    if attributes.old is not None and not _is_significant(pod["spec"], attributes.old["spec"]):
        return
    found = violations(policy.enforce, pod, pod["spec"])
    if found:
        said = f'violates PodSecurity "{policy.enforce.text()}": {detail(found)}'
        raise errors.forbidden("pods", name_of(pod), said)
    _warn(attributes, policy.warn, pod, pod["spec"])


def _warn(attributes: Attributes, wanted: LevelVersion, pod: Body, spec: Body) -> None:
    found = violations(wanted, pod, spec)
    if found:
        attributes.warn(f'would violate PodSecurity "{wanted.text()}": {detail(found)}')


def _is_significant(new: Body, old: Body) -> bool:
    """True for a change of a pod that could break a rule: another image, or a container more."""
    return [(one.get("name"), one.get("image")) for one in containers(new)] != [
        (one.get("name"), one.get("image")) for one in containers(old)
    ]


# --- namespaces --------------------------------------------------------------------------------------------------


def _namespace(attributes: Attributes, reader: Reader) -> None:
    """Refuses labels that say nothing, and warns of pods that a stricter level would not allow."""
    body, old = attributes.body, attributes.old
    policy, wrong = policy_of(labels_of(body))
    before, wrong_before = policy_of(labels_of(old)) if old is not None else (Policy(), [])
    if wrong and wrong != wrong_before:
        raise errors.invalid("", "Namespace", name_of(body), wrong)
    if old is None or policy.enforce == before.enforce or policy.enforce.level == LEVELS[0]:
        return
    was, now = before.enforce, policy.enforce
    if was.minor == now.minor and LEVELS.index(now.level) <= LEVELS.index(was.level):
        return
    for warning in _pods_in(reader.list("pods", name_of(body)), name_of(body), now):
        attributes.warn(warning)


def _pods_in(pods: Bodies, namespace: str, wanted: LevelVersion) -> list[str]:
    chosen = _one_of_each_first(pods)[:_MOST_PODS]
    first: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for pod in chosen:
        said = reasons(violations(wanted, pod, pod["spec"]))
        if said:
            first[said] = min(first.get(said, name_of(pod)), name_of(pod))
            counts[said] += 1
    warnings = []
    if len(chosen) < len(pods):
        warnings.append(
            f"new PodSecurity enforce level only checked against the first {len(chosen)} of {len(pods)} existing pods"
        )
    if counts:
        warnings.append(
            f'existing pods in namespace "{namespace}" violate the new PodSecurity enforce level "{wanted.text()}"'
        )
    return warnings + sorted(f"{first[said]}{_others(counts[said] - 1)}: {said}" for said in counts)


def _others(count: int) -> str:
    if not count:
        return ""
    return " (and 1 other pod)" if count == 1 else f" (and {count} other pods)"


def _one_of_each_first(pods: Bodies) -> Bodies:
    """The pods, those first that no earlier pod shares a controller with."""
    first: Bodies = []
    again: Bodies = []
    seen = set()
    for pod in pods:
        owner = controller_of(pod)
        (again if owner and owner["uid"] in seen else first).append(pod)
        if owner:
            seen.add(owner["uid"])
    return first + again


PLUGIN = Plugin(
    "PodSecurity",
    operations=ON_WRITE,
    resources=frozenset({"pods", "namespaces", *_TEMPLATES}),
    subresources=frozenset({"", "ephemeralcontainers", "resize"}),
    validate=validate,
)
