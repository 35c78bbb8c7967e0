// The same row on a phone: what the filters said or how the total is made up, and the total.
import { fill, gettext } from "../i18n/i18n";
import { Total } from "./cells";
import type { Trace } from "./doors";
import { bestOf, type Ranked } from "./ranking";
import { aboutRefusal, aboutTotal } from "./sentences";
import type { Cell } from "./Table";

export function narrowCells(trace: Trace, node: Ranked, most: number): Cell[] {
  const best = bestOf(trace);
  const tell = [aboutTotal(trace, node, best), parts(node)].filter(Boolean).join(" ");
  const name: Cell = { key: "node", heads: true, kind: "folded", content: <Folded node={node} most={most} />, tell };
  if (node.fate === "refused") return [{ ...name, span: 2, tell: aboutRefusal(node) }];
  return [name, { key: "total", kind: "total", content: <Total trace={trace} node={node} best={best} />, tell }];
}

const parts = (node: Ranked): string =>
  Object.entries(node.scores)
    .map(([plugin, score]) => fill(gettext("%(plugin)s %(weighted)s"), { plugin, weighted: score.weighted }))
    .join(", ");

function Folded({ node, most }: { node: Ranked; most: number }) {
  if (node.filter) {
    return (
      <>
        <span class="name">{node.name}</span>
        <span class="why-not">
          <i class="refuses" aria-hidden="true">
            ✕
          </i>{" "}
          {node.filter.plugin}: {node.filter.reasons.join(", ")}
        </span>
      </>
    );
  }
  return (
    <>
      <span class="name">{node.name}</span>
      {node.fate === "spared" ? (
        <span class="quiet">{gettext("could take it, was not looked at")}</span>
      ) : (
        <span class="stack" aria-hidden="true">
          {Object.entries(node.scores).map(([plugin, score]) => (
            <i key={plugin} style={{ width: `${(100 * score.weighted) / (most || 1)}%` }} />
          ))}
        </span>
      )}
    </>
  );
}
