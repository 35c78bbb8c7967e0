// Over the map while something is carried: "Put it here" at each place that takes it, or the filter that refuses the pod.
import { useEffect, useRef } from "preact/hooks";
import type { Place } from "../build/kind";
import { bypass, CLUSTER, draft, mistakes, putHere, target, verdicts } from "../carry/carry";
import { putWords, same } from "../carry/places";
import { gettext, fill } from "../i18n/i18n";
import { Icon } from "../parts/Icon";
import type { Verdict } from "../live/http";
import type { Card } from "./layout";
import { EDGE, layout } from "./painter";

const MOST = 120; // cards; with more of them the bars and the keys have to do

export function CarryOverlay() {
  const held = draft.value;
  if (!held || (mistakes.value.length && !verdicts.value)) return null; // no place takes what the API server refuses
  const takes = held.about.places(held.value);
  if (takes.includes("zone")) return <Zones />;
  const onNodes = takes.includes("node");
  return (
    <>
      {takes[0] === "cluster" && <Whole />}
      {(onNodes || verdicts.value !== null) && layout.value.cards.slice(0, MOST).map((card) => (
        <Node key={card.node.name} card={card} verdict={verdicts.value?.get(card.node.name)} takes={onNodes} />
      ))}
    </>
  );
}

interface Box {
  x: number;
  y: number;
  w: number;
  h: number;
}

/** An element that lies over a part of the map. */
function useBox(box: Box) {
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const style = element.current!.style;
    style.left = `${EDGE + box.x}px`;
    style.top = `${EDGE + box.y}px`;
    style.width = `${box.w}px`;
    style.height = `${box.h}px`;
  });
  return element;
}

function Node({ card, verdict, takes }: { card: Card; verdict: Verdict | undefined; takes: boolean }) {
  const place: Place = { kind: "node", name: card.node.name };
  const box = useBox({ x: card.x + 8, y: card.y, w: card.w - 16, h: card.h - (card.compact ? 6 : 27) });
  const refused = verdict && !verdict.feasible && !bypass.value;
  return (
    <div class={`place${card.compact ? " compact" : ""}${same(target.value, place) ? " aimed" : ""}${refused ? " refused" : ""}`} ref={box}>
      {refused && (
        <div class="verdict">
          <b>
            <Icon name="refused" size={14} />
            {verdict.plugin}
          </b>
          {!card.compact && <p>{verdict.reasons.join(", ")}</p>}
          {takes && (
            <button class="anyway" aria-label={fill(gettext("Put it here anyway: %(node)s"), { node: place.name })} onClick={() => void putHere(place)}>
              {gettext("Put it here anyway")}
            </button>
          )}
        </div>
      )}
      {!refused && takes && <Put place={place} keyed={!card.compact} />}
    </div>
  );
}

function Put({ place, keyed }: { place: Place; keyed: boolean }) {
  return (
    <button class="put" aria-label={putWords(place)} onClick={() => void putHere(place)} onFocus={() => (target.value = place)}>
      {gettext("Put it here")}
      {keyed && same(target.value, place) && <kbd>Enter</kbd>}
    </button>
  );
}

/** The map itself is the place: one button in the middle, which stays in sight. */
function Whole() {
  return (
    <div class={`place whole${same(target.value, CLUSTER) ? " aimed" : ""}`}>
      <Put place={CLUSTER} keyed />
    </div>
  );
}

/** All cards of a zone are one place. */
function Zones() {
  const zones = new Map<string, Box>();
  for (const { node, x, y, w, h } of layout.value.cards) {
    if (!node.zone) continue;
    const held = zones.get(node.zone);
    zones.set(node.zone, held ? { ...held, w: Math.max(held.w, x + w - held.x), h: y + h - held.y } : { x, y, w, h });
  }
  return (
    <>
      {[...zones].map(([name, box]) => (
        <Zone key={name} name={name} box={box} />
      ))}
    </>
  );
}

function Zone({ name, box }: { name: string; box: Box }) {
  const place: Place = { kind: "zone", name };
  const element = useBox(box);
  return (
    <div class={`place zone${same(target.value, place) ? " aimed" : ""}`} ref={element}>
      <Put place={place} keyed />
    </div>
  );
}
