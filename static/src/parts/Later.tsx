// A component whose code comes when it is first shown.
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { gettext } from "../i18n/i18n";

type Shown<P> = { it: ComponentType<P> } | "missing" | null;

export function later<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let known: ComponentType<P> | null = null;
  return function Later(props: P) {
    const [shown, show] = useState<Shown<P>>(known && { it: known });
    useEffect(() => {
      if (shown) return;
      load()
        .then((it) => {
          known = it;
          show({ it });
        })
        .catch(() => show("missing"));
    }, []);
    if (shown === "missing")
      return (
        <div class="missing" role="alert">
          <p>{gettext("This part of the page did not come. Reload the page: there may be a newer one.")}</p>
          <button class="button" onClick={() => location.reload()}>
            {gettext("Reload the page")}
          </button>
        </div>
      );
    return shown && <shown.it {...props} />;
  };
}
