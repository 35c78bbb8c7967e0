"""Pods: what is filled in."""

from __future__ import annotations

import pytest

from simulator.engine.defaults import pod_template
from simulator.engine.registry import KINDS, Body

from .builders import container, made, pod, texts

KIND = KINDS["pods"]


def test_a_bare_pod_gets_what_kubectl_shows() -> None:
    stored = made("pods", pod())
    assert stored["spec"] == {
        "containers": [
            {
                "name": "web",
                "image": "nginx:1.27",
                "imagePullPolicy": "IfNotPresent",
                "terminationMessagePath": "/dev/termination-log",
                "terminationMessagePolicy": "File",
                "resources": {},
            }
        ],
        "restartPolicy": "Always",
        "terminationGracePeriodSeconds": 30,
        "dnsPolicy": "ClusterFirst",
        "securityContext": {},
        "schedulerName": "default-scheduler",
        "enableServiceLinks": True,
    }
    assert stored["status"] == {"phase": "Pending", "qosClass": "BestEffort"}
    assert stored["metadata"]["generation"] == 1


def test_what_lacks_nothing_stays_the_same_object() -> None:
    full = made("pods", pod(container(ports=[{"containerPort": 80}], resources={"limits": {"cpu": "0.5"}})))
    assert KIND.default(full) is full
    template = pod_template.pod_spec({"containers": [container(readinessProbe={"httpGet": {"port": 80}})]})
    shared = pod_template.pod(template)
    assert shared["containers"] is template["containers"]


@pytest.mark.parametrize(
    ("image", "policy"),
    [
        ("nginx", "Always"),
        ("nginx:latest", "Always"),
        ("nginx:1.27", "IfNotPresent"),
        ("registry.local:5000/nginx", "Always"),
        ("registry.local:5000/nginx:1", "IfNotPresent"),
        ("nginx@sha256:abc", "IfNotPresent"),
        ("nginx:latest@sha256:abc", "Always"),
    ],
)
def test_the_tag_decides_how_an_image_is_pulled(image: str, policy: str) -> None:
    assert pod_template.pull_policy(image) == policy


def test_requests_default_to_limits_only_where_they_are_missing() -> None:
    resources = {"limits": {"cpu": "1.0", "memory": "1024Mi"}, "requests": {"cpu": "250m"}}
    stored = made("pods", pod(container(resources=resources)))
    assert stored["spec"]["containers"][0]["resources"] == {
        "limits": {"cpu": "1", "memory": "1Gi"},
        "requests": {"cpu": "250m", "memory": "1Gi"},
    }
    assert stored["status"]["qosClass"] == "Burstable"


@pytest.mark.parametrize(
    ("given", "filled"),
    [
        ({}, {"emptyDir": {}}),
        ({"configMap": {"name": "a"}}, {"configMap": {"name": "a", "defaultMode": 420}}),
        ({"secret": {"secretName": "a", "defaultMode": 256}}, {"secret": {"secretName": "a", "defaultMode": 256}}),
        ({"hostPath": {"path": "/x"}}, {"hostPath": {"path": "/x", "type": ""}}),
        (
            {"projected": {"sources": [{"serviceAccountToken": {"path": "token"}}]}},
            {
                "projected": {
                    "defaultMode": 420,
                    "sources": [{"serviceAccountToken": {"path": "token", "expirationSeconds": 3600}}],
                }
            },
        ),
        ({"emptyDir": {"sizeLimit": "1024Mi"}}, {"emptyDir": {"sizeLimit": "1Gi"}}),
    ],
)
def test_volumes_are_filled_in(given: Body, filled: Body) -> None:
    assert made("pods", pod(volumes=[{"name": "v", **given}]))["spec"]["volumes"] == [{"name": "v", **filled}]


def test_probes_ports_and_environment_are_filled_in() -> None:
    one = container(
        ports=[{"containerPort": 80}],
        livenessProbe={"httpGet": {"port": 80}},
        env=[{"name": "IP", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}}],
        lifecycle={"preStop": {"httpGet": {"port": 80, "path": "/bye"}}},
    )
    stored = made("pods", pod(one, hostNetwork=True, serviceAccount="old"))["spec"]
    held = stored["containers"][0]
    assert held["ports"] == [{"containerPort": 80, "protocol": "TCP", "hostPort": 80}]
    assert held["livenessProbe"] == {
        "httpGet": {"port": 80, "path": "/", "scheme": "HTTP"},
        "timeoutSeconds": 1,
        "periodSeconds": 10,
        "successThreshold": 1,
        "failureThreshold": 3,
    }
    assert held["env"][0]["valueFrom"]["fieldRef"] == {"apiVersion": "v1", "fieldPath": "status.podIP"}
    assert held["lifecycle"]["preStop"]["httpGet"] == {"port": 80, "path": "/bye", "scheme": "HTTP"}
    assert stored["serviceAccountName"] == "old"


