# ruff: noqa: E501 - the tables have a line for each case
"""Pods: their containers, volumes, placement and security."""

from __future__ import annotations

from typing import Any

from tests.api.invalid_objects import (
    CONTAINER,
    NOT_A_LABEL,
    NOT_A_SUBDOMAIN,
    Case,
    Cause,
    duplicate,
    forbidden,
    not_found,
    required,
    unsupported,
    wrong,
)

RESOURCE = "pods"
PORT_NUMBER = "must be between 1 and 65535, inclusive"
IP_RULE = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
NAME_PART = "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
LABEL_VALUE = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
UID = "must be between 0 and 2147483647, inclusive"
C, V, S = "spec.containers[0]", "spec.volumes[0]", "spec.securityContext"
NODE = "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms"
PODS = "spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0]"
SPREAD = "spec.topologySpreadConstraints"
MODE = "must be a number between 0 and 0777 (octal), both inclusive"
ON_WINDOWS, ON_LINUX = "cannot be set for a windows pod", "windows options cannot be set for a linux pod"
APP_ARMOR, SECCOMP = "container.apparmor.security.beta.kubernetes.io/c", "seccomp.security.alpha.kubernetes.io/pod"


def case(title: str, spec: dict[str, Any], *causes: Cause, **meta: Any) -> Case:
    return Case(title, RESOURCE, {"metadata": meta, "spec": {"containers": [CONTAINER], **spec}}, list(causes))


def one(title: str, container: dict[str, Any], *causes: Cause, **spec: Any) -> Case:
    """A pod whose only container has these fields too."""
    return case(title, {"containers": [{**CONTAINER, **container}], **spec}, *causes)


def volume(title: str, source: dict[str, Any], *causes: Cause, **more: Any) -> Case:
    return case(title, {"volumes": [{"name": "v", **source}], **more}, *causes)


def env(title: str, source: dict[str, Any], *causes: Cause) -> Case:
    return one(title, {"env": [{"name": "A", "valueFrom": source}]}, *causes)


