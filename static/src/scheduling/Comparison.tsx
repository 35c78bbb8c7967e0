// Two decisions about one pod in one table; the cells that differ stand out.
import { useMemo, useState } from "preact/hooks";
import { narrow } from "../app/screen";
import { gettext, fill, ngettext } from "../i18n/i18n";
import type { Trace } from "./doors";
import { broken } from "./plugins";
import { bestOf, ranked, scorersOf, type Ranked } from "./ranking";
import { aboutRefusal, aboutScore, aboutTotal, hint } from "./sentences";
import { Table, type Cell } from "./Table";

interface Pair {
  name: string;
  a: Ranked;
  b: Ranked;
}

const WIDTHS = { node: 124, score: 40, total: 92, side: 380 }; // pixels; a side takes at least so much

export function Comparison({ a, b }: { a: Trace; b: Trace }) {
  const [only, showOnly] = useState(false);
  const [sentence, tell] = useState("");
  const pairs = useMemo(() => pairsOf(a, b), [a, b]);
  const plugins = narrow.value ? [] : scorersOf(a, b);
  const differing = pairs.filter((pair) => differs(pair, scorersOf(a, b)));
  const rows = only ? differing : pairs;
  const side = [...plugins.map(() => WIDTHS.score), narrow.value ? 0 : Math.max(WIDTHS.total, WIDTHS.side - WIDTHS.score * plugins.length)];
  const rest = narrow.value ? [] : [0];
  return (
    <>
      <p class="in-a-sentence">
        {outcome(a, b)} <label class="check"><input type="checkbox" checked={only} onChange={(event) => showOnly(event.currentTarget.checked)} /> {fill(ngettext("only the %(n)s node that differs", "only the %(n)s nodes that differ", differing.length), { n: differing.length })}</label>
      </p>
      <Table
        label={gettext("The two decisions, node by node")}
        widths={[narrow.value ? 110 : WIDTHS.node, ...side, ...side, ...rest]}
        head={<Head plugins={plugins} a={a} b={b} rest={rest.length > 0} />}
        headRows={2}
        rows={rows}
        rowHeight={40}
        keyOf={(pair) => pair.name}
        kindOf={(pair) => (pair.a.fate === "chosen" ? "chosen" : pair.b.fate === "chosen" ? "chosen-there" : "")}
        idOf={(pair) => `nodes//${pair.name}`}
        cells={(pair) => [
          { key: "node", heads: true, kind: "pinned", content: <span title={pair.name}>{pair.name}</span>, tell: aboutBoth(a, b, pair) },
          ...sideCells("a", a, pair.a, pair.b, plugins),
          ...sideCells("b", b, pair.b, pair.a, plugins),
        ]}
        onTell={tell}
      />
      <div class="told">
        <p role="status">{sentence || hint()}</p>
      </div>
    </>
  );
}

function pairsOf(a: Trace, b: Trace): Pair[] {
  const others = new Map(ranked(b).map((node) => [node.name, node]));
  return ranked(a).flatMap((node) => {
    const other = others.get(node.name);
    return other ? [{ name: node.name, a: node, b: other }] : [];
  });
}

const verdictOf = (node: Ranked): string => (node.filter ? `${node.filter.plugin}: ${node.filter.reasons.join(", ")}` : "");
const weightedOf = (node: Ranked, plugin: string): number | null => node.scores[plugin]?.weighted ?? null;
const totalDiffers = (one: Ranked, other: Ranked): boolean =>
  one.total !== other.total || verdictOf(one) !== verdictOf(other) || (one.fate === "chosen") !== (other.fate === "chosen");
const differs = ({ a, b }: Pair, plugins: string[]): boolean => totalDiffers(a, b) || plugins.some((plugin) => weightedOf(a, plugin) !== weightedOf(b, plugin));

function sideCells(side: string, trace: Trace, node: Ranked, other: Ranked, plugins: string[]): Cell[] {
  const tell = (sentence: string): string => `${side.toUpperCase()}: ${sentence}`;
  const mark = (is: boolean): string => (is ? " differs" : "");
  if (node.fate === "refused") {
    const content = <span title={verdictOf(node)}>{verdictOf(node)}</span>;
    return [{ key: `${side}:reason`, span: plugins.length + 1, kind: `reason ${side}${mark(totalDiffers(node, other))}`, content, tell: tell(aboutRefusal(node)) }];
  }
  const scores = plugins.map((plugin): Cell => {
    const is = weightedOf(node, plugin) !== weightedOf(other, plugin);
    return { key: `${side}:${plugin}`, kind: `number ${side}${mark(is)}`, content: weightedOf(node, plugin) ?? "–", tell: tell(aboutScore(trace, node, plugin)) };
  });
  const words = node.fate === "chosen" ? gettext("chosen") : node.fate === "tied" ? gettext("tie") : node.fate === "spared" ? gettext("not looked at") : `−${bestOf(trace) - (node.total ?? 0)}`;
  const content = (
    <>
      <b>{node.total ?? "–"}</b>
      <span>{words}</span>
    </>
  );
  return [...scores, { key: `${side}:total`, kind: `total ${side}${mark(totalDiffers(node, other))}`, content, tell: tell(aboutTotal(trace, node, bestOf(trace))) }];
}

const aboutBoth = (a: Trace, b: Trace, pair: Pair): string => `A: ${aboutTotal(a, pair.a, bestOf(a))} B: ${aboutTotal(b, pair.b, bestOf(b))}`;

function outcome(a: Trace, b: Trace): string {
  const nowhere = gettext("nowhere");
  if (a.node === b.node) return fill(gettext("Both say %(node)s."), { node: a.node ?? nowhere });
  return fill(gettext("A says %(a)s, B says %(b)s."), { a: a.node ?? nowhere, b: b.node ?? nowhere });
}

function Head({ plugins, a, b, rest }: { plugins: string[]; a: Trace; b: Trace; rest: boolean }) {
  const span = plugins.length + 1;
  return (
    <>
      <tr aria-rowindex={1} class="stages">
        <td />
        {["A", "B"].map((side) => (
          <th key={side} scope="colgroup" colSpan={span}>
            {side} <small>{(side === "A" ? a : b).profile}</small>
          </th>
        ))}
        {rest && <td />}
      </tr>
      <tr aria-rowindex={2} class="plugins">
        <th scope="col" class="pinned">
          {gettext("node")}
        </th>
        {[a, b].map((trace, side) => [
          ...plugins.map((plugin) => (
            <th key={`${side}${plugin}`} scope="col" class="upright">
              <span>{broken(plugin)}</span>
              <small>× {trace.weights[plugin] ?? 0}</small>
            </th>
          )),
          <th key={`${side}total`} scope="col">
            {gettext("total")}
          </th>,
        ])}
        {rest && <td />}
      </tr>
    </>
  );
}
