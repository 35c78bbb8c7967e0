// The Traffic and the Faults that there are. They are not drawn on the map: the log tells when one of them changed.
import { signal } from "@preact/signals";
import { getJson, objectUrl } from "../live/http";
import { connection } from "../live/socket";
import { onChanges } from "../live/store";
import { valueAt, type Body } from "./body";

export const RESOURCES = ["traffics.sim.k8sviz.io", "faults.sim.k8sviz.io"] as const;

export interface Running {
  id: string;
  resource: string;
  body: Body;
}

export const running = signal<readonly Running[]>([]);

const LOOK_AFTER = 150; // ms: one look for a burst of changes
let timer = 0;

async function look(): Promise<void> {
  const lists = await Promise.all(
    RESOURCES.map(async (resource) => {
      const { items } = await getJson<{ items: Body[] }>(objectUrl(resource, ""));
      return items.map((body) => ({ id: `${resource}/${body.metadata.namespace ?? ""}/${body.metadata.name ?? ""}`, resource, body }));
    }),
  );
  running.value = lists.flat();
}

const soon = (): void => {
  clearTimeout(timer);
  timer = window.setTimeout(() => void look().catch(() => {}), LOOK_AFTER); // the next change asks again
};

/** Keeps the list fresh for as long as somebody looks at it; returns what ends that. */
export function follow(): () => void {
  soon();
  const ends = [
    onChanges((_changes, entries) => {
      if (entries.some(({ id }) => RESOURCES.some((resource) => id.startsWith(`${resource}/`)))) soon();
    }),
    connection.subscribe(({ state }) => {
      if (state === "live") soon();
    }),
  ];
  return () => ends.forEach((end) => end());
}

/** What the object itself says about whether it goes on, in upstream's manner: the reason of its condition. */
export function stateOf({ body }: Running): { going: boolean; reason: string } {
  const conditions = (valueAt(body, ["status", "conditions"]) ?? []) as { type: string; status: string; reason?: string }[];
  const held = conditions.find(({ type }) => type === "Active" || type === "Flowing");
  return { going: held?.status === "True", reason: held?.reason ?? "" };
}
