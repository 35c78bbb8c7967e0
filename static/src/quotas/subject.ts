// Which namespace the view looks at: the one in the address, else that of the selected object, else default.
import { computed } from "@preact/signals";
import { inAddress, selected } from "../app/state";
import { revision } from "../live/store";

const named = inAddress("ns");

export const namespace = computed(() => named.value || selected.value?.namespace || "default");
export const showNamespace = (name: string): void => void (named.value = name);

/** Changes while the cluster does. */
export const lately = revision;
