// The Events view: the log of the cluster, narrowed down; any line leads to the chain of its causes.
import { useEffect, useState } from "preact/hooks";
import { light } from "../app/spotlight";
import { select } from "../app/state";
import { showView } from "../app/views";
import { gettext } from "../i18n/i18n";
import { ChainOfCauses } from "../inspector/Why";
import { useCalm } from "../live/calm";
import { elapsed, past, shortTime } from "../live/clock";
import { objects, revision, version } from "../live/store";
import { chainOf, type Chain, type Line } from "./doors";
import { Filters } from "./Filters";
import { choose, chosen, filter } from "./filter";
import { useLines } from "./lines";
import "../styles/reading.css";
import "./events.css";

const CALM = 1000; // ms between two looks while the cluster changes

function EventsView() {
  const lately = useCalm(revision.value, CALM);
  const { lines, more, problem, busy, older } = useLines(filter.value, lately, past.value === null ? null : lately + 1);
  return (
    <div class="events-view" role="region" aria-label={gettext("Events and why")}>
      <header class="heading">
        <div>
          <h2>{gettext("Events and why")}</h2>
          <p>{gettext("Every change of the cluster, newest first. Choose a line to see what led to it.")}</p>
        </div>
      </header>
      <Filters />
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <div class={chosen.value === null ? "log-parts" : "log-parts with-chain"}>
        <div class="log-scroll" tabIndex={0} role="region" aria-label={gettext("Lines of the log")}>
          {!lines.length && <p class="hint">{busy ? gettext("Asking…") : gettext("No line of the log matches.")}</p>}
          <ol class="log-lines">
            {lines.map((line) => (
              <LogLine key={line.revision} line={line} />
            ))}
          </ol>
          {more !== null && (
            <button class="button" onClick={older} disabled={busy}>
              {gettext("Older lines")}
            </button>
          )}
        </div>
        {chosen.value !== null && <Behind key={chosen.value} revision={chosen.value} />}
      </div>
    </div>
  );
}

function LogLine({ line }: { line: Line }) {
  return (
    <li class={`op-${line.op.toLowerCase()}`} data-object={line.id}>
      <button aria-pressed={line.revision === chosen.value} onClick={() => choose(line.revision === chosen.value ? null : line.revision)}>
        <time>{shortTime(elapsed(line.at))}</time>
        <b>{`${line.kind} ${line.name}`}</b>
        <span class="by">
          {line.component} · <span class="mono">{line.rule}</span>
        </span>
        <span class="sentence">{line.sentence}</span>
      </button>
    </li>
  );
}

/** The chain behind a line, and the way to its objects on the map. */
function Behind({ revision: at }: { revision: number }) {
  const [chain, setChain] = useState<Chain | null>(null);
  const [problem, setProblem] = useState("");
  useEffect(() => {
    let mine = true;
    chainOf(at)
      .then((told) => mine && setChain(told))
      .catch((error: Error) => mine && setProblem(error.message));
    return () => {
      mine = false;
    };
  }, [at]);
  void version.value;
  const ids = [...new Set(chain?.steps.map((step) => step.id))];
  const there = ids.filter((id) => objects.has(id));
  const show = (): void => {
    light(ids);
    select(there[0]!, "why");
    showView("map");
  };
  return (
    <aside class="log-chain" aria-label={gettext("Why")} tabIndex={0}>
      <div class="chain-head">
        {there.length > 0 && (
          <button class="button" onClick={show}>
            {gettext("Show on the map")}
          </button>
        )}
        <button class="button" onClick={() => choose(null)}>
          {gettext("Close")}
        </button>
      </div>
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {chain ? <ChainOfCauses chain={chain} about={chain.id} /> : !problem && <p class="hint">{gettext("Asking…")}</p>}
    </aside>
  );
}

export { EventsView as Component };
