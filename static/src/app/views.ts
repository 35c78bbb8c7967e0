// The views of a cluster, each registered once by its own folder; the top bar and the frame read this list.
import type { ComponentType } from "preact";
import { computed } from "@preact/signals";
import { later } from "../parts/Later";
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

/** What the file of a view exports; its code comes when the view is first shown. */
interface Parts {
  Component: ComponentType;
  Left?: ComponentType;
}

/** `left`: it has a left column of its own. */
export function registerLater(view: Omit<View, "Component" | "Left" | "palette"> & { left?: boolean }, load: () => Promise<Parts>): void {
  const { left, ...rest } = view;
  const Left = left ? later(() => load().then((parts) => parts.Left!)) : undefined;
  views.push({ ...rest, palette: false, Component: later(() => load().then((parts) => parts.Component)), Left });
}
