// Choosing a node with the arrow keys while a pod is carried: the nearest card in that direction.
import { aim } from "../carry/carry";
import { layout } from "./painter";
import type { Card } from "./layout";

const DIRECTIONS: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export function moveAim(key: string): void {
  const { cards, byNode } = layout.value;
  const from = aim.value === null ? undefined : byNode.get(aim.value);
  const to = from ? nearest(cards, from, DIRECTIONS[key]!) : cards[0];
  if (to) aim.value = to.node.name;
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
