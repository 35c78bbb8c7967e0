// A Kubernetes Event.
import { gettext } from "../i18n/i18n";
import { elapsed, shortTime } from "../live/clock";
import type { EventSketch } from "../live/protocol";
import { select } from "../app/state";
import { Fact } from "./parts";

export function EventOverview({ event }: { event: EventSketch }) {
  return (
    <dl class="facts">
      <Fact name={gettext("About")}>
        <button class="link" onClick={() => select(event.about)}>
          {event.about.split("/").pop()}
        </button>
      </Fact>
      <Fact name={gettext("Reason")}>{event.reason}</Fact>
      <Fact name={gettext("Message")}>{event.message}</Fact>
      <Fact name={gettext("Count")}>{event.count}</Fact>
      <Fact name={gettext("Last seen")}>{shortTime(elapsed(event.at))}</Fact>
    </dl>
  );
}
