// The log of a container: followed as it is written, searched, with or without the instants, to be copied.
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { fill, gettext, ngettext } from "../i18n/i18n";
import { past } from "../live/clock";
import { isPod, type ContainerSketch, type PodSketch, type Sketch } from "../live/protocol";
import { micros } from "./doors";
import { MOST, useLog, type LogLine } from "./logStream";
import "./streams.css";

const SINCE = [0, 60, 300, 3600];
const NEAR = 24; // px from the end that count as the end

/** The container that a log is asked of, if nobody chooses: the first that is no init container. */
export const firstOf = (pod: PodSketch): string => (pod.containers.find((one) => !one.init) ?? pod.containers[0])?.name ?? "";

export function Logs({ object }: { object: Sketch }) {
  if (!isPod(object) || !object.uid) return <p class="hint">{gettext("The pod is gone, and its logs with it.")}</p>;
  if (!object.node) return <p class="hint">{gettext("The pod is on no node yet: nothing has written a log.")}</p>;
  return <PodLogs key={object.uid} pod={object} />;
}

function PodLogs({ pod }: { pod: PodSketch }) {
  const [name, choose] = useState(firstOf(pod));
  const [previous, setPrevious] = useState(false);
  const [follow, setFollow] = useState(true);
  const [stamps, setStamps] = useState(false);
  const [since, setSince] = useState(0);
  const [sought, seek] = useState("");
  const [round, setRound] = useState(0);
  const container = pod.containers.find((one) => one.name === name);
  const waits = container?.state === "waiting" && !pod.restarts && !previous; // nothing has run: there is no log to ask for
  const log = useLog(pod, waits ? null : { container: name, previous, follow, since }, `${round}`);
  const idle = log.loaded && !log.open;
  const was = useRef(pod.revision);
  useEffect(() => {
    if (was.current !== pod.revision && idle && !previous) setRound((one) => one + 1);
    was.current = pod.revision;
  }, [pod.revision, idle]);
  const wanted = sought.toLowerCase();
  const instant = past.value; // of the past, what had been written by then
  const written = instant === null ? log.lines : log.lines.filter((one) => micros(one.at) <= instant);
  const found = wanted ? written.filter((one) => one.text.toLowerCase().includes(wanted)) : written;
  return (
    <div class="logs">
      <div class="stream-tools">
        <ContainerChoice pod={pod} name={name} onChoose={choose} />
        <label>
          <span class="hidden-text">{gettext("How far back")}</span>
          <select value={String(since)} onChange={(event) => setSince(Number(event.currentTarget.value))}>
            {SINCE.map((one) => (
              <option key={one} value={String(one)}>
                {one ? fill(gettext("last %(n)s min"), { n: one / 60 }) : gettext("from the beginning")}
              </option>
            ))}
          </select>
        </label>
        <Check text={gettext("Previous run")} on={previous} onChange={setPrevious} />
        <Check text={gettext("Follow")} on={follow && !previous} off={previous} onChange={setFollow} />
        <Check text={gettext("Timestamps")} on={stamps} onChange={setStamps} />
        <input type="text" class="find" value={sought} placeholder={gettext("find in the log")} aria-label={gettext("Find in the log")} spellcheck={false} onInput={(event) => seek(event.currentTarget.value)} />
        <Copy lines={found} stamps={stamps} />
      </div>
      {log.problem && (
        <p class="problem" role="alert">
          {log.problem}
        </p>
      )}
      {waits && <p class="hint">{fill(gettext("%(container)s has not started yet: %(reason)s"), { container: name, reason: container.reason || gettext("waiting") })}</p>}
      {!log.problem && !waits && <Lines lines={found} wanted={wanted} stamps={stamps} label={fill(gettext("Log of %(container)s"), { container: name })} empty={emptyWord(log.loaded, wanted, container)} />}
      <p class="quiet stream-state" role="status">
        {[wanted && fill(ngettext("%(n)s line found", "%(n)s lines found", found.length), { n: found.length }), log.cut && fill(gettext("Only the newest %(n)s lines are shown."), { n: MOST }), !waits && endWord(log.open, log.loaded, previous || !follow || instant !== null, container)].filter(Boolean).join(" · ")}
      </p>
    </div>
  );
}

