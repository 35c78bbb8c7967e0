// The lines of a container as the API's own `log` sends them: read as they come, the newest kept.
import { useEffect, useRef, useState } from "preact/hooks";
import { objectUrl, stream } from "../live/http";
import type { Sketch } from "../live/protocol";

export const MOST = 2000; // lines that are asked for and kept
const CALM = 100; // ms between two pictures

export interface LogLine {
  key: number;
  at: string; // RFC 3339
  text: string;
}

export interface Asked {
  container: string;
  previous: boolean;
  follow: boolean;
  since: number; // seconds, 0: all
}

export interface Log {
  lines: LogLine[];
  cut: boolean; // there were older ones
  problem: string;
  open: boolean; // more may come
  loaded: boolean;
}

const NOTHING: Log = { lines: [], cut: false, problem: "", open: false, loaded: false };

function address(pod: Sketch, asked: Asked): string {
  const query = new URLSearchParams({ container: asked.container, timestamps: "true", tailLines: String(MOST) });
  if (asked.previous) query.set("previous", "true");
  else if (asked.follow) query.set("follow", "true");
  if (asked.since) query.set("sinceSeconds", String(asked.since));
  return `${objectUrl(pod.resource, pod.namespace, pod.name)}/log?${query}`;
}

/** `asked`: null while there is nothing to ask for; `round`: asked again when it changes. */
export function useLog(pod: Sketch, asked: Asked | null, round: string): Log {
  const [log, setLog] = useState(NOTHING);
  const key = useRef(0);
  useEffect(() => {
    if (asked === null) return setLog(NOTHING);
    const ending = new AbortController();
    const held: LogLine[] = [];
    let rest = "";
    let timer: ReturnType<typeof setTimeout> | undefined;
    let told: Omit<Log, "lines"> = { ...NOTHING, open: true };
    setLog({ ...NOTHING, open: true });
    const show = (): void => {
      clearTimeout(timer);
      timer = undefined;
      setLog({ ...told, lines: [...held] });
    };
    const take = (text: string): void => {
      const found = (rest + text).split("\n");
      rest = found.pop() ?? "";
      for (const line of found) held.push(parted(line, key.current++));
      if (held.length >= MOST) told.cut = true;
      if (held.length > MOST) held.splice(0, held.length - MOST);
      told.loaded = true;
      timer ??= setTimeout(show, CALM);
    };
    read(address(pod, asked), ending.signal, take)
      .then(() => {
        if (rest) take("\n");
        told = { ...told, open: false, loaded: true };
        show();
      })
      .catch((error: Error) => {
        if (ending.signal.aborted) return;
        told = { ...told, problem: error.message, open: false, loaded: true };
        show();
      });
    return () => {
      ending.abort();
      clearTimeout(timer);
    };
  }, [pod.id, pod.uid, asked?.container, asked?.previous, asked?.follow, asked?.since, round]);
  return log;
}

async function read(path: string, signal: AbortSignal, take: (text: string) => void): Promise<void> {
  const reader = (await stream(path, signal)).getReader();
  const decoder = new TextDecoder();
  for (;;) {
    const { done, value } = await reader.read();
    take(decoder.decode(value, { stream: !done }));
    if (done) return;
  }
}

function parted(line: string, key: number): LogLine {
  const space = line.indexOf(" ");
  return { key, at: line.slice(0, Math.max(0, space)), text: line.slice(space + 1) };
}
