// What each plugin of the scheduler is for, in a sentence.
import { gettext } from "../i18n/i18n";

const FILTERS: Record<string, () => string> = {
  NodeUnschedulable: () => gettext("It keeps pods off cordoned nodes."),
  NodeName: () => gettext("It takes only the node that spec.nodeName names."),
  TaintToleration: () => gettext("It keeps pods off nodes with a taint that they do not tolerate."),
  NodeAffinity: () => gettext("It takes only nodes that match nodeSelector and the required node affinity."),
  NodePorts: () => gettext("Two pods of one node cannot have the same host port."),
  NodeResourcesFit: () => gettext("It counts requests, not use: all requests on a node must fit into its allocatable."),
  VolumeRestrictions: () => gettext("It keeps pods apart that may not share a volume."),
  NodeVolumeLimits: () => gettext("A node can attach only so many volumes of one driver."),
  VolumeBinding: () => gettext("The claims of the pod must be bound, or bindable, to volumes that the node can reach."),
  VolumeZone: () => gettext("The volumes of the pod must be in the zone of the node."),
  PodTopologySpread: () => gettext("No topology domain may be ahead of another by more than maxSkew."),
  InterPodAffinity: () => gettext("Required affinity and anti-affinity between pods must hold."),
  DynamicResources: () => gettext("The devices that the pod claims must be there for the node."),
};

const SCORERS: Record<string, () => string> = {
  TaintToleration: () => gettext("It prefers nodes with fewer PreferNoSchedule taints that the pod does not tolerate."),
  NodeAffinity: () => gettext("It prefers nodes that match more of the preferred node affinity."),
  NodeResourcesFit: () => gettext("LeastAllocated prefers nodes with more left, MostAllocated fuller ones."),
  VolumeBinding: () => gettext("It prefers nodes whose volumes fit the claims most closely."),
  PodTopologySpread: () => gettext("It prefers nodes that even out the spread."),
  InterPodAffinity: () => gettext("It prefers nodes near the pods that are wanted near, far from those that are not."),
  NodeResourcesBalancedAllocation: () => gettext("It prefers nodes whose resources would be used in like proportion."),
  ImageLocality: () => gettext("It prefers nodes that already hold the images of the pod."),
};

export const filterPurpose = (plugin: string): string => FILTERS[plugin]?.() ?? "";
export const scorePurpose = (plugin: string): string => SCORERS[plugin]?.() ?? "";

const POINTS: Record<string, () => string> = {
  preEnqueue: () => gettext("may the pod enter the queue"),
  queueSort: () => gettext("which pod comes first"),
  preFilter: () => gettext("what can be known before any node is looked at"),
  filter: () => gettext("which nodes can take the pod"),
  postFilter: () => gettext("what to do when none can"),
  preScore: () => gettext("what can be known before nodes are ranked"),
  score: () => gettext("which node is best"),
  reserve: () => gettext("keeps what the pod will need on the node"),
  permit: () => gettext("lets the pod go on, wait or go back"),
  preBind: () => gettext("what must be ready before the pod is bound"),
  bind: () => gettext("writes the node into the pod"),
  postBind: () => gettext("what is to be done afterwards"),
};

export const pointPurpose = (point: string): string => POINTS[point]?.() ?? "";

/** Long names break between their words. */
export const broken = (plugin: string): string => plugin.replace(/([a-z])([A-Z])/g, "$1\u200b$2");
