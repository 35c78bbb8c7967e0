// What the API server says is wrong, field by field, in its own words; what it says in regular expressions is left out.
import type { Mistake } from "../editor/TextEditor";
import type { Refusal } from "../live/http";
import { gettext } from "../i18n/i18n";
import type { Path } from "./body";

export type { Mistake };

interface Cause {
  field?: string;
  message?: string;
}

/** spec.containers[0].image as steps. Brackets hold an index or the key of a map. */
export function stepsOf(field: string): (string | number)[] {
  const steps: (string | number)[] = [];
  for (const [, name, key] of field.matchAll(/([^.[\]]+)|\[([^\]]*)\]/g)) {
    if (name !== undefined) steps.push(name);
    else if (key !== undefined) steps.push(/^\d+$/.test(key) ? Number(key) : key);
  }
  return steps;
}

export const fieldOf = (path: Path): string => path.map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`)).join("").slice(1);

/** Whether what is said of `field` is about the field of a form that holds `path`, or about something inside it. */
export const concerns = (field: string, path: Path): boolean => {
  const own = fieldOf(path);
  return field === own || field.startsWith(`${own}.`) || field.startsWith(`${own}[`);
};

/** Errors of decoding have no causes: their words name the field. */
const NAMED: readonly RegExp[] = [
  /(?:unknown|duplicate) field "([^"]+)"/g,
  /Go struct field \w+\.([\w.]+) of type/g,
  /[:(\[ ]\.((?:[\w-]+(?:\[[^\]]*\])?\.?)+): (?:field not declared|expected)/g,
];

function shortened(message: string): string {
  const words = message.replace(/^\w+ in version "[^"]+" cannot be handled as a \w+: (?:strict decoding error: )?/, "").replace(/^failed to create (?:typed patch object|manager for existing fields) ?(?:\([^)]*\))?: /, "").replace(/,? ?regex used for validation is '[^']*'/g, "").replaceAll(" ()", "");
  return words.replace(/quantities must match the regular expression '[^']*'/g, gettext("quantities must be like 250m, 2, 128Mi or 1Gi"));
}

/** The path of the first quantity that is none, in the places where objects hold quantities. */
export function badQuantity(value: unknown, at: Path = []): Path | null {
  if (typeof value !== "object" || value === null) return null;
  for (const [key, inner] of Object.entries(value)) {
    const path = [...at, Array.isArray(value) ? Number(key) : key];
    const held = at.at(-1);
    const counted = held === "requests" || held === "limits" || held === "hard" || held === "capacity" || key === "rate" || key === "bandwidth" || (at.at(-2) === "spec" && /^(cpu|memory|storage)$/.test(key));
    if (counted && typeof inner !== "object" && !/^[+-]?[0-9.]+(?:[eE][+-]?\d+|[numkMGTPE]i?)?$/.test(String(inner))) return path;
    const found = badQuantity(inner, path);
    if (found) return found;
  }
  return null;
}

/** Upstream says metadata.taints of what stands in spec.taints. */
const asWritten = (field: string): string => field.replace(/^\./, "").replace(/^metadata\.taints/, "spec.taints");

/** A wrong name of a pod makes that of the volume wrong which admission adds to it: nobody wrote that. */
const ADDED = /"kube-api-access-/;

export function mistakesOf(refusal: Refusal, value: unknown): Mistake[] {
  const causes = ((refusal.told.details as { causes?: Cause[] } | undefined)?.causes ?? []).filter((one) => one.field && !ADDED.test(one.message ?? ""));
  if (causes.length) return causes.map(({ field, message }) => ({ field: asWritten(field!), message: shortened(message ?? ""), line: null }));
  const message = shortened(refusal.message);
  const named = NAMED.flatMap((pattern) => [...refusal.message.matchAll(pattern)].map((match) => match[1]!));
  if (!named.length && /quantities must/.test(refusal.message)) {
    const path = badQuantity(value);
    if (path) named.push(fieldOf(path));
  }
  // The field stands before what is said of it: not twice.
  const rest = named.length === 1 && message.startsWith(`.${named[0]}: `) ? message.slice(named[0]!.length + 3) : message;
  if (named.length === 1) return [{ field: named[0]!, message: rest, line: null }];
  if (named.length < 2) return [{ field: "", message, line: null }];
  return named.map((field) => ({ field, message: partAbout(message, field), line: null }));
}

/** Of several complaints in one sentence, the one that names the field. */
function partAbout(message: string, field: string): string {
  const parts = message.replace(/^.*strict decoding error: /, "").split(/, (?=unknown|duplicate|\.)/);
  return parts.find((part) => part.includes(field)) ?? message;
}
