// The three latest events; while a pod is carried, the keys that move it.
import { select } from "../app/state";
import { draft } from "../carry/carry";
import { anywhere, takesCluster } from "../carry/places";
import { gettext } from "../i18n/i18n";
import { clock, elapsed, shortTime } from "../live/clock";
import { events, newestFirst, version } from "../live/store";
import { Icon } from "../parts/Icon";

const SHOWN = 3;

export function Ticker() {
  return draft.value ? <Keys /> : <Latest />;
}

function Latest() {
  void version.value;
  void clock.value?.start;
  const latest = [...events.values()].sort(newestFirst).slice(0, SHOWN);
  return (
    <section class="ticker" aria-label={gettext("Latest events")}>
      {latest.length === 0 && <p class="quiet">{gettext("No events yet. What happens in the cluster is told here.")}</p>}
      {latest.map((event) => (
        <button key={event.id} class={event.type === "Warning" ? "event warning" : "event"} onClick={() => select(event.about, "events")}>
          <time>{shortTime(elapsed(event.at))}</time>
          {event.type === "Warning" ? <Icon name="warning" size={12} /> : <i class="dot" />}
          <b>{event.reason}</b>
          <span class="about">{event.about.split("/").pop()}</span>
          <span class="message">{event.message}</span>
        </button>
      ))}
    </section>
  );
}

function Keys() {
  return (
    <section class="ticker keys">
      <span>
        <kbd>←</kbd> <kbd>↑</kbd> <kbd>↓</kbd> <kbd>→</kbd> {gettext("choose a place")}
      </span>
      <span>
        <kbd>Enter</kbd> {gettext("put it here")}
      </span>
      {takesCluster() && (
        <span>
          <kbd>S</kbd> {anywhere()}
        </span>
      )}
      <span>
        <kbd>Esc</kbd> {gettext("put it back")}
      </span>
    </section>
  );
}
