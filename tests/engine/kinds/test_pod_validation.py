"""Pods: what is refused."""

from __future__ import annotations

import pytest

from simulator.engine.registry import Body

from .builders import broken, container, pod

LABEL = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and "
    "must start and end with an "
    "alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
)

REFUSED: list[tuple[str, Body, list[str]]] = [
    ("no containers", {"spec": {}}, ["spec.containers: Required value"]),
    ("no image", pod({"name": "a"}), ["spec.containers[0].image: Required value"]),
    ("no name", pod({"image": "a"}), ["spec.containers[0].name: Required value"]),
    ("bad name", pod(container("Web")), [f'spec.containers[0].name: Invalid value: "Web": {LABEL}']),
    ("dotted name", pod(container("a.b")), ['spec.containers[0].name: Invalid value: "a.b": must not contain dots']),
    ("name twice", pod(container("a"), container("a")), ['spec.containers[1].name: Duplicate value: "a"']),
    (
        "name twice, init",
        pod(container("a"), initContainers=[container("a")]),
        ['spec.initContainers[0].name: Duplicate value: "a"'],
    ),
    ("image with blanks", pod(container(image=" a ")), [
        'spec.containers[0].image: Invalid value: " a ": must not have leading or trailing whitespace'
    ]),
    ("port out of range", pod(container(ports=[{"containerPort": 70000}])), [
        "spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive"
    ]),
    ("port missing", pod(container(ports=[{"name": "web"}])), [
        "spec.containers[0].ports[0].containerPort: Required value"
    ]),
    ("protocol", pod(container(ports=[{"containerPort": 1, "protocol": "HTTP"}])), [
        'spec.containers[0].ports[0].protocol: Unsupported value: "HTTP": supported values: "SCTP", "TCP", "UDP"'
    ]),
    ("port name twice", pod(container(ports=[{"containerPort": 1, "name": "a"}, {"containerPort": 2, "name": "a"}])), [
        'spec.containers[0].ports[1].name: Duplicate value: "a"'
    ]),
    ("host port twice", pod(container("a", ports=[
        {"containerPort": 1, "hostPort": 80}, {"containerPort": 2, "hostPort": 80},
    ])), [
        'spec.containers[0].ports[1].hostPort: Duplicate value: "TCP//80"'
    ]),
    ("request over limit", pod(container(resources={"requests": {"memory": "2Gi"}, "limits": {"memory": "1Gi"}})), [
        'spec.containers[0].resources.requests: Invalid value: "2Gi": must be less than or equal to memory limit of 1Gi'
    ]),
    ("negative request", pod(container(resources={"requests": {"cpu": "-1"}})), [
        'spec.containers[0].resources.requests[cpu]: Invalid value: "-1": must be greater than or equal to 0'
    ]),
    ("unknown resource", pod(container(resources={"requests": {"ram": "1"}})), [
        'spec.containers[0].resources.requests[ram]: Invalid value: "ram": must be a standard resource type or fully '
        "qualified",
        'spec.containers[0].resources.requests[ram]: Invalid value: "ram": must be a standard resource for containers',
    ]),
    ("devices without limit", pod(container(resources={"requests": {"nvidia.com/gpu": "1"}})), [
        "spec.containers[0].resources.limits: Required value: Limit must be set for non overcommitable resources"
    ]),
    ("mount of nothing", pod(container(volumeMounts=[{"name": "x", "mountPath": "/x"}])), [
        'spec.containers[0].volumeMounts[0].name: Not found: "x"'
    ]),
    (
        "two mounts at one path",
        pod(
            container(volumeMounts=[{"name": "x", "mountPath": "/x"}, {"name": "x", "mountPath": "/x"}]),
            volumes=[{"name": "x"}],
        ),
        ['spec.containers[0].volumeMounts[1].mountPath: Invalid value: "/x": must be unique'],
    ),
    ("volume twice", pod(volumes=[{"name": "x"}, {"name": "x"}]), ['spec.volumes[1].name: Duplicate value: "x"']),
    ("two sources", pod(volumes=[{"name": "x", "emptyDir": {}, "hostPath": {"path": "/a"}}]), [
        "spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type"
    ]),
    ("claim without name", pod(volumes=[{"name": "x", "persistentVolumeClaim": {}}]), [
        "spec.volumes[0].persistentVolumeClaim.claimName: Required value"
    ]),
    ("env name", pod(container(env=[{"name": "A=B"}])), [
        'spec.containers[0].env[0].name: Invalid value: "A=B": a valid environment variable name must consist only of '
        "printable ASCII characters other than '='"
    ]),
    ("env from nothing", pod(container(env=[{"name": "A", "valueFrom": {}}])), [
        'spec.containers[0].env[0].valueFrom: Invalid value: "": must specify one of: `fieldRef`, `resourceFieldRef`, '
        "`configMapKeyRef` or `secretKeyRef`"
    ]),
    ("env twice given", pod(container(env=[
        {"name": "A", "value": "x", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}
    ])), [
        'spec.containers[0].env[0].valueFrom: Invalid value: "": may not be specified when `value` is not empty'
    ]),
    ("restart policy", pod(restartPolicy="Sometimes"), [
        'spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"'
    ]),
    ("probe without handler", pod(container(livenessProbe={"periodSeconds": 5})), [
        "spec.containers[0].livenessProbe: Required value: must specify a handler type"
    ]),
    ("two handlers", pod(container(readinessProbe={"exec": {"command": ["a"]}, "tcpSocket": {"port": 1}})), [
        "spec.containers[0].readinessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type"
    ]),
    ("liveness threshold", pod(container(livenessProbe={"tcpSocket": {"port": 1}, "successThreshold": 2})), [
        "spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1"
    ]),
    ("probe of an init container", pod(initContainers=[container("i", livenessProbe={"tcpSocket": {"port": 1}})]), [
        "spec.initContainers[0].livenessProbe: Forbidden: may not be set for init containers "
        "without restartPolicy=Always"
    ]),
    ("sleep beyond the grace period", pod(container(lifecycle={"preStop": {"sleep": {"seconds": 60}}})), [
        "spec.containers[0].lifecycle.preStop.sleep: Invalid value: 60: must be non-negative and less than "
        "terminationGracePeriodSeconds (30)"
    ]),
    ("toleration operator", pod(tolerations=[{"key": "a", "operator": "Like"}]), [
        'spec.tolerations[0].operator: Unsupported value: "Like": supported values: "Equal", "Exists"'
    ]),
    ("toleration without key", pod(tolerations=[{"operator": "Equal", "value": "a"}]), [
        'spec.tolerations[0].operator: Invalid value: "Equal": operator must be Exists when `key` '
        'is empty, which means '
        '"match all values and all keys"'
    ]),
    ("toleration seconds", pod(tolerations=[{"key": "a", "operator": "Exists", "tolerationSeconds": 5}]), [
        "spec.tolerations[0].effect: Invalid value: \"\": effect must be 'NoExecute' when `tolerationSeconds` is set"
    ]),
    ("node affinity operator", pod(affinity={"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {
        "nodeSelectorTerms": [{"matchExpressions": [{"key": "a", "operator": "Like", "values": ["b"]}]}]
    }}}), [
        "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0]"
        '.matchExpressions[0].operator: Invalid value: "Like": not a valid selector operator'
    ]),
    ("node affinity without terms", pod(affinity={"nodeAffinity": {
        "requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": []}
    }}), [
        "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms: Required value: "
        "must have at least one node selector term"
    ]),
    ("pod affinity without topology", pod(affinity={"podAntiAffinity": {
        "preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 0, "podAffinityTerm": {"topologyKey": "z"}}]
    }}), [
        "spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight: "
        "Invalid value: 0: must "
        "be in the range 1-100"
    ]),
    ("topology spread", pod(topologySpreadConstraints=[
        {"maxSkew": 0, "topologyKey": "z", "whenUnsatisfiable": "DoNotSchedule"}
    ]), [
        "spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero"
    ]),
    ("host network ports", pod(container(ports=[{"containerPort": 80, "hostPort": 81}]), hostNetwork=True), [
        "spec.containers[0].ports[0].hostPort: Invalid value: 81: must match `containerPort` when `hostNetwork` is true"
    ]),
    ("node name", pod(nodeName="A"), ["spec.nodeName: "]),
    ("deadline", pod(activeDeadlineSeconds=0), [
        "spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive"
    ]),
    ("deletion cost", pod(meta={"annotations": {"controller.kubernetes.io/pod-deletion-cost": "x"}}), [
        'metadata.annotations[controller.kubernetes.io/pod-deletion-cost]: Invalid value: "x": must be a 32bit integer'
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("body", "said"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_mistakes_are_refused_in_upstreams_words(body: Body, said: list[str]) -> None:
    body = {"metadata": {"name": "web", "namespace": "default"}, **body}
    heard = broken("pods", body)
    assert len(heard) == len(said), heard
    assert all(one.startswith(wanted) for one, wanted in zip(heard, said, strict=True)), heard


def test_a_full_pod_is_fine() -> None:
    one = container(
        command=["sh"],
        ports=[{"containerPort": 80, "name": "http"}],
        env=[
            {"name": "A", "value": "b"},
            {"name": "L", "valueFrom": {"fieldRef": {"fieldPath": "metadata.labels['a']"}}},
        ],
        envFrom=[{"configMapRef": {"name": "c"}}],
        volumeMounts=[{"name": "data", "mountPath": "/data", "subPath": "a/b"}],
        resources={"limits": {"cpu": "1", "nvidia.com/gpu": "1"}},
        startupProbe={"grpc": {"port": 9000}},
        lifecycle={"preStop": {"exec": {"command": ["bye"]}}},
    )
    full = pod(
        one,
        initContainers=[container("side", restartPolicy="Always", livenessProbe={"tcpSocket": {"port": "http"}})],
        volumes=[{"name": "data", "persistentVolumeClaim": {"claimName": "x"}}],
        tolerations=[{"operator": "Exists"}],
        nodeSelector={"disk": "ssd"},
    )
    assert broken("pods", full) == []
