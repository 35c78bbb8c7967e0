// The limit ranges of a namespace as tables, and what they wrote into pods.
import { select } from "../app/state";
import { gettext } from "../i18n/i18n";
import { objects } from "../live/store";
import type { Bound, Bounds } from "./doors";

const COLUMNS: { key: keyof Bound; title: () => string }[] = [
  { key: "min", title: () => "min" },
  { key: "max", title: () => "max" },
  { key: "defaultRequest", title: () => "defaultRequest" },
  { key: "default", title: () => "default" },
  { key: "maxLimitRequestRatio", title: () => "maxLimitRequestRatio" },
];

export function Limits({ namespace, ranges }: { namespace: string; ranges: Bounds["limitRanges"] }) {
  if (!ranges.length) return <p class="hint">{gettext("No LimitRange: a container that says nothing requests nothing.")}</p>;
  return (
    <>
      {ranges.map((range) => (
        <article key={range.name} class="limit-range" data-object={`limitranges/${namespace}/${range.name}`}>
          <h4>{range.name}</h4>
          <div class="scrolls" tabIndex={0} role="region" aria-label={range.name}>
            <table>
              <thead>
                <tr>
                  <th scope="col">{gettext("For each")}</th>
                  <th scope="col">{gettext("Resource")}</th>
                  {COLUMNS.map((column) => (
                    <th key={column.key} scope="col">
                      {column.title()}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {range.limits.flatMap((limit) =>
                  limit.rows.map((row) => (
                    <tr key={`${limit.type} ${row.resource}`}>
                      <td>{limit.type}</td>
                      <th scope="row">{row.resource}</th>
                      {COLUMNS.map((column) => (
                        <td key={column.key}>{row[column.key] ?? "–"}</td>
                      ))}
                    </tr>
                  )),
                )}
              </tbody>
            </table>
          </div>
        </article>
      ))}
    </>
  );
}

export function Filled({ namespace, filled }: { namespace: string; filled: Bounds["filled"] }) {
  if (!filled.length) return <p class="hint">{gettext("Nothing: every container says itself what it requests and may use.")}</p>;
  return (
    <ul class="filled">
      {filled.map((one) => {
        const id = `pods/${namespace}/${one.pod}`;
        return (
          <li key={one.pod} data-object={id}>
            {objects.has(id) ? (
              <button class="link" onClick={() => select(id)}>
                {one.pod}
              </button>
            ) : (
              <b>{one.pod}</b>
            )}
            <span>{one.text}</span>
          </li>
        );
      })}
    </ul>
  );
}
