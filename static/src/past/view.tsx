// The Compare view: this cluster and another of its family side by side, and a list of what differs.
import { config } from "../app/config";
import { inAddress, select } from "../app/state";
import { fill, gettext, ngettext } from "../i18n/i18n";
import { useCalm } from "../live/calm";
import { past, shortTime } from "../live/clock";
import { useFresh } from "../live/fresh";
import type { Phase } from "../live/protocol";
import { objects, revision } from "../live/store";
import { phaseWord } from "../live/words";
import { line } from "../timebar/line";
import { compare, type Compared, type Difference, type Side } from "./doors";
import "./past.css";

const CALM = 1500; // ms between two questions while the cluster changes
const other = inAddress("with");

function CompareView() {
  const family = (line.value?.branches ?? []).filter((one) => one.name !== config.cluster);
  const chosen = family.find((one) => one.name === other.value)?.name ?? "";
  return (
    <div class="compare-view" tabIndex={0} role="region" aria-label={gettext("Compare")}>
      <header class="heading">
        <div>
          <h2>{gettext("Two branches side by side")}</h2>
          <p>{past.value === null ? gettext("Each as it is now. Choose an instant on the line of time to compare them there.") : gettext("Both at the instant that is shown.")}</p>
        </div>
        {family.length > 0 && (
          <select aria-label={gettext("Compare with")} value={chosen} onChange={(event) => (other.value = event.currentTarget.value)}>
            <option value="">{gettext("Compare with…")}</option>
            {family.map((one) => (
              <option key={one.name} value={one.name}>
                {one.name}
              </option>
            ))}
          </select>
        )}
      </header>
      {chosen ? <Two key={chosen} other={chosen} /> : <p class="hint">{family.length ? gettext("Choose the cluster to compare with.") : gettext("This cluster has no branch yet. Go to an instant on the line of time and branch there.")}</p>}
    </div>
  );
}

function Two({ other: name }: { other: string }) {
  const at = past.value;
  const calm = useCalm(revision.value, CALM);
  const { told, problem } = useFresh(() => compare(name, at), `${name} ${at} ${calm}`);
  if (problem)
    return (
      <p class="problem" role="alert">
        {problem}
      </p>
    );
  if (!told) return <p class="hint">{gettext("Asking…")}</p>;
  return (
    <>
      <div class="two-sides">
        <Picture side={told.left} beside={told.right} />
        <Picture side={told.right} beside={told.left} />
      </div>
      <Differences told={told} />
    </>
  );
}

/** Nodes as rows, pods as squares of their phase; the rows in which the two clusters differ stand out. */
function Picture({ side, beside }: { side: Side; beside: Side }) {
  const others = new Map(beside.nodes.map((node) => [node.name, countsOf(node)]));
  return (
    <figure class="side-picture">
      <figcaption>
        <b>{side.name}</b> <span>{shortTime(side.at - side.start)}</span>
      </figcaption>
      <dl>
        {side.nodes.map((node) => (
          <div key={node.name} class={others.get(node.name) === countsOf(node) ? "" : "differs"}>
            <dt>{node.name || gettext("waiting")}</dt>
            <dd>
              {(Object.entries(node.phases) as [Phase, number][]).map(([phase, count]) => (
                <span key={phase} class={`phase-count phase-${phase.toLowerCase()}`}>
                  {`${count} ${phaseWord(phase)}`}
                </span>
              ))}
              {!Object.keys(node.phases).length && "–"}
            </dd>
          </div>
        ))}
      </dl>
    </figure>
  );
}

const countsOf = (node: Side["nodes"][number]): string =>
  Object.entries(node.phases)
    .map(([phase, count]) => `${phase} ${count}`)
    .sort()
    .join();

function Differences({ told }: { told: Compared }) {
  const all = told.objects.length + told.more;
  return (
    <section class="object-differences" aria-labelledby="differences">
      <h3 id="differences">{all ? fill(ngettext("%(n)s object differs", "%(n)s objects differ", all), { n: all }) : gettext("Nothing differs but names and instants")}</h3>
      <ul>
        {told.objects.map((one) => (
          <One key={one.id} one={one} told={told} />
        ))}
      </ul>
      {told.more > 0 && <p class="hint">{fill(gettext("And %(n)s more."), { n: told.more })}</p>}
    </section>
  );
}

function One({ one, told }: { one: Difference; told: Compared }) {
  const title = `${one.kind} ${one.namespace ? `${one.namespace}/` : ""}${one.name}`;
  const only = one.only && fill(gettext("only in %(name)s"), { name: told[one.only].name });
  return (
    <li>
      {objects.has(one.id) ? (
        <button class="link" onClick={() => select(one.id)}>
          {title}
        </button>
      ) : (
        <b>{title}</b>
      )}
      {only && <span class="only">{only}</span>}
      {one.fields.length > 0 && (
        <details>
          <summary>{fill(ngettext("%(n)s field", "%(n)s fields", one.fields.length), { n: one.fields.length })}</summary>
          <table>
            <thead>
              <tr>
                <th scope="col">{gettext("Field")}</th>
                <th scope="col">{told.left.name}</th>
                <th scope="col">{told.right.name}</th>
              </tr>
            </thead>
            <tbody>
              {one.fields.map((field) => (
                <tr key={field.path}>
                  <th scope="row">{field.path}</th>
                  <td>{field.left ?? "–"}</td>
                  <td>{field.right ?? "–"}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      )}
    </li>
  );
}

export { CompareView as Component };
