// The quotas of a namespace: for each resource a bar of what is used against what is allowed.
import { fill, gettext } from "../i18n/i18n";
import { Bar } from "./Bar";
import type { Quota } from "./doors";

export function Quotas({ namespace, quotas }: { namespace: string; quotas: Quota[] }) {
  if (!quotas.length) return <p class="hint">{gettext("No ResourceQuota: nothing bounds what the namespace holds in all.")}</p>;
  return (
    <div class="quota-cards">
      {quotas.map((quota) => (
        <article key={quota.name} class="quota-card" data-object={`resourcequotas/${namespace}/${quota.name}`}>
          <h4>{quota.name}</h4>
          {quota.scopes.length > 0 && <p class="quiet">{fill(gettext("counts only: %(scopes)s"), { scopes: quota.scopes.join(", ") })}</p>}
          {quota.isFresh && <p class="quiet">{gettext("The quota controller has not counted yet.")}</p>}
          <dl>
            {quota.rows.map((row) => (
              <div key={row.resource} class={row.share >= 1 ? "full" : ""}>
                <dt>{row.resource}</dt>
                <dd>
                  <Bar used={row.share} />
                  <span>{fill(gettext("%(used)s of %(hard)s"), { used: row.used, hard: row.hard })}</span>
                </dd>
              </div>
            ))}
          </dl>
        </article>
      ))}
    </div>
  );
}
