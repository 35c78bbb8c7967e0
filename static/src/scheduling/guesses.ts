// Predict, then reveal: what was guessed about which decision, and how often it was right.
import { computed, signal } from "@preact/signals";
import type { PodName, Trace } from "./doors";
import { predicting } from "./state";

export const NOWHERE = "";

const guesses = signal<ReadonlyMap<string, string>>(new Map());
const verdicts = signal<ReadonlyMap<string, boolean>>(new Map());

export const keyOf = (pod: PodName, revision: number | string): string => `${pod.namespace}/${pod.name}@${revision}`;
export const guessed = (key: string): string | undefined => guesses.value.get(key);

/** Nothing may tell the answer before the guess. */
export const covered = (key: string): boolean => predicting.value && !guesses.value.has(key);

export const score = computed(() => {
  const all = [...verdicts.value.values()];
  return { right: all.filter(Boolean).length, all: all.length };
});

/** A node that ties is as right as the one that was drawn; so is the one on which pods make way. */
export function isRight(trace: Trace, guess: string): boolean {
  if (trace.node === null) return guess === NOWHERE || guess === trace.nominatedNode;
  return guess === trace.node || trace.ties.includes(guess);
}

/** The first guess counts, by whichever way one comes to the decision again. */
export function settle(key: string, guess: string, trace: Trace): void {
  if (guesses.value.has(key)) return;
  const keys = new Set([key]);
  if (trace.when === "past") keys.add(keyOf(trace, trace.revision));
  if (trace.when === "past" && trace.node !== null) keys.add(keyOf(trace, ""));
  guesses.value = new Map([...guesses.value, ...[...keys].map((one): [string, string] => [one, guess])]);
  verdicts.value = new Map([...verdicts.value, [key, isRight(trace, guess)]]);
}
