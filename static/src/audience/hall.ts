// The WebSocket of a presentation: what its presenter shows, the pointer, and what one sends. It connects again by itself.
import { signal } from "@preact/signals";
import { config } from "../app/config";

export type Text = Partial<Record<string, string>>; // by language

export interface Poll {
  question: Text;
  choices: Text[];
  state: "open" | "closed" | "shown";
  answer?: number | null; // only when the step is over
  why?: Text;
}

export interface Shown {
  presenter: string;
  cluster: string;
  title: Text;
  phase: "start" | "going" | "waiting" | "stuck" | "asked" | "done";
  step: number;
  steps: number;
  stepTitle?: Text;
  caption: Text;
  spotlight: boolean;
  large: boolean;
  black: boolean;
  strokes: [number, number][][];
  poll: Poll | null;
  tallies?: number[];
  look: { view: string; see: string; tab: string } | null;
  lit: string[];
  parts: string[];
}

export interface Crew {
  following: number;
  exploring: number;
  away: number;
  tallies: number[] | null;
  waits: Text | null;
  counts: { what: string; there: number; wanted: string }[];
  problem: string;
  console: string;
  began: Record<string, number>;
  jump: number | null;
}

export interface Point {
  x?: number;
  y?: number;
  on: string; // the object that x and y are parts of; the whole picture where it is empty
}

type Message = ({ t: "state" } & Shown) | ({ t: "crew" } & Crew) | ({ t: "point" } & Point) | { t: "refused"; message: string } | { t: "ended" } | { t: "unknown" };

export const shown = signal<Shown | null>(null);
export const crew = signal<Crew | null>(null);
export const point = signal<Point | null>(null);
export const refused = signal("");
export const hall = signal<"loading" | "live" | "lost" | "ended" | "unknown">("loading");

const WAITS = [500, 1000, 2000, 4000, 8000]; // ms before the next try
let socket: WebSocket | null = null;
let url = "";
let failures = 0;

export function enter(path: string): void {
  url = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${path}`;
  open();
}

function open(): void {
  const mine = new WebSocket(url);
  socket = mine;
  mine.onmessage = (event) => hear(JSON.parse(event.data as string) as Message);
  mine.onclose = () => {
    if (mine !== socket || hall.value === "ended" || hall.value === "unknown") return;
    hall.value = "lost";
    setTimeout(open, WAITS[Math.min(failures++, WAITS.length - 1)]);
  };
}

function hear(message: Message): void {
  switch (message.t) {
    case "state":
      failures = 0;
      hall.value = "live";
      shown.value = message;
      break;
    case "crew":
      crew.value = message;
      break;
    case "point":
      point.value = message.x === undefined ? null : message;
      break;
    case "refused":
      refused.value = message.message;
      break;
    default:
      hall.value = message.t;
  }
}

export function send(what: Record<string, unknown>): void {
  refused.value = "";
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(what));
}

/** A text in the page's language, or in the one that it is there in. */
export function say(text: Text | null | undefined): string {
  return text ? (text[config.lang] ?? Object.values(text)[0] ?? "") : "";
}

/** What the page was told about its presentation. */
export function about<T>(): T {
  return JSON.parse(document.getElementById("k8sviz-present")!.textContent!) as T;
}
