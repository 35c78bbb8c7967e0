// The Workloads view: how a rollout goes within its limits, the history of its template, and who owns whom.
import { useEffect, useState } from "preact/hooks";
import { inAddress, select, selected, selection } from "../app/state";
import { fill, gettext } from "../i18n/i18n";
import { useCalm } from "../live/calm";
import { useFresh } from "../live/fresh";
import type { Sketch, WorkloadSketch } from "../live/protocol";
import { natural, version } from "../live/store";
import { kindIcon } from "../parts/glyphs";
import { Icon } from "../parts/Icon";
import { Tabs } from "../parts/Tabs";
import { rolloutOf, type Rollout } from "./doors";
import { Doings } from "./Doings";
import { History } from "./History";
import { OwnerTree } from "./OwnerTree";
import { RolloutChart } from "./RolloutChart";
import { Steps } from "./Steps";
import { isJob, last, part, showLast, showPart, subject, WINDOWS, WITH_HISTORY, workloads, type Part } from "./subject";
import "./workloads.css";

const MOST = 200; // lines of the list
const CALM = 1000; // ms between two questions while a rollout runs
const sought = inAddress("find-workload");

const TITLES: Record<Part, () => string> = {
  rollout: () => gettext("Rollout"),
  history: () => gettext("History"),
  owners: () => gettext("Owners"),
};

function WorkloadsView() {
  const workload = subject.value;
  if (!workload) return selected.value ? <Alone key={selected.value.id} object={selected.value} /> : <Nothing />;
  return <One key={workload.id} workload={workload} />;
}

function Nothing() {
  const all = workloads();
  return (
    <div class="workloads-view" tabIndex={0} role="region" aria-label={gettext("Workloads")}>
      <header class="heading">
        <div>
          <h2>{gettext("Workloads")}</h2>
          <p>{gettext("What replaces pods, how many at a time, and what it waits for.")}</p>
        </div>
        <WorkloadChoice workload={null} />
      </header>
      <p class="hint">{all.length ? gettext("Choose a workload: its rollout is shown here.") : gettext("There is no Deployment, StatefulSet, DaemonSet or Job yet. Create one on the map, or with kubectl.")}</p>
    </div>
  );
}

/** What has no rollout, nor belongs to what has one: who owns it, and what it owns. */
function Alone({ object }: { object: Sketch }) {
  return (
    <div class="workloads-view" data-object={object.id} tabIndex={0} role="region" aria-label={gettext("Workloads")}>
      <header class="heading">
        <div>
          <h2>{fill(gettext("%(kind)s %(name)s"), { kind: object.kind, name: object.name })}</h2>
          <p>{object.namespace}</p>
        </div>
        <WorkloadChoice workload={null} />
      </header>
      <p class="hint">{gettext("It has no rollout, and no workload owns it.")}</p>
      <OwnerTree of={object} />
    </div>
  );
}

function One({ workload }: { workload: WorkloadSketch }) {
  const revision = useCalm(workload.revision, CALM);
  const { told, problem } = useFresh(() => rolloutOf(workload, last.value), `${workload.id} ${revision} ${last.value}`);
  const [refused, setRefused] = useState("");
  const act = (doing: Promise<unknown>): void => {
    setRefused("");
    doing.catch((error: Error) => setRefused(error.message));
  };
  const parts = (Object.keys(TITLES) as Part[]).filter((name) => name !== "history" || WITH_HISTORY.includes(workload.resource));
  const shown = parts.includes(part.value) ? part.value : "rollout";
  return (
    <div class="workloads-view" data-object={workload.id} tabIndex={0} role="region" aria-label={gettext("Workloads")}>
      <header class="heading">
        <div>
          <h2>{fill(gettext("%(kind)s %(name)s"), { kind: workload.kind, name: workload.name })}</h2>
          <p>{told ? factWords(told, workload) : workload.namespace}</p>
        </div>
        <WorkloadChoice workload={workload} />
        {told && <Doings workload={workload} told={told} onAct={act} />}
      </header>
      {(refused || problem) && (
        <p class="problem" role="alert">
          {refused || problem}
        </p>
      )}
      <Tabs label={gettext("About this workload")} tabs={parts.map((name) => ({ name, title: TITLES[name]() }))} current={shown} onChange={showPart} />
      <div class="workload-part" role="tabpanel" aria-label={TITLES[shown]()}>
        {shown === "rollout" && (told ? <RolloutPart told={told} namespace={workload.namespace} /> : !problem && <p class="hint">{gettext("Asking…")}</p>)}
        {shown === "history" && <History workload={workload} paused={told?.paused ?? false} onAct={act} />}
        {shown === "owners" && <OwnerTree of={workload} />}
      </div>
    </div>
  );
}

