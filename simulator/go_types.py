"""What upstream's Go types say and the package's schema of them does not.

Follows staging/src/k8s.io/api/*/*/types.go and client-go's applyconfigurations/internal/internal.go, v1.34.
"""

NAMED_TEXTS = {
    "imagePullPolicy": "v1.PullPolicy",
    "restartPolicy": "v1.RestartPolicy",
    "dnsPolicy": "v1.DNSPolicy",
    "protocol": "v1.Protocol",
    "effect": "v1.TaintEffect",
    "uid": "types.UID",
    "sessionAffinity": "v1.ServiceAffinity",
}
"""Upstream's Go types of strings that error messages name; the schema does not tell them."""
UPSTREAM = "io.k8s."
BY_VALUE = {
    "ClusterRoleBinding": ("roleRef",),
    "CronJobSpec": ("jobTemplate",),
    "CustomResourceDefinitionSpec": ("names",),
    "CustomResourceDefinitionStatus": ("acceptedNames",),
    "DaemonSetSpec": ("template", "updateStrategy"),
    "DeploymentSpec": ("strategy", "template"),
    "Event": ("involvedObject", "source", "deprecatedSource", "regarding"),
    "HorizontalPodAutoscalerSpec": ("scaleTargetRef",),
    "IngressStatus": ("loadBalancer",),
    "JobSpec": ("template",),
    "JobTemplateSpec": ("metadata", "spec"),
    "NetworkPolicySpec": ("podSelector",),
    "NodeDaemonEndpoints": ("kubeletEndpoint",),
    "NodeStatus": ("daemonEndpoints", "nodeInfo"),
    "PersistentVolumeClaimSpec": ("resources",),
    "PodTemplate": ("template",),
    "PodTemplateSpec": ("metadata", "spec"),
    "ReplicaSetSpec": ("template",),
    "RoleBinding": ("roleRef",),
    "ServiceStatus": ("loadBalancer",),
    "StatefulSetSpec": ("template", "updateStrategy"),
    "VolumeAttachmentSpec": ("source",),
}
"""Structs that upstream's Go types hold by value and not by a pointer; the schema does not tell them."""
KEY_DEFAULTS = {
    ("ContainerPort", "protocol"): "TCP",
    ("ServicePort", "protocol"): "TCP",
    ("LocalObjectReference", "name"): "",
}
"""Defaults of the keys of lists of maps, which the package's schema leaves out."""
