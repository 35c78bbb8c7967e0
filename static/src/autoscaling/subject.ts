// Which autoscaler the view looks at, and how: all of it is in the address.
import { computed } from "@preact/signals";
import { inAddress, selection } from "../app/state";
import { log, version } from "../live/store";
import { RESOURCE, type Name } from "./doors";

export const subject = computed<Name | null>(() => {
  const [resource, namespace, name] = selection.value?.split("/") ?? [];
  return resource === RESOURCE && namespace && name ? { namespace, name } : null;
});

export const idOf = ({ namespace, name }: Name): string => `${RESOURCE}/${namespace}/${name}`;

const SPANS = [900, 1800, 3600, 14_400, 86_400]; // seconds
const spanName = inAddress("back");
export const spans = SPANS;
export const span = computed(() => SPANS.find((one) => String(one) === spanName.value) ?? 1800);
export const showSpan = (seconds: number): string => (spanName.value = seconds === 1800 ? "" : String(seconds));

export const metricName = inAddress("metric");
const panelName = inAddress("chart");
export const comparing = computed(() => panelName.value === "compare");
export const showPanel = (name: string): string => (panelName.value = name === "compare" ? name : "");

const PARTS = [RESOURCE, "traffics.sim.k8sviz.io", "behaviors.sim.k8sviz.io"];

/** The newest line of the log that may have changed an autoscaler or what loads its target. */
export const lately = computed(() => {
  void version.value;
  return log.findLast((one) => PARTS.some((part) => one.id.startsWith(`${part}/`)))?.revision ?? 0;
});
