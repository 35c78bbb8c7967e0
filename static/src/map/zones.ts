// The nodes as the map groups them: by zone, the control plane first.
import { gettext } from "../i18n/i18n";
import type { NodeSketch } from "../live/protocol";
import { natural, nodes } from "../live/store";
import type { Zone } from "./layout";

const rank = (node: NodeSketch): number => (node.roles.includes("control-plane") ? 0 : 1);

export function zones(): Zone[] {
  const found = new Map<string, NodeSketch[]>();
  for (const node of nodes.values()) {
    if (!found.has(node.zone)) found.set(node.zone, []);
    found.get(node.zone)!.push(node);
  }
  // The nodes without a zone come last, unless nothing has one.
  const names = [...found.keys()].sort((a, b) => Number(!a) - Number(!b) || natural(a, b));
  return names.map((name) => ({
    name: name || gettext("no zone"),
    nodes: found.get(name)!.sort((a, b) => rank(a) - rank(b) || natural(a.name, b.name)),
  }));
}
