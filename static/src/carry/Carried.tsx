// What is carried, beside the pointer, while the pointer is over the board.
import { useEffect, useRef } from "preact/hooks";
import { nameOf } from "../build/body";
import { Icon } from "../parts/Icon";
import { Tile } from "../parts/PodTile";
import { draft, dragging, target, type Draft } from "./carry";
import { qosOf } from "./pods";

/** A picture of it: a pod as the map draws it, all else by the sign of its kind. */
export function Picture({ held, size }: { held: Draft; size: number }) {
  return held.value.kind === "Pod" ? <Tile phase="Pending" qos={qosOf(held.value)} size={size} /> : <Icon name={held.about.icon} size={Math.round(size * 0.7)} />;
}

export function CarriedCard({ held }: { held: Draft }) {
  return (
    <>
      <Picture held={held} size={34} />
      <span>
        <b>{nameOf(held.value) || held.about.title()}</b>
        <small>{held.about.line?.(held.value) || held.about.title()}</small>
      </span>
    </>
  );
}

/** Follows the pointer by itself: a render for each movement would be too slow. */
export function Carried({ board }: { board: () => HTMLElement | null }) {
  const box = useRef<HTMLDivElement>(null);
  const held = draft.value;
  useEffect(() => {
    const area = board();
    if (!area || !held) return undefined;
    const follow = (event: PointerEvent): void => {
      const card = box.current;
      if (!card || event.pointerType === "touch") return;
      const bounds = area.getBoundingClientRect();
      card.style.transform = `translate(${event.clientX - bounds.left + 10}px, ${event.clientY - bounds.top + 10}px)`;
      card.classList.add("shown");
    };
    const leave = (): void => {
      box.current?.classList.remove("shown");
      if (!dragging.value) target.value = null;
    };
    area.addEventListener("pointermove", follow);
    area.addEventListener("pointerleave", leave);
    return () => {
      area.removeEventListener("pointermove", follow);
      area.removeEventListener("pointerleave", leave);
    };
  }, [held]);
  if (!held || dragging.value) return null;
  return (
    <div class="carried" ref={box} aria-hidden="true">
      <CarriedCard held={held} />
    </div>
  );
}
