// The pods that wait for a node, each with the reason that the scheduler gave.
import { select, selection } from "../app/state";
import { gettext, fill } from "../i18n/i18n";
import { paused } from "../live/clock";
import type { PodSketch } from "../live/protocol";
import { version, waiting } from "../live/store";
import { nameParts } from "../live/words";
import { PodTile } from "../parts/PodTile";

const SHOWN = 30;

export function Queue() {
  void version.value;
  const pods = [...waiting.values()];
  return (
    <section class="queue">
      <h2>
        {gettext("Pending pods")} <span class="badge">{pods.length}</span>
      </h2>
      {pods.length === 0 && <p class="queue-empty">{gettext("No pod waits for a node.")}</p>}
      <ul>
        {pods.slice(0, SHOWN).map((pod) => (
          <Waiting key={pod.id} pod={pod} />
        ))}
      </ul>
      {pods.length > SHOWN && <p class="queue-empty">{fill(gettext("and %(n)s more"), { n: pods.length - SHOWN })}</p>}
    </section>
  );
}

/** "0/6 nodes are available: 5 Insufficient cpu, 1 node(s) had ... preemption: ..." as lines of a list. */
function reasons(message: string): { head: string; lines: string[] } {
  const [, head = message, rest = ""] = /^(\d+\/\d+ nodes are available):? ?(.*)$/s.exec(message) ?? [];
  const lines = rest.split(/\.? ?(?:no new claims|preemption:)/)[0]!.split(/, (?=\d+ )/).map((line) => line.replace(/\.$/, ""));
  return { head, lines: lines.filter(Boolean) };
}

function Waiting({ pod }: { pod: PodSketch }) {
  const [name, rest] = nameParts(pod);
  const { head, lines } = reasons(pod.message);
  return (
    <li>
      <button class="waiting" aria-pressed={selection.value === pod.id} onClick={() => select(pod.id, pod.message ? "why" : "overview")} title={pod.name}>
        <PodTile pod={pod} />
        <span>
          <b>{name}</b> {rest && <i class="mono">{rest}</i>}
          {pod.message ? <em class="warn">{gettext("unschedulable")}</em> : <em>{paused.value ? gettext("waits: the clock is paused") : gettext("waits for the scheduler")}</em>}
        </span>
        {pod.message && (
          <span class="reasons">
            <span>{head}</span>
            {lines.map((line) => (
              <Reason key={line} line={line} />
            ))}
          </span>
        )}
      </button>
    </li>
  );
}

/** "4 Insufficient cpu": the number of nodes stands in a column of its own. */
function Reason({ line }: { line: string }) {
  const [, count, why = line] = /^(\d+) (?:node\(s\) )?(.*)$/s.exec(line) ?? [];
  return (
    <span class="reason">
      <b>{count}</b>
      <span>{why}</span>
    </span>
  );
}
