// The places that are not cards on the map, as a list: the same "Put it here" for Services, pods and zones.
import { useSignal } from "@preact/signals";
import { version } from "../live/store";
import type { Place } from "./kind";
import { bypass, sending, putHere, target, verdicts, type Draft } from "../carry/carry";
import { placesFor, same } from "../carry/places";
import { gettext, fill } from "../i18n/i18n";
import { Icon } from "../parts/Icon";
import { kindIcon } from "../parts/glyphs";

const MOST = 12;
/** On a phone the map is behind the form: there the nodes are listed too. */
const LISTED = new Set(["service", "pod", "zone", "node"]);
const RESOURCES: Record<string, string> = { service: "services", pod: "pods", zone: "nodes", node: "nodes" };

export function Places({ held }: { held: Draft }) {
  void version.value;
  const wanted = useSignal("");
  const all = placesFor(held).filter(({ kind }) => LISTED.has(kind));
  if (!held.about.places(held.value).some((kind) => LISTED.has(kind))) return null;
  const found = all.filter(({ name, namespace }) => `${namespace ?? ""}/${name}`.includes(wanted.value.trim()));
  return (
    <section class={`section places${held.about.places(held.value).includes("node") ? " on-phone" : ""}`}>
      <h3>{gettext("Where to put it")}</h3>
      {all.length > MOST && (
        <input aria-label={gettext("Search the places")} placeholder={gettext("Search")} value={wanted.value} onInput={(event) => (wanted.value = event.currentTarget.value)} />
      )}
      {all.length === 0 && <p>{gettext("There is nothing yet that takes it.")}</p>}
      <ul class="rows">
        {found.slice(0, MOST).map((place) => (
          <li key={`${place.kind}/${place.namespace ?? ""}/${place.name}`}>
            <button class={`row${isRefused(place) ? " refused" : ""}${same(place, target.value) ? " aimed" : ""}`} disabled={sending.value} title={`${place.kind} ${place.namespace ?? ""}/${place.name}`} onClick={() => void putHere(place)} onFocus={() => (target.value = place)}>
              <Icon name={kindIcon(RESOURCES[place.kind]!)} />
              <b>{place.name}</b>
              <span>{isRefused(place) ? verdicts.value?.get(place.name)?.plugin : gettext("Put it here")}</span>
            </button>
          </li>
        ))}
      </ul>
      {found.length > MOST && <p>{fill(gettext("and %(n)s more"), { n: found.length - MOST })}</p>}
    </section>
  );
}

const isRefused = (place: Place): boolean => place.kind === "node" && !bypass.value && verdicts.value?.get(place.name)?.feasible === false;
