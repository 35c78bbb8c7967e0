// The presenter's console: the step, what it waits for, what the audience sees, what to say, what comes next.
import { useEffect, useState } from "preact/hooks";
import { config } from "../app/config";
import { Help } from "../app/Help";
import { helpShown } from "../app/keys";
import { theme, toggleTheme } from "../app/theme";
import { Languages } from "../app/TopBar";
import { crew, hall, refused, say, shown } from "../audience/hall";
import { fill, gettext, ngettext } from "../i18n/i18n";
import { send } from "../live/http";
import { Icon } from "../parts/Icon";
import { useSure } from "../parts/sure";
import { TimeBar } from "../timebar/TimeBar";
import { Break } from "./Break";
import { SHAPES } from "./icons";
import { Join } from "./Join";
import { Notes } from "./Notes";
import { back, led, next, nextWaits, order, takeOver, toggle } from "./orders";
import { Picture } from "./Picture";
import { plan } from "./plan";
import { Prediction } from "./Prediction";
import { Steps } from "./Steps";

export function Console() {
  if (hall.value === "ended" || hall.value === "unknown") return <Ended />;
  const begun = shown.value !== null && shown.value.phase !== "start";
  return (
    <div class="frame console">
      <Bar />
      <aside class="left">
        <Steps />
      </aside>
      <main class="stage">
        {!led.value && <Elsewhere />}
        {refused.value && (
          <p class="problem" role="alert">
            {refused.value}
          </p>
        )}
        <Now />
        {begun ? <Picture /> : <Join large />}
        {begun && (
          <section class="notes" aria-label={gettext("Notes, only you see these")} tabIndex={0}>
            <h2>{gettext("Notes, only you see these")}</h2>
            <Notes text={say(plan.plan[shown.value!.step]!.notes)} />
          </section>
        )}
        <Moves />
      </main>
      <aside class="right" aria-label={gettext("Audience")}>
        {begun && <Join />}
        <Prediction />
        <Break />
      </aside>
      <TimeBar />
      <Help />
    </div>
  );
}

function Bar() {
  const now = shown.value;
  const n = crew.value?.following ?? 0;
  const [sure, ask] = useSure();
  const end = (): void => void send("POST", plan.end, {}).then(() => location.assign(plan.list));
  return (
    <header class="top">
      <a class="brand" href={plan.list} title={gettext("All demos")}>
        <b>{config.cluster}</b>
        <span class="count">{gettext("presenting")}</span>
      </a>
      <b class="demo-title">{say(plan.title)}</b>
      <Timer />
      <Languages />
      <button class="icon-button" onClick={toggleTheme} aria-label={theme.value === "dark" ? gettext("Light theme") : gettext("Dark theme")}>
        <Icon name={theme.value === "dark" ? "sun" : "moon"} />
      </button>
      <button class="icon-button" onClick={() => (helpShown.value = true)} aria-label={gettext("Keys")}>
        <Icon name="help" />
      </button>
      <span class="button plain" role="status">
        <Icon path={SHAPES.people} />
        {fill(ngettext("%(n)s following", "%(n)s following", n), { n })}
      </span>
      <button class="button" aria-pressed={now?.black ?? false} onClick={() => toggle("black")}>
        <Icon path={SHAPES.screen} />
        {gettext("Black")} <kbd>B</kbd>
      </button>
      <button class={sure ? "button danger" : "button"} onClick={() => ask(end)}>
        {sure ? gettext("Click again: it ends for all") : gettext("End")}
      </button>
    </header>
  );
}

const clockTime = (ms: number): string => {
  const s = Math.max(0, Math.floor(ms / 1000));
  return `${String(Math.floor(s / 60)).padStart(2, "0")}:${String(s % 60).padStart(2, "0")}`;
};

/** Minutes since it began, of those that the demo should take. */
function Timer() {
  const [now, tick] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => tick(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return (
    <span class="timer" role="timer" aria-live="off">
      <b>{clockTime(now - plan.began)}</b> {fill(gettext("of %(time)s"), { time: clockTime(plan.minutes * 60_000) })}
    </span>
  );
}

/** Which step, and what it waits for. */
function Now() {
  const now = shown.value;
  if (!now)
    return (
      <header class="now">
        <h1>{say(plan.title)}</h1>
        <p class="waits">{gettext("Connecting to the presentation…")}</p>
      </header>
    );
  if (now.phase === "start")
    return (
      <header class="now">
        <p>{fill(ngettext("%(n)s step", "%(n)s steps", now.steps), { n: now.steps })}</p>
        <h1>{say(now.title)}</h1>
      </header>
    );
  return (
    <header class="now">
      <p>{fill(gettext("Step %(n)s of %(all)s"), { n: now.step + 1, all: now.steps })}</p>
      <h1>{say(now.stepTitle)}</h1>
      <Waits />
    </header>
  );
}

function Waits() {
  const now = shown.value!;
  const there = crew.value;
  const count = there?.counts[0];
  const goal = say(there?.waits) || count?.what || "";
  const figures = count && !(count.there === 0 && count.wanted === "≥ 1") && fill(gettext("%(n)s now, wanted %(wanted)s"), { n: count.there, wanted: count.wanted });
  if (hall.value === "lost") return <p class="waits warn">{gettext("The connection is lost. Trying again…")}</p>;
  if (now.phase === "stuck")
    return (
      <p class="waits bad" role="alert">
        {there?.problem || fill(gettext("It did not come true in time: %(goal)s."), { goal })} <span>{gettext("Next goes on without it.")}</span>
      </p>
    );
  if (now.phase === "waiting" || now.phase === "going")
    return (
      <p class="waits">
        <i class="turning" aria-hidden="true" />
        {goal ? fill(gettext("waits until %(goal)s"), { goal }) : gettext("time passes")} {figures && <b>{figures}</b>}
        <button class="link" onClick={() => order({ do: "skip" })}>
          {gettext("go on without waiting")}
        </button>
      </p>
    );
  return (
    <p class="waits good" role="status">
      <Icon path={SHAPES.tick} />
      {now.phase === "asked" ? gettext("poll is open") : gettext("done; the clock stands still")}
    </p>
  );
}

function Moves() {
  const now = shown.value;
  if (!now) return null;
  const following = plan.plan[now.phase === "start" ? 0 : now.step + 1];
  const title = now.phase === "asked" ? gettext("Close the poll and see") : now.phase === "stuck" ? gettext("Go on without it") : following ? say(following.title) : gettext("The end");
  return (
    <footer class="moves">
      <button class="button" disabled={now.phase === "start"} onClick={back}>
        <Icon path={SHAPES.left} />
        {gettext("Back")} <kbd>Page Up</kbd>
      </button>
      <button class="button solid" disabled={nextWaits.value} onClick={next}>
        <span>
          <small>{now.phase === "start" ? gettext("Start with") : gettext("Next")}</small>
          <b>{title}</b>
        </span>
        <kbd>Page Down</kbd>
      </button>
    </footer>
  );
}

function Elsewhere() {
  return (
    <p class="elsewhere" role="alert">
      {gettext("This is being presented from another window. What you do here changes nothing.")}
      <button class="button solid" onClick={takeOver}>
        {gettext("Take over")}
      </button>
    </p>
  );
}

function Ended() {
  return (
    <main class="ended">
      <h1>{gettext("The presentation has ended.")}</h1>
      <a class="button solid" href={plan.list}>
        {gettext("All demos")}
      </a>
    </main>
  );
}
