// The question to the audience: one answer each, which may change until the presenter closes the poll; then what was right.
import { useState } from "preact/hooks";
import { fill, gettext } from "../i18n/i18n";
import { Icon } from "../parts/Icon";
import { say, send, type Poll } from "./hall";

const TICK = "M3.5 8.5 6.8 11.8 12.8 4.8";

export function PollPanel({ poll, step, tallies }: { poll: Poll; step: number; tallies?: number[] }) {
  const [given, setGiven] = useState<Record<number, number>>({});
  const mine = given[step];
  const open = poll.state === "open";
  const right = poll.answer ?? null;
  const choose = (choice: number): void => {
    setGiven({ ...given, [step]: choice });
    send({ do: "answer", choice });
  };
  const all = tallies?.reduce((sum, one) => sum + one, 0) ?? 0;
  return (
    <section class="poll" aria-labelledby="question">
      <p class="caption">{open ? gettext("Your prediction") : right === null ? gettext("The poll is closed") : gettext("What happened")}</p>
      <h2 id="question">{say(poll.question)}</h2>
      <ul>
        {poll.choices.map((choice, at) => (
          <li key={at}>
            <button class={`choice${right === at ? " right" : ""}`} aria-pressed={mine === at} disabled={!open} onClick={() => choose(at)}>
              <span>{say(choice)}</span>
              {tallies && <b>{tallies[at]}</b>}
              {(open ? mine === at : right === at) && <Icon path={TICK} size={20} />}
            </button>
            {tallies && <progress max={Math.max(1, all)} value={tallies[at]} aria-hidden="true" />}
          </li>
        ))}
      </ul>
      {open && <p>{gettext("You can change your answer until the presenter closes the poll.")}</p>}
      {right !== null && (
        <p class="poll-verdict" role="status">
          {mine !== undefined && <b class={mine === right ? "good" : "warn"}>{mine === right ? gettext("You were right.") : gettext("Not what you expected.")} </b>}
          {say(poll.why)}
        </p>
      )}
      {right === null && poll.state !== "open" && mine !== undefined && <p>{fill(gettext("You said: %(choice)s"), { choice: say(poll.choices[mine]) })}</p>}
    </section>
  );
}
