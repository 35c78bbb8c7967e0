// Writing a demo: the steps as a form, its files as YAML, what is wrong with them, and trying it out.
import { useState } from "preact/hooks";
import { config } from "../app/config";
import { theme, toggleTheme } from "../app/theme";
import { Languages } from "../app/TopBar";
import { fill, gettext, ngettext } from "../i18n/i18n";
import { Icon } from "../parts/Icon";
import { useSure } from "../parts/sure";
import { TextEditor } from "../editor/TextEditor";
import { add, busy, change, discard, faults, faultsHere, files, name, open, problem, remove, rename, saved, SCRIPT, told, tryOut, went } from "./demo";
import { Form } from "./Form";

export function Author() {
  const file = open.value;
  return (
    <div class="frame author">
      <Bar />
      <main class="write">
        <h1 class="hidden-text">{fill(gettext("Demo %(name)s"), { name: name.value })}</h1>
        <section class="form" aria-label={gettext("Steps")}>
          <Form />
        </section>
        <section class="text" aria-label={gettext("Files")}>
          <Files />
          <TextEditor key={file} label={file} text={files.value[file] ?? ""} mistakes={faultsHere.value} onChange={(text) => change(file, text)} />
        </section>
        <Findings />
      </main>
    </div>
  );
}

function Bar() {
  const [sure, ask] = useSure();
  const states = { saved: gettext("saved"), changed: gettext("not saved yet"), saving: gettext("saving…") };
  return (
    <header class="top">
      <a class="brand" href={told.urls.list}>
        {gettext("All demos")}
      </a>
      <label class="name">
        <span class="hidden-text">{gettext("Name")}</span>
        <input value={name.value} maxLength={63} onInput={(event) => rename((event.currentTarget as HTMLInputElement).value)} />
      </label>
      <span class="saved" role="status">
        {states[saved.value]}
      </span>
      <Languages />
      <button class="icon-button" onClick={toggleTheme} aria-label={theme.value === "dark" ? gettext("Light theme") : gettext("Dark theme")}>
        <Icon name={theme.value === "dark" ? "sun" : "moon"} />
      </button>
      <button class={sure ? "button danger" : "button"} onClick={() => ask(() => void discard())}>
        {sure ? gettext("Click again: it goes") : gettext("Delete")}
      </button>
      <a class="button" href={told.urls.export}>
        {gettext("Export")}
      </a>
      <button class="button" disabled={busy.value} onClick={() => void tryOut()}>
        {busy.value ? gettext("Trying…") : gettext("Try it")}
      </button>
      <form method="post" action={told.urls.present}>
        <input type="hidden" name="csrfmiddlewaretoken" value={config.csrf} />
        <input type="hidden" name="own" value={told.own} />
        <button class="button solid" disabled={faults.value.length > 0 || saved.value !== "saved"}>
          {gettext("Present")}
        </button>
      </form>
    </header>
  );
}

function Files() {
  const [fresh, setFresh] = useState("");
  const named = /^[a-z0-9][a-z0-9-]*$/.test(fresh) ? `${fresh}.yaml` : "";
  const every = Object.keys(files.value).sort((a, b) => Number(b === SCRIPT) - Number(a === SCRIPT) || (a < b ? -1 : 1));
  return (
    <div class="files">
      <div class="tabs" role="group" aria-label={gettext("Files")}>
        {every.map((one) => (
          <button key={one} aria-pressed={one === open.value} onClick={() => (open.value = one)}>
            {one}
            {faults.value.some((fault) => fault.file === one) && <b class="bad" role="img" aria-label={gettext("has errors")}> !</b>}
          </button>
        ))}
      </div>
      <input aria-label={gettext("Name of a new file")} placeholder={gettext("new file")} value={fresh} onInput={(event) => setFresh((event.currentTarget as HTMLInputElement).value)} />
      <button class="button" disabled={!named || named in files.value} onClick={() => (add(named), setFresh(""))}>
        {gettext("Add")}
      </button>
      {open.value !== SCRIPT && (
        <button class="button" aria-label={fill(gettext("Delete %(name)s"), { name: open.value })} onClick={() => remove(open.value)}>
          <Icon name="trash" />
        </button>
      )}
    </div>
  );
}

/** What is wrong in all files, or how trying it out went. */
function Findings() {
  const elsewhere = faults.value.filter((one) => one.file !== open.value);
  const failed = went.value?.flatMap((step) => step.failures) ?? [];
  const n = went.value?.length ?? 0;
  return (
    <footer class="findings" aria-live="polite">
      {problem.value && <p class="bad">{problem.value}</p>}
      {elsewhere.map((one) => (
        <p key={`${one.file} ${one.field} ${one.message}`}>
          <button class="link" onClick={() => (open.value = one.file in files.value ? one.file : SCRIPT)}>
            {one.file}
          </button>{" "}
          {[one.line !== null && fill(gettext("line %(n)s"), { n: one.line }), one.field, one.message].filter(Boolean).join(": ")}
        </p>
      ))}
      {failed.map((one) => (
        <p key={one.field + one.message} class="bad">
          {[one.field, one.message].filter(Boolean).join(": ")}
        </p>
      ))}
      {went.value && !failed.length && <p class="good">{fill(ngettext("It goes as it tells: %(n)s step.", "It goes as it tells: %(n)s steps.", n), { n })}</p>}
      {!problem.value && !faults.value.length && !went.value && <p>{gettext("No errors. Try it to see whether each wait comes true and each answer is right.")}</p>}
    </footer>
  );
}
