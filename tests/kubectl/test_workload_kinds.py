# ruff: noqa: E501 - the tables have a line for each case
"""The machine's own kubectl with StatefulSets, Jobs, CronJobs, autoscalers, DaemonSet history, events and our own kinds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.kubectl.steps import Step, run
from tests.servers import Kubectl

STATEFUL_SET = """\
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  replicas: 2
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: "postgres:16", volumeMounts: [{name: data, mountPath: /data}]}]}
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
"""
WEB = """\
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: web}
spec:
  serviceName: web
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "nginx:1.26"}]}
"""
CONTROLLER = """\
apiVersion: v1
kind: ReplicationController
metadata: {name: old}
spec:
  replicas: 2
  selector: {app: old}
  template:
    metadata: {labels: {app: old}}
    spec: {containers: [{name: old, image: "nginx:1.26"}]}
"""
DAEMON_SET = """\
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
  updateStrategy: {rollingUpdate: {maxUnavailable: 100%}}
  template:
    metadata: {labels: {app: agent}}
    spec: {containers: [{name: agent, image: "nginx:1.26"}]}
"""
BREAKS = """\
apiVersion: batch/v1
kind: Job
metadata: {name: breaks}
spec:
  completions: 2
  parallelism: 2
  completionMode: Indexed
  backoffLimitPerIndex: 0
  template:
    spec:
      restartPolicy: Never
      containers: [{name: main, image: "busybox:1.36", command: [sh, -c, exit $JOB_COMPLETION_INDEX]}]
"""
BEHAVIOR = """\
apiVersion: sim.k8sviz.io/v1
kind: Behavior
metadata: {name: leaky}
spec:
  selector: {matchLabels: {app: web}}
  memory: {idle: 20Mi, curves: [{type: Leak, leak: {perSecond: 1Mi}}]}