function emptyWord(loaded: boolean, wanted: string, container: ContainerSketch | undefined): string {
  if (wanted) return gettext("No line holds this.");
  if (!loaded) return container?.state === "running" ? gettext("Nothing has been written yet.") : gettext("Asking…");
  return gettext("Nothing was written.");
}

function endWord(open: boolean, loaded: boolean, once: boolean, container: ContainerSketch | undefined): string {
  if (once) return "";
  if (open) return gettext("Following: new lines come by themselves.");
  return loaded && container?.state !== "running" ? gettext("The container does not run: no more lines come.") : "";
}

export function ContainerChoice({ pod, name, onChoose }: { pod: PodSketch; name: string; onChoose: (name: string) => void }) {
  return (
    <label>
      <span class="hidden-text">{gettext("Container")}</span>
      <select value={name} onChange={(event) => onChoose(event.currentTarget.value)}>
        {pod.containers.map((one) => (
          <option key={one.name} value={one.name}>
            {one.init ? fill(gettext("%(name)s (init)"), { name: one.name }) : one.name}
          </option>
        ))}
      </select>
    </label>
  );
}

function Check({ text, on, off = false, onChange }: { text: string; on: boolean; off?: boolean; onChange: (on: boolean) => void }) {
  return (
    <label class="check">
      <input type="checkbox" checked={on} disabled={off} onChange={(event) => onChange(event.currentTarget.checked)} />
      <span>{text}</span>
    </label>
  );
}

interface LinesProps {
  lines: LogLine[];
  wanted: string;
  stamps: boolean;
  label: string;
  empty: string;
}

/** Kept at its end, unless somebody has scrolled up. */
function Lines({ lines, wanted, stamps, label, empty }: LinesProps) {
  const box = useRef<HTMLDivElement>(null);
  const [away, setAway] = useState(false);
  const toEnd = (): void => {
    const held = box.current;
    if (held) held.scrollTop = held.scrollHeight;
  };
  useLayoutEffect(() => {
    if (!away) toEnd();
  }, [lines, stamps, away]);
  const scrolled = (): void => {
    const held = box.current!;
    setAway(held.scrollHeight - held.scrollTop - held.clientHeight > NEAR);
  };
  return (
    <div class="stream-frame">
      <div ref={box} class="stream-box" role="log" aria-live="off" aria-label={label} tabIndex={0} onScroll={scrolled}>
        {lines.map((one) => (
          <div key={one.key} class="log-line">
            {stamps && <time>{`${one.at} `}</time>}
            {wanted ? <Marked text={one.text} wanted={wanted} /> : one.text}
          </div>
        ))}
        {!lines.length && <p class="quiet">{empty}</p>}
      </div>
      {away && (
        <button
          class="button on-board to-end"
          onClick={() => {
            toEnd();
            setAway(false);
          }}
        >
          {gettext("To the end")}
        </button>
      )}
    </div>
  );
}

function Marked({ text, wanted }: { text: string; wanted: string }) {
  const parts: preact.ComponentChild[] = [];
  const low = text.toLowerCase();
  let at = 0;
  for (let next = low.indexOf(wanted); next >= 0; next = low.indexOf(wanted, at)) {
    parts.push(text.slice(at, next), <mark key={next}>{text.slice(next, next + wanted.length)}</mark>);
    at = next + wanted.length;
  }
  return <>{[...parts, text.slice(at)]}</>;
}

function Copy({ lines, stamps }: { lines: LogLine[]; stamps: boolean }) {
  const [said, say] = useState("");
  useEffect(() => {
    if (!said) return undefined;
    const timer = setTimeout(() => say(""), 3000);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = (): void => {
    const text = lines.map((one) => `${stamps ? `${one.at} ` : ""}${one.text}\n`).join("");
    const failed = (): void => say(gettext("The browser does not let us copy"));
    if (!navigator.clipboard) failed();
    else navigator.clipboard.writeText(text).then(() => say(gettext("Copied")), failed);
  };
  return (
    <button class="button" disabled={!lines.length} onClick={copy}>
      <span aria-live="polite">{said || gettext("Copy")}</span>
    </button>
  );
}
