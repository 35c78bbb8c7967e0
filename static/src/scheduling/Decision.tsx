// One decision: upstream's message, ours in a sentence, who made way, the grid. Or, with prediction on, the question.
import { useEffect, useState } from "preact/hooks";
import { signal } from "@preact/signals";
import { gettext, fill } from "../i18n/i18n";
import { elapsed, past, shortTime } from "../live/clock";
import { useInstant } from "../live/fresh";
import { crowd, pods, version } from "../live/store";
import { traceOf, type PodName, type Trace } from "./doors";
import { Grid } from "./Grid";
import { covered, guessed, keyOf } from "./guesses";
import { Predict } from "./Predict";
import { Preempted } from "./Preempted";
import { micros } from "./queue";
import { Revealed } from "./Revealed";
import { aboutDecision } from "./sentences";
import { revision } from "./state";
import { Tools } from "./Tools";

const LARGE = 500; // nodes
const AGAIN = { small: 1000, large: 5000 }; // ms until a decision of now is asked for again

/** The decision that is on show; tests and the tabs beside it look at it too. */
export const shown = signal<Trace | null>(null);

export function Decision({ pod }: { pod: PodName }) {
  void version.value;
  const sketch = pods.get(`pods/${pod.namespace}/${pod.name}`);
  const known = keyOf(pod, revision.value);
  const there = Boolean(sketch ?? crowd.value) || revision.value !== "";
  const [trace, problem] = useTrace(pod, revision.value, there);
  if (!there) return <p class="hint">{gettext("There is no pod of this name. What was decided about it is in the list of decisions.")}</p>;
  if (problem && !trace)
    return (
      <p class="problem" role="alert">
        {problem}
      </p>
    );
  if (!trace) return <p class="hint">{gettext("Asking…")}</p>;
  if (covered(known)) return <Predict key={known} trace={trace} pod={sketch} known={known} />;
  const guess = guessed(known);
  return (
    <div class="decision">
      <p class="message mono">{trace.message}</p>
      {guess !== undefined && <Revealed trace={trace} guess={guess} />}
      <Preempted trace={trace} />
      <div class="in-short">
        <p class="in-a-sentence">
          {guess === undefined && aboutDecision(trace)} <span class="quiet">{whenOf(trace)}</span>
        </p>
        <Tools trace={trace} />
      </div>
      <Grid trace={trace} />
    </div>
  );
}

function whenOf(trace: Trace): string {
  const at = shortTime(elapsed(micros(trace.at)));
  const by = { at, profile: trace.profile };
  if (trace.when === "past") return fill(gettext("Decided at %(at)s by %(profile)s."), by);
  return past.value !== null ? fill(gettext("As it would have been decided at %(at)s by %(profile)s."), by) : fill(gettext("As it would be decided now, at %(at)s, by %(profile)s."), by);
}

/** The trace, kept while the next one is on its way; one of now is asked for again when the cluster has changed. */
function useTrace(pod: PodName, at: string, there: boolean): [Trace | null, string] {
  const [trace, setTrace] = useState<Trace | null>(null);
  const [problem, setProblem] = useState("");
  const [turn, again] = useState(0);
  const known = keyOf(pod, at);
  const instant = useInstant();
  useEffect(() => setTrace(null), [known]);
  useEffect(() => {
    if (!there) return undefined;
    let mine = true;
    traceOf(pod, at)
      .then((answer) => {
        if (!mine) return;
        setTrace(answer);
        setProblem("");
      })
      .catch((error: Error) => mine && setProblem(error.message));
    return () => {
      mine = false;
    };
  }, [known, turn, instant, there]);
  useEffect(() => {
    shown.value = trace;
    if (!trace || trace.when === "past") return undefined;
    let timer = 0;
    const wait = trace.nodes.length > LARGE ? AGAIN.large : AGAIN.small;
    const seen = version.peek();
    const end = version.subscribe((now) => {
      if (now !== seen) timer ||= window.setTimeout(() => again((n) => n + 1), wait);
    });
    return () => {
      end();
      clearTimeout(timer);
    };
  }, [trace]);
  return [trace, problem];
}
