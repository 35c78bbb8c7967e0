// One document after the other: first a dry run of each, then, when somebody says so, the real thing.
// Server-side apply: what others have set stays theirs, and is told when two want to set the same field.
import { getJson, Refusal, sendText } from "../live/http";
import { gettext, fill } from "../i18n/i18n";
import { collectionOf, idOf } from "./addresses";
import { nameOf, namespaceOf, type Body } from "./body";
import { mistakesOf, type Mistake } from "./mistakes";
import { written, type Written as Parser } from "./written";

export const MANAGER = "k8sviz-page";

export interface Doc {
  source: string;
  at: number; // from 1, within its source
  line: number;
  title: string; // "Deployment default/web"
  body: Body | null;
  lineOf: (field: string) => number;
}

/** later: what it needs is made by a document before it. */
export type State = "checking" | "new" | "changes" | "same" | "later" | "refused" | "conflict" | "created" | "configured" | "unchanged";

export interface Verdict {
  state: State;
  mistakes: readonly Mistake[];
  warnings: readonly string[];
  id: string;
}

const said = (state: State, mistakes: readonly Mistake[] = []): Verdict => ({ state, mistakes, warnings: [], id: "" });
export const CHECKING = said("checking");

export interface Read {
  docs: Doc[];
  wrong: Map<Doc, Verdict>; // documents that are no objects
}

/** The documents of all sources, in their order. */
export async function documentsOf(sources: readonly { name: string; text: string }[]): Promise<Read> {
  const parser: Parser = await written();
  const docs: Doc[] = [];
  const wrong = new Map<Doc, Verdict>();
  for (const { name, text } of sources) {
    for (const [index, read] of parser.parseAll(text).entries()) {
      const mistake = parser.unlikeAnObject(read);
      const body = mistake ? null : (read.value as Body);
      const doc = { source: name, at: index + 1, line: read.lineOf(""), title: body ? titleOf(body) : fill(gettext("document %(n)s"), { n: index + 1 }), body, lineOf: read.lineOf };
      docs.push(doc);
      if (mistake) wrong.set(doc, said("refused", [mistake]));
    }
  }
  return { docs, wrong };
}

function titleOf(body: Body): string {
  const { namespace } = body.metadata;
  return `${body.kind} ${namespace ? `${namespace}/` : ""}${nameOf(body)}`;
}

/** What the API server says to a document; with `dryRun` nothing is changed. */
export async function apply(doc: Doc, { dryRun, force = false }: { dryRun: boolean; force?: boolean }): Promise<Verdict> {
  const body = doc.body!;
  try {
    const before = await revisionOf(body);
    const { made, warnings } = await sent(body, dryRun, force);
    const after = made.metadata.resourceVersion;
    const same = before !== null && (before === after || (dryRun && (await isSame(body, made))));
    const state = dryRun ? (before === null ? "new" : same ? "same" : "changes") : before === null ? "created" : same ? "unchanged" : "configured";
    return { state, mistakes: [], warnings, id: await idOf({ ...made, apiVersion: body.apiVersion, kind: body.kind }) };
  } catch (error) {
    return refusal(error, doc);
  }
}

async function sent(body: Body, dryRun: boolean, force: boolean): Promise<{ made: Body; warnings: string[] }> {
  const how = `?fieldManager=${MANAGER}&fieldValidation=Strict${dryRun ? "&dryRun=All" : ""}`;
  const collection = await collectionOf(body);
  // Without a name there is nothing to merge into: the API server makes one up.
  if (!body.metadata.name) return sendText<Body>("POST", collection + how, JSON.stringify(body), "application/json");
  const address = `${collection}/${encodeURIComponent(body.metadata.name)}`;
  return sendText<Body>("PATCH", `${address}${how}&force=${force}`, JSON.stringify(body), "application/apply-patch+yaml");
}

/** The object as it is; asked for as a list, since one that is not there is no error. */
async function held(body: Body): Promise<Body | null> {
  const { name } = body.metadata;
  if (!name) return null;
  const { items } = await getJson<{ items: Body[] }>(`${await collectionOf(body)}?fieldSelector=${encodeURIComponent(`metadata.name=${name}`)}`);
  return items[0] ?? null;
}

const revisionOf = async (body: Body): Promise<unknown> => (await held(body))?.metadata.resourceVersion ?? null;

/** Whether a dry run would leave the object as it is, but for the notes about who manages what. */
async function isSame(body: Body, made: Body): Promise<boolean> {
  const bare = (one: Body | null): string => JSON.stringify({ ...one, metadata: { ...one?.metadata, managedFields: undefined, resourceVersion: undefined, generation: undefined } });
  return bare(await held(body)) === bare(made);
}

function refusal(error: unknown, doc: Doc): Verdict {
  if (!(error instanceof Refusal)) return said("refused", [{ field: "", message: String(error), line: doc.line }]);
  const found = mistakesOf(error, doc.body).map((one) => ({ ...one, line: doc.lineOf(one.field) }));
  const conflict = error.code === 409 && found.some(({ message }) => /^conflict with/.test(message));
  return said(conflict ? "conflict" : "refused", found);
}

/** The dry run of a whole list. What a document before it makes cannot be there yet: then it is for later. */
export async function check({ docs, wrong }: Read, tell: (doc: Doc, verdict: Verdict) => void, goesOn: () => boolean): Promise<void> {
  const namespaces = new Set<string>();
  const kinds = new Set<string>();
  for (const doc of docs) {
    if (!goesOn()) return;
    const { body } = doc;
    const broken = wrong.get(doc);
    if (!body || broken) {
      tell(doc, broken ?? CHECKING);
      continue;
    }
    const verdict = await apply(doc, { dryRun: true });
    if (!goesOn()) return;
    const comes = namespaces.has(namespaceOf(body)) || kinds.has(body.kind);
    tell(doc, verdict.state === "refused" && comes && verdict.mistakes.every(isMissing) ? said("later") : verdict);
    if (body.kind === "Namespace") namespaces.add(nameOf(body));
    if (body.kind === "CustomResourceDefinition") kinds.add(String((body.spec as { names?: { kind?: string } } | undefined)?.names?.kind));
  }
}

const isMissing = ({ message }: Mistake): boolean => /^namespaces ".*" not found$|^no matches for kind|could not find the requested resource/.test(message);
