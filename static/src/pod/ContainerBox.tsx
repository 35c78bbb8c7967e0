// A container in its pod's sandbox: its state, its former runs, what holds it back, what it uses and mounts.
import { fill, gettext } from "../i18n/i18n";
import { shownNow, span } from "../live/clock";
import { cpuQuantity, memoryQuantity } from "../live/words";
import { throttled } from "../node/throttled";
import { Use } from "../node/Use";
import { micros, type Container } from "./doors";
import { kindWord, lastText, stateText } from "./words";

const TICKS = 12;

export function ContainerBox({ container, lit }: { container: Container; lit: string }) {
  const mounts = container.mounts.some((mount) => mount.volume === lit);
  return (
    <li class={mounts ? "box container lit" : "box container"} data-state={container.state?.kind ?? ""} data-container={container.name}>
      <h5>
        <i class="lamp" aria-hidden="true" /> <b>{container.name}</b> <span class="quiet">{kindWord(container)}</span>
      </h5>
      <p class="mono image">{container.image}</p>
      <p class={toneOf(container)}>{stateText(container)}</p>
      {container.state?.message && <p class="quiet">{container.state.message}</p>}
      {container.restarts > 0 && <Restarts count={container.restarts} />}
      {container.last && <p class="quiet">{lastText(container.last)}</p>}
      <BackOff until={container.backOffUntil} />
      <Resources container={container} />
      {container.mounts.length > 0 && (
        <ul class="mounts" aria-label={gettext("Mounts")}>
          {container.mounts.map((mount) => (
            <li key={mount.path} class={mount.volume === lit ? "chip lit" : "chip"}>
              <b>{mount.volume}</b> <span class="mono">{mount.readOnly ? fill(gettext("%(path)s, read-only"), { path: mount.path }) : mount.path}</span>
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}

function toneOf({ state }: Container): string {
  if (state?.kind === "terminated") return state.exitCode ? "bad" : "good";
  return state?.kind === "running" ? "" : "warn";
}

/** One tick for each restart. */
function Restarts({ count }: { count: number }) {
  return (
    <p class="restarts">
      <span class="restart-ticks" aria-hidden="true">
        {Array.from({ length: Math.min(count, TICKS) }, (_, at) => (
          <i key={at} />
        ))}
      </span>
      {fill(gettext("Restarts: %(n)s"), { n: count })}
    </p>
  );
}

function BackOff({ until }: { until: string | null }) {
  const left = until ? micros(until) - shownNow() : 0;
  return left > 0 ? <p class="warn">{fill(gettext("Held back for another %(time)s"), { time: span(left) })}</p> : null;
}

const cpu = (millicores: number): string => cpuQuantity(Math.round(millicores));

function Resources({ container }: { container: Container }) {
  const { cgroup, requests, limits } = container;
  return (
    <>
      {cgroup && (
        <>
          <Use name="CPU" used={cgroup.millicores} most={limits.cpu ?? null} asked={requests.cpu ?? 0} whole={1000} words={cpu} />
          <Use name={gettext("Memory")} used={cgroup.memory} most={limits.memory ?? null} asked={requests.memory ?? 0} whole={2 ** 30} words={memoryQuantity} />
          {throttled(cgroup.cpuStat) && <p class="warn">{throttled(cgroup.cpuStat)}</p>}
        </>
      )}
      {container.oomScoreAdj !== null && container.state?.kind !== "terminated" && (
        <p class="quiet mono">
          oom_score_adj <b>{container.oomScoreAdj}</b>
        </p>
      )}
    </>
  );
}
