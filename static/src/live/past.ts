// The instant that is shown: the present, or one gone by, of which the server gives the picture. It is in the address.
import { signal } from "@preact/signals";
import { config } from "../app/config";
import { inAddress } from "../app/state";
import { clock, past, presentNow } from "./clock";
import { getJson } from "./http";
import type { Entry, Micros, Sketch } from "./protocol";
import { resync, withheld } from "./socket";
import { reset } from "./store";

interface Picture {
  revision: number;
  at: Micros;
  objects: Sketch[];
  log: Entry[];
}

const shown = inAddress("t"); // microseconds since the cluster's start
export const pastProblem = signal("");

let wanted: Micros | null = null;
let asking = false;

/** Shows the picture at an instant, null: the present. While one picture is on its way, only the last wish counts. */
export function show(at: Micros | null): void {
  const start = clock.peek()?.start ?? 0;
  const now = presentNow();
  const instant = at === null || at >= now ? null : Math.max(at, start);
  shown.value = instant === null ? "" : String(Math.round(instant - start));
  wanted = instant;
  if (instant === null) {
    if (past.peek() === null) return;
    past.value = null;
    pastProblem.value = "";
    withheld.value = false;
    resync();
    return;
  }
  withheld.value = true;
  past.value = instant;
  void ask();
}

async function ask(): Promise<void> {
  if (asking) return;
  asking = true;
  while (wanted !== null) {
    const at: Micros = wanted;
    try {
      const picture = await getJson<Picture>(`/c/${config.cluster}/at/${Math.round(at)}.json`);
      if (past.peek() !== null) reset(picture.objects, picture.log, picture.revision, undefined, at);
      pastProblem.value = "";
    } catch (error) {
      pastProblem.value = (error as Error).message;
    }
    if (wanted === at) break;
  }
  asking = false;
}

/** What the address says, as soon as the clock is known; and when somebody changes the address. */
export function followAddress(): void {
  let known = "";
  clock.subscribe((at) => {
    if (!at || known === shown.peek()) return;
    known = shown.peek();
    if (/^[0-9]{1,16}$/.test(known)) show(at.start + Number(known));
  });
  shown.subscribe((text) => {
    const at = clock.peek();
    if (!at || text === known) return;
    known = text;
    const instant = /^[0-9]{1,16}$/.test(text) ? at.start + Number(text) : null;
    if (instant !== past.peek()) show(instant);
  });
}
