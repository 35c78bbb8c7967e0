// The full name of what the pointer is on, where the map had to shorten it.
import { useEffect, useRef } from "preact/hooks";
import { draft } from "../carry/carry";
import { isNode, isPod } from "../live/protocol";
import { objects, version } from "../live/store";
import { amounts, phaseWord } from "../live/words";
import { hovered, layout, type Painter } from "./painter";

const GAP = 10;

export function Tip({ place }: { place: () => Painter | null }) {
  void version.value;
  const box = useRef<HTMLDivElement>(null);
  const found = hovered.value === null || draft.value ? undefined : objects.get(hovered.value);
  useEffect(() => {
    const area = box.current?.parentElement;
    const where = found && anchor(found.id);
    if (!box.current || !area || !where || !place()) return;
    const width = box.current.offsetWidth;
    const { scrollTop: scrolled, scrollLeft } = area.querySelector(".map-scroller")!;
    const top = where.y - scrolled - box.current.offsetHeight - GAP + 6;
    box.current.style.left = `${Math.max(0, Math.min(area.clientWidth - width, where.x - 4 - scrollLeft))}px`;
    box.current.style.top = `${top < 0 ? where.y + where.h - scrolled + GAP + 6 : top}px`;
  });
  if (!found) return null;
  return (
    <div class="tip" ref={box} aria-hidden="true">
      <b>{found.name}</b>
      {isPod(found) && (
        <span>
          {found.status === found.phase ? phaseWord(found.phase) : `${phaseWord(found.phase)} · ${found.status}`} · {found.qos} · {amounts(found.requests)}
        </span>
      )}
      {isNode(found) && found.taints.map((taint) => <span key={taint.key + taint.effect}>{`${taint.key}${taint.value ? `=${taint.value}` : ""}:${taint.effect}`}</span>)}
    </div>
  );
}

function anchor(id: string): { x: number; y: number; h: number } | undefined {
  const { cards, byNode } = layout.value;
  const found = objects.get(id);
  const card = found && isPod(found) ? (byNode.get(found.node) ?? cards.find((one) => one.pods.some((cell) => cell.pod.id === id))) : cards.find((one) => one.node.id === id);
  if (!card) return undefined;
  if (card.node.id === id) return { x: card.x + 8, y: card.y + Math.min(20, card.h / 2), h: 4 };
  return card.pods.find((one) => one.pod.id === id) ?? card.system.find((one) => one.pod.id === id);
}
