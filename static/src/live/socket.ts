// The WebSocket that the frames come through: numbers them, asks again after a gap, connects again after a loss.
import { signal } from "@preact/signals";
import { tell } from "./clock";
import { Decoder } from "./decode";
import { lookAgain } from "./near";
import type { Message } from "./protocol";
import { apply, reset, setNear } from "./store";

const FIRST_WAIT = 500; // ms, doubled with each failure
const LONGEST_WAIT = 15_000;

export type Connection =
  | { state: "loading"; done?: number; of?: number } // how far the server has read
  | { state: "live" }
  | { state: "lost"; since: number; retryAt: number }
  | { state: "gone"; reason: "deleted" | "forbidden" };

export const connection = signal<Connection>({ state: "loading" });

/** While the past is shown, frames are counted but not drawn. */
export const withheld = signal(false);

let url = "";
let socket: WebSocket | null = null;
let expected = 0;
let failures = 0;
let lostAt = 0;
let timer = 0;

export function connect(path: string): void {
  url = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${path}`;
  open();
  addEventListener("online", retryNow);
}

/** Asks for the whole picture again. */
export function resync(): void {
  expected = Infinity; // until it comes, nothing fits
  ask('{"t":"resync"}');
}

export function retryNow(): void {
  if (connection.value.state !== "lost") return;
  clearTimeout(timer);
  socket?.close();
  open();
}

/** Says something to the server, if it listens. */
export function ask(text: string): void {
  if (socket?.readyState === WebSocket.OPEN) socket.send(text);
}

function open(): void {
  const mine = new WebSocket(url);
  const decoder = new Decoder();
  mine.binaryType = "arraybuffer";
  socket = mine;
  mine.onmessage = (event) => {
    const message = mine === socket ? decoder.take(event.data as string | ArrayBuffer) : null;
    if (message) receive(message);
  };
  mine.onclose = () => {
    if (mine === socket) lose();
  };
}

function lose(): void {
  if (connection.value.state === "gone") return;
  if (connection.value.state !== "lost") lostAt = Date.now();
  const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** failures++);
  connection.value = { state: "lost", since: lostAt, retryAt: Date.now() + wait };
  timer = window.setTimeout(open, wait);
}

function receive(message: Message): void {
  switch (message.t) {
    case "reading":
      if (connection.value.state === "loading") connection.value = { state: "loading", done: message.done, of: message.of };
      break;
    case "near":
      if (!withheld.peek()) setNear(message.set);
      break;
    case "snapshot":
      expected = message.seq + 1;
      failures = 0;
      tell(message.clock);
      if (!withheld.peek()) reset(message.objects, message.log, message.revision, message.crowd);
      connection.value = { state: "live" };
      lookAgain();
      break;
    case "frame":
      if (message.seq < expected) return; // sent before the snapshot that we asked for
      if (message.seq > expected) {
        resync();
        return;
      }
      expected++;
      tell(message.clock);
      if (withheld.peek()) return;
      apply(merged(message.set, message.near), merged(message.gone, message.nearGone), message.log, message.revision, message.crowd);
      break;
    case "gone":
      connection.value = { state: "gone", reason: message.reason };
      socket?.close();
  }
}

const merged = <T>(all: T[], own: T[] | undefined): T[] => (own ? [...all, ...own] : all);
