// One pod: its parts at the left, its past at the right on one axis of time, below it logs, terminal, events and why.
import { useEffect, useState } from "preact/hooks";
import { small } from "../app/screen";
import { Events } from "../inspector/Events";
import { Why } from "../inspector/Why";
import { fill, gettext } from "../i18n/i18n";
import { useCalm } from "../live/calm";
import { useFresh } from "../live/fresh";
import { pastWithin } from "../live/clock";
import { lookNear } from "../live/near";
import type { Micros, PodSketch, Sketch } from "../live/protocol";
import { crowd, events, version } from "../live/store";
import { Tabs } from "../parts/Tabs";
import { PodBox } from "./Anatomy";
import { placeOf } from "./axis";
import { courseOf, heldAt, type Course } from "./course";
import { anatomyOf, type Anatomy } from "./doors";
import { Exec } from "./Exec";
import { Logs } from "./Logs";
import { PodChart } from "./PodChart";
import { Quota } from "./Quota";
import { last, part, showLast, showPart, WINDOWS, type Part } from "./subject";

const [WIDTH, PHONE] = [700, 360];
const CALM = 1000; // ms between two questions while the pod changes

const TITLES: Record<Part, () => string> = {
  logs: () => gettext("Logs"),
  exec: () => "exec",
  events: () => gettext("Events"),
  why: () => gettext("Why"),
};

const PANELS: Record<Part, (props: { object: Sketch }) => preact.ComponentChild> = { logs: Logs, exec: Exec, events: Events, why: Why };

export function Page({ object, pod }: { object: Sketch; pod: PodSketch | null }) {
  const revision = useCalm(object.revision, CALM);
  const about = `${object.id} ${object.uid} ${revision} ${last.value}`;
  const course = useFresh(() => courseOf(object, last.value), about);
  const parts = useFresh(() => (pod ? anatomyOf(object, last.value) : Promise.resolve(null)), about);
  const Panel = PANELS[part.value];
  const near = crowd.value && course.told?.gone === null ? course.told.node : "";
  useEffect(() => {
    if (near) lookNear([near], "pod"); // of a large cluster the page has only the pods of the nodes that it looks at
  }, [near]);
  return (
    <>
      {course.problem && (
        <p class="problem" role="alert">
          {course.problem}
        </p>
      )}
      <div class="pod-page">
        <div class="pod-parts">
          {pod && parts.told && <PodBox told={parts.told} />}
          {pod && !parts.told && <p class="hint">{parts.problem || gettext("Asking…")}</p>}
          {!pod && <p class="hint">{gettext("Its sandbox, its containers and its volumes are gone.")}</p>}
        </div>
        <div class="pod-past">
          {course.told ? <Past pod={object} course={course.told} told={pod ? parts.told : null} /> : !course.problem && <p class="hint">{gettext("Asking…")}</p>}
        </div>
      </div>
      <section class="pod-panel" aria-label={TITLES[part.value]()}>
        <Tabs label={gettext("More about this pod")} tabs={(Object.keys(TITLES) as Part[]).map((name) => ({ name, title: TITLES[name]() }))} current={part.value} onChange={showPart} />
        <div class="pod-part" role="tabpanel" aria-label={TITLES[part.value]()}>
          <Panel key={part.value} object={object} />
        </div>
      </section>
    </>
  );
}

function Past({ pod, course, told }: { pod: Sketch; course: Course; told: Anatomy | null }) {
  void version.value;
  const [wanted, choose] = useState<string | null>(null);
  const [pointed, look] = useState<Micros | null>(null);
  const at = pointed ?? pastWithin(course.since, course.until);
  const mine = [...events.values()].filter((one) => one.about === pod.id).sort((a, b) => a.at - b.at);
  const first = course.containers.find((one) => one.kind === "app") ?? course.containers[0];
  const shown = wanted ?? first?.name ?? "";
  const chosen = course.containers.find((one) => one.name === shown);
  const instant = at === null ? course.until : Math.max(course.since, Math.min(at, course.until));
  const figure = chosen?.cpu[placeOf(course, instant)] ?? null;
  const limited = chosen && heldAt(chosen.bounds, instant)?.limits.cpu !== undefined;
  const width = small.value ? PHONE : WIDTH;
  return (
    <>
      <div class="pod-board">
        <div class="board-head">
          <h3>{gettext("What it went through")}</h3>
          <label>
            <span class="hidden-text">{gettext("Whose use is shown")}</span>
            <select value={shown} onChange={(event) => choose(event.currentTarget.value)}>
              {course.containers.map((one) => (
                <option key={one.name} value={one.name}>
                  {fill(gettext("use of %(container)s"), { container: one.name })}
                </option>
              ))}
              <option value="">{gettext("use of the whole pod")}</option>
            </select>
          </label>
          <label>
            <span class="hidden-text">{gettext("How far back")}</span>
            <select value={String(last.value)} onChange={(event) => showLast(Number(event.currentTarget.value))}>
              {WINDOWS.map((seconds) => (
                <option key={seconds} value={String(seconds)}>
                  {fill(gettext("last %(n)s min"), { n: seconds / 60 })}
                </option>
              ))}
            </select>
          </label>
        </div>
        {!course.node && <p class="quiet">{gettext("The pod has not been placed on a node: it uses nothing yet. Why says what it waits for.")}</p>}
        {course.at.length ? (
          <PodChart course={course} told={told} events={mine} shown={shown} width={width} chosen={at === null ? null : instant} onChoose={look} />
        ) : (
          <p class="quiet">{gettext("The log holds nothing of this span of time.")}</p>
        )}
        <Key />
      </div>
      {chosen && limited && <Quota pod={pod} container={chosen.name} at={instant} average={figure} width={width} chosen={at !== null} />}
      {chosen && !limited && <p class="quiet no-quota">{fill(gettext("%(container)s has no CPU limit, hence no quota: it is never throttled."), { container: chosen.name })}</p>}
    </>
  );
}

/** What lines and colours mean. */
function Key() {
  return (
    <ul class="pod-key" aria-hidden="true">
      <li class="used">{gettext("used (memory: the working set)")}</li>
      <li class="request">{gettext("request")}</li>
      <li class="limit">{gettext("limit")}</li>
      <li class="throttled">{gettext("share of periods throttled")}</li>
      <li class="end">{gettext("a container ended")}</li>
    </ul>
  );
}
