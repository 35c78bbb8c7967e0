// The Autoscaling view: what an autoscaler saw and did, with sliders for the load, and the same run with two behaviors.
import { useState } from "preact/hooks";
import { small } from "../app/screen";
import { select } from "../app/state";
import { fill, gettext } from "../i18n/i18n";
import { useFresh } from "../live/fresh";
import { age } from "../live/clock";
import { Icon } from "../parts/Icon";
import { Tabs } from "../parts/Tabs";
import { Chart, Legend } from "./Chart";
import { Compare } from "./Compare";
import { Decision } from "./Decision";
import { chartOf, type Chart as Told, type Name } from "./doors";
import { List } from "./List";
import { Loads } from "./Load";
import { keyOf, metricsOf, reachOf } from "./scale";
import { comparing, idOf, lately, metricName, showPanel, showSpan, span, spans, subject } from "./subject";
import { clockText, metricTitle, stepWords, telling } from "./words";
import "./autoscaling.css";

const [WIDTH, PHONE] = [760, 340];
const SHOWN = 12;

function AutoscalingView() {
  const name = subject.value;
  return (
    <div class="autoscaling" data-object={name ? idOf(name) : undefined} tabIndex={0} role="region" aria-label={gettext("Autoscaling")}>
      {name ? (
        <Autoscaler key={idOf(name)} name={name} />
      ) : (
        <>
          <header class="heading">
            <div>
              <h2>{gettext("Autoscaling")}</h2>
              <p>{gettext("A HorizontalPodAutoscaler looks at its metrics every 15 seconds. What does it see, and what does it make of it?")}</p>
            </div>
          </header>
          <div class="autoscalers-here">
            <List />
          </div>
        </>
      )}
    </div>
  );
}

function Autoscaler({ name }: { name: Name }) {
  const [round, setRound] = useState(0);
  const { told, problem } = useFresh(() => chartOf(name, span.value), `${idOf(name)} ${span.value} ${lately.value} ${round}`);
  const metrics = told ? metricsOf(told.steps) : [];
  const metric = metrics.find((one) => keyOf(one) === metricName.value) ?? metrics[0];
  const panel = comparing.value ? "compare" : "chart";
  const titles = { chart: gettext("What it did"), compare: gettext("Two behaviours") };
  return (
    <>
      <header class="heading">
        <button class="icon-button back" aria-label={gettext("All autoscalers")} onClick={() => select(null)}>
          <Icon path="M9.8 4 6 8l3.8 4" />
        </button>
        <div>
          <h2>{fill(gettext("Autoscaling %(name)s"), { name: name.name })}</h2>
          <p>{told ? factsOf(told) : name.namespace}</p>
        </div>
        {metrics.length > 1 && metric && (
          <label>
            <span class="hidden-text">{gettext("Metric")}</span>
            <select value={keyOf(metric)} onChange={(event) => (metricName.value = event.currentTarget.value)}>
              {metrics.map((one) => (
                <option key={keyOf(one)} value={keyOf(one)}>
                  {metricTitle(one)}
                </option>
              ))}
            </select>
          </label>
        )}
        {panel === "chart" && (
          <label>
            <span class="hidden-text">{gettext("How far back")}</span>
            <select value={String(span.value)} onChange={(event) => showSpan(Number(event.currentTarget.value))}>
              {spans.map((seconds) => (
                <option key={seconds} value={String(seconds)}>
                  {fill(gettext("last %(time)s"), { time: age(seconds * 1e6) })}
                </option>
              ))}
            </select>
          </label>
        )}
      </header>
      <Tabs label={gettext("About the autoscaler")} tabs={Object.entries(titles).map(([one, title]) => ({ name: one, title }))} current={panel} onChange={showPanel} />
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {!told && !problem && <p class="hint">{gettext("Asking…")}</p>}
      {told && (
        <div role="tabpanel" aria-label={titles[panel]} class="autoscaling-panel">
          {panel === "compare" ? <Compare name={name} chart={told} metric={metric ? keyOf(metric) : ""} /> : <Past told={told} metric={metric ? keyOf(metric) : ""} title={metric ? metricTitle(metric) : ""} onWritten={() => setRound(round + 1)} />}
        </div>
      )}
    </>
  );
}

function factsOf(told: Told): string {
  const figures = { kind: told.target.kind, name: told.target.name, least: told.least, most: told.most, current: told.current };
  return fill(gettext("%(kind)s %(name)s · %(current)s of %(least)s to %(most)s replicas"), figures);
}

interface PastProps {
  told: Told;
  metric: string;
  title: string;
  onWritten: () => void;
}

function Past({ told, metric, title, onWritten }: PastProps) {
  const [whole, showWhole] = useState(false);
  const since = Math.max(told.since, told.steps[0]?.at ?? told.since);
  const course = { ...told, since: Math.min(since, told.until - 60e6) };
  const all = telling(told.steps.filter((one) => one.at >= told.since)).reverse();
  const shown = whole ? all : all.slice(0, SHOWN);
  return (
    <div class="past">
      <div>
        <figure class="run">
          <figcaption>
            <b>{title || gettext("Replicas")}</b>
            <Legend />
          </figcaption>
          <Chart course={course} metric={metric} reach={reachOf([told.steps], metric)} width={small.value ? PHONE : WIDTH} label={fill(gettext("What %(name)s did over time"), { name: told.name })} />
        </figure>
        {!told.complete && <p class="quiet">{gettext("Only the newest steps are shown.")}</p>}
        <h3>{gettext("Step by step")}</h3>
        <ol class="steps-told">
          {shown.map((step) => (
            <li key={step.at}>
              <span class="at">{clockText(step.at)}</span> {stepWords(step)}
            </li>
          ))}
        </ol>
        {!all.length && <p class="quiet">{gettext("Nothing changed in this time.")}</p>}
        {all.length > shown.length && (
          <button class="link" onClick={() => showWhole(true)}>
            {fill(gettext("Show all %(n)s steps"), { n: all.length })}
          </button>
        )}
      </div>
      <aside class="beside">
        <Decision steps={told.steps} />
        <Loads loads={told.loads} onWritten={onWritten} />
      </aside>
    </div>
  );
}

function Left() {
  return <List besides />;
}

export { AutoscalingView as Component, Left };
