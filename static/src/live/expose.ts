// `window.k8sviz`: the picture as data, for tests, benchmarks and curious people in the console.
import { spotlight } from "../app/spotlight";
import { phaseFilter, selection } from "../app/state";
import { clock, elapsed, shownNow } from "./clock";
import { connection } from "./socket";
import * as store from "./store";

const KEPT = 1000;

class Exposed {
  /** The revision that the map painted last. */
  drawn = 0;
  /** When each revision was painted first, in milliseconds since the Unix epoch; the newest thousand. */
  readonly drawnAt = new Map<number, number>();
  /** What the map shows, as long as it is shown. */
  map: object = {};
  private expecting: { revision: number; tell: (at: number) => void }[] = [];

  get nodes() {
    return [...store.nodes.values()];
  }
  get pods() {
    return [...store.pods.values()];
  }
  get objects() {
    return [...store.objects.values()];
  }
  get events() {
    return [...store.events.values()];
  }
  get log() {
    return store.log;
  }
  get revision() {
    return store.revision.value;
  }
  get connection() {
    return connection.value.state;
  }
  get selection() {
    return selection.value;
  }
  get lit() {
    return [...(spotlight.value ?? [])];
  }
  /** How many pods there are, those of a large cluster included. */
  get podCount() {
    return store.podCount();
  }
  get filter() {
    return phaseFilter.value;
  }
  get clock() {
    const now = shownNow();
    return { ...clock.value, shown: now, elapsed: elapsed(now) };
  }

  /** Resolves with the instant (ms since the Unix epoch) at which `revision` or a later one was painted. */
  whenDrawn(revision: number): Promise<number> {
    if (this.drawn >= revision) return Promise.resolve(this.drawnAt.get(revision) ?? Date.now());
    return new Promise((tell) => this.expecting.push({ revision, tell }));
  }

  painted(revision: number): void {
    if (revision === this.drawn) return;
    const at = performance.timeOrigin + performance.now();
    this.drawn = revision;
    this.drawnAt.set(revision, at);
    if (this.drawnAt.size > KEPT) this.drawnAt.delete(this.drawnAt.keys().next().value as number);
    for (const one of this.expecting) if (one.revision <= revision) one.tell(at);
    this.expecting = this.expecting.filter((one) => one.revision > revision);
  }
}

export const exposed = new Exposed();

export function expose(): void {
  (window as unknown as { k8sviz: Exposed }).k8sviz = exposed;
}
