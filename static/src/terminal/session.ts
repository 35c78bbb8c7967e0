// What runs in the terminal and what it has written. It goes on while another view is shown.
import { batch, signal } from "@preact/signals";
import { gettext } from "../i18n/i18n";
import { run, type Answer, type Link } from "./doors";
import { lines as history, remember } from "./history";

const KEPT = 4000; // lines of output
const PAUSE = 300; // ms between two looks at a command that goes on

export type Tone = "out" | "err" | "hint";

export interface Part {
  tone: Tone;
  text: string;
  links: Link[];
}

export interface Block {
  key: number;
  prompt: string;
  line: string; // what was typed
  parts: Part[];
  fetch: string;
}

export const blocks = signal<Block[]>([]);
export const running = signal(false);
export const ahead = signal<string[]>([]); // texts that run next
export const namespace = signal("default");
export const cut = signal(false); // older output is gone

let next = 0;
let stopped = false;

export const prompt = (): string => (namespace.value === "default" ? "$" : `${namespace.value} $`);

function begin(line: string): number {
  const key = next++;
  blocks.value = [...blocks.value, { key, prompt: prompt(), line, parts: [], fetch: "" }];
  return key;
}

function write(key: number, tone: Tone, text: string, links: Link[] = [], fetch = ""): void {
  if (!text) return;
  blocks.value = blocks.value.map((block) => (block.key === key ? { ...block, parts: joined(block.parts, { tone, text, links }), fetch: fetch || block.fetch } : block));
  trim();
}

/** Text of one tone is one part, so that a command that goes on does not fill the page with elements. */
function joined(parts: Part[], more: Part): Part[] {
  const last = parts[parts.length - 1];
  if (!last || last.tone !== more.tone) return [...parts, more];
  const lines = count(last.text);
  const links = more.links.map(([line, start, length, id]): Link => [line + lines, start, length, id]);
  return [...parts.slice(0, -1), { ...last, text: last.text + more.text, links: [...last.links, ...links] }];
}

const count = (text: string): number => text.split("\n").length - 1;

function trim(): void {
  let lines = 0;
  const kept: Block[] = [];
  for (const block of [...blocks.value].reverse()) {
    const own = block.parts.reduce((sum, part) => sum + count(part.text), 1);
    if (kept.length && lines + own > KEPT) break;
    kept.unshift(lines + own > KEPT ? shortened(block) : block);
    lines += own;
  }
  if (kept.length < blocks.value.length || lines > KEPT) cut.value = true;
  if (cut.value) blocks.value = kept;
}

/** The newest lines of one long output; its names are no links any more. */
function shortened(block: Block): Block {
  const parts = block.parts.map((part) => {
    const lines = part.text.split("\n");
    return lines.length > KEPT ? { ...part, text: lines.slice(-KEPT).join("\n"), links: [] } : part;
  });
  return { ...block, parts };
}

export function clear(): void {
  batch(() => {
    blocks.value = [];
    cut.value = false;
  });
}

/** Ends the command that runs: what it has done stays done. */
export function interrupt(): void {
  stopped = true;
}

export function note(line: string, text: string): void {
  write(begin(line), "hint", `${text}\n`);
}

/**
 * Runs all commands of a text, and then of the texts that were submitted meanwhile.
 * What it answers goes back to be typed on: a command that is not complete, or what Ctrl-C kept from running.
 */
export async function submit(text: string): Promise<string> {
  if (running.value) {
    ahead.value = [...ahead.value, text];
    return "";
  }
  running.value = true;
  try {
    for (let line = text; ; ) {
      stopped = false;
      const begun = (await ends(line)) ? "" : `${line}\n`;
      const [following, ...others] = ahead.value;
      ahead.value = stopped ? [] : others;
      if (following === undefined) return begun;
      if (stopped) return [following, ...others].map((one) => `${one}\n`).join("");
      line = begun + following;
    }
  } finally {
    running.value = false;
  }
}

/** Runs a text. False: more lines are to come, and nothing was run. */
async function ends(text: string): Promise<boolean> {
  const word = text.trim();
  if (!word) {
    begin("");
    return true;
  }
  if (word !== "clear" && word !== "history") return all(text);
  remember(text);
  if (word === "clear") clear();
  else write(begin(text), "out", history.map((line, at) => `${String(at + 1).padStart(5)}  ${line}\n`).join(""));
  return true;
}

async function all(text: string): Promise<boolean> {
  let rest = text;
  let key: number | null = null;
  let state: string | null = null;
  while (rest.trim() && !stopped) {
    let answer: Answer;
    try {
      answer = await run(rest, namespace.value, state);
    } catch (error) {
      key ??= started(text);
      write(key, "err", `${(error as Error).message}\n`);
      return true;
    }
    if (answer.incomplete && key === null && !stopped) return false;
    key ??= started(text);
    tell(key, answer);
    state = answer.state;
    if (state !== null) await pause();
    else rest = answer.incomplete ? "" : answer.rest;
    if (answer.incomplete && !stopped) write(key, "err", `${gettext("The last command is not complete.")}\n`);
  }
  if (stopped && key !== null) write(key, "err", "^C\n");
  return true;
}

function started(text: string): number {
  remember(text);
  return begin(text);
}

function tell(key: number, answer: Answer): void {
  batch(() => {
    if (answer.namespace !== null) namespace.value = answer.namespace;
    write(key, "out", answer.out, answer.links);
    write(key, "err", answer.err);
    if (answer.hint) write(key, "hint", `${answer.hint}\n`, [], answer.fetch);
  });
}

/** A short wait, which Ctrl-C ends. */
async function pause(): Promise<void> {
  for (let waited = 0; waited < PAUSE && !stopped; waited += 50) await new Promise((go) => setTimeout(go, 50));
}
