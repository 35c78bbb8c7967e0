// The cluster is no longer there for this person: says so, says why, leads somewhere.
import { gettext, fill } from "../i18n/i18n";
import { connection } from "../live/socket";
import { Icon } from "../parts/Icon";
import { config } from "./config";

export function Gone() {
  const state = connection.value;
  const deleted = state.state === "gone" && state.reason === "deleted";
  return (
    <div class="empty">
      <Icon name={deleted ? "node" : "lock"} size={40} />
      <h2>{deleted ? gettext("This cluster was deleted") : gettext("This cluster is not shared with you")}</h2>
      <p>
        {deleted
          ? fill(gettext("%(name)s and its history are gone."), { name: config.cluster })
          : gettext("Its owner can share it, or you can use one of your own.")}
      </p>
      <a class="button solid on-board" href="/">
        {gettext("All clusters")}
      </a>
    </div>
  );
}
