// The steps of a rollout in words: what each did and why, and what had to come before the next.
import { useEffect, useRef } from "preact/hooks";
import { fill, gettext } from "../i18n/i18n";
import { elapsed, shortTime, span } from "../live/clock";
import { micros } from "../pod/doors";
import type { Rollout, Step, Sum } from "./doors";
import { roundingWords } from "./layers";

interface Props {
  told: Rollout;
  chosen: number | null;
  onChoose: (step: number | null) => void;
}

export function Steps({ told, chosen, onChoose }: Props) {
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    if (chosen !== null) list.current?.querySelector('[aria-expanded="true"]')?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  const rounding = roundingWords(told);
  return (
    <aside class="steps-panel" aria-label={gettext("Steps")}>
      <Now told={told} />
      {rounding.length > 0 && (
        <section class="rounding">
          {rounding.map((said) => (
            <p key={said}>{said}</p>
          ))}
        </section>
      )}
      <h3>{gettext("Steps")}</h3>
      {!told.steps.length && <p class="quiet">{gettext("No step in this span of time.")}</p>}
      {told.stepsLeftOut > 0 && <p class="quiet">{fill(gettext("%(n)s earlier steps are left out."), { n: told.stepsLeftOut })}</p>}
      <ol class="rollout-steps" ref={list}>
        {told.steps.map((one, at) => (
          <li key={`${one.revision} ${at}`} class={`of-${one.kind}`}>
            <button aria-expanded={at === chosen} onClick={() => onChoose(at === chosen ? null : at)}>
              <span class="at">{shortTime(elapsed(micros(told.since) + one.after))}</span>
              <span>{one.title}</span>
            </button>
            {at === chosen && <Detail one={one} />}
          </li>
        ))}
      </ol>
    </aside>
  );
}

function Now({ told }: { told: Rollout }) {
  return (
    <section class="rollout-now" role="status">
      <h3>{told.done ? gettext("Complete: nothing is left to do") : told.paused ? gettext("Paused") : gettext("In progress")}</h3>
      {told.waits.map((said) => (
        <p key={said}>{said}</p>
      ))}
    </section>
  );
}

function Detail({ one }: { one: Step }) {
  return (
    <div class="step-detail">
      {one.set && <p class="mono">{one.set}</p>}
      {one.sum && one.kind === "scale" && (one.to! < one.from! ? <Going sum={one.sum} /> : <Coming sum={one.sum} />)}
      {one.sentence && <p>{one.sentence}</p>}
      <p class="quiet">{`${one.component} · ${one.rule}`}</p>
      {one.waits.length > 0 && (
        <div class="step-waits">
          <b>{fill(gettext("Then it waits %(time)s:"), { time: span(one.waitedMicroseconds) })}</b>
          <Sentences all={one.waits} />
          {one.lastWaits.length > 0 && (
            <>
              <b>{gettext("At the end of the wait:")}</b>
              <Sentences all={one.lastWaits} />
            </>
          )}
        </div>
      )}
    </div>
  );
}

function Sentences({ all }: { all: string[] }) {
  return (
    <ul>
      {all.map((said) => (
        <li key={said}>{said}</li>
      ))}
    </ul>
  );
}

function Going({ sum }: { sum: Sum }) {
  return (
    <Terms
      terms={[
        [sum.pods, gettext("pods"), ""],
        [sum.least, gettext("minimum"), "−"],
        [sum.newNotAvailable, gettext("new, not available"), "−"],
        [sum.mayGo, gettext("old ones may go"), "="],
      ]}
    />
  );
}

function Coming({ sum }: { sum: Sum }) {
  return (
    <Terms
      terms={[
        [sum.most, gettext("maximum"), ""],
        [sum.pods, gettext("pods"), "−"],
        [sum.mayCome, gettext("new ones may come"), "="],
      ]}
    />
  );
}

function Terms({ terms }: { terms: [number, string, string][] }) {
  return (
    <p class="sum">
      {terms.map(([n, label, sign]) => (
        <span key={label}>
          <b>
            {sign && <i>{`${sign} `}</i>}
            {n}
          </b>
          <small>{label}</small>
        </span>
      ))}
    </p>
  );
}