CONTAINERS = [
    case("no containers", {"containers": []}, required("spec.containers")),
    case("nothing in a container", {"containers": [{}]}, required(f"{C}.name"), required(f"{C}.image")),
    case("a name twice", {"containers": [CONTAINER, CONTAINER], "initContainers": [CONTAINER]}, duplicate("spec.containers[1].name", '"c"'), duplicate("spec.initContainers[0].name", '"c"')),
    one("blanks around an image", {"image": " nginx"}, wrong(f"{C}.image", '" nginx"', "must not have leading or trailing whitespace")),
    one("policies", {"terminationMessagePolicy": "Mail", "imagePullPolicy": "Sometimes"},
        unsupported(f"{C}.terminationMessagePolicy", "Mail", "File", "FallbackToLogsOnError"), unsupported(f"{C}.imagePullPolicy", "Sometimes", "Always", "IfNotPresent", "Never")),
    one("ports", {"ports": [{"name": "A", "containerPort": 0}, {"containerPort": 70000, "hostPort": -1, "protocol": "HTTP"}]},
        wrong(f"{C}.ports[0].name", '"A"', "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)"), wrong(f"{C}.ports[0].name", '"A"', "must contain at least one letter (a-z)"),
        required(f"{C}.ports[0].containerPort"), wrong(f"{C}.ports[1].containerPort", "70000", PORT_NUMBER), wrong(f"{C}.ports[1].hostPort", "-1", PORT_NUMBER),
        unsupported(f"{C}.ports[1].protocol", "HTTP", "SCTP", "TCP", "UDP")),
    one("a port of the machine twice", {"ports": [{"containerPort": 1, "hostPort": 80}, {"containerPort": 2, "hostPort": 80}]}, duplicate(f"{C}.ports[1].hostPort", '"TCP//80"')),
    one("another port of the machine's network", {"ports": [{"containerPort": 80, "hostPort": 81}]}, wrong(f"{C}.ports[0].hostPort", "81", "must match `containerPort` when `hostNetwork` is true"), hostNetwork=True),
    case("probes of a container that ends", {"initContainers": [{"name": "i", "image": "a", "lifecycle": {}, "livenessProbe": {"tcpSocket": {"port": 1}}, "resizePolicy": [{"resourceName": "cpu", "restartPolicy": "NotRequired"}]}]},
         forbidden("spec.initContainers[0].lifecycle", "may not be set for init containers without restartPolicy=Always"), forbidden("spec.initContainers[0].livenessProbe", "may not be set for init containers without restartPolicy=Always"),
         wrong("spec.initContainers[0].resizePolicy", '[{"ResourceName":"cpu","RestartPolicy":"NotRequired"}]', "must not be set for init containers")),
    case("a container to debug with", {"ephemeralContainers": [{"name": "c", "image": "a", "targetContainerName": "x", "ports": [{"containerPort": 1}], "volumeMounts": [{"name": "v", "mountPath": "/v", "subPath": "a"}]}], "volumes": [{"name": "v"}]},
         duplicate("spec.ephemeralContainers[0].name", '"c"'), not_found("spec.ephemeralContainers[0].targetContainerName", "x"), forbidden("spec.ephemeralContainers[0].ports", "cannot be set for an Ephemeral Container"),
         forbidden("spec.ephemeralContainers[0].volumeMounts[0].subPath", "cannot be set for an Ephemeral Container"), forbidden("spec.ephemeralContainers", "cannot be set on create")),
    one("resizing", {"resizePolicy": [{"resourceName": "cpu", "restartPolicy": "RestartContainer"}, {"resourceName": "cpu", "restartPolicy": "Maybe"}, {"resourceName": "disk", "restartPolicy": "NotRequired"}]},
        wrong(f"{C}.resizePolicy", '"RestartContainer"', "must be 'NotRequired' when `restartPolicy` is 'Never'"), duplicate(f"{C}.resizePolicy[1]", '"cpu"'),
        unsupported(f"{C}.resizePolicy", "Maybe", "NotRequired", "RestartContainer"), wrong(f"{C}.resizePolicy", '"Maybe"', "must be 'NotRequired' when `restartPolicy` is 'Never'"),
        unsupported(f"{C}.resizePolicy", "disk", "cpu", "memory"), restartPolicy="Never"),
    one("probes", {"livenessProbe": {"periodSeconds": -1, "successThreshold": 2, "terminationGracePeriodSeconds": 0}, "readinessProbe": {"exec": {}, "tcpSocket": {"port": 1}, "terminationGracePeriodSeconds": 5}},
        required(f"{C}.livenessProbe", "must specify a handler type"), wrong(f"{C}.livenessProbe.periodSeconds", "-1", "must be greater than or equal to 0"),
        wrong(f"{C}.livenessProbe.terminationGracePeriodSeconds", "0", "must be greater than 0"), wrong(f"{C}.livenessProbe.successThreshold", "2", "must be 1"),
        required(f"{C}.readinessProbe.exec.command"), forbidden(f"{C}.readinessProbe.tcpSocket", "may not specify more than 1 handler type"),
        wrong(f"{C}.readinessProbe.terminationGracePeriodSeconds", "5", "must not be set for readinessProbes")),
    one("a probe by HTTP", {"startupProbe": {"httpGet": {"port": "http_x", "scheme": "FTP", "httpHeaders": [{"name": "a b"}]}}},
        wrong(f"{C}.startupProbe.httpGet.port", '"http_x"', "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)"), unsupported(f"{C}.startupProbe.httpGet.scheme", "FTP", "HTTP", "HTTPS"),
        wrong(f"{C}.startupProbe.httpGet.httpHeaders", '"a b"', "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')")),
    one("hooks", {"lifecycle": {"postStart": {}, "preStop": {"sleep": {"seconds": 60}}}}, required(f"{C}.lifecycle.postStart", "must specify a handler type"),
        wrong(f"{C}.lifecycle.preStop.sleep", "60", "must be non-negative and less than terminationGracePeriodSeconds (30)")),
    env("no source", {}, wrong(f"{C}.env[0].valueFrom", '""', "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`")),
    env("a source that is off", {"fileKeyRef": {"volumeName": "v", "path": "p", "key": "k"}}, wrong(f"{C}.env[0].valueFrom", '""', "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`")),
    env("two sources", {"configMapKeyRef": {"name": "", "key": ""}, "secretKeyRef": {"name": "a", "key": ".."}}, wrong(f"{C}.env[0].valueFrom.configMapKeyRef.name", '""', NOT_A_SUBDOMAIN), required(f"{C}.env[0].valueFrom.configMapKeyRef.key"),
        wrong(f"{C}.env[0].valueFrom.secretKeyRef.key", '".."', "must not be '..'"), wrong(f"{C}.env[0].valueFrom", '""', "may not have more than one field specified at a time")),
    env("a field", {"fieldRef": {"fieldPath": "spec.x"}}, wrong(f"{C}.env[0].valueFrom.fieldRef.fieldPath", '"spec.x"', "error converting fieldPath: field label not supported: spec.x")),
    env("a field for files", {"fieldRef": {"fieldPath": "metadata.labels"}}, unsupported(f"{C}.env[0].valueFrom.fieldRef.fieldPath", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs")),
    env("a part of a field", {"fieldRef": {"fieldPath": "metadata.name['a']"}}, wrong(f"{C}.env[0].valueFrom.fieldRef.fieldPath", "\"metadata.name['a']\"", "error converting fieldPath: field label does not support subscript: metadata.name['a']")),
    env("a version", {"fieldRef": {"apiVersion": "v2", "fieldPath": "metadata.name"}}, wrong(f"{C}.env[0].valueFrom.fieldRef.fieldPath", '"metadata.name"', "error converting fieldPath: unsupported pod version: v2")),
    env("a resource", {"resourceFieldRef": {"resource": "limits.gpu", "divisor": "1"}}, unsupported(f"{C}.env[0].valueFrom.resourceFieldRef.resource", "limits.gpu", "limits.cpu", "limits.ephemeral-storage", "limits.memory", "requests.cpu", "requests.ephemeral-storage", "requests.memory")),
    env("a divisor", {"resourceFieldRef": {"resource": "limits.cpu", "divisor": "2"}}, wrong(f"{C}.env[0].valueFrom.resourceFieldRef.divisor", '"limits.cpu"', "only divisor's values 1m and 1 are supported with the cpu resource")),
    one("an environment from nothing", {"envFrom": [{"prefix": "A="}]}, wrong(f"{C}.envFrom[0].prefix", '"A="', "a valid environment variable name must consist only of printable ASCII characters other than '='"), wrong(f"{C}.envFrom", '""', "must specify one of: `configMapRef` or `secretRef`")),
    one("amounts", {"resources": {"limits": {"cpu": "1", "ram": "1"}, "requests": {"cpu": "2", "a.b/c": "1500m", "memory": "-1"}}},
        wrong(f"{C}.resources.limits[ram]", '"ram"', "must be a standard resource type or fully qualified"), wrong(f"{C}.resources.limits[ram]", '"ram"', "must be a standard resource for containers"),
        wrong(f"{C}.resources.requests[a.b/c]", '"1500m"', "must be an integer"), required(f"{C}.resources.limits", "Limit must be set for non overcommitable resources"),
        wrong(f"{C}.resources.requests", '"2"', "must be less than or equal to cpu limit of 1"), wrong(f"{C}.resources.requests[memory]", '"-1"', "must be greater than or equal to 0"),
        wrong(f"{C}.resources.requests[ram]", '"ram"', "must be a standard resource type or fully qualified"), wrong(f"{C}.resources.requests[ram]", '"ram"', "must be a standard resource for containers")),
    one("huge pages", {"resources": {"limits": {"hugepages-2Mi": "3Mi"}}}, wrong(f"{C}.resources.limits[hugepages-2Mi]", '"3Mi"', "3Mi is not positive integer multiple of hugepages-2Mi"),
        wrong(f"{C}.resources.requests[hugepages-2Mi]", '"3Mi"', "3Mi is not positive integer multiple of hugepages-2Mi"), forbidden(f"{C}.resources", "HugePages require cpu or memory")),
    one("claims", {"resources": {"claims": [{"name": "x"}, {"name": "g", "request": "A"}, {"name": "g"}]}}, Cause("FieldValueNotFound", f"{C}.resources.claims[0]", 'Not found: "x": must be one of the names in pod.spec.resourceClaims: g'),
        wrong(f"{C}.resources.claims[1].request", '"A"', NOT_A_LABEL), duplicate(f"{C}.resources.claims[2]", '"g"'), resourceClaims=[{"name": "g", "resourceClaimName": "a"}]),
    case("claims of the pod", {"resourceClaims": [{"name": "A"}, {"name": "b", "resourceClaimName": "x", "resourceClaimTemplateName": "y"}]}, wrong("spec.resourceClaims[0].name", '"A"', NOT_A_LABEL),
         wrong("spec.resourceClaims[0]", '{"Name":"A","ResourceClaimName":null,"ResourceClaimTemplateName":null}', "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`"),
         wrong("spec.resourceClaims[1]", '{"Name":"b","ResourceClaimName":"x","ResourceClaimTemplateName":"y"}', "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified")),
    one("the pod as a whole", {"resources": {"requests": {"cpu": "2"}, "limits": {"cpu": "4"}}}, unsupported("spec.resources.limits[ephemeral-storage]", "ephemeral-storage", "cpu", "memory"), unsupported("spec.resources.requests[ephemeral-storage]", "ephemeral-storage", "cpu", "memory"),
        wrong("spec.resources.requests[cpu]", '"1"', "must be greater than or equal to aggregate container requests of 2"), wrong("spec.resources.containers[0][cpu].limits", '"4"', "must be less than or equal to pod limits of 3"),
        resources={"requests": {"cpu": "1", "ephemeral-storage": "1"}, "limits": {"cpu": "3", "ephemeral-storage": "1"}}),
]  # fmt: skip

VOLUMES = [
    volume("no source that is on", {"image": {"reference": "a"}}, required(V, "must specify a volume type")),
    case("a name twice", {"volumes": [{"name": "v"}, {"name": "v"}, {"name": "A"}]}, duplicate("spec.volumes[1].name", '"v"'), wrong("spec.volumes[2].name", '"A"', NOT_A_LABEL)),
    volume("two sources", {"emptyDir": {}, "hostPath": {"path": "/a"}}, forbidden(f"{V}.hostPath", "may not specify more than 1 volume type")),
    volume("files", {"configMap": {"defaultMode": 1000, "items": [{"key": "", "path": "../a", "mode": -1}]}}, required(f"{V}.configMap.name"), wrong(f"{V}.configMap.defaultMode", "1000", MODE), required(f"{V}.configMap.items[0].key"),
           wrong(f"{V}.configMap.items[0].path", '"../a"', "must not contain '..'"), wrong(f"{V}.configMap.items[0].mode", "-1", MODE)),
    volume("a secret's files", {"secret": {"items": [{"key": "a", "path": "..a"}, {"key": "a", "path": "/a"}]}}, required(f"{V}.secret.secretName"), wrong(f"{V}.secret.items[0].path", '"..a"', "must not start with '..'"), wrong(f"{V}.secret.items[1].path", '"/a"', "must be a relative path")),
    volume("the downward API", {"downwardAPI": {"items": [{"path": "a"}, {"path": "b", "fieldRef": {"fieldPath": "spec.nodeName"}}, {"path": "c", "resourceFieldRef": {"resource": "limits.cpu"}}]}}, required(f"{V}.downwardAPI", "one of fieldRef and resourceFieldRef is required"),
           unsupported(f"{V}.downwardAPI.fieldRef.fieldPath", "spec.nodeName", "metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid"), required(f"{V}.downwardAPI.resourceFieldRef.containerName")),
    volume("all together", {"projected": {"sources": [{"secret": {"items": [{"key": "k", "path": "a"}]}, "configMap": {"name": "c", "items": [{"key": "k", "path": "a"}]}}, {"serviceAccountToken": {"path": "", "expirationSeconds": 5}}]}},
           required(f"{V}.projected.sources[0].secret.name"), wrong(f"{V}.projected", '"c"', "conflicting duplicate paths"), forbidden(f"{V}.projected.sources[0]", "may not specify more than 1 volume type per source"),
           wrong(f"{V}.projected.sources[1].serviceAccountToken.expirationSeconds", "5", "may not specify a duration less than 10 minutes"), required(f"{V}.projected.path")),
    volume("a claim without name", {"persistentVolumeClaim": {}}, required(f"{V}.persistentVolumeClaim.claimName")),
    volume("a claim of its own", {"ephemeral": {"volumeClaimTemplate": {"metadata": {"name": "x"}, "spec": {"resources": {"requests": {"storage": "1Gi"}}}}}}, forbidden(f"{V}.ephemeral.volumeClaimTemplate.metadata.name", "cannot be set"),
           required(f"{V}.ephemeral.volumeClaimTemplate.spec.accessModes", "at least 1 access mode is required")),
    volume("no claim of its own", {"ephemeral": {}}, required(f"{V}.ephemeral.volumeClaimTemplate")),
    volume("CSI", {"csi": {"driver": "A_b", "nodePublishSecretRef": {"name": "B"}}}, wrong(f"{V}.csi.driver", '"A_b"', NOT_A_SUBDOMAIN), wrong(f"{V}.csi.name", '"B"', NOT_A_SUBDOMAIN)),
    volume("an empty directory below nothing", {"emptyDir": {"sizeLimit": "-1"}}, forbidden(f"{V}.emptyDir.sizeLimit", "SizeLimit field must be a valid resource quantity")),
    volume("git, flocker's dataset", {"gitRepo": {"directory": "/a"}}, required(f"{V}.gitRepo.repository"), wrong(f"{V}.gitRepo.directory", '"/a"', "must be a relative path")),
    volume("flocker", {"flocker": {"datasetName": "a/b", "datasetUUID": "c"}}, wrong(f"{V}.flocker", '"resource"', "datasetName and datasetUUID can not be specified simultaneously"), wrong(f"{V}.flocker.datasetName", '"a/b"', "must not contain '/'")),
    *(volume(key, {key: {}}, *(required(f"{V}.{shown}.{field}") for field in fields)) for key, shown, fields in (
        ("gcePersistentDisk", "persistentDisk", ("pdName",)), ("awsElasticBlockStore", "awsElasticBlockStore", ("volumeID",)), ("glusterfs", "glusterfs", ("endpoints", "path")), ("rbd", "rbd", ("monitors", "image")),
        ("cinder", "cinder", ("volumeID",)), ("cephfs", "cephfs", ("monitors",)), ("flexVolume", "flexVolume", ("driver",)), ("azureFile", "azureFile", ("secretName", "shareName")), ("vsphereVolume", "vsphereVolume", ("volumePath",)),
        ("photonPersistentDisk", "photonPersistentDisk", ("pdID",)), ("portworxVolume", "portworxVolume", ("volumeID",)), ("azureDisk", "azureDisk", ("diskName", "diskURI")), ("scaleIO", "scaleIO", ("gateway", "system", "volumeName")),
        ("storageos", "storageos", ("volumeName",)), ("iscsi", "iscsi", ("targetPortal", "iqn")), ("hostPath", "hostPath", ("path",)),
    ) if key != "azureDisk"),
    one("mounts", {"volumeMounts": [{"name": "x", "mountPath": "/x"}, {"name": "v", "mountPath": "/x", "subPath": "/a", "subPathExpr": "b"}, {"name": "v", "mountPath": "", "mountPropagation": "Bidirectional", "recursiveReadOnly": "Enabled"}]},
        not_found(f"{C}.volumeMounts[0].name", "x"), wrong(f"{C}.volumeMounts[1].mountPath", '"/x"', "must be unique"), wrong(f"{C}.volumeMounts.subPath", '"/a"', "must be a relative path"),
        wrong(f"{C}.volumeMounts[1].subPathExpr", '"b"', "subPathExpr and subPath are mutually exclusive"), required(f"{C}.volumeMounts[2].mountPath"),
        forbidden(f"{C}.volumeMounts.mountPropagation", "Bidirectional mount propagation is available only to privileged containers"), forbidden(f"{C}.volumeMounts.recursiveReadOnly", "may only be specified when readOnly is true"),
        forbidden(f"{C}.volumeMounts.recursiveReadOnly", "may only be specified when mountPropagation is None or not specified"), volumes=[{"name": "v"}]),
    one("devices", {"volumeDevices": [{"name": "v", "devicePath": "/dev/../a"}, {"name": "x", "devicePath": ""}, {"name": "p", "devicePath": "/p"}], "volumeMounts": [{"name": "p", "mountPath": "/p"}]},
        wrong(f"{C}.volumeMounts[0].name", '"p"', "must not already exist in volumeDevices"), wrong(f"{C}.volumeMounts[0].mountPath", '"/p"', "must not already exist as a path in volumeDevices"),
        wrong(f"{C}.volumeDevices[0].name", '"v"', "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode"), wrong(f"{C}.volumeDevices[0].devicePath", '"/dev/../a"', "can not contain backsteps ('..')"),
        not_found(f"{C}.volumeDevices[1].name", "x"), required(f"{C}.volumeDevices[1].devicePath"), wrong(f"{C}.volumeDevices[2].name", '"p"', "must not already exist in volumeMounts"),
        wrong(f"{C}.volumeDevices[2].devicePath", '"/p"', "must not already exist as a path in volumeMounts"), volumes=[{"name": "v"}, {"name": "p", "persistentVolumeClaim": {"claimName": "a"}}]),
]  # fmt: skip


def affinity(title: str, terms: Any, *causes: Cause) -> Case:
    return case(
        title,
        {
            "affinity": {
                "nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}}
            }
        },
        *causes,
    )


def beside(title: str, term: dict[str, Any], *causes: Cause) -> Case:
    return case(
        title, {"affinity": {"podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}}, *causes
    )


def spread(title: str, *held: dict[str, Any], causes: list[Cause]) -> Case:
    whole = {"maxSkew": 1, "topologyKey": "z", "whenUnsatisfiable": "DoNotSchedule"}
    return case(title, {"topologySpreadConstraints": [{**whole, **one} for one in held]}, *causes)


PLACEMENT = [
    case("policies", {"restartPolicy": "Sometimes", "dnsPolicy": "Mine"}, unsupported("spec.restartPolicy", "Sometimes", "Always", "OnFailure", "Never"),
         unsupported("spec.dnsPolicy", "Mine", "ClusterFirstWithHostNet", "ClusterFirst", "Default", "None")),
    case("names", {"nodeName": "A", "hostname": "a.b", "subdomain": "A", "runtimeClassName": ""}, wrong("spec.nodeName", '"A"', NOT_A_SUBDOMAIN), wrong("spec.hostname", '"a.b"', "must not contain dots"),
         wrong("spec.subdomain", '"A"', NOT_A_LABEL), wrong("spec.runtimeClassName", '""', NOT_A_SUBDOMAIN)),
    case("a deadline and a selector", {"activeDeadlineSeconds": 0, "nodeSelector": {"a b": "-"}}, wrong("spec.nodeSelector", '"a b"', NAME_PART), wrong("spec.nodeSelector", '"-"', LABEL_VALUE),
         wrong("spec.activeDeadlineSeconds", "0", "must be between 1 and 2147483647, inclusive")),
    case("gates", {"nodeName": "n", "schedulingGates": [{"name": "a b"}, {"name": "c"}, {"name": "c"}], "readinessGates": [{"conditionType": "a b"}]}, wrong("spec.readinessGates[0].conditionType", '"a b"', NAME_PART),
         wrong("spec.schedulingGates[0]", '"a b"', NAME_PART), duplicate("spec.schedulingGates[2]", '"c"'), forbidden("spec.nodeName", "cannot be set until all schedulingGates have been cleared")),
    case("aliases", {"hostAliases": [{"ip": "one", "hostnames": ["A"]}]}, wrong("spec.hostAliases[0].ip", '"one"', IP_RULE), wrong("spec.hostAliases[0].hostnames[0]", '"A"', NOT_A_SUBDOMAIN)),
    case("no servers of one's own", {"dnsPolicy": "None"}, required("spec.dnsConfig", "must provide `dnsConfig` when `dnsPolicy` is None")),
    case("servers", {"dnsConfig": {"nameservers": ["1.1.1.1", "1.1.1.2", "1.1.1.3", "one"], "searches": ["A", "a_b.", "."], "options": [{"value": "1"}]}},
         wrong("spec.dnsConfig.nameservers", '["1.1.1.1","1.1.1.2","1.1.1.3","one"]', "must not have more than 3 nameservers"), wrong("spec.dnsConfig.nameservers[3]", '"one"', IP_RULE),
         wrong("spec.dnsConfig.searches[0]", '"A"', r"a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*')"),
         required("spec.dnsConfig.options[0]", "must not be empty")),
    case("tolerations", {"tolerations": [{"key": "a b", "operator": "Like"}, {"operator": "Equal"}, {"key": "a", "operator": "Exists", "value": "b", "effect": "Never", "tolerationSeconds": 5}]},
         wrong("spec.tolerations[0].key", '"a b"', NAME_PART), unsupported("spec.tolerations[0].operator", "Like", "Equal", "Exists"),
         wrong("spec.tolerations[1].operator", '"Equal"', 'operator must be Exists when `key` is empty, which means "match all values and all keys"'), wrong("spec.tolerations[2].effect", '"Never"', "effect must be 'NoExecute' when `tolerationSeconds` is set"),
         wrong("spec.tolerations[2].operator", '"b"', "value must be empty when `operator` is 'Exists'"), unsupported("spec.tolerations[2].effect", "Never", "NoSchedule", "PreferNoSchedule", "NoExecute")),
    affinity("no terms", [], required(NODE, "must have at least one node selector term")),
    affinity("operators", [{"matchExpressions": [{"key": "a", "operator": "Like"}, {"key": "a", "operator": "Gt", "values": ["-", "2"]}, {"key": "a", "operator": "Exists", "values": ["b"]}]}], wrong(f"{NODE}[0].matchExpressions[0].operator", '"Like"', "not a valid selector operator"),
             required(f"{NODE}[0].matchExpressions[1].values", "must be specified single value when `operator` is 'Lt' or 'Gt'"), wrong(f"{NODE}[0].matchExpressions[1].values[0]", '"-"', LABEL_VALUE),
             forbidden(f"{NODE}[0].matchExpressions[2].values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")),
    affinity("fields", [{"matchFields": [{"key": "spec.x", "operator": "Exists"}, {"key": "metadata.name", "operator": "In", "values": ["a", "B"]}]}], wrong(f"{NODE}[0].matchFields[0].operator", '"Exists"', "not a valid selector operator"),
             wrong(f"{NODE}[0].matchFields[0].key", '"spec.x"', "not a valid field selector key"), required(f"{NODE}[0].matchFields[1].values", "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"),
             wrong(f"{NODE}[0].matchFields[1].values[1]", '"B"', NOT_A_SUBDOMAIN)),
    beside("no topology", {"namespaces": ["A"]}, wrong(f"{PODS}.namespace", '"A"', NOT_A_LABEL), required(f"{PODS}.topologyKey", "can not be empty"), wrong(f"{PODS}.topologyKey", '""', "name part must be non-empty"), wrong(f"{PODS}.topologyKey", '""', NAME_PART)),
    beside("keys without a selector", {"topologyKey": "z", "matchLabelKeys": ["a"], "mismatchLabelKeys": ["a"]}, forbidden(f"{PODS}.matchLabelKeys", "must not be specified when labelSelector is not set"),
           forbidden(f"{PODS}.mismatchLabelKeys", "must not be specified when labelSelector is not set"), wrong(f"{PODS}.matchLabelKeys[0]", '"a"', "exists in both matchLabelKeys and mismatchLabelKeys")),
    spread("figures", {"maxSkew": 0, "topologyKey": "", "whenUnsatisfiable": "Maybe", "minDomains": 0, "nodeAffinityPolicy": "See", "nodeTaintsPolicy": "See"}, causes=[
        wrong(f"{SPREAD}[0].maxSkew", "0", "must be greater than zero"), required(f"{SPREAD}[0].topologyKey", "can not be empty"), unsupported(f"{SPREAD}[0].whenUnsatisfiable", "Maybe", "DoNotSchedule", "ScheduleAnyway"),
        wrong(f"{SPREAD}[0].minDomains", "0", "must be greater than zero"), wrong(f"{SPREAD}[0].minDomains", "0", "can only use minDomains if whenUnsatisfiable=DoNotSchedule, not Maybe"),
        unsupported(f"{SPREAD}[0].nodeAffinityPolicy", "See", "Honor", "Ignore"), unsupported(f"{SPREAD}[0].nodeTaintsPolicy", "See", "Honor", "Ignore"),
    ]),
    spread("the same twice", {}, {"matchLabelKeys": ["a"]}, causes=[duplicate(SPREAD + "[0].{topologyKey, whenUnsatisfiable}", '"{z, DoNotSchedule}"'), forbidden(f"{SPREAD}[1].matchLabelKeys", "must not be specified when labelSelector is not set")]),
    Case("a key that the pod has and selects", RESOURCE, {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [CONTAINER], "topologySpreadConstraints": [{"maxSkew": 1, "topologyKey": "z", "whenUnsatisfiable": "DoNotSchedule", "matchLabelKeys": ["a"], "labelSelector": {"matchLabels": {"a": "b"}}}]}}, [
        wrong(f"{SPREAD}[0].matchLabelKeys[0]", '"a"', "exists in both matchLabelKeys and labelSelector"),
    ]),
]  # fmt: skip

SECURITY = [
    case("ids", {"securityContext": {"runAsUser": -1, "runAsGroup": 2147483648, "fsGroup": -1, "supplementalGroups": [-1]}}, wrong(f"{S}.fsGroup", "-1", UID), wrong(f"{S}.runAsUser", "-1", UID), wrong(f"{S}.runAsGroup", "2147483648", UID), wrong(f"{S}.supplementalGroups[0]", "-1", UID)),
    case("choices", {"securityContext": {"fsGroupChangePolicy": "Maybe", "supplementalGroupsPolicy": "Maybe", "seLinuxChangePolicy": "Maybe"}}, unsupported(f"{S}.fsGroupChangePolicy", "Maybe", "Always", "OnRootMismatch"),
         unsupported(f"{S}.supplementalGroupsPolicy", "Maybe", "Merge", "Strict"), unsupported(f"{S}.seLinuxChangePolicy", "Maybe", "MountOption", "Recursive")),
    case("processes", {"shareProcessNamespace": True, "hostPID": True}, wrong(f"{S}.shareProcessNamespace", "true", "ShareProcessNamespace and HostPID cannot both be enabled")),
    case("sysctls", {"hostNetwork": True, "hostIPC": True, "securityContext": {"sysctls": [{"name": ""}, {"name": "A"}, {"name": "net.ipv4.x"}, {"name": "kernel/shmmax"}, {"name": "kernel/shmmax"}]}}, required(f"{S}.sysctls[0].name"),
         wrong(f"{S}.sysctls[1].name", '"A"', r"must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$"), wrong(f"{S}.sysctls[2].name", '"net.ipv4.x"', "may not be specified when 'hostNetwork' is true"),
         wrong(f"{S}.sysctls[3].name", '"kernel/shmmax"', "may not be specified when 'hostIPC' is true"), duplicate(f"{S}.sysctls[4].name", '"kernel/shmmax"'), wrong(f"{S}.sysctls[4].name", '"kernel/shmmax"', "may not be specified when 'hostIPC' is true")),
    case("seccomp", {"securityContext": {"seccompProfile": {"type": "RuntimeDefault", "localhostProfile": "a"}}}, wrong(f"{S}.seccompProfile.localhostProfile", '{"Type":"RuntimeDefault","LocalhostProfile":"a"}', "can only be set when seccomp type is Localhost")),
    one("seccomp of a container", {"securityContext": {"seccompProfile": {"type": "Localhost", "localhostProfile": "../a"}}}, wrong(f"{C}.securityContext.seccompProfile.localhostProfile", '"../a"', "must not contain '..'")),
    case("no seccomp", {"securityContext": {"seccompProfile": {"type": ""}}}, required(f"{S}.seccompProfile.type", "type is required when seccompProfile is set")),
    case("AppArmor", {"securityContext": {"appArmorProfile": {"type": "Localhost", "localhostProfile": " a"}}}, wrong(f"{S}.appArmorProfile.localhostProfile", '" a"', "must not be padded with whitespace")),
    one("AppArmor of a container", {"securityContext": {"appArmorProfile": {"type": "Some"}}}, unsupported(f"{C}.securityContext.appArmorProfile.type", "Some", "Localhost", "RuntimeDefault", "Unconfined")),
    case("annotations of old", {}, wrong(f"metadata.annotations.{SECCOMP}", '"x"', "must be a valid seccomp profile"), wrong(f"metadata.annotations[{APP_ARMOR}x]", '"cx"', "container not found"),
         wrong(f"metadata.annotations[{APP_ARMOR}x]", '"y"', 'invalid AppArmor profile name: "y"'), annotations={SECCOMP: "x", f"{APP_ARMOR}x": "y"}),
    case("annotations against fields", {"securityContext": {"seccompProfile": {"type": "Unconfined"}, "appArmorProfile": {"type": "Localhost", "localhostProfile": "a"}}}, forbidden(f"{S}.seccompProfile.type", "seccomp type in annotation and field must match"),
         forbidden(f"{C}.securityContext.appArmorProfile.localhostProfile", "apparmor profile in annotation and field must match"), annotations={SECCOMP: "runtime/default", APP_ARMOR: "localhost/b"}),
    one("privileges", {"securityContext": {"privileged": True, "allowPrivilegeEscalation": False, "procMount": "Unmasked"}}, wrong(f"{C}.securityContext.procMount", '"Unmasked"', "`hostUsers` must be false to use `Unmasked`"),
        wrong(f"{C}.securityContext", '{"Capabilities":null,"Privileged":true,"SELinuxOptions":null,"WindowsOptions":null,"RunAsUser":null,"RunAsGroup":null,"RunAsNonRoot":null,"ReadOnlyRootFilesystem":null,"AllowPrivilegeEscalation":false,"ProcMount":"Unmasked","SeccompProfile":null,"AppArmorProfile":null}', "cannot set `allowPrivilegeEscalation` to false and `privileged` to true")),
    case("users of its own", {"hostUsers": False, "hostNetwork": True, "hostPID": True, "hostIPC": True}, forbidden("spec.hostNetwork", "when `pod.Spec.HostUsers` is false"), forbidden("spec.HostPID", "when `pod.Spec.HostUsers` is false"), forbidden("spec.HostIPC", "when `pod.Spec.HostUsers` is false")),
    case("an operating system", {"os": {"name": "plan9"}}, unsupported("spec.os", "plan9", "linux", "windows")),
    case("Windows on Linux", {"os": {"name": "linux"}, "securityContext": {"windowsOptions": {}}}, forbidden(f"{S}.windowsOptions", ON_LINUX)),
    one("Linux on Windows", {"securityContext": {"capabilities": {}, "runAsUser": 1}}, forbidden("spec.hostPID", ON_WINDOWS), forbidden(f"{S}.fsGroup", ON_WINDOWS), forbidden(f"{C}.securityContext.capabilities", ON_WINDOWS), forbidden(f"{C}.securityContext.runAsUser", ON_WINDOWS),
        os={"name": "windows"}, hostPID=True, securityContext={"fsGroup": 1}),
    case("a user of Windows", {"securityContext": {"windowsOptions": {"runAsUserName": "a\\b\\c", "gmsaCredentialSpec": "", "gmsaCredentialSpecName": "A"}}}, wrong(f"{S}.windowsOptions.gmsaCredentialSpecName", '"A"', NOT_A_SUBDOMAIN),
         wrong(f"{S}.windowsOptions.gmsaCredentialSpec", '""', "gmsaCredentialSpec cannot be an empty string"), wrong(f"{S}.windowsOptions.runAsUserName", r'"a\\b\\c"', "runAsUserName cannot contain more than one backslash")),
    one("a process of the host", {"securityContext": {"windowsOptions": {"hostProcess": False}}}, wrong(f"{C}.securityContext.windowsOptions.hostProcess", "false", "pod hostProcess value must be identical if both are specified, was true"),
        wrong("spec", '""', "If pod contains any hostProcess containers then all containers must be HostProcess containers"), wrong("spec.hostNetwork", "false", "hostNetwork must be true if pod contains any hostProcess containers"),
        initContainers=[{"name": "i", "image": "a"}], securityContext={"windowsOptions": {"hostProcess": True}}),
    case("a mirror of nothing, at no price", {}, wrong("metadata.annotations[kubernetes.io/config.mirror]", '"x"', "must set spec.nodeName if mirror pod annotation is set"),
         wrong("metadata.annotations[controller.kubernetes.io/pod-deletion-cost]", '"much"', "must be a 32bit integer"), annotations={"kubernetes.io/config.mirror": "x", "controller.kubernetes.io/pod-deletion-cost": "much"}),
]  # fmt: skip

CASES = [*CONTAINERS, *VOLUMES, *PLACEMENT, *SECURITY]
