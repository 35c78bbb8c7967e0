// Both runs in words: what happens in each, and how they differ.
import { fill, gettext, ngettext } from "../i18n/i18n";
import { age, elapsed, shortTime, span } from "../live/clock";
import type { Micros } from "../live/protocol";
import { micros } from "../pod/doors";
import type { Compared, Eviction, Run, RunThreshold } from "./compared";
import { amount, reasonWords } from "./evictionWords";

export interface Moment {
  after: Micros;
  words: string;
  why?: string;
  detail?: string;
  kind: "" | "hard" | "soft" | "evicted";
}

/** The cluster's own clock at an instant of a run, to the second. */
export const clockText = (told: Compared, after: Micros): string => shortTime(elapsed(micros(told.at) + after)).replace(/\.\d$/, "");

/** 1 s, 30 s, 2 min: a span of whole seconds. */
const seconds = (n: number): string => (n < 10 ? fill(gettext("%(n)s s"), { n }) : span(n * 1e6));

export function moments(told: Compared, run: Run): Moment[] {
  const found = [
    ...run.thresholds.flatMap((one) => ofThreshold(told, one)),
    ...run.condition.spans.flatMap((one) => ofCondition(run.condition.type, one)),
    ...run.evictions.flatMap((one) => ofEviction(told, one)),
    ...run.outOfMemory.map((one): Moment => ({ after: one.after, words: gettext("The node itself runs out of memory: the kernel kills."), detail: one.message, kind: "evicted" })),
  ];
  return found.sort((a, b) => a.after - b.after);
}

function ofThreshold(told: Compared, one: RunThreshold): Moment[] {
  const level = amount(told.resource, one.level);
  const words = one.kind === "hard" ? gettext("Below the hard %(level)s") : gettext("Below the soft %(level)s: the grace period of %(grace)s begins");
  return one.met.flatMap(({ since, until }) => {
    const begin: Moment = { after: since, words: fill(words, { level, grace: span(one.graceMicroseconds) }), kind: one.kind };
    if (until === null) return [begin];
    const ended = one.kind === "hard" ? gettext("The hard %(level)s again") : gettext("The soft %(level)s again");
    return [begin, { after: until, words: fill(ended, { level: amount(told.resource, one.until) }), kind: one.kind }];
  });
}

function ofCondition(type: string, { since, until }: { since: Micros; until: Micros | null }): Moment[] {
  const begin: Moment = { after: since, words: fill(gettext("%(condition)s begins"), { condition: type }), kind: "" };
  return until === null ? [begin] : [begin, { after: until, words: fill(gettext("%(condition)s ends"), { condition: type }), kind: "" }];
}

function ofEviction(told: Compared, one: Eviction): Moment[] {
  const figures = { pod: one.name, left: amount(told.resource, one.available), grace: seconds(one.graceSeconds) };
  const words = fill(gettext("%(pod)s is evicted with %(left)s left: it gets %(grace)s to shut down"), figures);
  const why = one.why ? reasonWords(one.why.place, one.why.resource, one.why.next ?? undefined) : "";
  const going: Moment = { after: one.after, words, why, detail: one.message, kind: "evicted" };
  if (one.ended === null) return [going];
  const over = { pod: one.name, time: span(one.ended - one.after), codes: one.exitCodes.join(", ") };
  return [going, { after: one.ended, words: fill(gettext("%(pod)s is gone after %(time)s, exit code %(codes)s"), over), kind: "evicted" }];
}

/** How the run under soft thresholds differs from the one under hard ones, a sentence for each thing. */
export function differences(told: Compared): string[] {
  const [hard, soft] = [told.hard.evictions[0], told.soft.evictions[0]];
  if (!hard && !soft) return [fill(gettext("Nobody is evicted within %(time)s, neither way."), { time: span(told.lastMicroseconds) }), ...more(told)];
  if (!hard) return [fill(gettext("Soft evicts %(pod)s at %(at)s, hard nobody within %(time)s."), { pod: soft!.name, at: clockText(told, soft!.after), time: span(told.lastMicroseconds) }), ...more(told)];
  if (!soft) return [fill(gettext("Hard evicts %(pod)s at %(at)s, soft nobody within %(time)s."), { pod: hard.name, at: clockText(told, hard.after), time: span(told.lastMicroseconds) }), ...more(told)];
  return [when(told, hard, soft), who(hard, soft), left(told, hard, soft), grace(hard, soft), ...more(told)];
}

function when(told: Compared, hard: Eviction, soft: Eviction): string {
  const figures = { soft: clockText(told, soft.after), hard: clockText(told, hard.after), time: age(Math.abs(soft.after - hard.after)) };
  if (soft.after === hard.after) return fill(gettext("Both evict first at %(hard)s: the soft threshold makes no difference in time."), figures);
  return soft.after < hard.after ? fill(gettext("Soft evicts first at %(soft)s, %(time)s before hard does at %(hard)s."), figures) : fill(gettext("Soft evicts first at %(soft)s, %(time)s after hard does at %(hard)s."), figures);
}

function who(hard: Eviction, soft: Eviction): string {
  const same = hard.namespace === soft.namespace && hard.name === soft.name;
  return same ? fill(gettext("%(pod)s goes first both ways."), { pod: hard.name }) : fill(gettext("%(soft)s goes first under soft, %(hard)s under hard: the order changes with what they use."), { soft: soft.name, hard: hard.name });
}

function left(told: Compared, hard: Eviction, soft: Eviction): string {
  return fill(gettext("Then %(soft)s is left under soft, %(hard)s under hard."), { soft: amount(told.resource, soft.available), hard: amount(told.resource, hard.available) });
}

function grace(hard: Eviction, soft: Eviction): string {
  const figures = { soft: seconds(soft.graceSeconds), hard: seconds(hard.graceSeconds) };
  return hard.graceSeconds === soft.graceSeconds ? fill(gettext("Both ways the pod gets %(hard)s to shut down."), figures) : fill(gettext("To shut down it gets %(soft)s under soft, %(hard)s under hard."), figures);
}

function more(told: Compared): string[] {
  const found: string[] = [];
  const figures = { soft: told.soft.evictions.length, hard: told.hard.evictions.length, time: span(told.lastMicroseconds) };
  if (figures.soft !== figures.hard) found.push(fill(gettext("Evicted within %(time)s: %(soft)s under soft, %(hard)s under hard."), figures));
  const net = told.soft.thresholds.find((one) => one.kind === "hard");
  if (net && !net.met.length && told.soft.evictions.length) found.push(gettext("Under soft, the hard threshold is never reached."));
  if (told.hard.outOfMemory.length) found.push(gettext("Under hard, the node runs out of memory between two looks of the manager: the kernel kills."));
  if (told.soft.outOfMemory.length) found.push(gettext("Under soft, the node runs out of memory between two looks of the manager: the kernel kills."));
  return found;
}

/** A run in one sentence, for those who do not see it. */
export function runWords(told: Compared, run: Run): string {
  const n = run.evictions.length;
  const figures = { signal: told.signal, from: amount(told.resource, run.available[0] ?? 0), least: amount(told.resource, Math.min(...run.available)), n };
  return fill(ngettext("%(signal)s from %(from)s down to %(least)s, %(n)s pod evicted", "%(signal)s from %(from)s down to %(least)s, %(n)s pods evicted", n), figures);
}
