// What the namespace refused: in the API's own words, and, for a quota, as a sum that one can check.
import { fill, gettext } from "../i18n/i18n";
import { elapsed, shortTime } from "../live/clock";
import { Bar } from "./Bar";
import type { Exceeded, RefusalLine } from "./doors";
import { figure } from "./quantity";

export function Refused({ namespace, refusals }: { namespace: string; refusals: RefusalLine[] }) {
  if (!refusals.length) return <p class="hint">{gettext("Nothing was refused here lately.")}</p>;
  return (
    <ol class="refusals">
      {refusals.map((one) => (
        <li key={`${one.at} ${one.user} ${one.name}`} data-object={one.exceeded ? `resourcequotas/${namespace}/${one.exceeded.quota}` : undefined}>
          <h4>
            <time>{shortTime(elapsed(one.at))}</time>
            {fill(gettext("%(who)s: %(verb)s %(what)s"), { who: one.user, verb: one.verb, what: one.name ? `${one.resource} ${one.name}` : one.resource })}
            {one.count > 1 && <span class="badge">×{one.count}</span>}
          </h4>
          {one.exceeded && <Sum exceeded={one.exceeded} />}
          <p class="mono">{one.message}</p>
        </li>
      ))}
    </ol>
  );
}

function Sum({ exceeded }: { exceeded: Exceeded }) {
  return (
    <dl>
      {exceeded.rows.map((row) => {
        const hard = figure(row.hard);
        const share = (text: string): number => (hard > 0 ? figure(text) / hard : Number(figure(text) > 0));
        return (
          <div key={row.resource} class="full">
            <dt>{row.resource}</dt>
            <dd>
              <Bar used={share(row.used)} asked={share(row.requested)} />
              <span>{fill(gettext("%(used)s used + %(requested)s asked for is more than the %(hard)s of %(quota)s"), { ...row, quota: exceeded.quota })}</span>
            </dd>
          </div>
        );
      })}
    </dl>
  );
}
