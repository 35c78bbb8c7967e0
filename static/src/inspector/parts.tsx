// Pieces that the panels share: facts, links to other objects, lists of labels.
import type { ComponentChildren } from "preact";
import { select } from "../app/state";
import { gettext } from "../i18n/i18n";
import type { PodSketch, Sketch } from "../live/protocol";
import { ownerOf } from "../live/store";
import { nameParts, subtitle, trouble } from "../live/words";
import { PodTile } from "../parts/PodTile";

/** `of`, `part`: what it tells of an object, as one of its bars does on the map. */
export function Fact({ name, of, part, children }: { name: string; of?: Sketch; part?: string; children: ComponentChildren }) {
  return (
    <div data-object={of?.id} data-part={part}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

export function ObjectLink({ object, text }: { object: Sketch; text?: string }) {
  return (
    <button class="link" data-object={object.id} onClick={() => select(object.id)} title={object.name}>
      {text ?? object.name}
    </button>
  );
}

/** The chain of owners, nearest first: ReplicaSet web-7c9d, Deployment web. */
export function Owners({ object }: { object: Sketch }) {
  const chain: Sketch[] = [];
  for (let at = ownerOf(object); at && chain.length < 5; at = ownerOf(at)) chain.push(at);
  if (!chain.length) return object.owner ? <Fact name={object.owner.kind}>{object.owner.name}</Fact> : null;
  return (
    <>
      {chain.map((owner) => (
        <Fact key={owner.id} name={owner.kind}>
          <ObjectLink object={owner} />
        </Fact>
      ))}
    </>
  );
}

export function Labels({ labels }: { labels: Record<string, string> | undefined }) {
  const all = Object.entries(labels ?? {});
  if (!all.length) return null;
  return (
    <section class="section">
      <h3>{gettext("Labels")}</h3>
      <ul class="labels">
        {all.map(([key, value]) => (
          <li key={key} class="mono">
            {value ? `${key}=${value}` : key}
          </li>
        ))}
      </ul>
    </section>
  );
}

const MOST = 60;

export function PodList({ pods }: { pods: PodSketch[] }) {
  if (!pods.length) return null;
  return (
    <section class="section">
      <h3>
        {gettext("Pods")} <span class="badge">{pods.length}</span>
      </h3>
      <ul class="rows">
        {pods.slice(0, MOST).map((pod) => (
          <li key={pod.id}>
            <button class="row" data-object={pod.id} onClick={() => select(pod.id)} title={pod.name}>
              <span class="plinth small">
                <PodTile pod={pod} size={20} />
              </span>
              <b>{nameParts(pod)[0]}</b>
              <span class={trouble(pod) ? "bad" : "mono"}>{subtitle(pod)}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
