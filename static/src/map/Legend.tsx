// How many pods there are of each phase (each count is a filter), and the key to the drawing.
import { filterBy, phaseFilter } from "../app/state";
import { gettext } from "../i18n/i18n";
import { PHASES, type Phase } from "../live/protocol";
import { phaseCounts, version } from "../live/store";
import { phaseWord } from "../live/words";
import { Tile } from "../parts/PodTile";
import { Filter } from "./Filter";

const ALWAYS: readonly Phase[] = ["Running", "Pending", "Succeeded", "Failed", "Terminating"];

export function Legend() {
  void version.value;
  const filter = phaseFilter.value;
  return (
    <section class="legend">
      <div class="phases" role="group" aria-label={gettext("Pods by phase: choose one to see only these")}>
        {PHASES.filter((phase) => ALWAYS.includes(phase) || phaseCounts[phase]).map((phase) => (
          <button key={phase} class={phaseCounts[phase] ? "" : "zero"} aria-pressed={filter === phase} onClick={() => filterBy(phase)}>
            <Tile phase={phase} qos="Burstable" size={15} />
            <span>{phaseWord(phase)}</span> <b>{phaseCounts[phase]}</b>
          </button>
        ))}
      </div>
      <Filter />
    </section>
  );
}

/** The key to borders and bars; it stands in the first zone's line, on the map. */
export function Key() {
  return (
    <ul class="key">
      {(["Guaranteed", "Burstable", "BestEffort"] as const).map((qos) => (
        <li key={qos}>
          <svg class={`qos ${qos.toLowerCase()}`} width="14" height="12" viewBox="0 0 14 12" aria-hidden="true">
            <rect x=".7" y=".7" width="12.6" height="10.6" rx="2.6" />
            {qos === "Guaranteed" && <rect x="3.2" y="3.2" width="7.6" height="5.6" rx="1.2" />}
          </svg>
          {qos}
        </li>
      ))}
      <li>
        <svg class="requested" width="16" height="8" viewBox="0 0 16 8" aria-hidden="true">
          <rect x=".6" y=".6" width="14.8" height="6.8" rx="1.6" />
        </svg>
        {gettext("requested")}
      </li>
      <li>
        <svg class="used" width="16" height="5" viewBox="0 0 16 5" aria-hidden="true">
          <rect width="16" height="5" />
        </svg>
        {gettext("used")}
      </li>
      <li>
        <i class="tick" />
        {gettext("limits")}
      </li>
      <li>{gettext("0.5 / 1.9 = requested / allocatable")}</li>
    </ul>
  );
}
