// What a quota has held back, in a sentence.
import { fill, gettext } from "../i18n/i18n";
import { span } from "../live/clock";
import type { CpuStat } from "./doors";

/** Empty where nothing was throttled. */
export function throttled(stat: CpuStat | undefined): string {
  if (!stat?.nr_throttled) return "";
  const figures = { throttled: stat.nr_throttled, periods: stat.nr_periods, time: span(stat.throttled_usec) };
  return fill(gettext("Throttled in %(throttled)s of %(periods)s periods, for %(time)s in all"), figures);
}
