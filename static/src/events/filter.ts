// What the view looks for in the log. It is in the address.
import { computed } from "@preact/signals";
import { inAddress } from "../app/state";

export const FIELDS = ["text", "resource", "namespace", "component", "operation", "people"] as const;
export type Field = (typeof FIELDS)[number];

const held = Object.fromEntries(FIELDS.map((field) => [field, inAddress(`log-${field}`)])) as Record<Field, ReturnType<typeof inAddress>>;

export const filter = computed(() => Object.fromEntries(FIELDS.map((field) => [field, held[field].value])) as Record<Field, string>);
export const isSet = computed(() => FIELDS.some((field) => held[field].value));

export function seek(field: Field, value: string): void {
  held[field].value = value;
}

export function seekAll(): void {
  for (const field of FIELDS) held[field].value = "";
}

const chosenText = inAddress("line");
export const chosen = computed<number | null>(() => (/^[0-9]{1,15}$/.test(chosenText.value) ? Number(chosenText.value) : null));
export const choose = (revision: number | null): void => void (chosenText.value = revision === null ? "" : String(revision));
