// Of a long list only the rows in sight are in the page.
import { useLayoutEffect, useState } from "preact/hooks";
import type { RefObject } from "preact";

const SPARE = 8; // rows beyond either edge

export interface Window {
  first: number;
  last: number; // the row after
  reveal: (row: number) => void;
}

/** `taken`: the height within the scroller that stays in place, such as the head of a table. */
export function useWindow(scroller: RefObject<HTMLElement | null>, count: number, height: number, taken: () => number): Window {
  const [top, setTop] = useState(0);
  const [seen, setSeen] = useState(600);
  useLayoutEffect(() => {
    const box = scroller.current!;
    const scrolled = (): void => setTop(Math.floor(box.scrollTop / height) * height);
    const sized = new ResizeObserver(() => setSeen(box.clientHeight));
    box.addEventListener("scroll", scrolled, { passive: true });
    sized.observe(box);
    return () => {
      box.removeEventListener("scroll", scrolled);
      sized.disconnect();
    };
  }, [height]);
  const from = Math.min(top / height, Math.max(0, count - 1));
  return {
    first: Math.max(0, Math.floor(from) - SPARE),
    last: Math.min(count, Math.ceil(from + seen / height) + SPARE),
    reveal: (row) => {
      const box = scroller.current!;
      const room = box.clientHeight - taken();
      if (row * height < box.scrollTop) box.scrollTop = row * height;
      else if ((row + 1) * height > box.scrollTop + room) box.scrollTop = (row + 1) * height - room;
      setTop(Math.floor(box.scrollTop / height) * height);
    },
  };
}
