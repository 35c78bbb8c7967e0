// A pod's past in words: its states, its ends, and what it used at an instant.
import { fill, gettext } from "../i18n/i18n";
import { elapsed, shortTime } from "../live/clock";
import type { EventSketch, Micros } from "../live/protocol";
import { memoryQuantity } from "../live/words";
import { heldAt, type ContainerCourse, type Course, type StateSpan } from "./course";
import { micros, type Anatomy, type Row } from "./doors";
import { countText, outcomeWord } from "./words";

export const OOM = "OOMKilled";

export const clockText = (at: Micros): string => shortTime(elapsed(at));

/** 0.2m, 12m, 250m, 1.5: thousandths of a core, with a digit more where there is little. */
export function coresText(milli: number): string {
  if (milli >= 1000) return String(Math.round(milli / 10) / 100);
  return `${milli < 10 ? Math.round(milli * 10) / 10 : Math.round(milli)}m`;
}

export const bytesText = memoryQuantity;

export function stateWord(span: StateSpan | undefined): string {
  if (!span?.kind) return gettext("not there yet");
  if (span.kind === "running") return span.ready ? gettext("running, ready") : gettext("running, not ready");
  if (span.kind === "waiting") return span.reason || gettext("waiting");
  return [fill(gettext("ended with %(code)s"), { code: span.exitCode ?? 0 }), span.reason].filter(Boolean).join(" · ");
}

export interface Line {
  about: string;
  text: string;
}

/** What an instant was like, container by container; `index` is the place in `Course.at`, -1 where nothing is known. */
export function instantLines(course: Course, told: Anatomy | null, about: EventSketch[], at: Micros, index: number, apart: Micros): Line[] {
  const lines: Line[] = course.containers.map((one) => ({ about: one.name, text: containerText(one, at, index) }));
  for (const container of told?.containers ?? []) {
    for (const row of container.probes) {
      const text = probeText(row, at, apart);
      if (text) lines.push({ about: `${container.name} ${row.kind}`, text });
    }
  }
  const near = about.filter((one) => Math.abs(one.at - at) <= apart).slice(0, 3);
  return [...lines, ...near.map((one) => ({ about: one.reason, text: one.message }))];
}

function containerText(one: ContainerCourse, at: Micros, index: number): string {
  const [cpu, memory, throttled] = [one.cpu[index], one.memory[index], one.throttled[index]];
  const parts = [stateWord(heldAt(one.states, at))];
  if (cpu != null) parts.push(fill(gettext("CPU %(cores)s"), { cores: coresText(cpu) }));
  if (throttled) parts.push(fill(gettext("%(percent)s of its periods throttled"), { percent: `${Math.round(throttled * 100)}%` }));
  if (memory != null) parts.push(fill(gettext("memory %(bytes)s"), { bytes: bytesText(memory) }));
  return parts.join(" · ");
}

/** The last probe by an instant, if it is not long ago. */
function probeText(row: Row, at: Micros, apart: Micros): string {
  const probe = row.probes.findLast((one) => micros(one.at) <= at + apart / 2);
  if (!probe || at - micros(probe.at) > row.periodSeconds * 1e6 + apart) return "";
  return [outcomeWord(probe), countText(probe)].filter(Boolean).join(" · ");
}
