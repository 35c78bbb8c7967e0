// Who has to make way, and why that node's pods and not another's.
import { gettext, fill, ngettext } from "../i18n/i18n";
import { elapsed, shortTime } from "../live/clock";
import type { Candidate, Trace } from "./doors";
import { micros } from "./queue";

const MOST = 30; // candidates in the page

export function Preempted({ trace }: { trace: Trace }) {
  const candidates = trace.candidates ?? [];
  if (!trace.victims.length && !candidates.length) return null;
  const chosen = (one: Candidate): boolean => one.node === trace.nominatedNode;
  const shown = [...candidates].sort((a, b) => Number(chosen(b)) - Number(chosen(a))).slice(0, MOST);
  return (
    <details class="preempted" open>
      <summary>
        {trace.nominatedNode
          ? fill(ngettext("Preemption: %(n)s pod makes way on %(node)s", "Preemption: %(n)s pods make way on %(node)s", trace.victims.length), { n: trace.victims.length, node: trace.nominatedNode })
          : gettext("Preemption: no candidate was taken")}
      </summary>
      {trace.why && <p class="deciding">{trace.why}</p>}
      {shown.length > 0 && (
        <div class="plain-scroller">
          <table class="plain">
            <thead>
              <tr>
                <th scope="col">{gettext("node")}</th>
                <th scope="col">{gettext("PDBs violated")}</th>
                <th scope="col">{gettext("highest priority")}</th>
                <th scope="col">{gettext("sum of priorities")}</th>
                <th scope="col">{gettext("victims")}</th>
                <th scope="col">{gettext("latest start")}</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((one) => (
                <tr key={one.node} class={chosen(one) ? "chosen" : ""} data-object={`nodes//${one.node}`}>
                  <th scope="row">
                    {one.node} {chosen(one) && <em>{gettext("chosen")}</em>}
                  </th>
                  <td>{one.pdbViolations}</td>
                  <td>{one.highestPriority}</td>
                  <td>{one.prioritySum}</td>
                  <td class="names">{one.victims.map((victim) => `${victim.namespace}/${victim.name} (${victim.priority})`).join(", ")}</td>
                  <td>{one.latestStart ? shortTime(elapsed(micros(one.latestStart))) : "–"}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {candidates.length > MOST && <p class="quiet">{fill(gettext("and %(n)s more"), { n: candidates.length - MOST })}</p>}
      {!candidates.length && <p class="names">{trace.victims.map((victim) => `${victim.namespace}/${victim.name}`).join(", ")}</p>}
    </details>
  );
}