---
apiVersion: sim.k8sviz.io/v1
kind: Traffic
metadata: {name: crowd}
spec: {target: {service: {name: web, port: 80}}, rate: "20", clients: 4}
---
apiVersion: sim.k8sviz.io/v1
kind: Fault
metadata: {name: dark}
spec: {type: ZoneOutage, target: {zone: zone-a}, durationSeconds: 90}
"""
METRIC = """\
apiVersion: sim.k8sviz.io/v1
kind: Metric
metadata: {name: orders}
spec: {name: queue-length, labels: {queue: orders}, value: "1500m"}
---
apiVersion: sim.k8sviz.io/v1
kind: Behavior
metadata: {name: busy}
spec: {priority: 1, cpu: {idle: 70m}, metrics: [{name: packets-per-second, value: "1k"}]}
"""
CUSTOM, EXTERNAL = "/k8s/demo/apis/custom.metrics.k8s.io/v1beta2", "/k8s/demo/apis/external.metrics.k8s.io/v1beta1"
STEPS = [
    # stateful sets
    Step("apply -f -", r"^statefulset\.apps/db created$", 0, STATEFUL_SET),
    Step("get sts", r"^NAME +READY +AGE\ndb +\d/2 "),
    Step("get sts db -o jsonpath={.spec.persistentVolumeClaimRetentionPolicy.whenDeleted}", r"^Retain$"),
    Step("apply -f -", r"^statefulset\.apps/db configured$", 0, STATEFUL_SET),
    Step("get sts db -o jsonpath={.metadata.generation}", r"^1$"),
    Step("apply -f -", r"spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals',", 1, STATEFUL_SET.replace("serviceName: db", "serviceName: other")),
    Step("scale sts/db --replicas=3", r"^statefulset\.apps/db scaled$"),
    Step("describe sts db", r"Replicas: +3 desired"),
    Step("explain sts.spec.podManagementPolicy", r"OrderedReady"),
    Step("get pvc", r"^data-db-0 +Pending", within=10),
    Step("get events", r"statefulset/db +create Claim data-db-0 Pod db-0 in StatefulSet db success"),
    Step("delete sts db", r'^statefulset\.apps "db" deleted'),
    # how a stateful set is rolled out, and back
    Step("apply -f -", r"^statefulset\.apps/web created$", 0, WEB),
    Step("rollout status sts/web --timeout=90s", r"partitioned roll out complete: 2 new pods have been updated"),
    Step("get sts web -o wide", r"^NAME +READY +AGE +CONTAINERS +IMAGES\nweb +2/2 +\w+ +web +nginx:1\.26"),
    Step("get pods -l apps.kubernetes.io/pod-index=1 -o name", r"^pod/web-1$"),
    Step("exec web-1 -- hostname", r"^web-1$"),
    Step("explain sts.spec.updateStrategy.rollingUpdate.maxUnavailable", r"maximum number of pods that can be unavailable\s+during the update"),
    Step("get sts web -o jsonpath={.spec.updateStrategy.rollingUpdate.maxUnavailable}", r"^1$"),
    Step("""patch sts web -p '{"spec":{"updateStrategy":{"rollingUpdate":{"maxUnavailable":0}}}}'""", r"spec\.updateStrategy\.rollingUpdate\.maxUnavailable: Invalid value: 0: cannot be 0", 1),
    Step("""patch sts web -p '{"spec":{"updateStrategy":{"rollingUpdate":{"maxUnavailable":"100%"}}}}'""", r"^statefulset\.apps/web patched$"),
    Step("set image sts/web web=nginx:1.27", r"image updated"),
    Step("rollout status sts/web --timeout=120s", r"partitioned roll out complete: 2 new pods have been updated"),
    Step("rollout history sts/web", r"^REVISION +CHANGE-CAUSE\n1 +<none>\n2 +<none>"),
    Step("rollout history sts/web --revision=1", r"nginx:1\.26"),
    Step("rollout undo sts/web", r"^statefulset\.apps/web rolled back$"),
    Step("rollout status sts/web --timeout=120s", r"partitioned roll out complete: 2 new pods have been updated"),
    Step("get pods -l app=web -o jsonpath={.items[*].spec.containers[0].image}", r"^nginx:1\.26 nginx:1\.26$"),
    Step("rollout history sts/web", r"2 +<none>\n3 +<none>", within=10),
    Step("rollout restart sts/web", r"^statefulset\.apps/web restarted$"),
    Step("rollout status sts/web --timeout=120s", r"partitioned roll out complete: 2 new pods have been updated"),
    Step("scale sts/web --replicas=1 --current-replicas=2", r"^statefulset\.apps/web scaled$"),
    Step("wait sts/web --for=jsonpath={.status.replicas}=1 --timeout=60s", r"condition met"),
    Step("describe sts web", r"Pods Status: +1 Running / 0 Waiting / 0 Succeeded / 0 Failed"),
    Step("delete sts web --cascade=orphan", r'^statefulset\.apps "web" deleted'),
    Step("get pod web-0", r"^web-0 +1/1 +Running"),
    Step("delete pod web-0", r"deleted"),
    # replication controllers
    Step("apply -f -", r"^replicationcontroller/old created$", 0, CONTROLLER),
    Step("get rc", r"^NAME +DESIRED +CURRENT +READY +AGE\nold +2 +2 +2 ", within=60),
    Step("scale rc old --replicas=1", r"^replicationcontroller/old scaled$"),
    Step("get rc old -o jsonpath={.status.readyReplicas}", r"^1$", within=30),
    Step("describe rc old", r"SuccessfulDelete +\S+ +replication-controller +Deleted pod: old-"),
    Step("delete rc old", r'^replicationcontroller "old" deleted'),
    # jobs and cron jobs
    Step("create job pi --image=perl:5.34 -- perl -e 1", r"^job\.batch/pi created$"),
    Step("get jobs", r"^NAME +STATUS +COMPLETIONS +DURATION +AGE\npi +Running +0/1 "),
    Step("get job pi --show-labels", r"batch\.kubernetes\.io/job-name=pi"),
    Step("get jobs --field-selector status.successful=1", r"No resources found"),
    Step("describe job pi", r"Completion Mode: +NonIndexed"),
    Step("create cronjob hello --image=busybox --schedule=*/1", r"expected exactly 5 fields, found 1", 1),
    Step("create cronjob hello --image=busybox --schedule '*/1 * * * *'", r"^cronjob\.batch/hello created$"),
    Step("get cj", r"^NAME +SCHEDULE +TIMEZONE +SUSPEND +ACTIVE +LAST SCHEDULE +AGE\nhello +\*/1 \* \* \* \* +<none> +False +\d +(<none>|\d+s) "),
    Step("create job manual --from=cronjob/hello", r"^job\.batch/manual created$"),
    Step("wait --for=condition=complete job/manual --timeout=60s", r"^job\.batch/manual condition met$"),
    Step("get job manual", r"^manual +Complete +1/1 "),
    Step("get job manual -o jsonpath={.status.conditions[*].type}", r"^SuccessCriteriaMet Complete$"),
    Step("events --for cronjob/hello", r"UnexpectedJob +CronJob/hello +Saw a job that the controller did not create or forgot: manual"),
    Step("create job greet --image=busybox:1.36 -- sh -c 'echo hello; exit 0'", r"^job\.batch/greet created$"),
    Step("wait --for=condition=complete job/greet --timeout=60s", r"^job\.batch/greet condition met$"),
    Step("logs job/greet", r"^hello$"),
    Step("describe job greet", r"Pods Statuses: +0 Active \(0 Ready\) / 1 Succeeded / 0 Failed\n(.*\n)+.*Normal +Completed +.*job-controller +Job completed"),
    Step("get pods -l job-name=greet", r"^greet-\w+ +0/1 +Completed "),
    Step("delete job greet --cascade=orphan", r'^job\.batch "greet" deleted'),
    Step("get pods -l job-name=greet -o jsonpath={.items[0].metadata.ownerReferences}{.items[0].metadata.finalizers}", r"^$"),
    Step("get pods -l job-name=greet", r"^greet-\w+ +0/1 +Completed "),
    Step("apply -f -", r"^job\.batch/breaks created$", 0, BREAKS),
    Step("wait --for=condition=failed job/breaks --timeout=60s", r"^job\.batch/breaks condition met$"),
    Step("get job breaks", r"^breaks +Failed +1/2 "),
    Step("get job breaks -o jsonpath={.status.failedIndexes}/{.status.completedIndexes}", r"^1/0$"),
    Step("delete job breaks", r'^job\.batch "breaks" deleted'),
    Step("patch cj hello -p {\"spec\":{\"timeZone\":\"Mars/Olympus\"}}", r'spec\.timeZone: Invalid value: "Mars/Olympus": unknown time zone', 1),
    Step("describe cj hello", r"Concurrency Policy: +Allow"),
    Step("delete job/pi job/manual cj/hello", r'^cronjob\.batch "hello" deleted'),
    # autoscalers
    Step("create deployment web --image=nginx:1.27", r"created"),
    Step("autoscale deployment web --min=2 --max=5 --cpu-percent=60", r"^horizontalpodautoscaler\.autoscaling/web autoscaled$"),
    Step("get hpa", r"^NAME +REFERENCE +TARGETS +MINPODS +MAXPODS +REPLICAS +AGE\nweb +Deployment/web +cpu: <unknown>/60% +2 +5 +0 "),
    Step("get horizontalpodautoscalers.v1.autoscaling web -o jsonpath={.spec.targetCPUUtilizationPercentage}", r"^60$"),
    Step("describe hpa web", r"<unknown> / 60%"),
    Step("patch hpa web --type=merge -p {\"spec\":{\"maxReplicas\":1}}", r"must be greater than or equal to `minReplicas`", 1),
    Step("delete hpa/web deploy/web", r"deleted"),
    # the history of daemon sets
    Step("apply -f -", r"^daemonset\.apps/agent created$", 0, DAEMON_SET),
    Step("rollout status ds/agent --timeout=60s", r"successfully rolled out"),
    Step("set image ds/agent agent=nginx:1.27", r"image updated"),
    Step("rollout status ds/agent --timeout=90s", r"successfully rolled out"),
    Step("rollout history ds/agent", r"^REVISION +CHANGE-CAUSE\n1 +<none>\n2 +<none>"),
    Step("rollout history ds/agent --revision=1", r"nginx:1\.26"),
    Step("get controllerrevisions", r"^agent-\w+ +daemonset\.apps/agent +2 "),
    Step("rollout undo ds/agent", r"^daemonset\.apps/agent rolled back$"),
    Step("rollout status ds/agent --timeout=90s", r"successfully rolled out"),
    Step("get ds agent -o jsonpath={.spec.template.spec.containers[0].image}", r"^nginx:1\.26$"),
    Step("rollout history ds/agent", r"2 +<none>\n3 +<none>", within=10),
    Step("rollout undo ds/agent --to-revision=7", r"unable to find specified revision 7 in history", 1),
    Step("delete ds agent", r"deleted"),
    # events, and what is old
    Step("get events.events.k8s.io", r"^LAST SEEN +TYPE +REASON +OBJECT +MESSAGE$"),
    Step("events --types=Normal", r"SuccessfulCreate"),
    Step("api-resources --api-group=events.k8s.io", r"^events +ev +events\.k8s\.io/v1 +true +Event$"),
    # our own kinds
    Step("apply -f -", r"^behavior\.sim\.k8sviz\.io/leaky created\ntraffic\.sim\.k8sviz\.io/crowd created\nfault\.sim\.k8sviz\.io/dark created$", 0, BEHAVIOR),
    Step("get behaviors,traffics", r"^traffic\.sim\.k8sviz\.io/crowd +service/web:80 +20 +4 +False"),
    Step("explain behavior.spec", r"^ +imagePattern\t<string>$"),
    Step("explain behavior.spec.memory.curves.leak", r"FIELD: leak <Object>"),
    Step("explain fault.spec.type", r"ENUM:\n +DiskFill"),
    Step("explain traffic.spec --recursive", r"podSelector\t<LabelSelector>"),
    Step("describe behavior leaky", r"Per Second: +1Mi"),
    Step("apply -f -", r'spec\.rate: Invalid value: "-1": must be greater than or equal to 0', 1, BEHAVIOR.replace('"20"', '"-1"')),
    Step("patch traffic crowd --type=merge -p {\"spec\":{\"suspend\":true}}", r"patched"),
    Step("get sim", r"^fault\.sim\.k8sviz\.io/dark +ZoneOutage +zone/zone-a +True +90s"),
    Step("apply -f -", r"^metric\.sim\.k8sviz\.io/orders created\nbehavior\.sim\.k8sviz\.io/busy created$", 0, METRIC),
    Step("run meter --image=nginx:1.27", r"created"),
    Step("get metric", r"^orders +queue-length +<external> +1500m "),
    Step(f"get --raw {EXTERNAL}/namespaces/kinds/queue-length", r'"metricLabels":\{"queue":"orders"\}.*"value":"1500m"'),
    Step(f"get --raw {EXTERNAL}/namespaces/kinds/nothing", r"\(NotFound\): the server could not find the metric nothing for", 1),
    Step(f"get --raw {CUSTOM}/namespaces/kinds/pods/*/packets-per-second", r'"kind":"Pod","name":"meter","apiVersion":"/v1".*"value":"1k"', within=20),
    Step(f"get --raw {CUSTOM}/namespaces/kinds/metrics/nothing", r"could not find the metric nothing for namespaces", 1),
    Step("top pods", r"^meter +70m +", within=40),
    Step("delete metric/orders behavior/busy pod/meter --wait=false", r"deleted"),
    Step("delete behavior/leaky traffic/crowd", r"deleted"),
]  # fmt: skip
CLUSTER = [
    Step("get cs", r"^Warning: v1 ComponentStatus is deprecated in v1\.19\+$"),
    Step("get cs", r"^scheduler +Healthy +ok"),
    Step("get endpoints -A", r"^Warning: v1 Endpoints is deprecated in v1\.33\+; use discovery\.k8s\.io/v1 EndpointSlice$"),
    Step("delete fault dark", r"deleted"),
]  # fmt: skip


@pytest.fixture
def namespace(kubectl: Kubectl) -> Iterator[str]:
    kubectl("create", "namespace", "kinds")
    yield "kinds"
    kubectl("delete", "namespace", "kinds", "--wait=false")


def test_the_kinds_of_workloads(kubectl: Kubectl, namespace: str) -> None:
    run(kubectl, STEPS, namespace)
    run(kubectl, CLUSTER)
