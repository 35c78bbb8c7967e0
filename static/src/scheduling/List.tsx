// The left column: the scheduler's queue, and the decisions that were made.
import { useEffect, useState } from "preact/hooks";
import { gettext, fill } from "../i18n/i18n";
import { clock, elapsed, shortTime, shownNow, span } from "../live/clock";
import { natural, pods, version } from "../live/store";
import { PodTile } from "../parts/PodTile";
import { Icon } from "../parts/Icon";
import { decisions, type Decided } from "./decisions";
import type { PodName, Queued } from "./doors";
import { covered, keyOf, score } from "./guesses";
import { micros, PLACES, problem, useScheduler } from "./queue";
import { predicting, revision, showDecision, subject } from "./state";

const MOST = 40; // lines of a list

const WORDS: Record<Queued["place"], () => string> = {
  active: () => gettext("active"),
  backoff: () => gettext("back-off"),
  unschedulable: () => gettext("unschedulable"),
  gated: () => gettext("gated"),
  binding: () => gettext("binding"),
};

export function List() {
  const [text, setText] = useState("");
  const wanted = text.trim().toLowerCase();
  return (
    <div class="scheduling-list">
      {predicting.value && score.value.all > 0 && (
        <p class="guessed" role="status">
          {fill(gettext("Right: %(right)s of %(all)s"), score.value)}
        </p>
      )}
      <input type="text" class="find" value={text} placeholder={gettext("find a pod")} aria-label={gettext("Find a pod")} spellcheck={false} onInput={(event) => setText(event.currentTarget.value)} />
      {wanted ? <Found wanted={wanted} /> : <Lists />}
    </div>
  );
}

function Lists() {
  return (
    <>
      <Queue />
      <Decisions />
    </>
  );
}

function Found({ wanted }: { wanted: string }) {
  void version.value;
  const found = [...pods.values()].filter((pod) => pod.name.includes(wanted)).sort((a, b) => natural(a.name, b.name));
  return (
    <>
      <ul>
        {found.slice(0, MOST).map((pod) => (
          <Line key={pod.id} pod={pod} at={null} text={pod.namespace} />
        ))}
      </ul>
      {!found.length && <p class="quiet">{gettext("No pod of this name.")}</p>}
      {found.length > MOST && <p class="quiet">{fill(gettext("and %(n)s more"), { n: found.length - MOST })}</p>}
    </>
  );
}

function Queue() {
  const told = useScheduler();
  useTicks(told !== null && told.queue.some((one) => one.until));
  const turn: Queued[] = [];
  const places = new Map<Queued["place"], Queued[]>(PLACES.map((place) => [place, []]));
  for (const one of told?.queue ?? []) (covered(keyOf(one, "")) ? turn : places.get(one.place))?.push(one);
  return (
    <section class="places">
      <h2>{gettext("Queue")}</h2>
      {problem.value && <p class="bad">{problem.value}</p>}
      {turn.length > 0 && (
        <ul>
          {turn.slice(0, MOST).map((one) => (
            <Line key={keyOf(one, "")} pod={one} at={null} text={gettext("your turn")} />
          ))}
        </ul>
      )}
      {[...places].map(([place, queued]) => (
        <div key={place} class="place-of-queue" data-place={place}>
          <h3>
            {WORDS[place]()} <b>{queued.length}</b>
          </h3>
          <ul>
            {queued.slice(0, MOST).map((one) => (
              <Line key={keyOf(one, "")} pod={one} at={null} text={standing(one)} title={one.message} />
            ))}
          </ul>
          {queued.length > MOST && <p class="quiet">{fill(gettext("and %(n)s more"), { n: queued.length - MOST })}</p>}
        </div>
      ))}
    </section>
  );
}

/** How often it was tried, how long it still waits, who refused it. */
function standing(one: Queued): string {
  const left = one.until ? micros(one.until) - shownNow() : 0;
  const parts = [
    one.attempts ? fill(gettext("attempt %(n)s"), { n: one.attempts }) : "",
    left > 0 ? fill(gettext("%(span)s left"), { span: span(left) }) : "",
    one.refusedBy.join(", "),
  ];
  return parts.filter(Boolean).join(" · ") || gettext("waits for the scheduler");
}

function useTicks(on: boolean): void {
  const [, tick] = useState(0);
  const runs = on && clock.value !== null && !clock.value.paused;
  useEffect(() => {
    if (!runs) return undefined;
    const timer = setInterval(() => tick((n) => n + 1), 250);
    return () => clearInterval(timer);
  }, [runs]);
}

function Decisions() {
  void version.value;
  const made = decisions().slice(0, MOST);
  return (
    <section class="made">
      <h2>{gettext("Decisions")}</h2>
      {!made.length && <p class="quiet">{gettext("None yet.")}</p>}
      <ul>
        {made.map((one) => (
          <Line key={one.entry.revision} pod={one} at={one.entry.revision} text={`${shortTime(elapsed(one.entry.at))} · ${placeOf(one)}`} />
        ))}
      </ul>
    </section>
  );
}

function placeOf(one: Decided): string {
  if (covered(keyOf(one, one.entry.revision))) return gettext("your turn");
  if (!one.bound) return gettext("no node");
  return pods.get(one.entry.id)?.node || gettext("bound");
}

function Line({ pod, at, text, title }: { pod: PodName; at: number | null; text: string; title?: string }) {
  const sketch = pods.get(`pods/${pod.namespace}/${pod.name}`);
  const key = keyOf(pod, at ?? "");
  const now = subject.value;
  const on = now?.name === pod.name && now.namespace === pod.namespace && revision.value === String(at ?? "");
  return (
    <li>
      <button class="line" data-object={`pods/${pod.namespace}/${pod.name}`} aria-pressed={on} title={title || `${pod.namespace}/${pod.name}`} onClick={() => showDecision(pod, at)}>
        <span class="plinth small">{sketch && !covered(key) ? <PodTile pod={sketch} size={20} /> : <Icon name="pod" />}</span>
        <span>
          <b>{pod.name}</b>
          <i>{text}</i>
        </span>
      </button>
    </li>
  );
}
