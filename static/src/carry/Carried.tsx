// The carried pod beside the pointer, while the pointer is over the board.
import { useEffect, useRef } from "preact/hooks";
import { Tile } from "../parts/PodTile";
import { aim, draft, dragging } from "./carry";
import { qosOf, requestOf, type PodManifest } from "./manifest";
import { amounts } from "../live/words";

export function CarriedCard({ pod }: { pod: PodManifest }) {
  return (
    <>
      <Tile phase="Pending" qos={qosOf(pod)} size={34} />
      <span>
        <b>{pod.metadata.name}</b>
        <small>{amounts(requestOf(pod))}</small>
      </span>
    </>
  );
}

/** Follows the pointer by itself: a render for each movement would be too slow. */
export function Carried({ board }: { board: () => HTMLElement | null }) {
  const box = useRef<HTMLDivElement>(null);
  const pod = draft.value;
  useEffect(() => {
    const area = board();
    if (!area || !pod) return undefined;
    const follow = (event: PointerEvent): void => {
      const card = box.current;
      if (!card || event.pointerType === "touch") return;
      const bounds = area.getBoundingClientRect();
      card.style.transform = `translate(${event.clientX - bounds.left + 10}px, ${event.clientY - bounds.top + 10}px)`;
      card.classList.add("shown");
    };
    const leave = (): void => {
      box.current?.classList.remove("shown");
      if (!dragging.value) aim.value = null;
    };
    area.addEventListener("pointermove", follow);
    area.addEventListener("pointerleave", leave);
    return () => {
      area.removeEventListener("pointermove", follow);
      area.removeEventListener("pointerleave", leave);
    };
  }, [pod]);
  if (!pod || dragging.value) return null;
  return (
    <div class="carried" ref={box} aria-hidden="true">
      <CarriedCard pod={pod} />
    </div>
  );
}
