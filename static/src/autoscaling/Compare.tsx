// The same cluster from now on, twice: the autoscaler with one behavior and with another, on one time axis.
import { useState } from "preact/hooks";
import { small } from "../app/screen";
import { fill, gettext } from "../i18n/i18n";
import { useAsked } from "../live/asked";
import { age } from "../live/clock";
import { BehaviorForm } from "./BehaviorForm";
import { Chart, Legend } from "./Chart";
import { differences } from "./differences";
import { compare, type Chart as Told, type Compared, type Edits, type Name, type Which } from "./doors";
import { LoadForm } from "./LoadForm";
import { reachOf } from "./scale";
import { clockText, stepWords, telling } from "./words";

const [WIDTH, PHONE] = [500, 340];
const AS_IT_IS: Edits = {};
const SHOWN = 8;

export function Compare({ name, chart, metric }: { name: Name; chart: Told; metric: string }) {
  const [edits, setEdits] = useState<Edits>(AS_IT_IS);
  const [round, setRound] = useState(0);
  const { told, problem, faults, busy } = useAsked(() => compare(name, edits), [edits, round], edits === AS_IT_IS);
  const titles = titlesOf(edits, chart);
  return (
    <>
      <div class="run-buttons">
        <LoadForm edits={edits} loads={chart.loads} faults={faults} onChange={setEdits} />
        <button class="button solid" disabled={busy} onClick={() => setRound(round + 1)}>
          {gettext("Run ahead from now")}
        </button>
        <button class="button" disabled={edits === AS_IT_IS} onClick={() => setEdits(AS_IT_IS)}>
          {gettext("Start over")}
        </button>
      </div>
      <div class="behavior-forms">
        {(["first", "second"] as const).map((which) => (
          <BehaviorForm key={which} which={which} title={titles[which]} behavior={edits[which] ?? told?.[which].behavior ?? null} faults={faults} onChange={(behavior) => setEdits({ ...edits, [which]: behavior })} />
        ))}
      </div>
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {told && (
        <div class={busy || faults.length || problem ? "both stale" : "both"}>
          <div class="run-pair">
            {(["first", "second"] as const).map((which) => (
              <Run key={which} told={told} which={which} metric={metric} title={titles[which]} />
            ))}
          </div>
          <section class="differences">
            <h3>{gettext("What differs")}</h3>
            <ul>
              {differences(told, metric).map((said) => (
                <li key={said}>{said}</li>
              ))}
            </ul>
          </section>
        </div>
      )}
      <p class="quiet" role="status">
        {busy ? gettext("Both are run ahead…") : told && !faults.length ? fromWhen(told) : ""}
      </p>
    </>
  );
}

function titlesOf(edits: Edits, chart: Told): Record<Which, string> {
  const own = chart.ownBehavior ? gettext("as the autoscaler has it") : gettext("as it is: no behavior of its own");
  return {
    first: edits.first ? gettext("as written here") : own,
    second: edits.second ? gettext("as written here") : gettext("Kubernetes' defaults"),
  };
}

function fromWhen(told: Compared): string {
  const figures = { at: clockText(told.since), time: age(told.until - told.since) };
  return told.complete ? fill(gettext("From %(at)s on, for %(time)s. Nothing of it happens in the cluster."), figures) : fill(gettext("From %(at)s on. After %(time)s there was no time left to go on."), figures);
}

function Run({ told, which, metric, title }: { told: Compared; which: Which; metric: string; title: string }) {
  const { steps } = told[which];
  const [whole, showWhole] = useState(false);
  const letter = which === "first" ? "A" : "B";
  const all = telling(steps);
  const shown = whole ? all : all.slice(0, SHOWN);
  return (
    <figure class="run" data-run={which} aria-label={`${letter}: ${title}`}>
      <figcaption>
        <b>{letter}</b> <span>{title}</span>
        <Legend />
      </figcaption>
      <Chart course={{ ...told, steps }} metric={metric} reach={reachOf([told.first.steps, told.second.steps], metric)} width={small.value ? PHONE : WIDTH} label={fill(gettext("What happens under %(letter)s"), { letter })} />
      <ol class="steps-told">
        {shown.map((step) => (
          <li key={step.at}>
            <span class="at">{clockText(step.at)}</span> {stepWords(step)}
          </li>
        ))}
      </ol>
      {all.length > shown.length && (
        <button class="link" onClick={() => showWhole(true)}>
          {fill(gettext("Show all %(n)s steps"), { n: all.length })}
        </button>
      )}
    </figure>
  );
}
