// Objects as YAML text: loaded with the first object that somebody carries, since the parser is large.
// What is changed by a form is changed in the tree of the text, so that comments and unknown fields stay.
import { isMap, isNode, isPair, isScalar, isSeq, LineCounter, parseAllDocuments, parseDocument, stringify, type Document, type Node, type YAMLSeq } from "yaml";
import { gettext } from "../i18n/i18n";
import { isBody, type Edit } from "./body";
import { stepsOf, type Mistake } from "./mistakes";

const MOST_ALIASES = 20;

export const write = (value: unknown): string => stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });

export interface Written {
  value: unknown;
  mistake: Mistake | null;
  /** The line of a field; of what is nearest to it where it is not written. */
  lineOf: (field: string) => number;
}

/** The line of each field of a document whose lines are counted by `lines`. */
function finder(document: Document, lines: LineCounter): (field: string) => number {
  const start = document.contents?.range?.[0] ?? document.range?.[0] ?? 0;
  return (field) => {
    let at: unknown = document.contents;
    let offset = start;
    for (const step of stepsOf(field)) {
      const next = isMap(at) ? at.items.find(({ key }) => isScalar(key) && String(key.value) === String(step)) : isSeq(at) && typeof step === "number" ? at.items[step] : undefined;
      if (isPair(next)) {
        if (isNode(next.key)) offset = next.key.range?.[0] ?? offset;
        at = next.value;
      } else if (isNode(next)) {
        offset = next.range?.[0] ?? offset;
        at = next;
      } else if (isSeq(at) && keyed(at, String(step))) {
        // Server-side apply names an item by its key: [name="web"].
        at = keyed(at, String(step))!;
        offset = (at as Node).range?.[0] ?? offset;
      } else if (isSeq(at) && isMap(at.items[0])) {
        // Errors of decoding leave the index out.
        const inner = at.items.flatMap((item) => (isMap(item) ? item.items : [])).find(({ key }) => isScalar(key) && String(key.value) === String(step));
        if (!inner || !isNode(inner.key)) break;
        offset = inner.key.range?.[0] ?? offset;
        at = inner.value;
      } else break;
    }
    return lines.linePos(offset).line;
  };
}

function keyed(list: YAMLSeq, step: string): Node | undefined {
  const [, key, value] = /^(\w+)="?(.*?)"?$/.exec(step) ?? [];
  const found = key === undefined ? undefined : list.items.find((item) => isMap(item) && String(item.get(key)) === value);
  return isNode(found) ? found : undefined;
}

function read(document: Document, lines: LineCounter): Written {
  const lineOf = finder(document, lines);
  const [error] = document.errors;
  if (error) return { value: undefined, lineOf, mistake: { field: "", message: error.message.split("\n")[0]!.replace(/ at line \d+, column \d+:?$/, ""), line: lines.linePos(error.pos[0]).line } };
  try {
    const value: unknown = document.toJS({ maxAliasCount: MOST_ALIASES });
    JSON.stringify(value);
    return { value, lineOf, mistake: null };
  } catch (reason) {
    if (reason instanceof TypeError) return { value: undefined, lineOf, mistake: { field: "", message: gettext("The YAML refers to itself."), line: lineOf("") } };
    return { value: undefined, lineOf, mistake: { field: "", message: String(reason), line: lineOf("") } };
  }
}

/** One object, or what is wrong with its text. */
export function parse(text: string): Written {
  const lines = new LineCounter();
  return read(parseDocument(text, { lineCounter: lines }), lines);
}

/** All documents of a text, empty ones left out; a List counts as its items. */
export function parseAll(text: string): Written[] {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines });
  if (!Array.isArray(documents)) return [];
  return documents.map((document) => read(document, lines)).filter(({ value, mistake }) => mistake || (value !== null && value !== undefined)).flatMap(itemsOf);
}

function itemsOf(written: Written): Written[] {
  const { kind, items } = (written.value ?? {}) as { kind?: unknown; items?: unknown };
  if (typeof kind !== "string" || !kind.endsWith("List") || !Array.isArray(items)) return [written];
  return items.map((value: unknown, at) => ({ value, mistake: null, lineOf: (field) => written.lineOf(`items[${at}]${field ? `.${field}` : ""}`) }));
}

/** What keeps a value from being an object of Kubernetes. */
export function unlikeAnObject({ value, mistake, lineOf }: Written): Mistake | null {
  if (mistake) return mistake;
  if (isBody(value) && value.metadata) return null;
  return { field: "", message: gettext("This is no object: it needs apiVersion, kind and metadata."), line: lineOf("") };
}

/** The text with some fields changed; all else stays as it was written. */
export function edited(text: string, edits: readonly Edit[]): string {
  const document = parseDocument(text);
  if (document.errors.length) return text;
  for (const [path, value] of edits) {
    const held = document.getIn(path, true);
    if (value === undefined) remove(document, path);
    else if (isScalar(held) && typeof value !== "object") held.value = value; // with the comment behind it
    else {
      makeWay(document, path);
      document.setIn(path, document.createNode(value, { aliasDuplicateObjects: false }) as Node);
    }
  }
  return document.toString({ lineWidth: 0 });
}

/** Lists on the way must be lists: by itself the tree would make maps with the key 0. */
function makeWay(document: Document, path: Edit[0]): void {
  for (let n = 1; n < path.length; n++) {
    const held = document.getIn(path.slice(0, n));
    if (held === undefined || held === null) document.setIn(path.slice(0, n), document.createNode(typeof path[n] === "number" ? [] : {}));
  }
}

/** Takes a field away, and what it leaves empty. */
function remove(document: Document, path: Edit[0]): void {
  document.deleteIn(path);
  for (let n = path.length - 1; n > 0; n--) {
    const held = document.getIn(path.slice(0, n));
    if (!(isMap(held) || isSeq(held)) || held.items.length) return;
    document.deleteIn(path.slice(0, n));
  }
}

