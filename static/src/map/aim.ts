// Choosing a place with the arrow keys while something is carried: the nearest card in that direction, or the next in the list.
import { draft, target } from "../carry/carry";
import { placesFor, same } from "../carry/places";
import { layout } from "./painter";
import type { Card } from "./layout";

const DIRECTIONS: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export function moveAim(key: string): void {
  const held = draft.value;
  if (!held) return;
  if (held.about.places(held.value).includes("node")) return moveOverCards(key);
  const places = placesFor(held);
  const at = places.findIndex((one) => same(one, target.value));
  const [dx, dy] = DIRECTIONS[key]!;
  const next = at < 0 ? 0 : (at + dx + dy + places.length) % places.length;
  target.value = places[next] ?? null;
}

function moveOverCards(key: string): void {
  const { cards, byNode } = layout.value;
  const from = target.value?.kind === "node" ? byNode.get(target.value.name) : undefined;
  const to = from ? nearest(cards, from, DIRECTIONS[key]!) : cards[0];
  if (to) target.value = { kind: "node", name: to.node.name };
}

function nearest(cards: Card[], from: Card, [dx, dy]: [number, number]): Card {
  let best = from;
  let least = Infinity;
  for (const card of cards) {
    const x = card.x + card.w / 2 - from.x - from.w / 2;
    const y = card.y + card.h / 2 - from.y - from.h / 2;
    const along = x * dx + y * dy;
    const aside = Math.abs(x * dy) + Math.abs(y * dx);
    if (along <= 1 || along + 3 * aside >= least) continue;
    least = along + 3 * aside;
    best = card;
  }
  return best;
}
