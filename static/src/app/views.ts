// The views of a cluster, each registered once by its own folder; the top bar and the frame read this list.
import type { ComponentType } from "preact";
import { computed } from "@preact/signals";
import { inAddress } from "./state";

export interface View {
  name: string; // part of the address
  title: () => string;
  Component: ComponentType;
  palette: boolean; // shows the left column with the palette
  Left?: ComponentType; // a left column of its own
  wide?: boolean; // takes the place of the inspector too
}

export const views: View[] = [];
const shown = inAddress("view");

/** The place in the list of the view that is shown: the first, unless the address names another. */
export const current = computed(() => Math.max(0, views.findIndex((view) => view.name === shown.value)));

export function showView(name: string): void {
  shown.value = name === views[0]?.name ? "" : name;
}

export function registerView(view: View): void {
  views.push(view);
}
