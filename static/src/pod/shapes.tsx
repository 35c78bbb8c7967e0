// How a probe's answer is drawn: its colour and its shape both say it.
import type { Probe } from "./doors";

const PATHS: Record<Probe["outcome"], string> = {
  Success: "M3.4 0A3.4 3.4 0 1 1-3.4 0 3.4 3.4 0 1 1 3.4 0",
  Failure: "M-3.6-3.6 3.6 3.6M3.6-3.6-3.6 3.6",
  Warning: "M0-4 4 3.4H-4z",
  Error: "M0-4.4 4.4 0 0 4.4-4.4 0z",
  Unknown: "M0-4.4 4.4 0 0 4.4-4.4 0z",
};

export const Shape = ({ outcome }: { outcome: Probe["outcome"] }) => <path class={`shape ${outcome.toLowerCase()}`} d={PATHS[outcome] ?? PATHS.Unknown} />;
