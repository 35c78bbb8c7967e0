"""What is told of pods. Cases follow internal/store/pod_test.go of kube-state-metrics."""

from __future__ import annotations

import pytest

from tests.engine.kube_state_metrics.told import STAMP, body, lines


def container(name, state, **fields):
    return {"name": name, "image": "k8s.gcr.io/hyperkube1", "imageID": "docker://sha256:aaa", "state": state, **fields}


POD = body(
    "pod1",
    uid="uid1",
    ownerReferences=[{"kind": "ReplicaSet", "name": "rs-name", "controller": True}],
    spec={
        "nodeName": "node1",
        "priorityClassName": "system-node-critical",
        "restartPolicy": "Always",
        "containers": [
            {
                "name": "c1",
                "image": "k8s.gcr.io/spec1",
                "resources": {"requests": {"cpu": "200m", "memory": "100M", "nvidia.com/gpu": "1"}},
            }
        ],
        "tolerations": [{"key": "key1", "operator": "Equal", "value": "value1", "effect": "NoSchedule"}],
    },
    status={
        "phase": "Running",
        "hostIP": "1.1.1.1",
        "podIP": "1.2.3.4",
        "startTime": STAMP,
        "conditions": [
            {"type": "Ready", "status": "False", "lastTransitionTime": STAMP},
            {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "lastTransitionTime": STAMP},
        ],
        "containerStatuses": [
            container("c1", {"waiting": {"reason": "CrashLoopBackOff"}}, restartCount=3, ready=False),
            container(
                "c2",
                {"terminated": {"reason": "OOMKilled", "finishedAt": STAMP, "startedAt": STAMP}},
                lastState={"terminated": {"reason": "Error", "exitCode": 137, "finishedAt": STAMP}},
            ),
            container("c3", {"running": {"startedAt": STAMP}}, ready=True),
        ],
    },
)

