// The views of a cluster, each registered once by its own folder; the top bar and the frame read this list.
import type { ComponentType } from "preact";
import { signal } from "@preact/signals";

export interface View {
  name: string; // part of the address
  title: () => string;
  Component: ComponentType;
  palette: boolean; // shows the left column with the palette
}

export const views: View[] = [];
export const current = signal(0);

export function registerView(view: View): void {
  views.push(view);
}
