// Which pod the question is about: the one that is looked at, or one of one's own in YAML.
import { signal } from "@preact/signals";
import { kindOf } from "../build/kinds";
import type { Mistake } from "../build/mistakes";
import { TextEditor } from "../editor/TextEditor";
import { gettext } from "../i18n/i18n";
import type { PodName, Subject } from "./doors";

const own = signal<{ text: string; pod: unknown; mistake: Mistake | null } | null>(null);

/** The pod of the question; null while the text is no YAML. */
export function subjectOf(pod: PodName | null): Subject | null {
  if (own.value) return own.value.mistake ? null : { pod: own.value.pod };
  return pod;
}

async function write(text: string | null): Promise<void> {
  const { parse, write: written } = await import("../build/text");
  const shown = text ?? written(kindOf("pod").start());
  const { value, mistake } = parse(shown);
  const noPod = typeof value === "object" && value ? null : { field: "", message: gettext("This is no Pod."), line: null };
  own.value = { text: shown, pod: value, mistake: mistake ?? noPod };
}

export function Question({ pod }: { pod: PodName | null }) {
  const mine = own.value;
  return (
    <div class="question">
      <div class="choice" role="group" aria-label={gettext("The pod of the question")}>
        <button aria-pressed={!mine} disabled={!pod} onClick={() => (own.value = null)}>
          {gettext("this pod")}
        </button>
        <button aria-pressed={mine !== null} onClick={() => void write(mine?.text ?? null)}>
          {gettext("a pod of your own")}
        </button>
      </div>
      {mine && (
        <details open>
          <summary>YAML</summary>
          <TextEditor
            label={gettext("The pod of the question as YAML")}
            text={mine.text}
            mistakes={mine.mistake ? [mine.mistake] : []}
            onChange={(text) => void write(text)}
          />
        </details>
      )}
      {!mine && !pod && <p class="hint">{gettext("Choose a pod on the left, or write one of your own.")}</p>}
    </div>
  );
}
