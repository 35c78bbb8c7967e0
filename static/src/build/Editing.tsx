// An object's YAML, to be read, and to be changed: checked while one types, written back only over what one has seen.
import { useEffect, useRef, useState } from "preact/hooks";
import { TextEditor, type Mistake } from "../editor/TextEditor";
import { gettext, fill } from "../i18n/i18n";
import { getJson, objectUrl, Refusal, sendText } from "../live/http";
import type { Sketch } from "../live/protocol";
import type { Body } from "./body";
import { merge } from "./merging";
import { mistakesOf } from "./mistakes";
import { written } from "./written";

const CHECK_AFTER = 350; // ms without a change of the text

interface Edited {
  base: Body; // as it was when the editing began, or when the two were last brought together
  text: string;
}

/** What somebody else wrote meanwhile, and the fields that both changed. */
interface Clash {
  theirs: Body;
  mine: Body;
  fields: string[];
}

/** What people write of an object: the rest is the system's. */
function own(body: Body): Body {
  const { status: _, ...rest } = body;
  const { managedFields: __, ...metadata } = rest.metadata;
  return { ...rest, apiVersion: body.apiVersion, kind: body.kind, metadata };
}

const withRevision = (body: Body, of: Body): Body => ({ ...body, metadata: { ...body.metadata, resourceVersion: of.metadata.resourceVersion } });

export function Editing({ object, done }: { object: Sketch; done: () => void }) {
  const url = objectUrl(object.resource, object.namespace, object.name);
  const [edited, setEdited] = useState<Edited | null>(null);
  const [mistakes, setMistakes] = useState<readonly Mistake[]>([]);
  const [warnings, setWarnings] = useState<readonly string[]>([]);
  const [clash, setClash] = useState<Clash | null>(null);
  const [busy, setBusy] = useState(false);
  const begin = async (): Promise<void> => {
    const base = await getJson<Body>(url);
    const { write } = await written();
    setEdited({ base, text: write(own(base)) });
    setMistakes([]);
    setClash(null);
  };
  useEffect(() => void begin().catch((error: Error) => setMistakes([{ field: "", message: error.message, line: null }])), [object.id]);
  useCheck(url, edited, clash !== null, setMistakes, setWarnings);

  const put = async (body: Body): Promise<void> => {
    setBusy(true);
    try {
      await sendText("PUT", `${url}?fieldManager=k8sviz-page&fieldValidation=Strict`, JSON.stringify(body), "application/json");
      done();
    } catch (error) {
      if (error instanceof Refusal && error.code === 409 && edited) setClash(await clashWith(url, edited.base, body));
      else setMistakes(await located(error, edited?.text ?? ""));
    } finally {
      setBusy(false);
    }
  };
  const save = async (): Promise<void> => {
    const { parse, unlikeAnObject } = await written();
    const read = parse(edited!.text);
    const broken = unlikeAnObject(read);
    if (broken) setMistakes([broken]);
    else await put(withRevision(read.value as Body, edited!.base));
  };
  const together = async ({ theirs, mine }: Clash): Promise<void> => {
    const { write } = await written();
    const { value } = merge(own(edited!.base), own(mine), own(theirs));
    setEdited({ base: theirs, text: write(withRevision(value as Body, theirs)) });
    setClash(null);
  };
  if (!edited) return <Complaints mistakes={mistakes} warnings={[]} />;
  return (
    <div class="editing">
      <TextEditor label={fill(gettext("%(name)s as YAML"), { name: object.name })} text={edited.text} mistakes={mistakes} inPlace onChange={(text) => setEdited({ ...edited, text })} />
      <Complaints mistakes={[]} warnings={warnings} />
      {clash && <Choice clash={clash} busy={busy} mine={() => void put(withRevision(clash.mine, clash.theirs))} theirs={() => void begin()} both={() => void together(clash)} />}
      <footer class="actions">
        <button class="button solid" disabled={busy || clash !== null} onClick={() => void save()}>
          {gettext("Save")}
        </button>
        <button class="button" onClick={done}>
          {gettext("Cancel")}
        </button>
      </footer>
    </div>
  );
}

/** The dry run of what stands there, a moment after the last key. */
function useCheck(url: string, edited: Edited | null, halted: boolean, setMistakes: (found: readonly Mistake[]) => void, setWarnings: (heard: readonly string[]) => void): void {
  const run = useRef(0);
  useEffect(() => {
    if (!edited || halted) return undefined;
    const mine = ++run.current;
    const timer = setTimeout(() => {
      void tryOut(url, edited.text).then(({ mistakes, warnings }) => {
        if (mine !== run.current) return;
        setMistakes(mistakes);
        setWarnings(warnings);
      });
    }, CHECK_AFTER);
    return () => clearTimeout(timer);
  }, [url, edited?.text, halted]);
}

async function tryOut(url: string, text: string): Promise<{ mistakes: readonly Mistake[]; warnings: readonly string[] }> {
  const { parse, unlikeAnObject } = await written();
  const read = parse(text);
  const broken = unlikeAnObject(read);
  if (broken) return { mistakes: [broken], warnings: [] };
  const { resourceVersion: _, ...metadata } = (read.value as Body).metadata; // whether others were faster is told when it is saved
  try {
    const { warnings } = await sendText("PUT", `${url}?dryRun=All&fieldValidation=Strict`, JSON.stringify({ ...(read.value as Body), metadata }), "application/json");
    return { mistakes: [], warnings };
  } catch (error) {
    if (error instanceof Refusal && /must be specified for an update/.test(error.message)) return { mistakes: [], warnings: [] };
    return { mistakes: await located(error, text), warnings: [] };
  }
}

async function located(error: unknown, text: string): Promise<Mistake[]> {
  if (!(error instanceof Refusal)) return [{ field: "", message: String(error), line: null }];
  const { parse } = await written();
  const { lineOf, value } = parse(text);
  return mistakesOf(error, value).map((one) => (one.field ? { ...one, line: lineOf(one.field) } : one));
}

async function clashWith(url: string, base: Body, mine: Body): Promise<Clash> {
  const theirs = await getJson<Body>(url);
  return { theirs, mine, fields: merge(own(base), own(withRevision(mine, theirs)), own(theirs)).clashes.filter((field) => field !== "metadata.resourceVersion" && field !== "metadata.generation") };
}

function Choice({ clash, busy, mine, theirs, both }: { clash: Clash; busy: boolean; mine: () => void; theirs: () => void; both: () => void }) {
  return (
    <div class="clash" role="alert">
      <p>
        <b>{gettext("Somebody else changed it meanwhile.")}</b>{" "}
        {clash.fields.length ? fill(gettext("Both changed %(fields)s."), { fields: clash.fields.join(", ") }) : gettext("The changes are about different fields.")}
      </p>
      <div class="choices">
        <button class="button" disabled={busy} onClick={both}>
          {gettext("Bring both together")}
        </button>
        <button class="button" disabled={busy} onClick={mine}>
          {gettext("Mine over theirs")}
        </button>
        <button class="button" disabled={busy} onClick={theirs}>
          {gettext("Drop mine")}
        </button>
      </div>
    </div>
  );
}

function Complaints({ mistakes, warnings }: { mistakes: readonly Mistake[]; warnings: readonly string[] }) {
  return (
    <>
      {mistakes.map(({ message }) => (
        <p class="problem" role="alert" key={message}>
          {message}
        </p>
      ))}
      {warnings.map((text) => (
        <p class="problem warn" role="status" key={text}>
          {text}
        </p>
      ))}
    </>
  );
}
