// The steps as a form: their texts in both languages, their order. It writes into the YAML beside it.
import { useEffect, useState } from "preact/hooks";
import { fill, gettext } from "../i18n/i18n";
import { Icon } from "../parts/Icon";
import { change, files, SCRIPT, went } from "./demo";
import type * as Steps from "./steps";

const NAMES: { name: Steps.TextName; title: () => string; long: boolean }[] = [
  { name: "title", title: () => gettext("Title"), long: false },
  { name: "say", title: () => gettext("What the audience reads"), long: false },
  { name: "notes", title: () => gettext("Your notes"), long: true },
  { name: "after", title: () => gettext("What the audience reads afterwards"), long: false },
];
const TONGUES: Record<Steps.Language, string> = { en: "English", "zh-hans": "简体中文" };
const UP = "M4 9.5 8 5.5l4 4";
const DOWN = "M4 6.5 8 10.5l4-4";

export function Form() {
  const [tools, setTools] = useState<typeof Steps | null>(null);
  const [at, setAt] = useState(0);
  useEffect(() => void import("./steps").then(setTools), []);
  const text = files.value[SCRIPT] ?? "";
  if (!tools) return <p class="hint">{gettext("Loading…")}</p>;
  const steps = tools.stepsOf(text);
  if (!steps) return <p class="problem">{gettext("The YAML cannot be read: mend it first, at the right.")}</p>;
  const shown = Math.min(at, steps.length - 1);
  const step = steps[shown];
  const write = (made: string): void => change(SCRIPT, made);
  return (
    <>
      <ol class="step-list">
        {steps.map((one, index) => (
          <li key={index}>
            <button aria-current={index === shown ? "step" : undefined} onClick={() => setAt(index)}>
              <i aria-hidden="true">{index + 1}</i>
              <span>{one.texts.title.en || one.texts.title["zh-hans"]}</span>
              <Outcome number={index + 1} />
            </button>
          </li>
        ))}
      </ol>
      <div class="doings">
        <button class="button" onClick={() => (write(tools.withNewStep(text, shown)), setAt(shown + 1))}>
          <Icon name="plus" />
          {gettext("Step")}
        </button>
        <button class="button" disabled={shown < 1} aria-label={gettext("Move the step up")} onClick={() => (write(tools.withStepMoved(text, shown, -1)), setAt(shown - 1))}>
          <Icon path={UP} />
        </button>
        <button class="button" disabled={shown >= steps.length - 1} aria-label={gettext("Move the step down")} onClick={() => (write(tools.withStepMoved(text, shown, 1)), setAt(shown + 1))}>
          <Icon path={DOWN} />
        </button>
        <button class="button" disabled={steps.length < 2} aria-label={gettext("Delete the step")} onClick={() => (write(tools.withoutStep(text, shown)), setAt(Math.max(0, shown - 1)))}>
          <Icon name="trash" />
        </button>
      </div>
      {step && (
        <fieldset class="texts">
          <legend>{fill(gettext("Step %(n)s"), { n: shown + 1 })}</legend>
          {NAMES.map(({ name, title, long }) =>
            tools.LANGUAGES.map((language) => (
              <label key={`${shown} ${name} ${language}`} lang={language}>
                <span>{`${title()} · ${TONGUES[language]}`}</span>
                <textarea
                  rows={long ? 4 : 2}
                  value={step.texts[name][language]}
                  onInput={(event) => write(tools.withText(text, shown, name, language, (event.currentTarget as HTMLTextAreaElement).value))}
                />
              </label>
            )),
          )}
        </fieldset>
      )}
    </>
  );
}

/** How the step went when the demo was tried. */
function Outcome({ number }: { number: number }) {
  const step = went.value?.find((one) => one.number === number);
  if (!step) return null;
  return step.failures.length ? <b class="bad">{gettext("failed")}</b> : <b class="good">{fill(gettext("%(n)s s"), { n: step.seconds.toFixed(1) })}</b>;
}
