// What the presenter draws over the picture, and the pointer. In the presenter's own picture it also takes the drawing.
import { signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { anchored, placed } from "./anchor";
import { point, shown, type Point } from "./hall";

export type Tool = "" | "laser" | "draw" | "spotlight";
export const tool = signal<Tool>("");

interface Props {
  tell?: (what: Record<string, unknown>) => void; // the presenter's own picture
  pick?: (x: number, y: number) => void;
}

export function Marks({ tell, pick }: Props) {
  const box = useRef<SVGSVGElement>(null);
  const size = useSize(box);
  const [line, show] = useState<[number, number][]>([]);
  const drawn = useRef(line); // a quick stroke ends before the picture is drawn again
  const setLine = (points: [number, number][]): void => show((drawn.current = points));
  const using = tell ? tool.value : "";
  const at = (event: PointerEvent): [number, number] => {
    const picture = box.current!.getBoundingClientRect();
    return [(event.clientX - picture.left) / picture.width, (event.clientY - picture.top) / picture.height];
  };
  const down = (event: PointerEvent): void => {
    if (using === "spotlight") pick!(event.clientX, event.clientY);
    if (using !== "draw") return;
    box.current!.setPointerCapture(event.pointerId);
    setLine([at(event)]);
  };
  const move = (event: PointerEvent): void => {
    if (using === "laser") tell!({ do: "point", ...anchored(event.clientX, event.clientY, box.current!.getBoundingClientRect()) });
    if (using === "draw" && drawn.current.length) setLine([...drawn.current, at(event)].slice(-400));
  };
  const up = (): void => {
    if (drawn.current.length > 1) tell!({ do: "draw", points: drawn.current });
    setLine([]);
  };
  const strokes = [...(shown.value?.strokes ?? []), ...(line.length > 1 ? [line] : [])];
  return (
    <svg
      ref={box}
      class={`marks ${using}`}
      aria-hidden="true"
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={up}
      onPointerLeave={() => using === "laser" && tell!({ do: "point", on: "" })}
    >
      {strokes.map((points, index) => (
        <polyline key={index} points={points.map(([x, y]) => `${x * size.width},${y * size.height}`).join(" ")} />
      ))}
      <Dot at={point.value} picture={box} />
    </svg>
  );
}

function Dot({ at, picture }: { at: Point | null; picture: { current: SVGSVGElement | null } }) {
  if (!at || !picture.current) return null;
  const [x, y] = placed(at, picture.current.getBoundingClientRect());
  return <circle class="laser-dot" cx={x} cy={y} r="8" />;
}

function useSize(box: { current: SVGSVGElement | null }): { width: number; height: number } {
  const [size, setSize] = useState({ width: 1, height: 1 });
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setSize({ width: entry!.contentRect.width, height: entry!.contentRect.height }));
    observer.observe(box.current!);
    return () => observer.disconnect();
  }, []);
  return size;
}
