// Dragging with the mouse: the palette's entries are lifted, the board takes them. Built on the browser's own drag and drop.
import { draggable, dropTargetForElements } from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import { setCustomNativeDragPreview } from "@atlaskit/pragmatic-drag-and-drop/element/set-custom-native-drag-preview";
import { render, h } from "preact";
import { aim, draft, dragging, lift, putBack, putHere } from "./carry";
import { CarriedCard } from "./Carried";

export function liftable(element: HTMLElement, image: () => string): () => void {
  return draggable({
    element,
    getInitialData: () => ({ image: image() }),
    onGenerateDragPreview: ({ nativeSetDragImage }) => {
      lift(image());
      setCustomNativeDragPreview({
        nativeSetDragImage,
        getOffset: () => ({ x: -8, y: -8 }),
        render: ({ container }) => {
          container.className = "carried shown preview";
          render(h(CarriedCard, { pod: draft.value! }), container);
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

/** Makes `element` take pods; `nodeAt` says which node's card is at a point of the window. */
export function takesPods(element: HTMLElement, nodeAt: (x: number, y: number) => string | null): () => void {
  const nodeUnder = (input: { clientX: number; clientY: number }): string | null => nodeAt(input.clientX, input.clientY);
  return dropTargetForElements({
    element,
    onDrag: ({ location }) => {
      aim.value = nodeUnder(location.current.input);
    },
    onDragLeave: () => {
      aim.value = null;
    },
    onDrop: ({ location }) => void putHere(nodeUnder(location.current.input)),
  });
}
