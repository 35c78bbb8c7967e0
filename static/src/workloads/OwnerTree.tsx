// Who owns whom: the owners of the workload above it, what it owns below, each with its state.
import { select, selection } from "../app/state";
import { fill, gettext } from "../i18n/i18n";
import { isPod, isWorkload, type Sketch } from "../live/protocol";
import { natural, ownedBy, ownerOf, version } from "../live/store";
import { phaseWord, subtitle, trouble } from "../live/words";
import { Icon } from "../parts/Icon";
import { kindIcon } from "../parts/glyphs";
import { PodTile } from "../parts/PodTile";
import { isJob } from "./subject";

const MOST = 40; // of one owner's dependents
const DEEPEST = 5;

export function OwnerTree({ of }: { of: Sketch }) {
  void version.value;
  const above: Sketch[] = [];
  for (let at = ownerOf(of); at && above.length < DEEPEST; at = ownerOf(at)) above.unshift(at);
  const top = above[0] ?? of;
  return (
    <ul class="owner-tree" aria-label={gettext("Owners and what they own")}>
      <Branch object={top} depth={0} />
    </ul>
  );
}

function Branch({ object, depth }: { object: Sketch; depth: number }) {
  void version.value; // what it owns may change while it does not
  const owned = depth < DEEPEST && !isPod(object) ? ownedBy(object).sort(worstFirst) : [];
  return (
    <li>
      <button class="row" data-object={object.id} aria-current={selection.value === object.id ? "true" : undefined} onClick={() => select(object.id)} title={object.name}>
        {isPod(object) ? (
          <span class="plinth small">
            <PodTile pod={object} size={20} />
          </span>
        ) : (
          <Icon name={kindIcon(object.resource)} />
        )}
        <span class="tree-kind">{object.kind}</span>
        <b>{object.name}</b>
        <span class={isPod(object) && trouble(object) ? "bad" : "quiet"}>{stateOf(object)}</span>
      </button>
      {owned.length > 0 && (
        <ul>
          {owned.slice(0, MOST).map((one) => (
            <Branch key={one.id} object={one} depth={depth + 1} />
          ))}
          {owned.length > MOST && <li class="quiet">{fill(gettext("and %(n)s more"), { n: owned.length - MOST })}</li>}
        </ul>
      )}
    </li>
  );
}

/** Trouble is never hidden behind a long list; empty ReplicaSets come last. */
function worstFirst(a: Sketch, b: Sketch): number {
  const rank = (one: Sketch): number => (isPod(one) ? (trouble(one) ? 0 : 1) : isWorkload(one) && one.desired === 0 ? 3 : 2);
  return rank(a) - rank(b) || natural(a.name, b.name);
}

function stateOf(object: Sketch): string {
  if (isPod(object)) return trouble(object) ? subtitle(object) : `${phaseWord(object.phase)}${object.node ? ` · ${object.node}` : ""}`;
  if (isJob(object) && isWorkload(object)) return fill(gettext("%(n)s of %(desired)s succeeded"), { n: object.available, desired: object.desired });
  if (isWorkload(object)) return fill(gettext("%(ready)s of %(desired)s ready"), { ready: object.ready, desired: object.desired });
  return "";
}
