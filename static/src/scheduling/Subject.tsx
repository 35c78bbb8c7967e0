// Which pod the question is about: the one that is looked at, or one of one's own in YAML.
import { signal } from "@preact/signals";
import { podOf } from "../carry/manifest";
import { gettext } from "../i18n/i18n";
import type { PodName, Subject } from "./doors";
import { TextEditor } from "./TextEditor";

const own = signal<{ text: string; pod: unknown; problem: string } | null>(null);

/** The pod of the question; null while the text is no YAML. */
export function subjectOf(pod: PodName | null): Subject | null {
  if (own.value) return own.value.problem ? null : { pod: own.value.pod };
  return pod;
}

async function write(text: string | null): Promise<void> {
  const { parseYaml, writeYaml } = await import("../editor/editor");
  const shown = text ?? writeYaml(podOf("nginx"));
  const { value, problem } = parseYaml(shown);
  own.value = { text: shown, pod: value, problem: problem ?? (typeof value === "object" && value ? "" : gettext("This is no Pod.")) };
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
            mistakes={mine.problem ? [{ field: "", message: mine.problem, line: lineOf(mine.problem) }] : []}
            onChange={(text) => void write(text)}
          />
        </details>
      )}
      {!mine && !pod && <p class="hint">{gettext("Choose a pod on the left, or write one of your own.")}</p>}
    </div>
  );
}

function lineOf(problem: string): number | null {
  const found = /at line (\d+)/.exec(problem);
  return found ? Number(found[1]) : null;
}
