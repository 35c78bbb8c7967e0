"""The fields of a KubeSchedulerConfiguration and of its plugins' arguments, with the names of upstream's Go types.

Follows staging/src/k8s.io/kube-scheduler/config/v1/{types,types_pluginargs}.go,
staging/src/k8s.io/component-base/config/v1alpha1/types.go and staging/src/k8s.io/api/core/v1/types.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from simulator.engine.scheduler.configuration.plugins import EXTENSION_POINTS, MULTI_POINT

GROUP = "kubescheduler.config.k8s.io"
VERSION = f"{GROUP}/v1"
KIND = "KubeSchedulerConfiguration"


@dataclass(frozen=True)
class Type:
    """form: object, list, map, text, integer, number, boolean, duration, bytes or raw. go: the type in Go's errors."""

    form: str
    go: str
    fields: Mapping[str, Type] = field(default_factory=dict)
    item: Type | None = None

    @property
    def struct(self) -> str:
        """An object's type without its package."""
        return self.go.rpartition(".")[2]


def _struct(go: str, **fields: Type) -> Type:
    return Type("object", go, fields)


def _list(item: Type) -> Type:
    return Type("list", f"[]{item.go}", item=item)


def _text(go: str = "string") -> Type:
    return Type("text", go)


_STRING, _BOOL, _BYTES = Type("text", "string"), Type("boolean", "bool"), Type("bytes", "[]uint8")
_INT32, _INT64, _FLOAT32 = Type("integer", "int32"), Type("integer", "int64"), Type("number", "float32")
_DURATION, _RAW = Type("duration", "v1.Duration"), Type("raw", "runtime.RawExtension")
_STRINGS = _list(_STRING)
_META = {"apiVersion": _STRING, "kind": _STRING}

# --- core/v1 -----------------------------------------------------------------------------------------------------

_LABEL_REQUIREMENT = _struct(
    "v1.LabelSelectorRequirement", key=_STRING, operator=_text("v1.LabelSelectorOperator"), values=_STRINGS
)
_LABEL_SELECTOR = _struct(
    "v1.LabelSelector",
    matchLabels=Type("map", "map[string]string", item=_STRING),
    matchExpressions=_list(_LABEL_REQUIREMENT),
)
_NODE_REQUIREMENTS = _list(
    _struct("v1.NodeSelectorRequirement", key=_STRING, operator=_text("v1.NodeSelectorOperator"), values=_STRINGS)
)
_NODE_TERM = _struct("v1.NodeSelectorTerm", matchExpressions=_NODE_REQUIREMENTS, matchFields=_NODE_REQUIREMENTS)
_NODE_AFFINITY = _struct(
    "v1.NodeAffinity",
    requiredDuringSchedulingIgnoredDuringExecution=_struct("v1.NodeSelector", nodeSelectorTerms=_list(_NODE_TERM)),
    preferredDuringSchedulingIgnoredDuringExecution=_list(
        _struct("v1.PreferredSchedulingTerm", weight=_INT32, preference=_NODE_TERM)
    ),
)
_CONSTRAINT = _struct(
    "v1.TopologySpreadConstraint",
    maxSkew=_INT32,
    topologyKey=_STRING,
    whenUnsatisfiable=_text("v1.UnsatisfiableConstraintAction"),
    labelSelector=_LABEL_SELECTOR,
    minDomains=_INT32,
    nodeAffinityPolicy=_text("v1.NodeInclusionPolicy"),
    nodeTaintsPolicy=_text("v1.NodeInclusionPolicy"),
    matchLabelKeys=_STRINGS,
)

# --- the arguments of plugins ------------------------------------------------------------------------------------

_RESOURCES = _list(_struct("v1.ResourceSpec", name=_STRING, weight=_INT64))
_SHAPE = _list(_struct("v1.UtilizationShapePoint", utilization=_INT32, score=_INT32))
_STRATEGY = _struct(
    "v1.ScoringStrategy",
    type=_text("v1.ScoringStrategyType"),
    resources=_RESOURCES,
    requestedToCapacityRatio=_struct("v1.RequestedToCapacityRatioParam", shape=_SHAPE),
)


