// The same cluster from the instant that is shown on, twice: under hard thresholds, and under a soft one as well, on one time axis.
import { useState } from "preact/hooks";
import { fill, gettext } from "../i18n/i18n";
import { useAsked } from "../live/asked";
import { past, span } from "../live/clock";
import { useInstant } from "../live/fresh";
import { compare, type Compared, type Edits, type Run, type Which } from "./compared";
import { clockText, differences, moments } from "./comparedWords";
import { reach, RunChart } from "./RunChart";
import { ThresholdForm } from "./ThresholdForm";

const AS_IT_IS: Edits = { hard: {}, soft: {} };

/** Mounted anew for another node or signal. */
export function Compare({ node, signal }: { node: string; signal: string }) {
  const [edits, setEdits] = useState<Edits>(AS_IT_IS);
  const [round, setRound] = useState(0);
  const instant = useInstant();
  const { told, problem, faults, busy } = useAsked(() => compare(node, signal, edits), [edits, round, instant], edits === AS_IT_IS);
  return (
    <>
      <ThresholdForm edits={edits} told={told} faults={faults} onChange={setEdits} />
      <div class="compare-buttons">
        <button class="button solid" disabled={busy} onClick={() => setRound(round + 1)}>
          {past.value === null ? gettext("Run ahead from now") : gettext("Run ahead from then")}
        </button>
        <button class="button" disabled={edits === AS_IT_IS} onClick={() => setEdits(AS_IT_IS)}>
          {gettext("As the node has it")}
        </button>
        <span class="quiet" role="status">
          {busy ? gettext("Both are run ahead…") : told && !faults.length ? fromWhen(told) : ""}
        </span>
      </div>
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {told && <Both told={told} node={node} stale={busy || faults.length > 0 || problem !== ""} />}
    </>
  );
}

function fromWhen(told: Compared): string {
  const figures = { at: clockText(told, 0), time: span(told.lastMicroseconds) };
  return told.complete ? fill(gettext("From %(at)s on, for %(time)s. Nothing of it happens in the cluster."), figures) : fill(gettext("From %(at)s on. After %(time)s there was no time left to go on."), figures);
}

/** The bar of a node on the map that tells of the same. */
const PARTS: Partial<Record<Compared["resource"], string>> = { memory: "memory", "ephemeral-storage": "storage" };

function Both({ told, node, stale }: { told: Compared; node: string; stale: boolean }) {
  const most = reach(told);
  return (
    <div class={stale ? "both stale" : "both"}>
      <div class="run-pair" data-object={`nodes//${node}`} data-part={PARTS[told.resource] ?? ""}>
        <RunFigure told={told} which="hard" most={most} />
        <RunFigure told={told} which="soft" most={most} />
      </div>
      <section class="differences">
        <h3>{gettext("What differs")}</h3>
        <ul>
          {differences(told).map((said) => (
            <li key={said}>{said}</li>
          ))}
        </ul>
      </section>
    </div>
  );
}

const TITLES: Record<Which, [() => string, () => string]> = {
  hard: [() => gettext("Hard"), () => gettext("no warning: met and evicted in one look")],
  soft: [() => gettext("Soft"), () => gettext("the same, with a soft threshold above it")],
};

function RunFigure({ told, which, most }: { told: Compared; which: Which; most: number }) {
  const run = told[which];
  const [title, about] = TITLES[which];
  return (
    <figure class="run" data-run={which} aria-label={title()}>
      <figcaption>
        <b>{title()}</b> <span>{about()}</span>
      </figcaption>
      <RunChart told={told} run={run} most={most} id={`clip-${which}`} />
      <p class="condition-key">
        <i aria-hidden="true" /> {run.condition.type}
      </p>
      <Moments told={told} run={run} />
    </figure>
  );
}

const SHOWN = 8;

function Moments({ told, run }: { told: Compared; run: Run }) {
  const [whole, showWhole] = useState(false);
  const all = moments(told, run);
  const shown = whole ? all : all.slice(0, SHOWN);
  if (!all.length) return <p class="quiet">{gettext("Nothing happens: no threshold is met.")}</p>;
  return (
    <>
      <ol class="moments">
        {shown.map((one) => (
          <li key={`${one.after} ${one.words}`} class={one.kind}>
            <span class="at">{clockText(told, one.after)}</span>
            <span>
              {one.words}
              {one.why && <span class="moment-why">{one.why}</span>}
              {one.detail && <small>{one.detail}</small>}
            </span>
          </li>
        ))}
      </ol>
      {all.length > shown.length && (
        <button class="link" onClick={() => showWhole(true)}>
          {fill(gettext("Show all %(n)s moments"), { n: all.length })}
        </button>
      )}
    </>
  );
}
