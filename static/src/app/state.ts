// What this page looks at: selection, tab and filter. It lives in the address, so that it can be sent to somebody.
import { computed, signal } from "@preact/signals";
import { events, objects, version } from "../live/store";
import { PHASES } from "../live/protocol";
import type { Phase, Sketch } from "../live/protocol";

export type Tab = "overview" | "why" | "yaml" | "events";
const TABS: readonly Tab[] = ["overview", "why", "yaml", "events"];

export const selection = signal<string | null>(null); // an object's id
export const tab = signal<Tab>("overview");
export const phaseFilter = signal<Phase | null>(null);

/** The selected object, null when there is none, undefined when it is no longer there. */
export const selected = computed<Sketch | null | undefined>(() => {
  void version.value;
  const id = selection.value;
  return id === null ? null : (objects.get(id) ?? events.get(id));
});

export function select(id: string | null, show?: Tab): void {
  selection.value = id;
  if (show) tab.value = show;
  write();
}

export function showTab(name: Tab): void {
  tab.value = name;
  write();
}

/** Shows only pods of one phase; the same phase again shows all. */
export function filterBy(phase: Phase | null): void {
  phaseFilter.value = phaseFilter.value === phase ? null : phase;
  write();
}

function write(): void {
  const parts = new URLSearchParams();
  if (selection.value) parts.set("see", selection.value);
  if (selection.value && tab.value !== "overview") parts.set("tab", tab.value);
  if (phaseFilter.value) parts.set("phase", phaseFilter.value);
  const hash = parts.toString().replaceAll("%2F", "/");
  history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
}

function read(): void {
  const parts = new URLSearchParams(location.hash.slice(1));
  selection.value = parts.get("see");
  tab.value = TABS.find((one) => one === parts.get("tab")) ?? "overview";
  phaseFilter.value = PHASES.find((one) => one === parts.get("phase")) ?? null;
}

read();
addEventListener("hashchange", read);
