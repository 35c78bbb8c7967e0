"""What is told of other objects. Cases follow the tables of internal/store/*_test.go of kube-state-metrics."""

from __future__ import annotations

import pytest

from simulator.engine.kube_state_metrics import EXPORTED
from tests.engine.kube_state_metrics.told import STAMP, body, lines

_PHASE = "kube_persistentvolumeclaim_status_phase"

CASES = {
    "a deployment": (
        "deployments.apps",
        body(
            "depl1",
            creationTimestamp=STAMP,
            generation=21,
            spec={"replicas": 200, "strategy": {"rollingUpdate": {"maxUnavailable": 10, "maxSurge": "20%"}}},
            status={
                "replicas": 15,
                "readyReplicas": 10,
                "availableReplicas": 10,
                "unavailableReplicas": 5,
                "updatedReplicas": 2,
                "observedGeneration": 111,
                "conditions": [{"type": "Available", "status": "True", "reason": "MinimumReplicasAvailable"}],
            },
        ),
        [
            'kube_deployment_created{deployment="depl1",namespace="ns1"} 1500000000',
            'kube_deployment_metadata_generation{deployment="depl1",namespace="ns1"} 21',
            'kube_deployment_owner{deployment="depl1",namespace="ns1",owner_kind="",owner_name=""} 1',
            'kube_deployment_spec_paused{deployment="depl1",namespace="ns1"} 0',
            'kube_deployment_spec_replicas{deployment="depl1",namespace="ns1"} 200',
            'kube_deployment_spec_strategy_rollingupdate_max_surge{deployment="depl1",namespace="ns1"} 40',
            'kube_deployment_spec_strategy_rollingupdate_max_unavailable{deployment="depl1",namespace="ns1"} 10',
            *(
                'kube_deployment_status_condition{condition="Available",deployment="depl1",namespace="ns1",'
                f'reason="MinimumReplicasAvailable",status="{status}"}} {int(status == "true")}'
                for status in ("true", "false", "unknown")
            ),
            'kube_deployment_status_observed_generation{deployment="depl1",namespace="ns1"} 111',
            'kube_deployment_status_replicas{deployment="depl1",namespace="ns1"} 15',
            'kube_deployment_status_replicas_available{deployment="depl1",namespace="ns1"} 10',
            'kube_deployment_status_replicas_ready{deployment="depl1",namespace="ns1"} 10',
            'kube_deployment_status_replicas_unavailable{deployment="depl1",namespace="ns1"} 5',
            'kube_deployment_status_replicas_updated{deployment="depl1",namespace="ns1"} 2',
        ],
    ),
    "a node": (
        "nodes",
        {
            "metadata": {"name": "127.0.0.1", "labels": {"node-role.kubernetes.io/master": ""}},
            "spec": {
                "unschedulable": True,
                "podCIDR": "172.24.10.0/24",
                "taints": [{"key": "Accelerated", "value": "gpu", "effect": "PreferNoSchedule"}],
            },
            "status": {
                "nodeInfo": {"kernelVersion": "kernel", "kubeletVersion": "kubelet", "osImage": "osimage"},
                "addresses": [{"type": "InternalIP", "address": "1.2.3.4"}],
                "allocatable": {"cpu": "3", "memory": "1G", "ephemeral-storage": "3G", "pods": "555"},
            },
        },
        [
            'kube_node_info{container_runtime_version="",internal_ip="1.2.3.4",kernel_version="kernel",'
            'kubelet_version="kubelet",kubeproxy_version="deprecated",node="127.0.0.1",os_image="osimage",'
            'pod_cidr="172.24.10.0/24",provider_id="",system_uuid=""} 1',
            'kube_node_role{node="127.0.0.1",role="master"} 1',
            'kube_node_spec_taint{effect="PreferNoSchedule",key="Accelerated",node="127.0.0.1",value="gpu"} 1',
            'kube_node_spec_unschedulable{node="127.0.0.1"} 1',
            'kube_node_status_addresses{address="1.2.3.4",node="127.0.0.1",type="InternalIP"} 1',
            'kube_node_status_allocatable{node="127.0.0.1",resource="cpu",unit="core"} 3',
            'kube_node_status_allocatable{node="127.0.0.1",resource="ephemeral_storage",unit="byte"} 3000000000',
            'kube_node_status_allocatable{node="127.0.0.1",resource="memory",unit="byte"} 1000000000',
            'kube_node_status_allocatable{node="127.0.0.1",resource="pods",unit="integer"} 555',
        ],
    ),
    "a job that failed": (
        "jobs.batch",
        body(
            "job1",
            status={"failed": 2, "conditions": [{"type": "Failed", "status": "True", "reason": "DeadlineExceeded"}]},
        ),
        [
            *(
                f'kube_job_failed{{condition="{status}",job_name="job1",namespace="ns1"}} {int(status == "true")}'
                for status in ("true", "false", "unknown")
            ),
            'kube_job_info{job_name="job1",namespace="ns1"} 1',
            'kube_job_owner{job_name="job1",namespace="ns1",owner_is_controller="",owner_kind="",owner_name=""} 1',
            'kube_job_status_active{job_name="job1",namespace="ns1"} 0',
            'kube_job_status_failed{job_name="job1",namespace="ns1",reason="BackoffLimitExceeded"} 0',
            'kube_job_status_failed{job_name="job1",namespace="ns1",reason="DeadlineExceeded"} 1',
            'kube_job_status_failed{job_name="job1",namespace="ns1",reason="Evicted"} 0',
            'kube_job_status_succeeded{job_name="job1",namespace="ns1"} 0',
            'kube_job_status_suspended{job_name="job1",namespace="ns1"} 0',
        ],
    ),
    "an autoscaler": (
        "horizontalpodautoscalers.autoscaling",
        body(
            "hpa1",
            spec={
                "maxReplicas": 4,
                "minReplicas": 2,
                "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "depl1"},
                "metrics": [
                    {"type": "Pods", "pods": {"metric": {"name": "hits"}, "target": {"averageValue": "12"}}},
                    {"type": "Resource", "resource": {"name": "cpu", "target": {"averageUtilization": 80}}},
                ],
            },
            status={
                "currentReplicas": 2,
                "desiredReplicas": 3,
                "currentMetrics": [
                    {"type": "Resource", "resource": {"name": "cpu", "current": {"averageValue": "7m"}}}
                ],
            },
        ),
        [
            'kube_horizontalpodautoscaler_info{horizontalpodautoscaler="hpa1",namespace="ns1",'
            'scaletargetref_api_version="apps/v1",scaletargetref_kind="Deployment",scaletargetref_name="depl1"} 1',
            'kube_horizontalpodautoscaler_metadata_generation{horizontalpodautoscaler="hpa1",namespace="ns1"} 0',
            'kube_horizontalpodautoscaler_spec_max_replicas{horizontalpodautoscaler="hpa1",namespace="ns1"} 4',
            'kube_horizontalpodautoscaler_spec_min_replicas{horizontalpodautoscaler="hpa1",namespace="ns1"} 2',
            'kube_horizontalpodautoscaler_spec_target_metric{container="",horizontalpodautoscaler="hpa1",'
            'metric_name="hits",metric_target_type="average",namespace="ns1"} 12',
            'kube_horizontalpodautoscaler_spec_target_metric{container="",horizontalpodautoscaler="hpa1",'
            'metric_name="cpu",metric_target_type="utilization",namespace="ns1"} 80',
            'kube_horizontalpodautoscaler_status_current_replicas{horizontalpodautoscaler="hpa1",namespace="ns1"} 2',
            'kube_horizontalpodautoscaler_status_desired_replicas{horizontalpodautoscaler="hpa1",namespace="ns1"} 3',
            'kube_horizontalpodautoscaler_status_target_metric{container="",horizontalpodautoscaler="hpa1",'
            'metric_name="cpu",metric_target_type="average",namespace="ns1"} 0.007',
        ],
    ),
    "a quota": (
        "resourcequotas",
        body("quota", status={"hard": {"pods": "5", "requests.cpu": "4.3"}, "used": {"pods": "2"}}),
        [
            'kube_resourcequota{namespace="ns1",resource="pods",resourcequota="quota",type="hard"} 5',
            'kube_resourcequota{namespace="ns1",resource="requests.cpu",resourcequota="quota",type="hard"} 4.3',
            'kube_resourcequota{namespace="ns1",resource="pods",resourcequota="quota",type="used"} 2',
        ],
    ),
    "a claim": (
        "persistentvolumeclaims",
        body(
            "data",
            spec={
                "storageClassName": "rbd",
                "volumeName": "pv-1",
                "accessModes": ["ReadWriteOnce"],
                "resources": {"requests": {"storage": "1Gi"}},
            },
            status={"phase": "Bound"},
        ),
        [
            'kube_persistentvolumeclaim_access_mode{access_mode="ReadWriteOnce",namespace="ns1",'
            'persistentvolumeclaim="data"} 1',
            'kube_persistentvolumeclaim_info{namespace="ns1",persistentvolumeclaim="data",storageclass="rbd",'
            'volumemode="",volumename="pv-1"} 1',
            'kube_persistentvolumeclaim_resource_requests_storage_bytes{namespace="ns1",persistentvolumeclaim="data"} '
            "1073741824",
            *(
                f'{_PHASE}{{namespace="ns1",persistentvolumeclaim="data",phase="{phase}"}} {held}'
                for phase, held in (("Lost", 0), ("Bound", 1), ("Pending", 0))
            ),
        ],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_objects(name):
    resource, one, expected = CASES[name]
    wanted = {family.name for exported in EXPORTED if exported.resource == resource for family in exported.families}
    assert lines(resource, one, *wanted) == expected


def test_names_are_told_once():
    names = [family.name for exported in EXPORTED for family in exported.families]
    assert len(names) == len(set(names))