def test_fields_of_features_that_are_off_are_taken_away() -> None:
    one = container(
        restartPolicyRules=[{"action": "Restart"}],
        lifecycle={"stopSignal": "SIGTERM", "preStop": {"exec": {"command": ["a"]}}},
        env=[{"name": "A", "valueFrom": {"fileKeyRef": {"key": "k"}}}, {"name": "B", "value": "c"}],
    )
    volumes = [
        {"name": "v", "emptyDir": {}, "image": {"reference": "a"}},
        {"name": "p", "projected": {"sources": [{"clusterTrustBundle": {"path": "a"}}, {"secret": {"name": "s"}}]}},
    ]
    stored = made("pods", pod(one, hostnameOverride="other", volumes=volumes))["spec"]
    held = stored["containers"][0]
    assert "restartPolicyRules" not in held
    assert held["lifecycle"] == {"preStop": {"exec": {"command": ["a"]}}}
    assert held["env"] == [{"name": "A", "valueFrom": {}}, {"name": "B", "value": "c"}]
    assert stored["volumes"] == [
        {"name": "v", "emptyDir": {}},
        {"name": "p", "projected": {"defaultMode": 420, "sources": [{}, {"secret": {"name": "s"}}]}},
    ]
    assert "hostnameOverride" not in stored


OFF = {
    # name: (a container's own policy as it is given, in containers, in initContainers)
    "Always": ({"restartPolicy": "Always"}, {}, {"restartPolicy": "Always"}),
    "Never": ({"restartPolicy": "Never"}, {}, {}),
    "OnFailure": ({"restartPolicy": "OnFailure"}, {}, {}),
    "one that there is not": ({"restartPolicy": "Sometimes"}, {}, {}),
    "rules": (
        {"restartPolicy": "Never", "restartPolicyRules": [{"action": "Restart", "exitCodes": {"operator": "In"}}]},
        {},
        {},
    ),
}


@pytest.mark.parametrize(("given", "main", "init"), OFF.values(), ids=OFF.keys())
def test_only_sidecars_have_a_policy_of_their_own(given: Body, main: Body, init: Body) -> None:
    stored = made("pods", pod(container(**given), initContainers=[container("i", **given)]))["spec"]
    for held, expected in ((stored["containers"], main), (stored["initContainers"], init)):
        (one,) = held
        assert {key: one[key] for key in ("restartPolicy", "restartPolicyRules") if key in one} == expected


def test_hooks_that_were_only_a_stop_signal_are_none() -> None:
    stored = made("pods", pod(container(lifecycle={"stopSignal": "SIGUSR1"})))["spec"]
    assert "lifecycle" not in stored["containers"][0]


def test_label_keys_join_the_selectors_of_a_new_pod() -> None:
    term = {"topologyKey": "z", "labelSelector": {"matchLabels": {"app": "web"}}, "matchLabelKeys": ["hash", "none"]}
    apart = {**term, "matchLabelKeys": None, "mismatchLabelKeys": ["tenant"]}
    affinity = {
        "podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]},
        "podAntiAffinity": {
            "preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 1, "podAffinityTerm": apart}]
        },
    }
    spread = [{"maxSkew": 1, "whenUnsatisfiable": "DoNotSchedule", **term}]
    labels = {"hash": "x", "tenant": "t"}
    stored = made("pods", pod(meta={"labels": labels}, affinity=affinity, topologySpreadConstraints=spread))
    together, hashed = stored["spec"]["affinity"], {"key": "hash", "operator": "In", "values": ["x"]}
    (near,) = together["podAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    assert near["labelSelector"] == {"matchLabels": {"app": "web"}, "matchExpressions": [hashed]}
    (far,) = together["podAntiAffinity"]["preferredDuringSchedulingIgnoredDuringExecution"]
    assert far["podAffinityTerm"]["labelSelector"]["matchExpressions"] == [
        {"key": "tenant", "operator": "NotIn", "values": ["t"]}
    ]
    assert stored["spec"]["topologySpreadConstraints"][0]["labelSelector"]["matchExpressions"] == [hashed]
    assert texts(KIND.validate(stored)) == []


@pytest.mark.parametrize(
    ("level", "filled"),
    [
        ({"limits": {"cpu": "2", "memory": "1Gi"}}, {"cpu": "100m", "memory": "1Gi"}),
        ({"requests": {"cpu": "1"}}, {"cpu": "1"}),
        ({"limits": {"cpu": "2"}, "requests": {"cpu": "1"}}, {"cpu": "1"}),
    ],
)
def test_requests_of_the_pod_as_a_whole(level: Body, filled: Body) -> None:
    stored = made("pods", pod(container(resources={"requests": {"cpu": "100m"}}), resources=level))
    assert stored["spec"]["resources"]["requests"] == filled
