// The events about the selected object, newest first.
import { gettext } from "../i18n/i18n";
import { elapsed, shortTime } from "../live/clock";
import { isEvent, type Sketch } from "../live/protocol";
import { events, newestFirst, version } from "../live/store";
import { Icon } from "../parts/Icon";

export function Events({ object }: { object: Sketch }) {
  void version.value;
  const about = isEvent(object) ? object.about : object.id;
  const found = [...events.values()].filter((event) => event.about === about).sort(newestFirst);
  if (!found.length) return <p class="hint">{gettext("No events about this object.")}</p>;
  return (
    <ol class="events">
      {found.map((event) => (
        <li key={event.id} class={event.type === "Warning" ? "warning" : ""}>
          <h4>
            {event.type === "Warning" && <Icon name="warning" size={13} />}
            {event.reason}
            {event.count > 1 && <span class="badge">×{event.count}</span>}
            <time>{shortTime(elapsed(event.at))}</time>
          </h4>
          <p>{event.message}</p>
        </li>
      ))}
    </ol>
  );
}
