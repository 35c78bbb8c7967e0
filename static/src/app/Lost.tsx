// The lost connection, said above whatever view is shown.
import { useEffect, useState } from "preact/hooks";
import { fill, gettext } from "../i18n/i18n";
import { connection, retryNow } from "../live/socket";
import { revision } from "../live/store";
import { Icon } from "../parts/Icon";

export function LostBanner() {
  const state = connection.value;
  const [, tick] = useState(0);
  useEffect(() => {
    document.body.classList.toggle("stale", state.state === "lost");
    if (state.state !== "lost") return undefined;
    const timer = setInterval(() => tick((n) => n + 1), 1000);
    return () => clearInterval(timer);
  }, [state]);
  if (state.state !== "lost") return null;
  const seconds = (ms: number): number => Math.max(0, Math.round(ms / 1000));
  return (
    <div class="banner" role="alert">
      <Icon name="offline" />
      <span>
        <b>{fill(gettext("Connection lost %(n)s s ago."), { n: seconds(Date.now() - state.since) })}</b>{" "}
        {revision.value > 0 && `${fill(gettext("This is revision %(revision)s."), { revision: revision.value })} `}
        {fill(gettext("Trying again in %(n)s s."), { n: seconds(state.retryAt - Date.now()) })}
      </span>
      <button class="button on-board" onClick={retryNow}>
        {gettext("Try now")}
      </button>
    </div>
  );
}
