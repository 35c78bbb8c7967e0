// The follower's page: what the presenter shows, the caption, the question, and a way out that is always there.
import { useEffect, useState } from "preact/hooks";
import { config } from "../app/config";
import { LostBanner } from "../app/Lost";
import { Speaker } from "../app/Speaker";
import { selection, tab } from "../app/state";
import { theme, toggleTheme } from "../app/theme";
import { Languages } from "../app/TopBar";
import { current, views } from "../app/views";
import { fill, gettext } from "../i18n/i18n";
import { Inspector } from "../inspector/Inspector";
import { send as post } from "../live/http";
import { Icon } from "../parts/Icon";
import { about, hall, say, shown } from "./hall";
import { Marks } from "./Marks";
import { PollPanel } from "./PollPanel";
import { Preview } from "./Preview";
import { VirtualTime } from "./VirtualTime";

interface About {
  presenter: string;
  explore: string;
  preview: boolean;
}

const BRANCH = "M4.5 3v10M4.5 9.5c4 0 6.5-.5 6.5-4M11 5.5a1.6 1.6 0 1 0 0-3.2 1.6 1.6 0 0 0 0 3.2z";

export function Audience() {
  const told = about<About>();
  const now = shown.value;
  if (hall.value === "ended" || hall.value === "unknown") return <Ended />;
  if (told.preview) return <Preview />;
  const view = views[current.value]!;
  const inspects = selection.value !== null && !view.wide;
  const tabbed = inspects && tab.value !== "overview"; // the presenter has opened what the audience shall read
  return (
    <div class={`frame audience${view.wide ? " wide-view" : ""}`}>
      <Bar about={told} />
      <main class="view">
        <h1 class="spoken">{now ? say(now.caption) : gettext("Connecting to the presentation…")}</h1>
        <LostBanner />
        <div class="picture">
          <view.Component />
          <Marks />
        </div>
      </main>
      <aside class={`audience-side${tabbed ? " tabbed" : ""}`} aria-label={gettext("From the presenter")} data-poll={now?.poll?.state}>
        {now?.poll ? <PollPanel poll={now.poll} step={now.step} tallies={now.tallies} /> : !inspects && <Waiting />}
        {inspects && (tabbed || !now?.poll) && <Inspector />}
        <VirtualTime />
      </aside>
      {now?.black && <div class="black" role="status" aria-label={gettext("The presenter has turned the screen black.")} />}
      <Speaker />
    </div>
  );
}

function Bar({ about: told }: { about: About }) {
  const now = shown.value;
  const name = told.presenter || gettext("the presenter");
  return (
    <header class="top">
      <span class="brand">
        <b>{say(now?.title) || config.cluster}</b>
      </span>
      <p class={`following ${hall.value}`} role="status">
        <i aria-hidden="true" />
        {hall.value === "lost" ? gettext("Reconnecting…") : fill(gettext("Following %(name)s"), { name })}
        {now && now.phase !== "start" && <span>{fill(gettext("step %(n)s of %(all)s"), { n: now.step + 1, all: now.steps })}</span>}
      </p>
      <div class="tools">
        <Languages />
        <button class="icon-button" onClick={toggleTheme} aria-label={theme.value === "dark" ? gettext("Light theme") : gettext("Dark theme")}>
          <Icon name={theme.value === "dark" ? "sun" : "moon"} />
        </button>
        <Explore to={told.explore} />
      </div>
    </header>
  );
}

function Explore({ to }: { to: string }) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const go = (): void => {
    setBusy(true);
    post<{ page: string }>("POST", to, {})
      .then(({ page }) => location.assign(page))
      .catch((error: Error) => {
        setProblem(error.message);
        setBusy(false);
      });
  };
  return (
    <>
      <button class="button explore" disabled={busy} onClick={go}>
        <Icon path={BRANCH} />
        <span>{gettext("Explore on my own")}</span>
      </button>
      {problem && (
        <p class="problem explore-problem" role="alert">
          {problem}
        </p>
      )}
    </>
  );
}

/** Nothing is asked and nothing selected: what this is about. */
function Waiting() {
  const now = shown.value;
  if (!now) return null;
  return (
    <section class="poll">
      <p class="caption">{say(now.title)}</p>
      <h2>{now.phase === "start" ? gettext("It begins in a moment.") : say(now.stepTitle)}</h2>
    </section>
  );
}

function Ended() {
  useEffect(() => document.documentElement.classList.remove("large"), []);
  return (
    <main class="ended">
      <h1>{hall.value === "ended" ? gettext("The presentation has ended.") : gettext("There is no such presentation now.")}</h1>
      <a class="button solid" href="/join/">
        {gettext("Join another one")}
      </a>
    </main>
  );
}
