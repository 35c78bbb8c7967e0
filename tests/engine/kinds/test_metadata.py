"""What holds of every object's metadata, and the formats of names."""

from __future__ import annotations

import pytest

from simulator.engine.registry import KINDS, Body
from simulator.engine.validation import metadata, names

from .builders import made, pod, texts

SUBDOMAIN = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or "
    "'.', and must start and end "
    "with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?"
    "(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)
QUALIFIED = (
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
    "character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
    "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
)


@pytest.mark.parametrize(
    ("resource", "meta", "said"),
    [
        ("pods", {"name": "web", "namespace": "default"}, []),
        ("pods", {"namespace": "default"}, ["metadata.name: Required value: name or generateName is required"]),
        ("pods", {"name": "web"}, ["metadata.namespace: Required value"]),
        ("nodes", {"name": "a", "namespace": "b"}, ["metadata.namespace: Forbidden: not allowed on this type"]),
        ("pods", {"name": "Web", "namespace": "a"}, [f'metadata.name: Invalid value: "Web": {SUBDOMAIN}']),
        ("pods", {"name": "a" * 254, "namespace": "a"}, [
            f'metadata.name: Invalid value: "{"a" * 254}": must be no more than 253 bytes'
        ]),
        ("pods", {"name": "web-abcde", "generateName": "web-", "namespace": "a"}, []),
        ("pods", {"name": "Web-abcde", "generateName": "Web-", "namespace": "a"}, [
            f'metadata.generateName: Invalid value: "Web-": {SUBDOMAIN}',
            f'metadata.name: Invalid value: "Web-abcde": {SUBDOMAIN}',
        ]),
        ("namespaces", {"name": "a.b"}, ['metadata.name: Invalid value: "a.b": must not contain dots']),
        ("services", {"name": "1web", "namespace": "a"}, [
            'metadata.name: Invalid value: "1web": a DNS-1035 label must consist of lower case '
            'alphanumeric characters or '
            "'-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or "
            "'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"
        ]),
        ("pods", {"name": "a", "namespace": "a", "labels": {"bad key": "x"}}, [
            f'metadata.labels: Invalid value: "bad key": {QUALIFIED}'
        ]),
        ("pods", {"name": "a", "namespace": "a", "labels": {"/x": "y", "a": "-"}}, [
            'metadata.labels: Invalid value: "/x": prefix part must be non-empty',
            'metadata.labels: Invalid value: "-": a valid label must be an empty string or consist of alphanumeric '
            "characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or "
            "'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
        ]),
        ("pods", {"name": "a", "namespace": "a", "annotations": {"Example.com/Key": "anything at all"}}, []),
        ("pods", {"name": "a", "namespace": "a", "annotations": {"a": "x" * (256 * 1024)}}, [
            "metadata.annotations: Too long: may not be more than 262144 bytes"
        ]),
        ("pods", {"name": "a", "namespace": "a", "finalizers": ["orphan", "foregroundDeletion"]}, [
            'metadata.finalizers: Invalid value: ["orphan","foregroundDeletion"]: finalizer orphan and '
            "foregroundDeletion cannot be both set"
        ]),
        ("pods", {"name": "a", "namespace": "a", "ownerReferences": [{"kind": "Pod"}]}, [
            'metadata.ownerReferences.apiVersion: Invalid value: "": version must not be empty',
            'metadata.ownerReferences.name: Invalid value: "": must not be empty',
            'metadata.ownerReferences.uid: Invalid value: "": must not be empty',
        ]),
    ],
)  # fmt: skip
def test_new_metadata(resource: str, meta: Body, said: list[str]) -> None:
    assert texts(metadata.validate(KINDS[resource], {"metadata": meta})) == said


def test_two_controllers_are_one_too_many() -> None:
    owner = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "uid": "u", "controller": True}
    meta = {"name": "a", "namespace": "a", "ownerReferences": [{**owner, "name": "x"}, {**owner, "name": "y"}]}
    (said,) = texts(metadata.validate(KINDS["pods"], {"metadata": meta}))
    assert said.endswith(
        'Only one reference can have Controller set to true. Found "true" in references for '
        "ReplicaSet/x and ReplicaSet/y"
    )


@pytest.mark.parametrize(
    ("held", "meta", "said"),
    [
        ({}, {"labels": {"a": "b"}}, []),
        ({}, {"uid": "other"}, ['metadata.uid: Invalid value: "other": field is immutable']),
        ({}, {"namespace": "other"}, ['metadata.namespace: Invalid value: "other": field is immutable']),
        ({}, {"finalizers": ["a/b"]}, []),
        ({"deletionTimestamp": "2023-11-14T22:13:20Z"}, {"finalizers": ["a/b"]}, [
            "metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new "
            'finalizers []string{"a/b"}'
        ]),
    ],
)  # fmt: skip
def test_changed_metadata(held: Body, meta: Body, said: list[str]) -> None:
    stored = made("pods", pod())
    old = {**stored, "metadata": {**stored["metadata"], **held}}
    new = {**old, "metadata": {**old["metadata"], **meta}}
    assert texts(metadata.validate_update(KINDS["pods"], new, old)) == said


@pytest.mark.parametrize(
    ("new", "old", "count"),
    [(None, {}, 0), ([], None, 0), ("", None, 0), (0, None, 1), (False, None, 1), ({"a": 1}, None, 1), (1, 1, 0)],
)
def test_absent_and_empty_are_the_same_to_an_immutable_field(new: object, old: object, count: int) -> None:
    assert len(metadata.immutable("spec.x", new, old)) == count


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        (names.dns_label, ["a", "a-1", "0", "a" * 63], ["", "-a", "a-", "A", "a_b", "a.b", "a" * 64, "ä", "a\n"]),
        (names.dns_subdomain, ["a", "a.b", "a" * 253], ["", ".a", "a..b", "a" * 254, "a/b"]),
        (names.dns_1035_label, ["a", "a1"], ["1a", "", "a."]),
        (names.qualified_name, ["a", "A_b.c", "x.io/A", "a" * 63], ["", "/a", "x.io/", "a/b/c", "X.io/a", "a" * 64]),
        (names.label_value, ["", "a", "A_1.b"], ["-", "a b", "a" * 64, "a/b"]),
        (names.port_name, ["http", "a-1"], ["", "80", "a--b", "-a", "a-", "a_b", "a" * 16, "HTTP"]),
        (names.env_name, ["A", "a b", "1", "$x"], ["", "A=B", "\t", "ä"]),
        (names.config_key, ["a", ".hidden", "a_b-c.d"], ["", ".", "..", "..a", "a/b", "a" * 254]),
        (names.percent, ["0%", "25%", "300%"], ["", "%", "25", "-1%", "2.5%"]),
        (names.path_segment, ["anything goes", "A:b"], [".", "..", "a/b", "a%b"]),
        (names.header_name, ["X-Name"], ["", "a b", "a_b"]),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_formats(check: names.Check, good: list[str], bad: list[str]) -> None:
    assert {text: check(text) for text in good} == {text: [] for text in good}
    assert [text for text in bad if not check(text)] == []
