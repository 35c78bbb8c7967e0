// The pods of a node in the order in which they go when a resource is short, with the keys of that order.
import { useState } from "preact/hooks";
import { select } from "../app/state";
import { fill, gettext, ngettext } from "../i18n/i18n";
import type { Place, Pressure, Ranking, Resource } from "./eviction";
import { amount, reasonWords } from "./evictionWords";

const SHOWN = 10;

export function Ranked({ told }: { told: Pressure }) {
  const [chosen, choose] = useState<Resource | null>(null);
  const wanted = chosen ?? (told.short || "memory");
  const ranking = told.rankings.find((one) => one.resource === wanted) ?? told.rankings[0];
  if (!ranking) return null;
  return (
    <section class="section ranked">
      <h3>{gettext("Who goes first")}</h3>
      <div class="resources" role="group" aria-label={gettext("What is short")}>
        {told.rankings.map(({ resource }) => (
          <button key={resource} class="button" aria-pressed={resource === ranking.resource} onClick={() => choose(resource)}>
            {resource}
          </button>
        ))}
      </div>
      <Table key={ranking.resource} ranking={ranking} />
    </section>
  );
}

function Table({ ranking }: { ranking: Ranking }) {
  const [whole, showWhole] = useState(false);
  const { pods, resource } = ranking;
  const shown = whole ? pods : pods.slice(0, SHOWN);
  const rest = pods.length - shown.length;
  if (!pods.length) return <p class="hint">{gettext("No pod runs here.")}</p>;
  return (
    <>
      <div class="ranked-table" tabIndex={0} role="region" aria-label={gettext("Who goes first")}>
        <table>
          <thead>
            <tr>
              <th scope="col">{gettext("Over request")}</th>
              <th scope="col">{gettext("Priority")}</th>
              <th scope="col">{gettext("Usage − request")}</th>
            </tr>
          </thead>
          {shown.map((one, n) => (
            <Row key={`${one.namespace}/${one.name}`} place={one} resource={resource} next={pods.slice(n + 1).find((other) => !other.spared)} />
          ))}
        </table>
      </div>
      {rest > 0 && (
        <button class="link" onClick={() => showWhole(true)}>
          {fill(ngettext("Show %(n)s more pod", "Show %(n)s more pods", rest), { n: rest })}
        </button>
      )}
    </>
  );
}

function Row({ place, resource, next }: { place: Place; resource: Resource; next: Place | undefined }) {
  return (
    <tbody class={place.first ? "first" : place.spared ? "spared" : ""} data-object={`pods/${place.namespace}/${place.name}`} data-pod={`${place.namespace}/${place.name}`}>
      <tr>
        <th scope="rowgroup" colSpan={3}>
          <button class="link" onClick={() => select(`pods/${place.namespace}/${place.name}`)}>
            {place.name}
          </button>
          {place.first && <span class="first-mark">{place.goes ? gettext("goes now") : gettext("first to go")}</span>}
        </th>
      </tr>
      <tr>
        <td>{!place.seen ? "—" : place.over ? gettext("yes") : gettext("no")}</td>
        <td>{place.priority}</td>
        <td>{place.seen ? amount(resource, place.excess) : "—"}</td>
      </tr>
      <tr class="reason">
        <td colSpan={3}>{reasonWords(place, resource, next)}</td>
      </tr>
    </tbody>
  );
}
