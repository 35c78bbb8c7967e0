// What this page looks at: selection, tab and filter. It lives in the address, so that it can be sent to somebody.
import { batch, computed, signal, type Signal } from "@preact/signals";
import { events, objects, version } from "../live/store";
import { PHASES } from "../live/protocol";
import type { Phase, Sketch } from "../live/protocol";

const TABS = ["overview", "why", "anatomy", "probes", "logs", "cgroups", "pressure", "scheduling", "yaml", "events"] as const;
export type Tab = (typeof TABS)[number];

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

const others = new Map<string, Signal<string>>();

/** A text that a view keeps in the address under a name of its own; an empty one is left out. */
export function inAddress(name: string): Signal<string> {
  const kept = signal(new URLSearchParams(location.hash.slice(1)).get(name) ?? "");
  others.set(name, kept);
  kept.subscribe(write);
  return kept;
}

/** What is in the address under names that nobody has asked for yet stays there. */
function write(): void {
  const parts = new URLSearchParams(location.hash.slice(1));
  const note = (name: string, value: string | null): void => (value ? parts.set(name, value) : parts.delete(name));
  note("see", selection.value);
  note("tab", selection.value && tab.value !== "overview" ? tab.value : "");
  note("phase", phaseFilter.value);
  for (const [name, kept] of others) note(name, kept.value);
  const hash = parts.toString().replaceAll("%2F", "/");
  history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
}

function read(): void {
  const parts = new URLSearchParams(location.hash.slice(1));
  selection.value = parts.get("see");
  tab.value = TABS.find((one) => one === parts.get("tab")) ?? "overview";
  phaseFilter.value = PHASES.find((one) => one === parts.get("phase")) ?? null;
  for (const [name, kept] of others) kept.value = parts.get(name) ?? "";
}

read();
addEventListener("hashchange", () => batch(read));
