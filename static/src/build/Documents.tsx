// Manifests that somebody brought: every document with its verdict, the text with what is wrong at its line.
import { useEffect, useRef, useState } from "preact/hooks";
import { select } from "../app/state";
import { TextEditor, type Mistake } from "../editor/TextEditor";
import { gettext, fill, ngettext } from "../i18n/i18n";
import { Icon } from "../parts/Icon";
import { apply, check, CHECKING, documentsOf, type Doc, type Read, type State, type Verdict } from "./applying";
import { leave, rewrite, type Source } from "./bundle";

const CHECK_AFTER = 350; // ms without a change of the text
const REFUSED: readonly State[] = ["refused", "conflict"];
const DONE: readonly State[] = ["created", "configured", "unchanged"];
const NOTHING: Read = { docs: [], wrong: new Map() };

const WORDS: Record<State, () => string> = {
  checking: () => gettext("being checked"),
  new: () => gettext("new"),
  changes: () => gettext("changes it"),
  same: () => gettext("changes nothing"),
  later: () => gettext("waits for a document before it"),
  refused: () => gettext("refused"),
  conflict: () => gettext("conflict"),
  created: () => "created",
  configured: () => "configured",
  unchanged: () => "unchanged",
};

export function Documents({ sources }: { sources: readonly Source[] }) {
  const { read, verdicts, busy, applyAll, applyOne } = useVerdicts(sources);
  const [shown, show] = useState(sources[0]!.name);
  const source = sources.find(({ name }) => name === shown) ?? sources[0]!;
  const [line, setLine] = useState<{ line: number } | null>(null);
  const states = read.docs.map((doc) => (verdicts.get(doc) ?? CHECKING).state);
  const refused = states.filter((state) => REFUSED.includes(state)).length;
  const done = states.length > 0 && states.every((state) => DONE.includes(state));
  const mistakes = read.docs.filter((doc) => doc.source === source.name).flatMap((doc) => (verdicts.get(doc) ?? CHECKING).mistakes);
  return (
    <>
      <header class="subject whole-width documents-head">
        <div>
          <h2>{gettext("Apply YAML")}</h2>
          <p>{summary(states, refused)}</p>
        </div>
        <button class="icon-button" aria-label={gettext("Close")} onClick={leave}>
          <Icon name="close" />
        </button>
      </header>
      <div class="panel documents" tabIndex={0} role="group" aria-label={gettext("Documents")}>
        {sources.length > 1 && (
          <div class="documents-file">
            <label for="documents-file">{gettext("File")}</label>
            <select id="documents-file" value={source.name} onChange={(event) => show(event.currentTarget.value)}>
              {sources.map(({ name }) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </div>
        )}
        <TextEditor key={source.name} label={fill(gettext("%(name)s as YAML"), { name: source.name })} text={source.text} mistakes={mistakes} goTo={line} inPlace onChange={(text) => rewrite(source.name, text)} />
        <ol class="verdicts" aria-label={gettext("What comes of each document")}>
          {read.docs.map((doc) => (
            <Row
              key={`${doc.source} ${doc.at} ${doc.line}`}
              doc={doc}
              verdict={verdicts.get(doc) ?? CHECKING}
              several={sources.length > 1}
              busy={busy}
              force={() => applyOne(doc)}
              goTo={(at) => {
                show(doc.source);
                setLine({ line: at });
              }}
            />
          ))}
        </ol>
        {read.docs.length === 0 && <p class="hint">{gettext("Type or paste manifests: several documents are parted by a line of ---.")}</p>}
      </div>
      <footer class="actions">
        <button class="button solid" disabled={busy || !states.length || refused === states.length || states.includes("checking")} onClick={applyAll}>
          {busy ? gettext("Applying…") : done ? gettext("Apply again") : refused ? fill(gettext("Apply the other %(n)s"), { n: states.length - refused }) : fill(ngettext("Apply %(n)s document", "Apply %(n)s documents", states.length), { n: states.length })}
        </button>
        <button class="button" onClick={leave}>
          {gettext("Close")}
        </button>
      </footer>
    </>
  );
}

function summary(states: readonly State[], refused: number): string {
  const applied = states.filter((state) => DONE.includes(state)).length;
  const parts = [fill(ngettext("%(n)s document", "%(n)s documents", states.length), { n: states.length })];
  if (applied) parts.push(fill(gettext("%(n)s applied"), { n: applied }));
  if (refused) parts.push(fill(gettext("%(n)s refused"), { n: refused }));
  return parts.join(" · ");
}

function useVerdicts(sources: readonly Source[]) {
  const [read, setRead] = useState<Read>(NOTHING);
  const [verdicts, setVerdicts] = useState<ReadonlyMap<Doc, Verdict>>(new Map());
  const [busy, setBusy] = useState(false);
  const run = useRef(0);
  const tell = (doc: Doc, verdict: Verdict): void => setVerdicts((before) => new Map(before).set(doc, verdict));
  useEffect(() => {
    const mine = ++run.current;
    const timer = setTimeout(() => {
      void documentsOf(sources).then((found) => {
        if (mine !== run.current) return undefined;
        setRead(found);
        setVerdicts(new Map());
        return check(found, tell, () => mine === run.current);
      });
    }, read === NOTHING ? 0 : CHECK_AFTER);
    return () => clearTimeout(timer);
  }, [sources]);
  useEffect(() => () => void run.current++, []);
  const applyThese = async (docs: readonly Doc[], force: boolean): Promise<void> => {
    run.current++;
    setBusy(true);
    try {
      for (const doc of docs) tell(doc, await apply(doc, { dryRun: false, force }));
    } finally {
      setBusy(false);
    }
  };
  const refused = (doc: Doc): boolean => REFUSED.includes((verdicts.get(doc) ?? CHECKING).state);
  return {
    read,
    verdicts,
    busy,
    applyAll: () => void applyThese(read.docs.filter((doc) => doc.body && !refused(doc)), false),
    applyOne: (doc: Doc) => void applyThese([doc], true),
  };
}

interface RowProps {
  doc: Doc;
  verdict: Verdict;
  several: boolean;
  busy: boolean;
  force: () => void;
  goTo: (line: number) => void;
}

function Row({ doc, verdict, several, busy, force, goTo }: RowProps) {
  const { state, mistakes, warnings, id } = verdict;
  const tone = REFUSED.includes(state) ? "bad" : DONE.includes(state) ? "good" : state === "later" ? "warn" : "";
  return (
    <li>
      <p class="verdict-line">
        <button class="link" onClick={() => goTo(doc.line)}>
          {doc.title}
        </button>
        <b class={tone}>{WORDS[state]()}</b>
        {DONE.includes(state) && (
          <button class="link" onClick={() => show(id)}>
            {gettext("Look at it")}
          </button>
        )}
      </p>
      {several && <p class="verdict-source">{doc.source}</p>}
      {mistakes.map((mistake) => (
        <p class="wrong" key={mistake.field + mistake.message}>
          <At mistake={mistake} goTo={goTo} />
          {mistake.field ? `${mistake.field}: ${mistake.message}` : mistake.message}
        </p>
      ))}
      {warnings.map((text) => (
        <p class="warn" key={text}>
          {text}
        </p>
      ))}
      {state === "conflict" && (
        <button class="button" disabled={busy} onClick={force}>
          {gettext("Take these fields over")}
        </button>
      )}
    </li>
  );
}

function show(id: string): void {
  leave();
  select(id, "overview");
}

function At({ mistake: { line }, goTo }: { mistake: Mistake; goTo: (line: number) => void }) {
  if (line === null) return null;
  return (
    <button class="link" onClick={() => goTo(line)}>
      {fill(gettext("line %(n)s"), { n: line })}
    </button>
  );
}
