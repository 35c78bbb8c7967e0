// The demo that is being written: its files, what is wrong with them, and that they are kept.
import { computed, signal } from "@preact/signals";
import { about } from "../audience/hall";
import { send } from "../live/http";

export interface Fault {
  file: string;
  line: number | null;
  field: string;
  message: string;
}

export interface Went {
  number: number;
  seconds: number;
  failures: Fault[];
}

interface About {
  name: string;
  files: Record<string, string>;
  faults: Fault[];
  own: number;
  urls: Record<"save" | "try" | "delete" | "export" | "list" | "present", string>;
}

export const SCRIPT = "demo.yaml";
export const told = about<About>();
export const name = signal(told.name);
export const files = signal(told.files);
export const open = signal(SCRIPT);
export const faults = signal(told.faults);
export const problem = signal("");
export const went = signal<Went[] | null>(null);
export const busy = signal(false);
export const saved = signal<"saved" | "changed" | "saving">("saved");
export const faultsHere = computed(() => faults.value.filter((one) => one.file === open.value).map((one) => ({ field: one.field, message: one.message, line: one.line })));

const PAUSE = 700; // ms after the last key
let timer = 0;

export function change(file: string, text: string): void {
  if (files.peek()[file] === text) return;
  files.value = { ...files.peek(), [file]: text };
  later();
}

export function rename(to: string): void {
  name.value = to;
  later();
}

export function remove(file: string): void {
  const { [file]: _gone, ...rest } = files.peek();
  files.value = rest;
  open.value = SCRIPT;
  later();
}

export function add(file: string): void {
  files.value = { ...files.peek(), [file]: "" };
  open.value = file;
  later();
}

function later(): void {
  saved.value = "changed";
  went.value = null;
  clearTimeout(timer);
  timer = window.setTimeout(() => void keep(), PAUSE);
}

export async function keep(): Promise<void> {
  clearTimeout(timer);
  saved.value = "saving";
  try {
    const answer = await send<{ faults: Fault[] }>("POST", told.urls.save, { name: name.value, files: files.value });
    faults.value = answer.faults;
    problem.value = "";
    if (saved.peek() === "saving") saved.value = "saved";
  } catch (error) {
    problem.value = (error as Error).message;
    saved.value = "changed";
  }
}

/** Runs the demo through without a server, as the tests do. */
export async function tryOut(): Promise<void> {
  busy.value = true;
  await keep();
  try {
    went.value = (await send<{ steps: Went[] }>("POST", told.urls.try, {})).steps;
    problem.value = "";
  } catch (error) {
    problem.value = (error as Error).message;
  }
  busy.value = false;
}

export async function discard(): Promise<void> {
  await send("POST", told.urls.delete, {});
  location.assign(told.urls.list);
}
