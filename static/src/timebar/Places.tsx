// The buttons beside the line of time: bookmark, list of what is marked, branches; and what one does in the past.
import { useEffect, useRef, useState } from "preact/hooks";
import { config } from "../app/config";
import { select } from "../app/state";
import { fill, gettext, ngettext } from "../i18n/i18n";
import { clock, past, shortTime, shownNow } from "../live/clock";
import { pastProblem, show } from "../live/past";
import { Icon } from "../parts/Icon";
import { addMark, branchAt, deleteMark, rewindTo, type Branch } from "./doors";
import { line, look, spots } from "./line";
import { orderProblem } from "./orders";
import { spotWords } from "./Track";

export type Panel = "marks" | "branches" | "bookmark" | "branch" | null;

const tell = (doing: Promise<unknown>): Promise<void> =>
  doing.then(() => void (orderProblem.value = "")).catch((error: Error) => void (orderProblem.value = error.message));

export function Places() {
  const [panel, setPanel] = useState<Panel>(null);
  const box = useRef<HTMLDivElement>(null);
  const toggle = (which: Panel): void => setPanel(panel === which ? null : which);
  useEffect(() => {
    if (!panel) return undefined;
    const close = (event: Event): void => {
      if (event instanceof KeyboardEvent ? event.key === "Escape" : !box.current?.contains(event.target as Node)) {
        setPanel(null);
        if (event instanceof KeyboardEvent) event.stopPropagation();
      }
    };
    addEventListener("pointerdown", close);
    addEventListener("keydown", close, true);
    return () => {
      removeEventListener("pointerdown", close);
      removeEventListener("keydown", close, true);
    };
  }, [panel]);
  const known = line.value;
  const tooEarly = known !== null && past.value !== null && (known.reach === null || past.value < known.reach);
  const others = known ? known.branches.length - 1 : 0;
  return (
    <div class="places" ref={box}>
      {past.value !== null && (
        <>
          <button class="button" onClick={() => show(null)}>
            {gettext("To now")}
          </button>
          <button class="button" onClick={() => toggle("branch")} aria-expanded={panel === "branch"} disabled={tooEarly} title={tooEarly ? gettext("The log no longer reaches back so far that one could go on from here.") : undefined}>
            {gettext("Branch here")}
          </button>
        </>
      )}
      {config.mayChange && (
        <button class="icon-button" onClick={() => toggle("bookmark")} aria-expanded={panel === "bookmark"} aria-label={gettext("Bookmark this instant")} title={gettext("Bookmark this instant")}>
          <Icon name="flag" />
        </button>
      )}
      <button class="icon-button" onClick={() => toggle("marks")} aria-expanded={panel === "marks"} aria-label={gettext("Marks and failures")} title={gettext("Marks and failures")}>
        <Icon name="list" />
      </button>
      <button class="icon-button" onClick={() => toggle("branches")} aria-expanded={panel === "branches"} aria-label={gettext("Branches")} title={gettext("Branches")}>
        <Icon name="branch" />
        {others > 0 && <span class="count">{others}</span>}
      </button>
      {panel && (
        <div class="place-panel">
          {panel === "marks" && <Marks />}
          {panel === "branches" && <Branches onBranch={() => setPanel("branch")} />}
          {panel === "bookmark" && <Ask title={gettext("Bookmark this instant")} label={gettext("Name")} doing={gettext("Set")} onDone={(text) => tell(addMark(shownNow(), text).then(look)).then(() => setPanel((now) => (now === "bookmark" ? null : now)))} />}
          {panel === "branch" && (
            <Ask
              title={fill(gettext("Branch at %(time)s"), { time: shortTime(shownNow() - (clock.value?.start ?? 0)) })}
              label={gettext("Name (drawn if empty)")}
              doing={gettext("Branch")}
              onDone={(name) => tell(branchAt(shownNow(), name).then(({ url }) => location.assign(url)))}
            />
          )}
        </div>
      )}
    </div>
  );
}

