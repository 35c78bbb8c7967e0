// The same pod under two configurations, side by side.
import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { gettext } from "../i18n/i18n";
import { useInstant } from "../live/fresh";
import { Refusal } from "../live/http";
import { Comparison } from "./Comparison";
import { mistakesOf, whatIf, type Mistake, type PodName, type Trace } from "./doors";
import { OWN, PRESETS } from "./presets";
import { told, useScheduler } from "./queue";
import { Question, subjectOf } from "./Subject";
import { TextEditor } from "../editor/TextEditor";

interface Side {
  preset: string;
  text: string | null;
}

const PAUSE = 400; // ms after the last key
const sides = signal<[Side, Side]>([
  { preset: "running", text: null },
  { preset: "most-allocated", text: PRESETS.find((one) => one.name === "most-allocated")!.text },
]);
const LETTERS = ["A", "B"] as const;

function change(at: number, side: Side): void {
  sides.value = sides.value.map((one, index) => (index === at ? side : one)) as [Side, Side];
}

export function WhatIf({ pod }: { pod: PodName | null }) {
  useScheduler();
  const instant = useInstant();
  const [answers, setAnswers] = useState<Trace[] | null>(null);
  const [problem, setProblem] = useState("");
  const [wrong, setWrong] = useState<{ which: number; mistakes: Mistake[] } | null>(null);
  const asked = subjectOf(pod);
  const [a, b] = sides.value;
  useEffect(() => {
    if (!asked) {
      setAnswers(null);
      return undefined;
    }
    let mine = true;
    const timer = setTimeout(() => {
      whatIf(asked, [a.text, b.text])
        .then((found) => {
          if (!mine) return;
          setAnswers(found);
          setProblem("");
          setWrong(null);
        })
        .catch((error: Error) => {
          if (!mine) return;
          const which = error instanceof Refusal ? error.told.which : undefined;
          setWrong(typeof which === "number" ? { which, mistakes: mistakesOf(error) } : null);
          setProblem(error.message);
        });
    }, PAUSE);
    return () => {
      mine = false;
      clearTimeout(timer);
    };
  }, [JSON.stringify(asked), a.text, b.text, instant]);
  return (
    <div class="what-if">
      <div class="sides">
        <Question pod={pod} />
        {sides.value.map((side, at) => (
          <Choice key={at} at={at} side={side} mistakes={wrong?.which === at ? wrong.mistakes : []} />
        ))}
      </div>
      {problem && (
        <p class="problem" role="alert">
          {wrong ? `${LETTERS[wrong.which]}: ` : ""}
          {problem}
        </p>
      )}
      {answers && !problem && <Comparison a={answers[0]!} b={answers[1]!} />}
    </div>
  );
}

function Choice({ at, side, mistakes }: { at: number; side: Side; mistakes: Mistake[] }) {
  const letter = LETTERS[at]!;
  const label = at === 0 ? gettext("Configuration A") : gettext("Configuration B");
  const pick = (name: string): void => {
    const preset = PRESETS.find((one) => one.name === name);
    change(at, preset ? { preset: name, text: preset.text } : { preset: OWN, text: side.text ?? told.value?.configuration ?? "" });
  };
  return (
    <section class="side">
      <label>
        <b>{letter}</b>
        <select aria-label={label} value={side.preset} onChange={(event) => pick(event.currentTarget.value)}>
          {PRESETS.map((preset) => (
            <option key={preset.name} value={preset.name}>
              {preset.title()}
            </option>
          ))}
          <option value={OWN}>{gettext("your own")}</option>
        </select>
      </label>
      <details open={side.preset === OWN || mistakes.length > 0}>
        <summary>{gettext("show and edit")}</summary>
        <TextEditor label={label} text={side.text ?? told.value?.configuration ?? ""} mistakes={mistakes} onChange={(text) => change(at, { preset: OWN, text })} />
      </details>
    </section>
  );
}
