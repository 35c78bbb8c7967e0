// Which node the Pressure view looks at: the selected one, or that of the selected pod. It is in the address.
import { computed } from "@preact/signals";
import { select, selection } from "../app/state";
import { showView } from "../app/views";
import { pods, version } from "../live/store";

export const subject = computed<string | null>(() => {
  void version.value;
  const [resource, , name] = selection.value?.split("/") ?? [];
  if (resource === "nodes" && name) return name;
  return (resource === "pods" && pods.get(selection.value!)?.node) || null;
});

export function showPressure(node: string): void {
  select(`nodes//${node}`);
  showView("pressure");
}
