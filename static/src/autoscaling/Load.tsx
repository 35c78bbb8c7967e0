// Sliders for what loads the target: rates of Traffics, CPU in Behaviors. What the server refuses is shown.
import { useEffect, useRef, useState } from "preact/hooks";
import { fill, gettext } from "../i18n/i18n";
import { write, type Load } from "./doors";

const PAUSE = 250; // ms without a movement
const DIGITS = [1, 1.5, 2, 3, 5, 7];
const REACHES = { traffics: [-1, 4], behaviors: [-3, 1] } as const; // powers of ten

const isTraffic = (load: Load): boolean => load.resource.startsWith("traffics");

function ladder(load: Load): number[] {
  const [least, most] = REACHES[isTraffic(load) ? "traffics" : "behaviors"];
  const decades = Array.from({ length: most - least }, (_, n) => least + n);
  return [0, ...decades.flatMap((power) => DIGITS.map((digit) => Number((digit * 10 ** power).toPrecision(2)))), 10 ** most];
}

/** 120, 500m: as a manifest would say it. */
export const quantityText = (n: number): string => (Number.isInteger(n) ? String(n) : `${Math.round(n * 1000)}m`);

export const loadTitle = (load: Load): string => fill(isTraffic(load) ? gettext("Requests per second of Traffic %(name)s") : gettext("CPU at rest, by Behavior %(name)s"), { name: load.name });

export function Loads({ loads, onWritten }: { loads: Load[]; onWritten: () => void }) {
  return (
    <section class="loads">
      <h3>{gettext("Load")}</h3>
      {loads.map((load) => (
        <Slider key={`${load.resource}/${load.namespace}/${load.name}`} load={load} onWritten={onWritten} />
      ))}
      {!loads.length && <p class="quiet">{gettext("Nothing loads its pods: no Traffic reaches them, no Behavior says what they use.")}</p>}
    </section>
  );
}

function Slider({ load, onWritten }: { load: Load; onWritten: () => void }) {
  const [typed, setTyped] = useState<string | null>(null); // until the server says so too
  const [problem, setProblem] = useState("");
  const timer = useRef(0);
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (document.activeElement !== box.current) setTyped(null); // what somebody writes stays
  }, [load.text]);
  const rungs = ladder(load);
  const id = `load-${load.resource}-${load.namespace}-${load.name}`;
  const shown = typed ?? load.text;
  const number = typed === null ? (load.value ?? 0) : valueOf(typed);
  const at = rungs.reduce((best, rung, n) => (Math.abs(rung - number) < Math.abs(rungs[best]! - number) ? n : best), 0);
  const put = (text: string, pause: number): void => {
    setTyped(text);
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => {
      write(load, text)
        .then(() => {
          setProblem("");
          onWritten();
        })
        .catch((error: Error) => setProblem(error.message));
    }, pause);
  };
  if (load.waits) {
    return (
      <p class="quiet" data-object={`${load.resource}/${load.namespace}/${load.name}`}>
        <b>{loadTitle(load)}</b> {gettext("Its clients wait for answers, so that it has no rate.")}
      </p>
    );
  }
  return (
    <div class="load" data-object={`${load.resource}/${load.namespace}/${load.name}`} data-load={`${load.resource.split(".")[0]}/${load.name}`}>
      <label for={id}>{loadTitle(load)}</label>
      <input
        ref={box}
        type="text"
        class="amount"
        value={shown}
        aria-label={fill(gettext("%(load)s, as a quantity"), { load: loadTitle(load) })}
        aria-invalid={problem ? "true" : undefined}
        spellcheck={false}
        onInput={(event) => setTyped(event.currentTarget.value)}
        onChange={(event) => put(event.currentTarget.value.trim(), 0)}
      />
      <div class="slider">
        <input id={id} type="range" min="0" max={rungs.length - 1} step="1" value={at} aria-valuetext={shown} onInput={(event) => put(quantityText(rungs[Number(event.currentTarget.value)]!), PAUSE)} />
      </div>
      {load.suspended && <p class="quiet">{gettext("It is suspended: no requests are sent.")}</p>}
      {problem && (
        <p class="bad" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}

const valueOf = (text: string): number => (text.endsWith("m") ? Number(text.slice(0, -1)) / 1000 : Number(text)) || 0;
