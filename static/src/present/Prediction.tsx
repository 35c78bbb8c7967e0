// The poll as the presenter sees it: live tallies, closing it, showing them to the class.
import { crew, say, shown } from "../audience/hall";
import { fill, gettext } from "../i18n/i18n";
import { Icon } from "../parts/Icon";
import { SHAPES } from "./icons";
import { order } from "./orders";

export function Prediction() {
  const poll = shown.value?.poll;
  const there = crew.value;
  if (!poll || !there?.tallies) return null;
  const tallies = there.tallies;
  const all = tallies.reduce((sum, one) => sum + one, 0);
  return (
    <section class="prediction" aria-label={gettext("Prediction")}>
      <header>
        <h2>{gettext("Prediction")}</h2>
        <span>{fill(gettext("%(n)s of %(all)s answered"), { n: all, all: Math.max(all, there.following) })}</span>
      </header>
      <p>{say(poll.question)}</p>
      <ul>
        {poll.choices.map((choice, at) => (
          <li key={at} class={poll.answer === at ? "right" : ""}>
            <span>
              {poll.answer === at && <Icon path={SHAPES.tick} />}
              {say(choice)}
            </span>
            <b>{tallies[at]}</b>
            <progress max={Math.max(1, all)} value={tallies[at]} aria-hidden="true" />
          </li>
        ))}
      </ul>
      <div class="doings">
        {poll.state === "open" && (
          <button class="button solid" onClick={() => order({ do: "poll" })}>
            {gettext("Close the poll")}
          </button>
        )}
        {poll.state === "closed" && (
          <button class="button" onClick={() => order({ do: "poll", shown: true })}>
            {gettext("Show to class")}
          </button>
        )}
      </div>
    </section>
  );
}
