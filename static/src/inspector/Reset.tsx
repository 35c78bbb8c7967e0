// Starting the cluster again from nothing, for all who use it: it takes a second click.
import { useState } from "preact/hooks";
import { gettext } from "../i18n/i18n";
import { control } from "../live/http";
import { Icon } from "../parts/Icon";
import { useSure } from "../parts/sure";

export function Reset() {
  const [sure, ask] = useSure();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const reset = (): void => {
    setBusy(true);
    setProblem("");
    control({ do: "reset" })
      .catch((error: Error) => setProblem(error.message))
      .finally(() => setBusy(false));
  };
  return (
    <>
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <footer class="actions">
        <button class={sure ? "button danger" : "button"} disabled={busy} onClick={() => ask(reset)}>
          <Icon name="reset" size={14} />
          {busy ? gettext("Resetting…") : sure ? gettext("Click again: all objects go") : gettext("Reset the cluster")}
        </button>
      </footer>
    </>
  );
}