function Ask({ title, label, doing, onDone }: { title: string; label: string; doing: string; onDone: (text: string) => Promise<void> }) {
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  const done = (event: Event): void => {
    event.preventDefault();
    setBusy(true);
    void onDone(text.trim()).finally(() => setBusy(false));
  };
  return (
    <form onSubmit={done}>
      <h2>{title}</h2>
      <label>
        {label}
        <input ref={input} value={text} maxLength={63} spellcheck={false} onInput={(event) => setText(event.currentTarget.value)} />
      </label>
      <button class="button solid" disabled={busy}>
        {doing}
      </button>
      {(orderProblem.value || pastProblem.value) && (
        <p class="problem" role="alert">
          {orderProblem.value || pastProblem.value}
        </p>
      )}
    </form>
  );
}

function Marks() {
  const known = line.value;
  const found = known ? spots(known, config.cluster, 60).filter((one) => one.kind !== "branch").reverse() : [];
  if (!found.length) return <p class="hint">{gettext("Nothing is marked, and nothing has failed.")}</p>;
  return (
    <ol class="mark-list" aria-label={gettext("Marks and failures")}>
      {found.map((spot, n) => (
        <li key={`${spot.kind} ${spot.at} ${n}`} class={spot.kind}>
          <button
            onClick={() => {
              show(spot.at);
              if (spot.id) select(spot.id, "why");
            }}
          >
            <time>{shortTime(spot.at - known!.start)}</time>
            <span>{spotWords(spot)}</span>
          </button>
          {spot.kind === "bookmark" && config.mayChange && (
            <button class="icon-button" aria-label={fill(gettext("Delete bookmark %(name)s"), { name: spotWords(spot) })} onClick={() => void tell(deleteMark(spot.mark!).then(look))}>
              <Icon name="close" />
            </button>
          )}
        </li>
      ))}
    </ol>
  );
}

function Branches({ onBranch }: { onBranch: () => void }) {
  const known = line.value;
  const found = known?.branches ?? [];
  const under = (parent: string | null): Branch[] => found.filter((one) => one.parent === parent || (parent === null && !found.some((other) => other.name === one.parent)));
  const draw = (one: Branch): preact.JSX.Element => {
    const below = one.parent === one.name ? [] : found.filter((other) => other.parent === one.name);
    return (
      <li key={one.name}>
        <span class="branch-line">
          {one.name === config.cluster ? <b aria-current="page">{one.name}</b> : <a href={`/c/${one.name}/`}>{one.name}</a>}
          {one.at !== null && <small>{fill(gettext("from %(time)s"), { time: shortTime(one.at - known!.start) })}</small>}
          {one.name !== config.cluster && <a href={`#view=compare&with=${one.name}`}>{gettext("compare")}</a>}
          {one.own && one.parent !== null && one.name !== config.cluster && <a href={`/c/${one.name}/delete`}>{gettext("delete")}</a>}
        </span>
        {below.length > 0 && <ul>{below.map(draw)}</ul>}
      </li>
    );
  };
  return (
    <>
      <h2>{fill(ngettext("%(n)s cluster of this family", "%(n)s clusters of this family", found.length), { n: found.length })}</h2>
      <ul class="branches">{under(null).map(draw)}</ul>
      <button class="button" onClick={onBranch}>
        {gettext("Branch here")}
      </button>
      {config.mayChange && past.value !== null && <Back />}
    </>
  );
}

/** Takes the cluster itself back: asked twice, for what came after is gone. */
function Back() {
  const [sure, setSure] = useState(false);
  const at = shownNow();
  const go = (): void => {
    if (!sure) return setSure(true);
    void tell(
      rewindTo(at).then(() => {
        show(null);
        return look();
      }),
    );
    setSure(false);
  };
  return (
    <button class="button danger" onClick={go} onBlur={() => setSure(false)}>
      {sure ? gettext("Click again: what came after is lost") : gettext("Rewind the cluster to here")}
    </button>
  );
}
