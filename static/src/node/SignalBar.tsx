// What is left of something on a node, as a bar with a mark at each threshold.
import { fill, gettext } from "../i18n/i18n";
import type { Micros } from "../live/protocol";
import type { Signal } from "./eviction";
import { amount, ruleWords, stateWords } from "./evictionWords";

export function SignalBar({ signal, now }: { signal: Signal; now: Micros }) {
  const { available, capacity, resource, thresholds } = signal;
  const share = (figure: number): string => `${Math.min(100, (100 * figure) / (capacity || 1))}%`;
  const met = thresholds.some((one) => one.met);
  const figures = { left: amount(resource, available), whole: amount(resource, capacity) };
  return (
    <li class="signal" data-signal={signal.signal} data-met={met}>
      <div class="signal-head">
        <b>{signal.signal}</b>
        <span class={met ? "bad" : "quiet"}>{fill(gettext("%(left)s of %(whole)s left"), figures)}</span>
      </div>
      <span class="left-bar" aria-hidden="true">
        <i style={{ width: share(available) }} />
        {thresholds.map((one) => (
          <b key={`${one.kind} ${one.level}`} class={one.kind} style={{ left: share(one.level) }} />
        ))}
      </span>
      <ul class="thresholds">
        {thresholds.map((one) => (
          <li key={`${one.kind} ${one.level}`} class={one.kind}>
            {ruleWords(one, resource)} {stateWords(one, now) && <b class={one.met ? "bad" : "warn"}>{stateWords(one, now)}</b>}
          </li>
        ))}
      </ul>
    </li>
  );
}
