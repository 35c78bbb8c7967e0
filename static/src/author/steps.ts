// The texts of the script as a form has them. A change goes into the YAML at its place: comments and all else stay.
import { isMap, isScalar, parseDocument, type Document } from "yaml";

export const LANGUAGES = ["en", "zh-hans"] as const;
export type Language = (typeof LANGUAGES)[number];
export const TEXTS = ["title", "notes", "say", "after"] as const;
export type TextName = (typeof TEXTS)[number];

export interface Step {
  texts: Record<TextName, Record<Language, string>>;
  question: string;
}

/** The steps of a script, or null where it cannot be read. */
export function stepsOf(text: string): Step[] | null {
  const script = parseDocument(text);
  if (script.errors.length) return null;
  const held: unknown = script.toJS({ maxAliasCount: 20 });
  const steps = (held as { steps?: unknown } | null)?.steps;
  if (!Array.isArray(steps)) return null;
  return steps.map((step: Record<string, unknown> | null) => ({
    texts: Object.fromEntries(TEXTS.map((name) => [name, both(step?.[name])])) as Step["texts"],
    question: both((step?.predict as { question?: unknown } | undefined)?.question).en,
  }));
}

function both(text: unknown): Record<Language, string> {
  if (typeof text === "string") return { en: text, "zh-hans": text };
  const held = (text ?? {}) as Partial<Record<Language, unknown>>;
  return Object.fromEntries(LANGUAGES.map((code) => [code, typeof held[code] === "string" ? held[code] : ""])) as Record<Language, string>;
}

function edited(text: string, make: (script: Document) => void): string {
  const script = parseDocument(text);
  if (script.errors.length) return text;
  make(script);
  return script.toString({ lineWidth: 110 });
}

/** One text of a step in one language; an empty one goes. */
export function withText(text: string, step: number, name: TextName, language: Language, said: string): string {
  return edited(text, (script) => {
    const path = ["steps", step, name];
    const held = script.getIn(path, true);
    if (!isMap(held)) {
      const before = isScalar(held) ? String(held.value) : "";
      script.setIn(path, script.createNode({ en: before, "zh-hans": before }));
    }
    if (said) script.setIn([...path, language], said);
    else script.deleteIn([...path, language]);
    const left = script.getIn(path, true);
    if (isMap(left) && left.items.length === 0) script.deleteIn(path);
  });
}

export function withNewStep(text: string, after: number): string {
  return edited(text, (script) => {
    const made = { title: { en: "New step", "zh-hans": "新步骤" }, notes: { en: "What only you read.", "zh-hans": "只有你看得到。" }, say: { en: "What the audience reads.", "zh-hans": "观众看到的文字。" } };
    const steps = script.get("steps") as { items: unknown[] } | undefined;
    if (steps?.items) steps.items.splice(after + 1, 0, script.createNode(made));
    else script.set("steps", script.createNode([made]));
  });
}

export function withoutStep(text: string, step: number): string {
  return edited(text, (script) => script.deleteIn(["steps", step]));
}

export function withStepMoved(text: string, step: number, by: 1 | -1): string {
  return edited(text, (script) => {
    const steps = script.get("steps") as { items: unknown[] };
    const [moved] = steps.items.splice(step, 1);
    steps.items.splice(step + by, 0, moved);
  });
}
