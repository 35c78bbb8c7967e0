// The map itself: a scrolling area with the canvas, what floats over it, and the grid for those who do not see it.
import { effect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { selection, select } from "../app/state";
import { Carried } from "../carry/Carried";
import "../carry/asking";
import { draft, putHere, target } from "../carry/carry";
import { takesDrafts } from "../carry/drag";
import { placeAt } from "../carry/places";
import { gettext } from "../i18n/i18n";
import { connection } from "../live/socket";
import { nodes, version } from "../live/store";
import { CarryOverlay } from "./CarryOverlay";
import { Key } from "./Legend";
import { EDGE, hovered, layout, Painter } from "./painter";
import { NoNodes, Skeleton } from "./States";
import { Tip } from "./Tip";
import { Treegrid } from "./Treegrid";
import { zooms } from "./zoom";

export function Board() {
  const scroller = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const sizer = useRef<HTMLDivElement>(null);
  const painter = useRef<Painter | null>(null);
  useEffect(() => {
    const mine = new Painter(canvas.current!, scroller.current!, sizer.current!);
    painter.current = mine;
    const endDrops = takesDrafts(scroller.current!, (x, y) => placeAt(mine.at(x, y)));
    let carried = false;
    const endFocus = effect(() => {
      // Arrows and Enter now move the pod: what was pressed to lift it must not keep the focus.
      if (draft.value && !carried) scroller.current!.focus({ preventScroll: true });
      carried = draft.value !== null;
    });
    const endZoom = zooms(scroller.current!, mine.zoomAround);
    return () => {
      endZoom();
      endFocus();
      endDrops();
      mine.close();
    };
  }, []);

  const move = (event: PointerEvent): void => {
    const found = painter.current?.at(event.clientX, event.clientY);
    if (draft.value) {
      hovered.value = null;
      if (event.pointerType === "mouse") target.value = placeAt(found ?? null);
      return;
    }
    hovered.value = found ? (found.cell?.pod.id ?? found.card.node.id) : null;
    scroller.current!.style.cursor = found ? "pointer" : "";
  };
  const click = (event: MouseEvent): void => {
    if ((event.target as HTMLElement).closest("button")) return;
    const found = painter.current?.at(event.clientX, event.clientY);
    if (draft.value) {
      // Nodes and zones have a button of their own; all else is the map itself, or a tile.
      const place = placeAt(found ?? null);
      if (place?.kind === "node" || place?.kind === "zone") target.value = place;
      else if (place) void putHere(place);
      return;
    }
    const id = found ? (found.cell?.pod.id ?? found.card.node.id) : null;
    if (id?.startsWith("groups/")) return; // a zone is no object
    select(id === selection.value ? null : id);
  };

  return (
    <div class="board-area">
      <div class="map-scroller" role="region" aria-label={gettext("Map")} ref={scroller} onPointerMove={move} onPointerLeave={() => (hovered.value = null)} onClick={click}>
        <canvas class="map-canvas" ref={canvas} aria-hidden="true" />
        <div class="map-height" ref={sizer} />
        <Key />
        <CarryOverlay />
      </div>
      <Treegrid reveal={(name) => reveal(scroller.current!, name)} />
      <Over />
      <Tip place={() => painter.current} />
      <Carried board={() => scroller.current} />
    </div>
  );
}

function Over() {
  void version.value;
  const { state } = connection.value;
  if (connection.value.state === "loading") return <Skeleton done={connection.value.done} of={connection.value.of} />;
  if (nodes.size === 0 && state === "live") return <NoNodes label={gettext("No nodes yet")} />;
  return null;
}

function reveal(scroller: HTMLElement, node: string): void {
  const card = layout.value.byNode.get(node);
  if (!card) return;
  if (card.y < scroller.scrollTop) scroller.scrollTop = card.y;
  else if (card.y + card.h > scroller.scrollTop + scroller.clientHeight - 2 * EDGE) {
    scroller.scrollTop = card.y + card.h - scroller.clientHeight + 2 * EDGE;
  }
  if (card.x < scroller.scrollLeft) scroller.scrollLeft = card.x;
  else if (card.x + card.w > scroller.scrollLeft + scroller.clientWidth - 2 * EDGE) {
    scroller.scrollLeft = card.x + card.w - scroller.clientWidth + 2 * EDGE;
  }
}

