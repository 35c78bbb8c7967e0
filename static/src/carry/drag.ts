// Dragging with the mouse: the palette's entries are lifted, the board takes them. Built on the browser's own drag and drop.
import { draggable, dropTargetForElements } from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import { setCustomNativeDragPreview } from "@atlaskit/pragmatic-drag-and-drop/element/set-custom-native-drag-preview";
import { render, h } from "preact";
import type { Place } from "../build/kind";
import { draft, dragging, lift, putBack, putHere, target } from "./carry";
import { CarriedCard } from "./Carried";

export function liftable(element: HTMLElement, id: string): () => void {
  return draggable({
    element,
    getInitialData: () => ({ kind: id }),
    onGenerateDragPreview: ({ nativeSetDragImage }) => {
      lift(id);
      setCustomNativeDragPreview({
        nativeSetDragImage,
        getOffset: () => ({ x: -8, y: -8 }),
        render: ({ container }) => {
          container.className = "carried shown preview";
          render(h(CarriedCard, { held: draft.value! }), container);
          return () => render(null, container);
        },
      });
    },
    onDragStart: () => {
      dragging.value = true;
    },
    onDrop: ({ location }) => {
      dragging.value = false;
      if (location.current.dropTargets.length === 0) putBack();
    },
  });
}

/** Makes `element` take what is carried; `placeAt` says which place is at a point of the window. */
export function takesDrafts(element: HTMLElement, placeAt: (x: number, y: number) => Place | null): () => void {
  const under = (input: { clientX: number; clientY: number }): Place | null => placeAt(input.clientX, input.clientY);
  return dropTargetForElements({
    element,
    onDrag: ({ location }) => {
      target.value = under(location.current.input);
    },
    onDragLeave: () => {
      target.value = null;
    },
    onDrop: ({ location }) => {
      const place = under(location.current.input);
      // Let go of where nothing takes it, it stays in the hand: a click or a key can still put it somewhere.
      if (place) void putHere(place);
    },
  });
}
