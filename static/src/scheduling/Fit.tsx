// How many more replicas fit, where, and what stops the next one.
import { useEffect, useRef, useState } from "preact/hooks";
import { gettext, fill, ngettext } from "../i18n/i18n";
import { past } from "../live/clock";
import { useInstant } from "../live/fresh";
import { natural, nodes, revision } from "../live/store";
import { roomFor, type PodName, type Room } from "./doors";
import { Question, subjectOf } from "./Subject";
import { useWindow } from "./window";

const PAUSE = 400; // ms after the last key
const HEIGHT = 28;

export function Fit({ pod }: { pod: PodName | null }) {
  const instant = useInstant();
  const [room, setRoom] = useState<Room | null>(null);
  const [problem, setProblem] = useState("");
  const [turn, again] = useState(0);
  const [at, setAt] = useState(0);
  const asked = subjectOf(pod);
  useEffect(() => {
    if (!asked) {
      setRoom(null);
      return undefined;
    }
    let mine = true;
    const timer = setTimeout(() => {
      const now = revision.peek();
      roomFor(asked)
        .then((answer) => {
          if (!mine) return;
          setRoom(answer);
          setAt(now);
          setProblem("");
        })
        .catch((error: Error) => {
          if (!mine) return;
          setRoom(null);
          setProblem(error.message);
        });
    }, PAUSE);
    return () => {
      mine = false;
      clearTimeout(timer);
    };
  }, [JSON.stringify(asked), turn, instant]);
  return (
    <div class="fit">
      <Question pod={pod} />
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {room && <Answer room={room} />}
      {room && past.value === null && revision.value > at && (
        <p class="quiet">
          {gettext("The cluster has changed since.")}{" "}
          <button class="link" onClick={() => again(turn + 1)}>
            {gettext("Count again")}
          </button>
        </p>
      )}
    </div>
  );
}

function Answer({ room }: { room: Room }) {
  return (
    <>
      <p class="figure" role="status">
        <b>{room.limited ? fill(gettext("%(n)s or more"), { n: room.replicas }) : room.replicas}</b>{" "}
        {ngettext("more of this pod fits.", "more of this pod fit.", room.replicas)}
      </p>
      {room.limited && <p class="quiet">{gettext("The counting stopped there: more would fit.")}</p>}
      {room.message && !room.limited && (
        <section class="stop">
          <h3>{gettext("What stops the next one")}</h3>
          <p class="message mono">{room.message}</p>
          <ul class="tally">
            {room.reasons.map(({ reason, nodes }) => (
              <li key={reason}>
                <b>{nodes}</b>
                <span>{reason}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      <PerNode room={room} />
    </>
  );
}

function PerNode({ room }: { room: Room }) {
  const scroller = useRef<HTMLUListElement>(null);
  const most = Math.max(1, ...room.perNode.map((one) => one.count));
  const named = new Set(room.perNode.map((one) => one.name));
  const none = [...nodes.keys()].filter((name) => !named.has(name)).map((name) => ({ name, count: 0 }));
  const rows = [...room.perNode, ...none].sort((a, b) => b.count - a.count || natural(a.name, b.name));
  const { first, last } = useWindow(scroller, rows.length, HEIGHT, () => 0);
  return (
    <>
      <h3>{gettext("By node")}</h3>
      <ul class="per-node" ref={scroller} tabIndex={0} aria-label={gettext("Replicas by node")}>
        <li aria-hidden="true" style={{ height: `${first * HEIGHT}px` }} />
        {rows.slice(first, last).map(({ name, count }) => (
          <li key={name} class="of-node" data-object={`nodes//${name}`}>
            <span class="name" title={name}>
              {name}
            </span>
            <span class="bar" aria-hidden="true">
              <i style={{ width: `${(100 * count) / most}%` }} />
            </span>
            <b>{count}</b>
          </li>
        ))}
        <li aria-hidden="true" style={{ height: `${(rows.length - last) * HEIGHT}px` }} />
      </ul>
    </>
  );
}
