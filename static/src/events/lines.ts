// The lines that match, newest first: those that are new are put on top, older ones are asked for page by page.
import { useEffect, useRef, useState } from "preact/hooks";
import { pageOf, type Line } from "./doors";

const MOST = 2000; // lines kept

export interface Lines {
  lines: Line[];
  more: number | null;
  problem: string;
  busy: boolean;
  older: () => void;
}

/** `lately` changes when the cluster has; the newest page is then asked for again. `end`: only lines below this revision. */
export function useLines(filter: Record<string, string>, lately: number, end: number | null): Lines {
  const [lines, setLines] = useState<Line[]>([]);
  const [more, setMore] = useState<number | null>(null);
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(true);
  const about = JSON.stringify([filter, end]);
  const now = useRef(about);
  const ask = (before: number | null, take: (page: { lines: Line[]; more: number | null }) => void): void => {
    setBusy(true);
    pageOf(filter, before)
      .then((page) => {
        if (now.current !== about) return;
        take(page);
        setProblem("");
      })
      .catch((error: Error) => now.current === about && setProblem(error.message))
      .finally(() => setBusy(false));
  };
  useEffect(() => {
    now.current = about;
    setLines([]);
    setMore(null);
  }, [about]);
  useEffect(() => {
    const timer = setTimeout(
      () =>
        ask(end, (page) =>
          setLines((held) => {
            const known = held[0]?.revision ?? 0;
            const fresh = page.lines.filter((line) => line.revision > known);
            if (held.length && fresh.length < page.lines.length) return [...fresh, ...held].slice(0, MOST);
            setMore(page.more);
            return page.lines;
          }),
        ),
      300,
    );
    return () => clearTimeout(timer);
  }, [about, lately]);
  const older = (): void => {
    if (more === null || busy) return;
    ask(more, (page) => {
      setLines((held) => [...held, ...page.lines]);
      setMore(page.more);
    });
  };
  return { lines, more: lines.length < MOST ? more : null, problem, busy, older };
}
