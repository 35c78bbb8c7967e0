// What somebody has lit on the map, such as the objects of a chain of causes, by name; and the way out.
import { useEffect } from "preact/hooks";
import { light, ownLights, presented } from "../app/spotlight";
import { select, selection } from "../app/state";
import { fill, gettext } from "../i18n/i18n";
import { lookNear } from "../live/near";
import { Icon } from "../parts/Icon";
import { kindIcon } from "../parts/glyphs";

const NAMED = 6; // of the objects

export function Lights() {
  const ids = presented.value ? [] : ownLights.value;
  useEffect(() => {
    const pods = ids.filter((id) => id.startsWith("pods/"));
    lookNear([], "lit", pods.map((id) => id.slice("pods/".length)));
  }, [ids.join()]);
  if (!ids.length) return null;
  return (
    <section class="lights" aria-label={gettext("Lit objects")}>
      <span>{gettext("Lit:")}</span>
      <ul>
        {ids.slice(0, NAMED).map((id) => (
          <li key={id}>
            <One id={id} />
          </li>
        ))}
        {ids.length > NAMED && <li>{fill(gettext("and %(n)s more"), { n: ids.length - NAMED })}</li>}
      </ul>
      <button class="clear" onClick={() => light([])}>
        <Icon name="close" size={12} />
        {gettext("show all")} <kbd>Esc</kbd>
      </button>
    </section>
  );
}

function One({ id }: { id: string }) {
  const [resource, , name] = id.split("/") as [string, string, string];
  return (
    <button aria-pressed={selection.value === id} title={id} onClick={() => select(id)}>
      <Icon name={kindIcon(resource)} size={12} />
      <span>{name}</span>
    </button>
  );
}
