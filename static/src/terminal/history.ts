// The lines that were run before, kept for this cluster as long as the browser's tab lives.
import { config } from "../app/config";

const KEY = `k8sviz-terminal-${config.cluster}`;
const KEPT = 200;

function read(): string[] {
  try {
    const held: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? "[]");
    return Array.isArray(held) ? held.filter((one): one is string => typeof one === "string") : [];
  } catch {
    return [];
  }
}

export const lines = read();
let at = lines.length;
let draft = "";

export function remember(line: string): void {
  if (line.trim() && lines[lines.length - 1] !== line) lines.push(line);
  lines.splice(0, Math.max(0, lines.length - KEPT));
  at = lines.length;
  try {
    sessionStorage.setItem(KEY, JSON.stringify(lines));
  } catch {
    // a full or forbidden store: the history lives as long as the page
  }
}

/** The line before (-1) or after (1) the one that is shown; null where there is none. */
export function recall(step: -1 | 1, shown: string): string | null {
  const next = at + step;
  if (next < 0 || next > lines.length) return null;
  if (at === lines.length) draft = shown;
  at = next;
  return at === lines.length ? draft : lines[at]!;
}
