"""Pods: what is filled in, what is refused, what may change, what `kubectl get` and the diagram show."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.defaults import pod_template
from simulator.engine.registry import KINDS, Body

from .builders import NOW, ago, broken, broken_change, changed, container, made, pod, row, texts

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
        'spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "Never", "OnFailure"'
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
    ("sidecar in the wrong place", pod(container(restartPolicy="Always")), [
        "spec.containers[0].restartPolicy: Forbidden: may not be set for non-init containers"
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


ALLOWED: list[tuple[str, Body, Body]] = [
    ("image", pod(), {"containers": [container(image="nginx:2")]}),
    ("deadline", pod(), {"activeDeadlineSeconds": 5}),
    ("more tolerations", pod(tolerations=[{"key": "a", "operator": "Exists", "effect": "NoExecute"}]), {
        "tolerations": [
            {"key": "a", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 5},
            {"key": "b", "operator": "Exists"},
        ]
    }),
    ("a gate less", pod(schedulingGates=[{"name": "a/b"}]), {"schedulingGates": []}),
    ("a selector more while gated", pod(schedulingGates=[{"name": "a/b"}]), {"nodeSelector": {"a": "b"}}),
]  # fmt: skip


@pytest.mark.parametrize(("body", "parts"), [case[1:] for case in ALLOWED], ids=[case[0] for case in ALLOWED])
def test_little_may_change(body: Body, parts: Body) -> None:
    assert broken_change("pods", made("pods", body), **parts) == []


def test_the_rest_may_not_change_and_the_error_shows_what_differs() -> None:
    (said,) = broken_change("pods", made("pods", pod()), containers=[container(env=[{"name": "A", "value": "b"}])])
    head, _, tail = said.partition("\n")
    assert head == (
        "spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,"
        "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing "
        "tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)"
    )
    assert tail == '+ spec.containers[0].env: [{"name": "A", "value": "b"}]\n'


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"containers": []}, "spec.containers: Forbidden: pod updates may not add or remove containers"),
        ({"nodeName": "b"}, "spec: Forbidden: pod updates may not change"),
        ({"activeDeadlineSeconds": 9}, "spec.activeDeadlineSeconds: Invalid value: 9: must be less than or equal to"),
        ({"tolerations": []}, "spec.tolerations: Forbidden: existing toleration can not be modified except"),
        ({"schedulingGates": [{"name": "x/y"}]}, "spec.schedulingGates[0].name: Forbidden: only deletion is allowed"),
    ],
)
def test_forbidden_changes(parts: Body, said: str) -> None:
    old = made("pods", pod(activeDeadlineSeconds=5, tolerations=[{"key": "a", "operator": "Exists"}]))
    heard = broken_change("pods", old, **parts)
    assert [one[: len(said)] for one in heard] == [said]


def test_a_change_of_the_spec_is_a_new_generation() -> None:
    old = made("pods", pod())
    assert changed("pods", old, containers=[container(image="nginx:2")])["metadata"]["generation"] == 2
    assert changed("pods", old) is old


@pytest.mark.parametrize(
    ("spec", "phase", "seconds"),
    [
        ({}, "Pending", 0),
        ({"nodeName": "a"}, "Running", 30),
        ({"nodeName": "a", "terminationGracePeriodSeconds": 0}, "Running", 0),
        ({"nodeName": "a", "terminationGracePeriodSeconds": -5}, "Running", 1),
        ({"nodeName": "a"}, "Succeeded", 0),
        ({"nodeName": "a"}, "Failed", 0),
    ],
)
def test_the_grace_period(spec: Body, phase: str, seconds: int) -> None:
    assert KIND.grace({**made("pods", pod(**spec)), "status": {"phase": phase}}) == seconds


def waiting(reason: str, **more: Any) -> Body:
    return {"name": "web", "ready": False, "restartCount": 0, "state": {"waiting": {"reason": reason}}, **more}


def running(name: str = "web", ready: bool = True, **more: Any) -> Body:
    return {"name": name, "ready": ready, "restartCount": 0, "state": {"running": {}}, **more}


def ended(name: str = "web", code: int = 0, reason: str = "", signal: int = 0, **more: Any) -> Body:
    state = {"exitCode": code, "reason": reason, "signal": signal}
    return {"name": name, "ready": False, "restartCount": 0, "state": {"terminated": state}, **more}


READY = [{"type": "Ready", "status": "True"}]
RESTARTED = {"terminated": {"exitCode": 1, "finishedAt": ago(300)}}
ROWS: list[tuple[str, Body, Body, Body, tuple[str, str, str]]] = [
    ("new", {}, {}, {"phase": "Pending"}, ("0/1", "Pending", "0")),
    ("creating", {}, {}, {"phase": "Pending", "containerStatuses": [waiting("ContainerCreating")]}, (
        "0/1", "ContainerCreating", "0",
    )),
    ("running", {}, {}, {"phase": "Running", "containerStatuses": [running()]}, ("1/1", "Running", "0")),
    ("crashing", {}, {}, {"phase": "Running", "containerStatuses": [
        waiting("CrashLoopBackOff", restartCount=3, lastState=RESTARTED)
    ]}, ("0/1", "CrashLoopBackOff", "3 (5m ago)")),
    ("done", {}, {}, {"phase": "Succeeded", "containerStatuses": [ended(reason="Completed")]}, (
        "0/1", "Completed", "0",
    )),
    ("killed", {}, {}, {"phase": "Failed", "containerStatuses": [ended(code=137, signal=9)]}, ("0/1", "Signal:9", "0")),
    ("exit code", {}, {}, {"phase": "Failed", "containerStatuses": [ended(code=3)]}, ("0/1", "ExitCode:3", "0")),
    ("evicted", {}, {}, {"phase": "Failed", "reason": "Evicted"}, ("0/1", "Evicted", "0")),
    ("terminating", {}, {"deletionTimestamp": ago(0)}, {"phase": "Running", "containerStatuses": [running()]}, (
        "1/1", "Terminating", "0",
    )),
    ("done and being deleted", {}, {"deletionTimestamp": ago(0)}, {
        "phase": "Succeeded", "containerStatuses": [ended(reason="Completed")],
    }, ("0/1", "Completed", "0")),
    ("gated", {"schedulingGates": [{"name": "a/b"}]}, {}, {"phase": "Pending", "conditions": [
        {"type": "PodScheduled", "status": "False", "reason": "SchedulingGated"}
    ]}, ("0/1", "SchedulingGated", "0")),
    ("init runs", {"initContainers": [container("i"), container("j")]}, {}, {
        "phase": "Pending", "initContainerStatuses": [ended("i"), running("j")],
    }, ("0/1", "Init:1/2", "0")),
    ("init fails", {"initContainers": [container("i")]}, {}, {"phase": "Pending", "initContainerStatuses": [
        ended("i", code=1, reason="Error", restartCount=2, lastState=RESTARTED)
    ]}, ("0/1", "Init:Error", "2 (5m ago)")),
    ("init backs off", {"initContainers": [container("i")]}, {}, {"phase": "Pending", "initContainerStatuses": [
        {**waiting("CrashLoopBackOff"), "name": "i"}
    ]}, ("0/1", "Init:CrashLoopBackOff", "0")),
    ("a sidecar counts", {"initContainers": [container("s", restartPolicy="Always")]}, {}, {
        "phase": "Running", "containerStatuses": [running()],
        "initContainerStatuses": [running("s", started=True, restartCount=1)],
    }, ("2/2", "Running", "1")),
    ("one of two done", {"containers": [container("web"), container("job")]}, {}, {
        "phase": "Running", "conditions": READY,
        "containerStatuses": [running("web"), ended("job", reason="Completed")],
    }, ("1/2", "Running", "0")),
    ("one done, not ready", {"containers": [container("job"), container("web")]}, {}, {
        "phase": "Running", "containerStatuses": [ended("job", reason="Completed"), running("web")],
    }, ("1/2", "NotReady", "0")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("spec", "meta", "status", "shown"), [case[1:] for case in ROWS], ids=[case[0] for case in ROWS]
)
def test_the_row_of_kubectl_get(spec: Body, meta: Body, status: Body, shown: tuple[str, str, str]) -> None:
    stored = made("pods", pod(**spec))
    body = {**stored, "metadata": {**stored["metadata"], **meta}, "status": status}
    cells = row("pods", body)
    assert (cells["Ready"], cells["Status"], cells["Restarts"]) == shown


def test_wide_columns_and_age() -> None:
    stored = made("pods", pod(nodeName="n1", readinessGates=[{"conditionType": "a/b"}]))
    body = {**stored, "status": {"podIP": "10.1.1.1", "conditions": [{"type": "a/b", "status": "True"}]}}
    body["metadata"] = {**body["metadata"], "creationTimestamp": ago(125)}
    assert row("pods", body, wide=True) == {
        "Name": "web",
        "Ready": "0/1",
        "Status": "Pending",
        "Restarts": "0",
        "Age": "2m5s",
        "IP": "10.1.1.1",
        "Node": "n1",
        "Nominated Node": "<none>",
        "Readiness Gates": "1/1",
    }
    assert row("pods", made("pods", pod()), wide=True)["IP"] == "<none>"


def test_field_selectors() -> None:
    assert KIND.fields(made("pods", pod(nodeName="n1"))) == {
        "spec.nodeName": "n1",
        "spec.restartPolicy": "Always",
        "spec.schedulerName": "default-scheduler",
        "spec.serviceAccountName": "",
        "spec.hostNetwork": "false",
        "status.phase": "Pending",
        "status.podIP": "",
        "status.nominatedNodeName": "",
    }


def test_the_sketch() -> None:
    owner = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web-1", "uid": "u", "controller": True}
    resources = {"requests": {"cpu": "100m", "memory": "64Mi"}}
    stored = made("pods", pod(container(resources=resources), meta={"ownerReferences": [owner], "labels": {"a": "b"}}))
    status = {
        **stored["status"],
        "conditions": [{"type": "PodScheduled", "status": "False", "message": "0/5 nodes are available."}],
    }
    assert KIND.draw is not None
    assert KIND.draw({**stored, "status": status}) == {
        "phase": "Pending",
        "status": "Pending",
        "node": "",
        "qos": "Burstable",
        "requests": {"cpu": 100, "memory": 64 << 20},
        "limits": {"cpu": 0, "memory": 0},
        "containers": [
            {"name": "web", "image": "nginx:1.27", "state": "waiting", "ready": False, "reason": "", "init": False}
        ],
        "restarts": 0,
        "ready": "0/1",
        "ip": "",
        "owner": {"kind": "ReplicaSet", "name": "web-1"},
        "labels": {"a": "b"},
        "created": NOW,
        "message": "0/5 nodes are available.",
    }


def test_a_gated_pod_says_so_from_the_start() -> None:
    stored = made("pods", pod(schedulingGates=[{"name": "a/b"}]))
    assert row("pods", stored)["Status"] == "SchedulingGated"


def test_mirror_annotations_are_fixed() -> None:
    mirror = {"annotations": {"kubernetes.io/config.mirror": "x"}}
    assert broken("pods", pod(meta=mirror)) == [
        'metadata.annotations[kubernetes.io/config.mirror]: Invalid value: "x": must set spec.nodeName if mirror pod '
        "annotation is set"
    ]
    old = made("pods", pod(nodeName="n", meta=mirror))
    new = {**old, "metadata": {**old["metadata"], "annotations": {}}}
    assert texts(KIND.validate_update(new, old)) == [
        "metadata.annotations[kubernetes.io/config.mirror]: Forbidden: may not remove or update mirror pod annotation"
    ]
