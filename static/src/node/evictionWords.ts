// How pressure is put into words: amounts, thresholds, and why one pod goes before another.
import { fill, gettext } from "../i18n/i18n";
import { span } from "../live/clock";
import type { Micros } from "../live/protocol";
import { memoryQuantity } from "../live/words";
import { micros } from "../pod/doors";
import type { Crossing, Place, Pressure, Resource, Threshold } from "./eviction";

const GI = 2 ** 30;

/** Bytes as a quantity, anything else as a number. */
export function amount(resource: Resource, figure: number): string {
  if (figure < 0) return `−${amount(resource, -figure)}`;
  if (resource !== "memory" && resource !== "ephemeral-storage") return String(figure);
  if (figure === 0) return "0";
  return figure >= 10 * GI ? `${Math.round((figure / GI) * 10) / 10}Gi` : memoryQuantity(figure);
}

/** hard: below 100Mi */
export function ruleWords(one: Threshold, resource: Resource): string {
  const figures = { level: amount(resource, one.level), grace: span(one.graceMicroseconds), more: amount(resource, one.minimumReclaim) };
  const rule = one.kind === "hard" ? fill(gettext("hard: below %(level)s"), figures) : fill(gettext("soft: below %(level)s for %(grace)s"), figures);
  return one.minimumReclaim ? `${rule}, ${fill(gettext("minimum reclaim %(more)s"), figures)}` : rule;
}

/** Whether it is met, and what comes when; empty if it never will be as things are. */
export function stateWords(one: Threshold, now: Micros): string {
  if (!one.met) return one.crosses === null ? "" : fill(gettext("will be met in %(time)s"), { time: span(micros(one.crosses) - now) });
  const acts = one.acts === null ? now : micros(one.acts);
  return acts > now ? fill(gettext("met, acts in %(time)s"), { time: span(acts - now) }) : gettext("met");
}

export function crossingWords(one: Crossing, now: Micros): string {
  const figures = { time: span(Math.abs(micros(one.at) - now)), level: amount("memory", one.level) };
  const past = micros(one.at) <= now;
  if (one.kind === "hard") {
    if (one.met) return past ? fill(gettext("%(time)s ago: below the hard %(level)s"), figures) : fill(gettext("In %(time)s: below the hard %(level)s"), figures);
    return past ? fill(gettext("%(time)s ago: the hard %(level)s again"), figures) : fill(gettext("In %(time)s: the hard %(level)s again"), figures);
  }
  if (one.met) return past ? fill(gettext("%(time)s ago: below the soft %(level)s"), figures) : fill(gettext("In %(time)s: below the soft %(level)s"), figures);
  return past ? fill(gettext("%(time)s ago: the soft %(level)s again"), figures) : fill(gettext("In %(time)s: the soft %(level)s again"), figures);
}

/** What the manager does now, in a sentence for each thing. */
export function nowWords(told: Pressure): string[] {
  const now = micros(told.at);
  const said = told.conditions.map(({ type, ends }) =>
    ends === null || micros(ends) <= now ? type : fill(gettext("%(condition)s, for another %(time)s at least"), { condition: type, time: span(micros(ends) - now) }),
  );
  if (told.kubelet !== "up") said.push(gettext("The kubelet of this node does not run: it evicts nobody."));
  if (told.short) said.push(fill(gettext("Short of %(resource)s: the manager reclaims it now."), { resource: told.short }));
  if (told.going.length) said.push(fill(gettext("Being evicted: %(names)s"), { names: told.going.map((one) => one.name).join(", ") }));
  return said.length ? said : [gettext("No pressure: no threshold is met.")];
}

/** Why a pod stands where it stands. */
export function reasonWords(one: Place, resource: Resource, next: Place | undefined): string {
  return [ownWords(one, resource), next && !one.spared ? beforeWords(one, next) : ""].filter(Boolean).join(" ");
}

function ownWords(one: Place, resource: Resource): string {
  const figures = { used: amount(resource, one.used), request: amount(resource, one.request) };
  if (one.spared) return gettext("Never evicted: it is critical or static.");
  if (!one.seen) return gettext("There are no figures of it.");
  if (resource === "pids") return fill(gettext("Has %(used)s processes."), figures);
  if (!one.request) return fill(gettext("Uses %(used)s and requests none."), figures);
  return one.over ? fill(gettext("Uses %(used)s, more than the %(request)s it requests."), figures) : fill(gettext("Uses %(used)s of the %(request)s it requests."), figures);
}

function beforeWords(one: Place, next: Place): string {
  const name = { name: next.name };
  switch (one.before) {
    case "figures":
      return fill(gettext("Goes before %(name)s, which has figures."), name);
    case "over":
      return fill(gettext("Goes before %(name)s, which keeps to its request."), name);
    case "priority":
      return fill(gettext("Goes before %(name)s, whose priority is higher."), name);
    case "excess":
      return fill(gettext("Goes before %(name)s, whose usage minus request is less."), name);
    case "used":
      return fill(gettext("Goes before %(name)s, which has fewer processes."), name);
    case "name":
      return fill(gettext("Goes before %(name)s by its name alone: all else is equal."), name);
    case "":
      return "";
  }
}