def _arguments(plugin: str, **fields: Type) -> Type:
    return _struct(f"v1.{plugin}Args", **_META, **fields)


ARGUMENTS: dict[str, Type] = {
    "DefaultPreemption": _arguments(
        "DefaultPreemption", minCandidateNodesPercentage=_INT32, minCandidateNodesAbsolute=_INT32
    ),
    "DynamicResources": _arguments("DynamicResources", filterTimeout=_DURATION),
    "InterPodAffinity": _arguments(
        "InterPodAffinity", hardPodAffinityWeight=_INT32, ignorePreferredTermsOfExistingPods=_BOOL
    ),
    "NodeAffinity": _arguments("NodeAffinity", addedAffinity=_NODE_AFFINITY),
    "NodeResourcesBalancedAllocation": _arguments("NodeResourcesBalancedAllocation", resources=_RESOURCES),
    "NodeResourcesFit": _arguments(
        "NodeResourcesFit", ignoredResources=_STRINGS, ignoredResourceGroups=_STRINGS, scoringStrategy=_STRATEGY
    ),
    "PodTopologySpread": _arguments(
        "PodTopologySpread",
        defaultConstraints=_list(_CONSTRAINT),
        defaultingType=_text("v1.PodTopologySpreadConstraintsDefaulting"),
    ),
    "VolumeBinding": _arguments("VolumeBinding", bindTimeoutSeconds=_INT64, shape=_SHAPE),
}
"""By plugin; the others take none."""

# --- the configuration -------------------------------------------------------------------------------------------

_PLUGINS = _list(_struct("v1.Plugin", name=_STRING, weight=_INT32))
_PLUGIN_SET = _struct("v1.PluginSet", enabled=_PLUGINS, disabled=_PLUGINS)
_PROFILE = _struct(
    "v1.KubeSchedulerProfile",
    schedulerName=_STRING,
    percentageOfNodesToScore=_INT32,
    plugins=_struct("v1.Plugins", **dict.fromkeys((*EXTENSION_POINTS, MULTI_POINT), _PLUGIN_SET)),
    pluginConfig=_list(_struct("v1.PluginConfig", name=_STRING, args=_RAW)),
)
_EXTENDER = _struct(
    "v1.Extender",
    urlPrefix=_STRING,
    filterVerb=_STRING,
    preemptVerb=_STRING,
    prioritizeVerb=_STRING,
    weight=_INT64,
    bindVerb=_STRING,
    enableHTTPS=_BOOL,
    tlsConfig=_struct(
        "v1.ExtenderTLSConfig",
        insecure=_BOOL,
        serverName=_STRING,
        certFile=_STRING,
        keyFile=_STRING,
        caFile=_STRING,
        certData=_BYTES,
        keyData=_BYTES,
        caData=_BYTES,
    ),
    httpTimeout=_DURATION,
    nodeCacheCapable=_BOOL,
    managedResources=_list(_struct("v1.ExtenderManagedResource", name=_STRING, ignoredByScheduler=_BOOL)),
    ignorable=_BOOL,
)
CONFIGURATION = _struct(
    f"v1.{KIND}",
    **_META,
    parallelism=_INT32,
    leaderElection=_struct(
        "v1alpha1.LeaderElectionConfiguration",
        leaderElect=_BOOL,
        leaseDuration=_DURATION,
        renewDeadline=_DURATION,
        retryPeriod=_DURATION,
        resourceLock=_STRING,
        resourceName=_STRING,
        resourceNamespace=_STRING,
    ),
    clientConnection=_struct(
        "v1alpha1.ClientConnectionConfiguration",
        kubeconfig=_STRING,
        acceptContentTypes=_STRING,
        contentType=_STRING,
        qps=_FLOAT32,
        burst=_INT32,
    ),
    enableProfiling=_BOOL,
    enableContentionProfiling=_BOOL,
    percentageOfNodesToScore=_INT32,
    podInitialBackoffSeconds=_INT64,
    podMaxBackoffSeconds=_INT64,
    profiles=_list(_PROFILE),
    extenders=_list(_EXTENDER),
    delayCacheUntilActive=_BOOL,
)
