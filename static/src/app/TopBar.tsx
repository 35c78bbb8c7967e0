// Which cluster this is, the views there are, the language and the theme.
import { gettext, fill, ngettext } from "../i18n/i18n";
import { nodes, version } from "../live/store";
import { Icon } from "../parts/Icon";
import { config } from "./config";
import { BackToPresenter } from "../audience/BackToPresenter";
import { Record } from "../author/Record";
import { helpShown } from "./keys";
import { theme, toggleTheme } from "./theme";
import { current, showView, views } from "./views";

export function TopBar() {
  return (
    <header class="top">
      <a class="brand" href="/" title={gettext("All clusters")}>
        <svg class="logo" width="20" height="20" viewBox="0 0 20 20" aria-hidden="true">
          <path d="M10 1.2 17.6 5.6v8.8L10 18.8 2.4 14.4V5.6z" />
          <rect x="6" y="9" width="3.2" height="5" />
          <rect x="10.8" y="6" width="3.2" height="8" />
        </svg>
        <b>{config.cluster}</b>
        <NodeCount />
      </a>
      <nav aria-label={gettext("Views")}>
        {views.map((view, at) => (
          <button key={view.name} class="view-tab" aria-current={at === current.value ? "page" : undefined} onClick={() => showView(view.name)}>
            {view.title()}
          </button>
        ))}
      </nav>
      <ViewChoice />
      <div class="tools">
        <BackToPresenter />
        <Record />
        <Languages />
        <button class="icon-button" onClick={toggleTheme} aria-label={theme.value === "dark" ? gettext("Light theme") : gettext("Dark theme")}>
          <Icon name={theme.value === "dark" ? "sun" : "moon"} />
        </button>
        <button class="icon-button help-button" onClick={() => (helpShown.value = true)} aria-label={gettext("Keys")}>
          <Icon name="help" />
        </button>
      </div>
    </header>
  );
}

function NodeCount() {
  void version.value;
  const n = nodes.size;
  return n ? <span class="count">{fill(ngettext("%(n)s node", "%(n)s nodes", n), { n })}</span> : null;
}

const LANGUAGES = [
  { code: "en", short: "EN", name: "English" },
  { code: "zh-hans", short: "中", name: "简体中文" },
];

/** What one looks at is in the hash, which no server sees: it goes along. */
function keepPlace(event: SubmitEvent): void {
  ((event.currentTarget as HTMLFormElement).elements.namedItem("next") as HTMLInputElement).value = location.pathname + location.hash;
}

/** A plain form: Django sets the cookie and sends the page again in the other language. */
export function Languages() {
  return (
    <form class="languages" method="post" action={config.urls.setLanguage} onSubmit={keepPlace}>
      <input type="hidden" name="csrfmiddlewaretoken" value={config.csrf} />
      <input type="hidden" name="next" value={location.pathname} />
      {LANGUAGES.map(({ code, short, name }) => (
        <button key={code} name="language" value={code} lang={code} title={name} aria-label={`${short} ${name}`} aria-pressed={config.lang === code}>
          {short}
        </button>
      ))}
    </form>
  );
}

/** On a phone there is no room for the row of tabs. */
function ViewChoice() {
  return (
    <div class="view-choice">
      <select aria-label={gettext("View")} value={views[current.value]!.name} onChange={(event) => showView(event.currentTarget.value)}>
        {views.map((view) => (
          <option key={view.name} value={view.name}>
            {view.title()}
          </option>
        ))}
      </select>
    </div>
  );
}
