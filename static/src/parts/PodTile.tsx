// A pod as the map draws it, for panels: hue and glyph = phase, border = QoS, segments = containers.
import type { Phase, PodSketch } from "../live/protocol";
import { phaseWord } from "../live/words";
import { PHASE_GLYPHS } from "./glyphs";

export function PodTile({ pod, size = 30 }: { pod: PodSketch; size?: number }) {
  const main = pod.containers.filter((container) => !container.init);
  return <Tile phase={pod.phase} qos={pod.qos} running={main.map((one) => one.state === "running")} size={size} />;
}

interface Looks {
  phase: Phase;
  qos: PodSketch["qos"];
  running?: boolean[];
  size?: number;
}

export function Tile({ phase, qos, running = [], size = 30 }: Looks) {
  const glyph = PHASE_GLYPHS[phase];
  const step = running.length ? 24 / running.length : 0;
  return (
    <svg class={`tile ${phase.toLowerCase()} ${qos.toLowerCase()}`} width={size} height={size} viewBox="0 0 30 30" role="img" aria-label={phaseWord(phase)}>
      <rect class="ground" x="1" y="1" width="28" height="28" rx="5" />
      {running.map((is, at) => is && <rect key={at} class="segment" x={3 + at * step + 0.5} y="21" width={step - 1} height="6" rx="1" />)}
      <rect class="edge" x="1" y="1" width="28" height="28" rx="5" />
      {qos === "Guaranteed" && <rect class="edge inner" x="3.7" y="3.7" width="22.6" height="22.6" rx="2.8" />}
      <path class={glyph.solid ? "glyph solid" : "glyph"} transform="translate(15 14)" d={glyph.path} />
    </svg>
  );
}
