// The button that records what one does on a cluster as a demo. Where it began is in the address, so that it survives a reload.
import { useState } from "preact/hooks";
import { config } from "../app/config";
import { inAddress } from "../app/state";
import { gettext } from "../i18n/i18n";
import { send } from "../live/http";
import { revision } from "../live/store";
import "./record.css";

const began = inAddress("record");

export function Record() {
  const [problem, setProblem] = useState("");
  if (!config.record || config.presentation) return null;
  const going = began.value !== "";
  const click = (): void => {
    setProblem("");
    if (!going) {
      began.value = String(revision.value);
      return;
    }
    send<{ page: string }>("POST", config.record!, { after: Number(began.value) })
      .then(({ page }) => location.assign(page))
      .catch((error: Error) => {
        setProblem(error.message);
        began.value = "";
      });
  };
  const title = going ? gettext("Stop recording and make a demo of it") : gettext("Record what you do as a demo");
  return (
    <>
      <button class={going ? "button recording" : "icon-button"} aria-pressed={going} aria-label={title} title={title} onClick={click}>
        <i class="record-dot" aria-hidden="true" />
        {going && gettext("Stop")}
      </button>
      {problem && (
        <p class="problem record-problem" role="alert">
          {problem}
        </p>
      )}
    </>
  );
}
