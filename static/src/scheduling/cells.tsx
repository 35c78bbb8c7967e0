// The cells of a node's row: a mark for each filter, figures for each scorer, the total.
import { gettext, fill } from "../i18n/i18n";
import type { Score, Trace } from "./doors";
import { bestOf, type Ranked } from "./ranking";
import { aboutFilter, aboutRefusal, aboutScore, aboutTotal } from "./sentences";
import type { Cell } from "./Table";

export function cellsOf(trace: Trace, node: Ranked, filters: string[], scorers: string[]): Cell[] {
  const best = bestOf(trace);
  const tell = aboutTotal(trace, node, best);
  const rest = scorers.length ? 1 : 0; // the column that takes the room that is left
  return [
    { key: "node", heads: true, kind: "pinned", content: <span title={node.name}>{node.name}</span>, tell },
    ...filters.map((plugin) => filterCell(node, plugin, filters)),
    ...(node.fate === "refused"
      ? [{ key: "reason", span: scorers.length + 2, kind: "reason", content: <Reason node={node} />, tell: aboutRefusal(node) }]
      : [...scoreCells(trace, node, scorers), { key: "total", span: 1 + rest, kind: "total", content: <Total trace={trace} node={node} best={best} />, tell }]),
  ];
}

function filterCell(node: Ranked, plugin: string, filters: string[]): Cell {
  const at = filters.indexOf(plugin);
  const end = node.filter ? filters.indexOf(node.filter.plugin) : filters.length;
  const [mark, kind, word] = at < end ? ["✓", "passed", gettext("passed")] : at === end ? ["✕", "refuses", gettext("refused")] : ["–", "unasked", gettext("not asked")];
  return {
    key: `filter:${plugin}`,
    kind: `mark ${kind}`,
    content: (
      <>
        <span aria-hidden="true">{mark}</span>
        <span class="hidden-text">{word}</span>
      </>
    ),
    tell: aboutFilter(node, plugin, filters),
  };
}

function scoreCells(trace: Trace, node: Ranked, scorers: string[]): Cell[] {
  if (node.fate === "spared") {
    const content = <span class="quiet">{gettext("could take it, was not looked at")}</span>;
    return [{ key: "spared", span: Math.max(1, scorers.length), kind: "reason", content, tell: aboutTotal(trace, node, 0) }];
  }
  if (!scorers.length) return [{ key: "spared", kind: "reason", content: "", tell: aboutTotal(trace, node, 0) }];
  return scorers.map((plugin) => {
    const score = node.scores[plugin];
    return {
      key: `score:${plugin}`,
      kind: "score",
      content: score ? <Figures score={score} weight={trace.weights[plugin] ?? 1} /> : <span class="quiet">–</span>,
      tell: aboutScore(trace, node, plugin),
    };
  });
}

function Figures({ score, weight }: { score: Score; weight: number }) {
  return (
    <>
      <span class="figures">
        <i title={String(score.raw)}>{score.raw}</i>
        <i>{score.normalized}</i>
        <b>{score.weighted}</b>
      </span>
      <span class="bar" aria-hidden="true">
        <i style={{ width: `${Math.min(100, score.weighted / weight)}%` }} />
      </span>
    </>
  );
}

export function Reason({ node }: { node: Ranked }) {
  return (
    <>
      <b>{node.filter!.reasons.join(", ")}</b>
      <span>{node.filter!.plugin}</span>
    </>
  );
}

export function Total({ trace, node, best }: { trace: Trace; node: Ranked; best: number }) {
  if (node.total === null && node.fate !== "chosen") return <span class="quiet">–</span>;
  const words = {
    chosen: trace.ties.length > 1 ? fill(gettext("drawn among %(n)s"), { n: trace.ties.length }) : gettext("chosen"),
    tied: gettext("tie"),
    ranked: `−${best - (node.total ?? 0)}`,
    spared: "",
    refused: "",
  };
  return (
    <>
      <b>{node.total ?? "–"}</b>
      <span>{words[node.fate]}</span>
    </>
  );
}
