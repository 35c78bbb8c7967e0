// What a pod is made of, and how its probes went, in words.
import { fill, gettext } from "../i18n/i18n";
import { elapsed, shortTime, span } from "../live/clock";
import { micros, type Container, type Probe, type Row, type Sandbox, type State, type Volume } from "./doors";

const KINDS: Record<Container["kind"], () => string> = {
  init: () => gettext("init container"),
  sidecar: () => gettext("sidecar"),
  app: () => gettext("container"),
  ephemeral: () => gettext("ephemeral container"),
};

export const kindWord = (container: Container): string =>
  container.target ? fill(gettext("ephemeral container, beside %(name)s"), { name: container.target }) : KINDS[container.kind]();

export function stateText(container: Container): string {
  const { state } = container;
  if (!state) return gettext("not there yet");
  if (state.kind === "running") return container.ready ? gettext("running, ready") : gettext("running, not ready");
  if (state.kind === "waiting") return [gettext("waiting"), state.reason].filter(Boolean).join(" · ");
  return [fill(gettext("ended with %(code)s"), { code: state.exitCode ?? 0 }), state.reason].filter(Boolean).join(" · ");
}

export function lastText(last: State): string {
  const ended = fill(gettext("Before: ended with %(code)s"), { code: last.exitCode ?? 0 });
  const when = last.finishedAt ? shortTime(elapsed(micros(last.finishedAt))) : "";
  return [ended, last.reason, when].filter(Boolean).join(" · ");
}

export const volumeText = (volume: Volume): string => (volume.source ? `${volume.kind} ${volume.source}` : volume.kind);

const OWNERS: Record<Sandbox["namespaces"]["network"], () => string> = {
  pod: () => gettext("Shared by its containers"),
  node: () => gettext("The node's"),
  container: () => gettext("Each container's own"),
};

export const ownerOfNamespace = (owner: keyof typeof OWNERS): string => OWNERS[owner]();

const STEPS: Record<string, () => string> = {
  mount: () => gettext("The kubelet sets up the volumes"),
  sandbox: () => gettext("The kubelet makes the sandbox"),
  pull: () => gettext("The kubelet pulls an image"),
  create: () => gettext("The kubelet creates a container"),
  start: () => gettext("The kubelet starts a container"),
  hook: () => gettext("A postStart hook runs"),
  killing: () => gettext("The kubelet ends the pod"),
  killed: () => gettext("All containers have ended"),
};

/** What the pod's worker is at; empty while it only waits. */
export const stepWord = (step: string): string => STEPS[step]?.() ?? "";

const OUTCOMES: Record<Probe["outcome"], () => string> = {
  Success: () => gettext("passed"),
  Warning: () => gettext("passed with a warning"),
  Failure: () => gettext("failed"),
  Error: () => gettext("could not be made"),
  Unknown: () => gettext("unknown"),
};

export const outcomeWord = (probe: Probe): string => (OUTCOMES[probe.outcome] ?? OUTCOMES.Unknown)();

const CAUSED: Record<Probe["caused"], () => string> = {
  "": () => "",
  event: () => gettext("told in an event"),
  started: () => gettext("started"),
  ready: () => gettext("ready"),
  unready: () => gettext("not ready"),
  killed: () => gettext("killed"),
};

export const causedWord = (probe: Probe): string => (CAUSED[probe.caused] ?? CAUSED[""])();

/** The count towards the threshold; what lies beyond it counts no more. */
export const countText = (probe: Probe): string =>
  probe.count ? fill(gettext("%(count)s of %(threshold)s"), { count: Math.min(probe.count, probe.threshold), threshold: probe.threshold }) : "";

export function aboutProbe(probe: Probe): string {
  const parts = [
    `${shortTime(elapsed(micros(probe.at)))} ${outcomeWord(probe)}`,
    countText(probe),
    fill(gettext("took %(time)s"), { time: milliseconds(probe.tookMicroseconds) }),
    causedWord(probe),
    probe.message.trim(),
  ];
  return parts.filter(Boolean).join(" · ");
}

const milliseconds = (micros: number): string => (micros < 1_000_000 ? `${Math.round(micros / 100) / 10} ms` : span(micros));

export const rowTitle = (row: Row): string => [row.kind, row.handler].filter(Boolean).join(" · ");

export const ruleText = (row: Row): string =>
  fill(gettext("every %(period)s s · failureThreshold %(failure)s · successThreshold %(success)s"), {
    period: row.periodSeconds,
    failure: row.failureThreshold,
    success: row.successThreshold,
  });
