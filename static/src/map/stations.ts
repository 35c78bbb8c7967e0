// The stations of the control plane, and which of them an entry of the change log belongs to.
import { gettext, fill } from "../i18n/i18n";
import type { Entry } from "../live/protocol";
import { objects } from "../live/store";
import { nameParts } from "../live/words";
import type { IconName } from "../parts/glyphs";

export const STATIONS = ["kubectl", "apiserver", "etcd", "controllers", "scheduler", "kubelet"] as const;
export type Station = (typeof STATIONS)[number];

export const STATION_ICONS: Record<Station, IconName> = {
  kubectl: "kubectl",
  apiserver: "apiserver",
  etcd: "etcd",
  controllers: "controllers",
  scheduler: "scheduler",
  kubelet: "node",
};

/** Who wrote: a component by its upstream name; any other name is a person or a program of theirs. */
export function stationOf(component: string): Station {
  const name = component.toLowerCase();
  if (name.startsWith("kubelet") || name.startsWith("kube-proxy")) return "kubelet";
  if (name.includes("scheduler")) return "scheduler";
  if (name.includes("apiserver") || name.startsWith("admission")) return "apiserver";
  if (/controller|collector|garbage|endpoint|namespace|serviceaccount|bootstrap|kubeadm/.test(name)) return "controllers";
  return "kubectl";
}

export interface Note {
  text: string;
  whole: string; // the sentence, with the rule
  place: number; // among the writes of the object last touched, from 1; 0 = not about it
}

/** Leases and events are written all the time, on account of something else: they are no news. */
const NOISE = new Set(["leases.coordination.k8s.io", "events", "events.events.k8s.io"]);

export const isNews = (entry: Entry): boolean => !NOISE.has(entry.id.split("/")[0]!);

/** What each station did last, and in which order the stations wrote the object that was touched last. */
export function lastNotes(written: Entry[]): { notes: Partial<Record<Station, Note>>; active: Station | null; entry: Entry | undefined } {
  const log = written.filter(isNews).slice(-60);
  const entry = log.at(-1);
  const notes: Partial<Record<Station, Note>> = {};
  for (const one of log) notes[stationOf(one.component)] = { text: describe(one), whole: `${one.rule}: ${one.sentence}`, place: 0 };
  if (!entry) return { notes, active: null, entry };
  const order: Station[] = [];
  for (const one of log) {
    const station = stationOf(one.component);
    if (one.id === entry.id && !order.includes(station)) order.push(station);
  }
  if (order.length > 1) order.forEach((station, at) => (notes[station]!.place = at + 1));
  return { notes, active: stationOf(entry.component), entry };
}

const LONG_NAME = 14; // of something that is gone, and so no longer says which part was generated

const VERBS: Record<Entry["op"], (values: { name: string }) => string> = {
  ADDED: (values) => fill(gettext("create %(name)s"), values),
  MODIFIED: (values) => fill(gettext("update %(name)s"), values),
  DELETED: (values) => fill(gettext("delete %(name)s"), values),
};

/** What was done, to the shortest name by which the object can be told: of a generated name, its end. */
function describe({ id, op, rule, name }: Entry): string {
  const object = objects.get(id);
  const end = object ? nameParts(object)[1] : name.length > LONG_NAME ? name.split("-").pop() : "";
  const values = { name: end || name };
  return rule === "Bind" ? fill(gettext("bind %(name)s"), values) : VERBS[op](values);
}
