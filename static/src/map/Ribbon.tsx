// The control plane as a bus: whatever happens goes through the API server, so every pulse starts or ends there.
import { useEffect, useRef } from "preact/hooks";
import { log, nodes, onChanges, revision, version } from "../live/store";
import { gettext, fill } from "../i18n/i18n";
import type { Entry } from "../live/protocol";
import { Icon } from "../parts/Icon";
import { isNews, lastNotes, STATIONS, STATION_ICONS, stationOf, type Station } from "./stations";

const TITLES: Record<Station, () => string> = {
  kubectl: () => "kubectl",
  apiserver: () => "API server",
  etcd: () => "etcd",
  controllers: () => gettext("controllers"),
  scheduler: () => gettext("scheduler"),
  kubelet: () => (nodes.size ? `kubelet ×${nodes.size}` : "kubelet"),
};

export function Ribbon() {
  void version.value;
  const { notes, active, entry } = lastNotes(log);
  const caption = (station: Station): string => {
    if (station === "apiserver") return revision.value ? fill(gettext("revision %(n)s"), { n: revision.value }) : "";
    if (station === "etcd") return entry ? fill(gettext("stored %(n)s"), { n: entry.revision }) : "";
    return notes[station]?.text ?? (station === "kubectl" ? gettext("no request") : gettext("watches"));
  };
  return (
    <section class="ribbon" aria-label={gettext("Control plane")}>
      <ol class="stations">
        {STATIONS.map((station) => (
          <li key={station} class={stateOf(station, active)}>
            <span class="station">
              <Icon name={STATION_ICONS[station]} size={14} />
              {TITLES[station]()}
            </span>
          </li>
        ))}
      </ol>
      <Bus active={active} />
      <ol class="captions" aria-hidden="true">
        {STATIONS.map((station) => (
          <li key={station} class={stateOf(station, active)} title={notes[station]?.whole}>
            <em>{TITLES[station]()}</em>
            {notes[station]?.place ? <b>{notes[station].place}</b> : null}
            <span>{caption(station)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function stateOf(station: Station, active: Station | null): string {
  if (station === "apiserver") return active ? "hub active" : "hub";
  return station === active ? "active" : "";
}

const WIDTH = 600; // of the drawing, six stations of 100
const centre = (station: Station): number => STATIONS.indexOf(station) * 100 + 50;

/** The wires, stretched to the width there is; the pulse is a dot of its own so that it stays round. */
function Bus({ active }: { active: Station | null }) {
  const dot = useRef<HTMLElement>(null);
  useEffect(() => {
    let moving: Animation | null = null;
    return onChanges((_changes, entries) => {
      const entry = entries.findLast(isNews);
      if (!entry || !dot.current || moving?.playState === "running" || document.hidden) return;
      moving = pulse(dot.current, entry);
    });
  }, []);
  const hub = centre("apiserver");
  return (
    <div class="bus" aria-hidden="true">
      <svg viewBox={`0 0 ${WIDTH} 16`} preserveAspectRatio="none">
        <path class="wire" d={`M${centre("kubectl")} 9H${centre("kubelet")}${STATIONS.filter((one) => one !== "etcd").map((one) => `M${centre(one)} 0V9`).join("")}`} />
        {active && active !== "apiserver" && <path class="lit" d={`M${centre(active)} 0V9H${hub}V0`} />}
      </svg>
      <i class="pulse" ref={dot} />
    </div>
  );
}

function pulse(dot: HTMLElement, entry: Entry): Animation | null {
  const from = stationOf(entry.component);
  const share = (station: Station): string => `${(centre(station) / WIDTH) * 100}%`;
  if (from === "apiserver" || matchMedia("(prefers-reduced-motion: reduce)").matches) return null;
  return dot.animate(
    [
      { left: share(from), top: "0px", opacity: 1 },
      { left: share(from), top: "9px", opacity: 1, offset: 0.15 },
      { left: share("apiserver"), top: "9px", opacity: 1, offset: 0.85 },
      { left: share("apiserver"), top: "0px", opacity: 1 },
    ],
    { duration: 480, easing: "cubic-bezier(.2,.7,.2,1)" },
  );
}