OF_A_POD = {
    "kube_pod_info": [
        'kube_pod_info{created_by_kind="ReplicaSet",created_by_name="rs-name",host_ip="1.1.1.1",host_network="false",'
        'namespace="ns1",node="node1",pod="pod1",pod_ip="1.2.3.4",priority_class="system-node-critical",uid="uid1"} 1'
    ],
    "kube_pod_start_time": ['kube_pod_start_time{namespace="ns1",pod="pod1",uid="uid1"} 1500000000'],
    "kube_pod_completion_time": ['kube_pod_completion_time{namespace="ns1",pod="pod1",uid="uid1"} 1500000000'],
    "kube_pod_owner": [
        'kube_pod_owner{namespace="ns1",owner_is_controller="true",owner_kind="ReplicaSet",owner_name="rs-name",'
        'pod="pod1",uid="uid1"} 1'
    ],
    "kube_pod_status_phase": [
        f'kube_pod_status_phase{{namespace="ns1",phase="{phase}",pod="pod1",uid="uid1"}} {int(phase == "Running")}'
        for phase in ("Pending", "Succeeded", "Failed", "Unknown", "Running")
    ],
    "kube_pod_status_qos_class": [
        f'kube_pod_status_qos_class{{namespace="ns1",pod="pod1",qos_class="{quality}",uid="uid1"}} {held}'
        for quality, held in (("BestEffort", 0), ("Burstable", 1), ("Guaranteed", 0))
    ],
    "kube_pod_status_ready": [
        f'kube_pod_status_ready{{condition="{one}",namespace="ns1",pod="pod1",uid="uid1"}} {int(one == "false")}'
        for one in ("true", "false", "unknown")
    ],
    "kube_pod_status_unschedulable": ['kube_pod_status_unschedulable{namespace="ns1",pod="pod1",uid="uid1"} 1'],
    "kube_pod_status_unscheduled_time": [
        'kube_pod_status_unscheduled_time{namespace="ns1",pod="pod1",uid="uid1"} 1500000000'
    ],
    "kube_pod_status_ready_time": [],
    "kube_pod_container_info": [
        'kube_pod_container_info{container="c1",container_id="",image="k8s.gcr.io/hyperkube1",'
        'image_id="docker://sha256:aaa",image_spec="k8s.gcr.io/spec1",namespace="ns1",pod="pod1",uid="uid1"} 1',
        'kube_pod_container_info{container="c2",container_id="",image="k8s.gcr.io/hyperkube1",'
        'image_id="docker://sha256:aaa",image_spec="",namespace="ns1",pod="pod1",uid="uid1"} 1',
        'kube_pod_container_info{container="c3",container_id="",image="k8s.gcr.io/hyperkube1",'
        'image_id="docker://sha256:aaa",image_spec="",namespace="ns1",pod="pod1",uid="uid1"} 1',
    ],
    "kube_pod_container_status_running": [
        f'kube_pod_container_status_running{{container="{name}",namespace="ns1",pod="pod1",uid="uid1"}} {runs}'
        for name, runs in (("c1", 0), ("c2", 0), ("c3", 1))
    ],
    "kube_pod_container_status_waiting_reason": [
        'kube_pod_container_status_waiting_reason{container="c1",namespace="ns1",pod="pod1",reason="CrashLoopBackOff",'
        'uid="uid1"} 1'
    ],
    "kube_pod_container_status_terminated_reason": [
        'kube_pod_container_status_terminated_reason{container="c2",namespace="ns1",pod="pod1",reason="OOMKilled",'
        'uid="uid1"} 1'
    ],
    "kube_pod_container_status_last_terminated_reason": [
        'kube_pod_container_status_last_terminated_reason{container="c2",namespace="ns1",pod="pod1",reason="Error",'
        'uid="uid1"} 1'
    ],
    "kube_pod_container_status_last_terminated_exitcode": [
        'kube_pod_container_status_last_terminated_exitcode{container="c2",namespace="ns1",pod="pod1",uid="uid1"} 137'
    ],
    "kube_pod_container_status_restarts_total": [
        f'kube_pod_container_status_restarts_total{{container="{name}",namespace="ns1",pod="pod1",uid="uid1"}} {count}'
        for name, count in (("c1", 3), ("c2", 0), ("c3", 0))
    ],
    "kube_pod_container_resource_requests": [
        'kube_pod_container_resource_requests{container="c1",namespace="ns1",node="node1",pod="pod1",'
        f'resource="{resource}",uid="uid1",unit="{unit}"}} {value}'
        for resource, unit, value in (
            ("cpu", "core", "0.2"),
            ("memory", "byte", "100000000"),
            ("nvidia_com_gpu", "integer", "1"),
        )
    ],
    "kube_pod_restart_policy": ['kube_pod_restart_policy{namespace="ns1",pod="pod1",type="Always",uid="uid1"} 1'],
    "kube_pod_tolerations": [
        'kube_pod_tolerations{effect="NoSchedule",key="key1",namespace="ns1",operator="Equal",pod="pod1",uid="uid1",'
        'value="value1"} 1'
    ],
}


@pytest.mark.parametrize("name", OF_A_POD)
def test_a_pod(name):
    assert lines("pods", POD, name) == OF_A_POD[name]


def test_a_pod_of_nobody_and_its_reasons():
    alone = body("p", uid="u", status={"reason": "Evicted", "phase": "Failed"})
    assert lines("pods", alone, "kube_pod_owner") == [
        'kube_pod_owner{namespace="ns1",owner_is_controller="",owner_kind="",owner_name="",pod="p",uid="u"} 1'
    ]
    assert lines("pods", alone, "kube_pod_status_reason") == [
        'kube_pod_status_reason{namespace="ns1",pod="p",reason="Evicted",uid="u"} 1'
    ]
    odd = body("p", uid="u", status={"reason": "Strange"})
    assert lines("pods", odd, "kube_pod_status_reason") == [
        'kube_pod_status_reason{namespace="ns1",pod="p",reason="Other",uid="u"} 1'
    ]
