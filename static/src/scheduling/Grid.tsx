// The grid of one decision: node by plugin, filter, then score, then select.
import { useEffect, useState } from "preact/hooks";
import { narrow } from "../app/screen";
import { gettext, fill, ngettext } from "../i18n/i18n";
import type { Trace } from "./doors";
import { cellsOf } from "./cells";
import { broken } from "./plugins";
import { chosenRows, filtersOf, scorersOf, stages } from "./ranking";
import { narrowCells } from "./narrow";
import { hint } from "./sentences";
import { sort, sought } from "./state";
import { Table } from "./Table";

const WIDTHS = { node: 124, filter: 24, filters: 180, score: 92, scores: 240, total: 84, select: 130 }; // pixels

const LEGEND = [
  { kind: "", mark: "✓", word: () => gettext("passed") },
  { kind: "refuses", mark: "✕", word: () => gettext("refused") },
  { kind: "", mark: "–", word: () => gettext("not asked") },
];

export function Grid({ trace }: { trace: Trace }) {
  const [sentence, tell] = useState("");
  useEffect(() => tell(""), [trace]);
  const rows = chosenRows(trace, sort.value === "name", sought.value);
  const filters = filtersOf(trace);
  const scorers = scorersOf(trace);
  const most = scorers.reduce((sum, name) => sum + 100 * (trace.weights[name] ?? 1), 0);
  const isNarrow = narrow.value;
  const widths = [
    WIDTHS.node,
    ...filters.map(() => Math.max(WIDTHS.filter, WIDTHS.filters / filters.length)),
    ...scorers.map(() => Math.max(WIDTHS.score, WIDTHS.scores / scorers.length)),
    ...(scorers.length ? [WIDTHS.total, 0] : [0, WIDTHS.select]),
  ];
  return (
    <>
      <Table
        label={gettext("The decision, node by node")}
        widths={isNarrow ? [0, 92] : widths}
        head={isNarrow ? <NarrowHead trace={trace} /> : <Head trace={trace} filters={filters} scorers={scorers} most={most} />}
        headRows={isNarrow ? 1 : 2}
        rows={rows}
        rowHeight={isNarrow ? 64 : 40}
        keyOf={(node) => node.name}
        kindOf={(node) => node.fate}
        idOf={(node) => `nodes//${node.name}`}
        cells={(node) => (isNarrow ? narrowCells(trace, node, most) : cellsOf(trace, node, filters, scorers))}
        onTell={tell}
      />
      <div class="told">
        <p role="status">{sentence || hint()}</p>
        {!sentence && (
          <ul class="marks">
            {LEGEND.map(({ kind, mark, word }) => (
              <li key={mark}>
                <i class={kind}>{mark}</i>
                {word()}
              </li>
            ))}
          </ul>
        )}
      </div>
    </>
  );
}

function words(trace: Trace): { filtered: string; scored: string; selected: string } {
  const { all, left, ranked, tied } = stages(trace);
  return {
    filtered: fill(ngettext("%(all)s node, %(left)s left", "%(all)s nodes, %(left)s left", all), { all, left }),
    scored: left === 0 ? gettext("no node to rank") : ranked < left ? fill(gettext("%(ranked)s of the %(left)s looked at"), { ranked, left }) : gettext("raw → 0–100 → × weight"),
    selected: tied > 1 ? fill(gettext("drawn among %(n)s"), { n: tied }) : trace.node ? gettext("the most wins") : gettext("none"),
  };
}

function Head({ trace, filters, scorers, most }: { trace: Trace; filters: string[]; scorers: string[]; most: number }) {
  const { filtered, scored, selected } = words(trace);
  return (
    <>
      <tr aria-rowindex={1} class="stages">
        <td />
        <th scope="colgroup" colSpan={filters.length}>
          {gettext("1 Filter")} <small>{filtered}</small>
        </th>
        <th scope="colgroup" colSpan={Math.max(1, scorers.length)}>
          {gettext("2 Score")} <small>{scored}</small>
        </th>
        <th scope="colgroup" colSpan={scorers.length ? 2 : 1}>
          {gettext("3 Select")} <small>{selected}</small>
        </th>
      </tr>
      <tr aria-rowindex={2} class="plugins">
        <th scope="col" class="pinned">
          {gettext("node")}
        </th>
        {filters.map((name) => (
          <th key={name} scope="col" class="upright">
            <span>{name}</span>
          </th>
        ))}
        {scorers.map((name) => (
          <th key={name} scope="col">
            {broken(name)}
            <small>× {trace.weights[name] ?? 1}</small>
          </th>
        ))}
        {!scorers.length && <th scope="col">{gettext("reason")}</th>}
        <th scope="col">
          {gettext("total")}
          {most > 0 && <small>{fill(gettext("of %(most)s"), { most })}</small>}
        </th>
        {scorers.length > 0 && <td />}
      </tr>
    </>
  );
}

function NarrowHead({ trace }: { trace: Trace }) {
  const { filtered, selected } = words(trace);
  return (
    <tr aria-rowindex={1} class="plugins">
      <th scope="col">
        {gettext("1 Filter")} · {gettext("2 Score")} <small>{filtered}</small>
      </th>
      <th scope="col">
        {gettext("3 Select")} <small>{selected}</small>
      </th>
    </tr>
  );
}
