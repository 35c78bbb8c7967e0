// A pod's decision in short, and the way to all of it. With prediction on nothing is told here.
import { useEffect, useState } from "preact/hooks";
import { gettext } from "../i18n/i18n";
import type { Sketch } from "../live/protocol";
import { traceOf, type Trace } from "../scheduling/doors";
import { covered, keyOf } from "../scheduling/guesses";
import { ranked } from "../scheduling/ranking";
import { aboutDecision } from "../scheduling/sentences";
import { showDecision } from "../scheduling/state";

const BEST = 5; // nodes named here

export function Scheduling({ object }: { object: Sketch }) {
  const [trace, setTrace] = useState<Trace | null>(null);
  const [problem, setProblem] = useState("");
  const hidden = covered(keyOf(object, ""));
  useEffect(() => {
    let mine = true;
    traceOf(object, "")
      .then((answer) => {
        if (!mine) return;
        setTrace(answer);
        setProblem("");
      })
      .catch((error: Error) => mine && setProblem(error.message));
    return () => {
      mine = false;
    };
  }, [object.id, object.revision]);
  return (
    <section class="section">
      {problem && (
        <p class="bad" role="alert">
          {problem}
        </p>
      )}
      {trace && !hidden && <Short trace={trace} />}
      <button class="button" onClick={() => showDecision(object)}>
        {hidden ? gettext("Guess where it goes") : gettext("Node by node")}
      </button>
    </section>
  );
}

function Short({ trace }: { trace: Trace }) {
  const best = ranked(trace).filter((node) => node.total !== null).slice(0, BEST);
  return (
    <>
      <p>{aboutDecision(trace) || trace.message}</p>
      {best.length > 0 && (
        <ol class="rows totals">
          {best.map((node) => (
            <li key={node.name} class="row">
              <b>{node.name}</b>
              <span>{node.fate === "chosen" ? gettext("chosen") : node.fate === "tied" ? gettext("tie") : ""}</span>
              <span>{node.total}</span>
            </li>
          ))}
        </ol>
      )}
    </>
  );
}
