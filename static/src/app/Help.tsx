// The keys, on `?`.
import { useEffect, useRef } from "preact/hooks";
import { gettext } from "../i18n/i18n";
import { Icon } from "../parts/Icon";
import { helpShown, KEYS } from "./keys";

export function Help() {
  const box = useRef<HTMLDialogElement>(null);
  const shown = helpShown.value;
  useEffect(() => {
    if (shown && !box.current!.open) box.current!.showModal();
    if (!shown && box.current!.open) box.current!.close();
  }, [shown]);
  return (
    <dialog class="help" ref={box} onClose={() => (helpShown.value = false)} aria-label={gettext("Keys")}>
      <header>
        <h2>{gettext("Keys")}</h2>
        <button class="icon-button" aria-label={gettext("Close")} onClick={() => (helpShown.value = false)}>
          <Icon name="close" />
        </button>
      </header>
      <dl>
        {KEYS.map((key) => (
          <div key={key.shown[0]}>
            <dt>
              {key.shown.map((one) => (
                <kbd key={one}>{one}</kbd>
              ))}
            </dt>
            <dd>{key.does()}</dd>
          </div>
        ))}
      </dl>
    </dialog>
  );
}
