// What is in somebody's hand: an object of some kind, picked from the palette by mouse, touch or key, and put somewhere.
// One mechanism serves all three; dragging only decides when it is put down.
import { batch, computed, effect, signal } from "@preact/signals";
import { select } from "../app/state";
import { collectionOf, idOf, inNamespace } from "../build/addresses";
import { nameOf, namespaceOf, withEdits, type Body, type Edit } from "../build/body";
import type { BuildKind, Place } from "../build/kind";
import { kindFor, kindOf } from "../build/kinds";
import { mistakesOf, type Mistake } from "../build/mistakes";
import { written } from "../build/written";
import { gettext, fill } from "../i18n/i18n";
import { Refusal, sendText, type Verdict } from "../live/http";
import { requestOf } from "./pods";

/** text: as somebody typed it; null while it is the value as we would write it. broken: the text is no object now. */
export interface Draft {
  about: BuildKind;
  value: Body;
  text: string | null;
  broken: Mistake | null;
  named: boolean; // by a person
}

export const draft = signal<Draft | null>(null);
export const bypass = signal(false); // a pod goes to its node past the scheduler
export const target = signal<Place | null>(null); // where Enter would put it
export const verdicts = signal<Map<string, Verdict> | null>(null);
export const mistakes = signal<readonly Mistake[]>([]);
export const warnings = signal<readonly string[]>([]);
export const sending = signal(false);
export const dragging = signal(false);

/** The question that is put just now. */
export const asking: { promise: Promise<void> } = { promise: Promise.resolve() };

/** The node that is aimed at. */
export const aim = computed(() => (target.value?.kind === "node" ? target.value.name : null));

/** What a node would be asked for, to be shown on its bars. */
export const asks = computed(() => {
  const pod = draft.value?.about.pod?.(draft.value.value);
  return pod ? requestOf(pod) : { cpu: 0, memory: 0 };
});

let hands = 0; // how often something was taken up or put back: by it an answer knows whether what it is about is still held

export function lift(id = "pod"): void {
  const about = kindOf(id);
  batch(() => {
    putBack();
    draft.value = { about, value: about.start(), text: null, broken: null, named: false };
  });
}

export function putBack(): void {
  hands++;
  batch(() => {
    draft.value = target.value = verdicts.value = null;
    dragging.value = bypass.value = false;
    mistakes.value = warnings.value = [];
  });
}

/** The form changed some fields. */
export function change(edits: readonly Edit[]): void {
  const held = draft.value;
  if (!held || held.broken) return;
  const named = held.named || edits.some(([path]) => path.join() === "metadata,name");
  if (held.text === null) draft.value = { ...held, named, value: withEdits(held.value, edits) };
  else void written().then(({ edited }) => type(edited(held.text!, edits)));
}

/** Somebody typed into the YAML, which is now what counts. */
export async function type(text: string): Promise<void> {
  const { parse, unlikeAnObject } = await written();
  const held = draft.value;
  if (!held) return;
  const read = parse(text);
  const broken = unlikeAnObject(read);
  draft.value = broken ? { ...held, text, broken } : { ...held, text, broken: null, named: true, value: read.value as Body, about: aboutOf(held, read.value as Body) };
  if (broken) mistakes.value = [broken];
}

/** Whoever types another kind has that in the hand. */
const aboutOf = (held: Draft, value: Body): BuildKind =>
  value.kind === held.value.kind && value.apiVersion === held.value.apiVersion ? held.about : kindFor(value);

/** The object as it is for a place. */
export const placed = ({ about, value }: Draft, place: Place): Body => about.at?.(value, place, bypass.value) ?? value;

export const CLUSTER: Place = { kind: "cluster", name: "" };

/** Puts it there and looks at what came of it. */
export async function putHere(place: Place): Promise<void> {
  const held = draft.value;
  if (!held || sending.value || held.broken) return;
  const before = hands;
  dragging.value = false;
  sending.value = true;
  await asking.promise; // an answer to it would now find the object's own name taken
  try {
    const id = await made(held, place);
    if (hands !== before) return;
    putBack();
    select(id, "overview");
  } catch (error) {
    const found = await told(error, held);
    if (hands === before) mistakes.value = found;
  } finally {
    sending.value = false;
  }
}

async function made(held: Draft, place: Place): Promise<string> {
  const body = placed(held, place);
  if (held.about.put) return held.about.put(body, place, false);
  const answer = await create(body, false);
  return idOf({ ...answer.made, apiVersion: body.apiVersion, kind: body.kind });
}

export async function create(body: Body, dryRun: boolean): Promise<{ made: Body; warnings: string[] }> {
  const how = `?fieldManager=k8sviz-page&fieldValidation=Strict${dryRun ? "&dryRun=All" : ""}`;
  return sendText<Body>("POST", `${await collectionOf(body)}${how}`, JSON.stringify(body), "application/json");
}

/** What was refused, field by field, with the lines that the fields have in the YAML. */
export async function told(error: unknown, { value, text }: Draft): Promise<Mistake[]> {
  if (!(error instanceof Refusal)) return [{ field: "", message: String(error), line: null }];
  if (error.reason === "AlreadyExists") return located([{ field: "metadata.name", message: taken(value), line: null }], value, text);
  return located(mistakesOf(error, value), value, text);
}

async function located(found: Mistake[], value: Body, text: string | null): Promise<Mistake[]> {
  const { parse, write } = await written();
  const { lineOf } = parse(text ?? write(value));
  return found.map((one) => (one.field ? { ...one, line: lineOf(one.field) } : one));
}

function taken(value: Body): string {
  const words = { kind: value.kind, name: nameOf(value), namespace: namespaceOf(value) };
  return inNamespace(value)
    ? fill(gettext("There is a %(kind)s %(name)s in %(namespace)s already. Give this one another name."), words)
    : fill(gettext("There is a %(kind)s %(name)s already. Give this one another name."), words);
}

// Another place is aimed at only among those that take it.
effect(() => {
  const held = draft.value;
  const at = target.peek();
  if (held && at && !held.about.places(held.value).includes(at.kind)) target.value = null;
});
