// Texts that somebody pasted, dropped or opened: files of documents, checked one by one before any of them is applied.
import { batch, signal } from "@preact/signals";
import { putBack } from "../carry/carry";

export interface Source {
  name: string;
  text: string;
}

export const bundle = signal<readonly Source[] | null>(null);

/** Opens the list of documents; a file of a name that is open already takes its place. */
export function bring(sources: readonly Source[]): void {
  if (!sources.length) return;
  batch(() => {
    putBack();
    const names = new Set(sources.map(({ name }) => name));
    bundle.value = [...(bundle.value ?? []).filter(({ name }) => !names.has(name)), ...sources];
  });
}

export const leave = (): void => {
  bundle.value = null;
};

export function rewrite(name: string, text: string): void {
  bundle.value = (bundle.value ?? []).map((one) => (one.name === name ? { name, text } : one));
}
