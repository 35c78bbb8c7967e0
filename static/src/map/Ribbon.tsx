// The control plane as a bus: whatever happens goes through the API server, so every pulse starts or ends there.
import { effect } from "@preact/signals";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { byStep, past, paused } from "../live/clock";
import { log, nodes, onChanges, revision, version } from "../live/store";
import { gettext, fill } from "../i18n/i18n";
import { Icon } from "../parts/Icon";
import { legsOf, Pulses, type Leg, type Verb } from "./pulses";
import { lastNotes, STATIONS, STATION_ICONS, type Station } from "./stations";

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
const share = (station: Station, aside = 0): string => `${((centre(station) + aside) / WIDTH) * 100}%`;

/** The wires, stretched to the width there is, and what travels on them, which keeps its shape. */
function Bus({ active }: { active: Station | null }) {
  const shown = useRef<HTMLElement>(null);
  const [leg, setLeg] = useState<Leg | null>(null);
  // Of passive effects the end comes later than that of what is drawn.
  useLayoutEffect(() => {
    const pulse = shown.current!;
    const pulses = new Pulses((next, ms) => {
      setLeg(next);
      return pulse.animate(wayOf(next), { duration: ms, easing: "cubic-bezier(.2,.7,.2,1)" });
    });
    const still = matchMedia("(prefers-reduced-motion: reduce)");
    const endChanges = onChanges((_changes, entries) => {
      if (!still.matches && !document.hidden) pulses.add(legsOf(entries), byStep());
    });
    const endPauses = effect(() => pulses.hold(paused.value));
    const endPast = effect(() => {
      if (past.value !== null) pulses.clear(); // they are of the present
    });
    return () => {
      endPast();
      endPauses();
      endChanges();
      pulses.close();
    };
  }, []);
  const hub = centre("apiserver");
  return (
    <div class="bus" aria-hidden="true">
      <svg viewBox={`0 0 ${WIDTH} 16`} preserveAspectRatio="none">
        <path class="wire" d={`M${centre("kubectl")} 9H${centre("kubelet")}${STATIONS.filter((one) => one !== "etcd").map((one) => `M${centre(one)} 0V9`).join("")}`} />
        {active && active !== "apiserver" && <path class="lit" d={`M${centre(active)} 0V9H${hub}V0`} />}
      </svg>
      <i class={`pulse ${leg?.verb ?? ""}`} ref={shown} title={leg ? `${leg.entry.component}: ${leg.entry.sentence}` : ""}>
        {leg && VERBS[leg.verb]()}
      </i>
    </div>
  );
}

const VERBS: Record<Verb, () => string> = {
  watch: () => gettext("watch"),
  write: () => gettext("write"),
  bind: () => gettext("bind"),
  store: () => gettext("store"),
};

/** Out of a station down to the wire, along it, and into the next, over no word of either; to etcd straight from the API server's side. */
function wayOf({ verb, from, to }: Leg): Keyframe[] {
  if (verb === "store") {
    return [
      { left: share(from, 20), top: "-13px", visibility: "visible" },
      { left: share(to, -20), top: "-13px", visibility: "visible" },
    ];
  }
  return [
    { left: share(from), top: "5px", opacity: 0, visibility: "visible" },
    { left: share(from), top: "9px", opacity: 1, visibility: "visible", offset: 0.15 },
    { left: share(to), top: "9px", opacity: 1, visibility: "visible", offset: 0.85 },
    { left: share(to), top: "5px", opacity: 0, visibility: "visible" },
  ];
}
