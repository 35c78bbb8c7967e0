// The short form of an object: each field shows and changes one place in it, and says beside it what is wrong with it.
import { useEffect, useState } from "preact/hooks";
import { change, mistakes, type Draft } from "../carry/carry";
import { gettext } from "../i18n/i18n";
import { getJson, objectUrl } from "../live/http";
import { inNamespace } from "./addresses";
import { namespaceOf, valueAt, type Edit } from "./body";
import type { Field } from "./kind";
import { concerns, fieldOf } from "./mistakes";
import { Control } from "./Control";

export function Fields({ held }: { held: Draft }) {
  return (
    <div class="fields build">
      {held.about.fields(held.value).map((field) => (
        <Line key={fieldOf(field.path)} held={held} field={field} />
      ))}
      {inNamespace(held.value) && <Namespace held={held} />}
    </div>
  );
}

/** What is wrong that no field of the form is about. */
export const elsewhere = (held: Draft) => {
  const fields = held.about.fields(held.value);
  return mistakes.value.filter(({ field }) => !field || !fields.some((one) => concerns(field, one.path) || follows(field, one)));
};

/** Whether what is said is about something that only follows a field of the form, as labels follow the name. */
const follows = (said: string, { follow = [] }: Field): boolean => follow.some((path) => concerns(said, path) || fieldOf(path).startsWith(`${said}.`));

/** The edits that a new value of a field comes to. */
function editsOf({ value }: Draft, field: Field, next: unknown): Edit[] {
  const before = valueAt(value, field.path);
  const followers = (field.follow ?? []).filter((path) => valueAt(value, path) === before && before !== undefined);
  return [[field.path, next], ...followers.map((path): Edit => [path, next]), ...(field.also?.(value, next) ?? [])];
}

function Line({ held, field }: { held: Draft; field: Field }) {
  const said = mistakes.value.filter((one) => one.field);
  const own = said.filter((one) => concerns(one.field, field.path));
  const wrong = (own.length ? own : said.filter((one) => follows(one.field, field))).map(({ message }) => message);
  const id = `field-${fieldOf(field.path)}`;
  return (
    <div class={`line ${field.type}`}>
      <label for={id}>{field.label()}</label>
      <Control id={id} field={field} value={valueAt(held.value, field.path)} wrong={wrong.length > 0} disabled={held.broken !== null} onChange={(next) => change(editsOf(held, field, next))} />
      {wrong.length > 0 && (
        <p class="wrong" role="alert" id={`${id}-wrong`}>
          {wrong.join(". ")}
        </p>
      )}
    </div>
  );
}

function Namespace({ held }: { held: Draft }) {
  const current = namespaceOf(held.value);
  const [namespaces, setNamespaces] = useState<string[]>([]);
  useEffect(() => {
    // Namespaces are not drawn, so no frame tells of them.
    getJson<{ items: { metadata: { name: string } }[] }>(objectUrl("namespaces", ""))
      .then(({ items }) => setNamespaces(items.map((one) => one.metadata.name)))
      .catch(() => {}); // the one that is set still stands there
  }, []);
  const shown = namespaces.includes(current) ? namespaces : [current, ...namespaces];
  return (
    <div class="line">
      <label for="field-namespace">{gettext("Namespace")}</label>
      <select id="field-namespace" value={current} disabled={held.broken !== null} onChange={(event) => change([[["metadata", "namespace"], event.currentTarget.value]])}>
        {shown.map((one) => (
          <option key={one}>{one}</option>
        ))}
      </select>
    </div>
  );
}