function factWords(told: Rollout, workload: WorkloadSketch): string {
  const facts = [workload.namespace];
  if (told.strategy) facts.push(told.strategy);
  if (told.maxSurge != null) facts.push(`maxSurge ${told.maxSurge}`);
  if (told.maxUnavailable != null) facts.push(`maxUnavailable ${told.maxUnavailable}`);
  if (told.partition) facts.push(`partition ${told.partition}`);
  if (told.podManagementPolicy) facts.push(told.podManagementPolicy);
  if (told.minReadySeconds) facts.push(`minReadySeconds ${told.minReadySeconds}`);
  if (told.parallelism != null) facts.push(`parallelism ${told.parallelism}`);
  if (told.completions != null) facts.push(`completions ${told.completions}`);
  if (told.backoffLimit != null) facts.push(`backoffLimit ${told.backoffLimit}`);
  return facts.join(" · ");
}

function RolloutPart({ told, namespace }: { told: Rollout; namespace: string }) {
  const [revision, setRevision] = useState<number | null>(null);
  const found = told.steps.findIndex((one) => one.revision === revision);
  const chosen = found < 0 ? null : found;
  const choose = (at: number | null): void => setRevision(at === null ? null : told.steps[at]!.revision);
  useEffect(() => {
    if (found < 0 && revision !== null) setRevision(null);
  }, [found]);
  return (
    <div class="rollout-part">
      <div class="rollout-board">
        <div class="board-head">
          <h3>{gettext("Pods over time")}</h3>
          <label>
            <span class="hidden-text">{gettext("Span of time")}</span>
            <select value={last.value} onChange={(event) => showLast(event.currentTarget.value)}>
              {WINDOWS.map((seconds) => (
                <option key={seconds} value={seconds}>
                  {seconds ? fill(gettext("last %(n)s min"), { n: Number(seconds) / 60 }) : gettext("since the template changed")}
                </option>
              ))}
            </select>
          </label>
        </div>
        {told.after.length ? <RolloutChart told={told} namespace={namespace} chosen={chosen} onChoose={choose} /> : <p class="quiet">{gettext("The log holds nothing of this span of time.")}</p>}
        {!told.whole && <p class="quiet">{gettext("The log no longer reaches back to the beginning.")}</p>}
      </div>
      <Steps told={told} chosen={chosen} onChoose={choose} />
    </div>
  );
}

/** On a phone there is no list at the left. */
function WorkloadChoice({ workload }: { workload: WorkloadSketch | null }) {
  return (
    <label class="workload-choice">
      <span class="hidden-text">{gettext("Workload")}</span>
      <select value={workload?.id ?? ""} onChange={(event) => select(event.currentTarget.value)}>
        {!workload && <option value="">{gettext("Choose a workload")}</option>}
        {listed("").map((one) => (
          <option key={one.id} value={one.id}>{`${one.kind} ${one.namespace}/${one.name}`}</option>
        ))}
      </select>
    </label>
  );
}

function listed(wanted: string): WorkloadSketch[] {
  const system = (one: WorkloadSketch): number => Number(one.namespace === "kube-system");
  const found = workloads().filter((one) => `${one.kind} ${one.namespace}/${one.name}`.toLowerCase().includes(wanted));
  return found.sort((a, b) => system(a) - system(b) || natural(a.namespace, b.namespace) || natural(a.kind, b.kind) || natural(a.name, b.name)).slice(0, MOST);
}

function Left() {
  void version.value;
  const found = listed(sought.value.trim().toLowerCase());
  const current = subject.value?.id ?? selection.value;
  return (
    <div class="node-list workload-list">
      <input type="text" class="find" value={sought.value} placeholder={gettext("find a workload")} aria-label={gettext("Find a workload")} spellcheck={false} onInput={(event) => (sought.value = event.currentTarget.value)} />
      <ul>
        {found.map((one) => (
          <li key={one.id}>
            <button aria-pressed={one.id === current} onClick={() => select(one.id)} title={`${one.namespace}/${one.name}`}>
              <Icon name={kindIcon(one.resource)} size={14} />
              <b>{one.name}</b>
              <span class={!isJob(one) && one.ready < one.desired ? "warn" : "quiet"}>{`${one.kind} · ${isJob(one) ? one.available : one.ready}/${one.desired}`}</span>
            </button>
          </li>
        ))}
      </ul>
      {!found.length && <p class="quiet">{gettext("No workload of this name.")}</p>}
    </div>
  );
}

export { WorkloadsView as Component, Left };
