// The line that is typed: history, completion, several lines. It leaves the keys alone while an input method composes.
import { useEffect, useRef, useState } from "preact/hooks";
import { fill, gettext } from "../i18n/i18n";
import { complete } from "./doors";
import { recall } from "./history";
import { ahead, blocks, clear, interrupt, namespace, note, prompt, running, submit } from "./session";

const SHOWN = 60; // choices that are listed at once
const PLAIN = { autocorrect: false } as unknown as { autocorrect: "off" }; // as a property it is true or false: "off" would be on

export function Input() {
  const field = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState("");
  const [choices, setChoices] = useState<string[]>([]);
  const leaves = useRef(false); // Escape was pressed: the next Tab leaves the field
  /** At once, not with the next picture: keys that are pressed before it must find the caret in its place. */
  const put = (line: string, at = line.length): void => {
    setText(line);
    setChoices([]);
    if (!field.current) return;
    field.current.value = line;
    field.current.setSelectionRange(at, at);
  };

  useEffect(() => field.current?.focus({ preventScroll: true }), []);

  const enter = async (): Promise<void> => {
    const line = field.current!.value;
    put("");
    const begun = await submit(line);
    if (!field.current) return;
    const { value, selectionStart } = field.current; // what was typed meanwhile
    if (begun) put(begun + value, begun.length + selectionStart);
    field.current.focus({ preventScroll: true });
  };
  const tab = async (): Promise<void> => {
    const at = field.current!.selectionStart;
    const before = text.slice(0, at);
    try {
      const found = await complete(before, before.length, namespace.value);
      if (field.current?.value !== text) return;
      const common = shared(found.choices);
      const whole = found.choices.length === 1 && !common.endsWith("=") ? `${common} ` : common;
      if (found.choices.length && before.slice(0, found.start) + whole !== before) {
        put(before.slice(0, found.start) + whole + text.slice(at), found.start + whole.length);
      }
      setChoices(found.choices.length > 1 ? found.choices : []);
    } catch (error) {
      note(text, (error as Error).message);
    }
  };
  const past = (step: -1 | 1): void => {
    const line = recall(step, text);
    if (line !== null) put(line);
  };
  const stop = (): void => {
    if (running.value) interrupt();
    else {
      if (text) note(text, "^C");
      put("");
    }
  };
  const insert = (sign: string): void => {
    const at = field.current!.selectionStart;
    put(text.slice(0, at) + sign + text.slice(at), at + sign.length);
    field.current!.focus();
  };

  const keyDown = (event: KeyboardEvent): void => {
    if (event.isComposing || event.keyCode === 229) return;
    const done = handled(event);
    leaves.current = event.key === "Escape";
    if (done) event.preventDefault();
    event.stopPropagation();
  };
  const handled = (event: KeyboardEvent): boolean => {
    const { selectionStart, selectionEnd } = field.current!;
    if (event.ctrlKey && !event.altKey && !event.metaKey) {
      if (event.key === "c" && selectionStart === selectionEnd && !String(getSelection())) return stop(), true;
      if (event.key === "l") return clear(), true;
      return false;
    }
    switch (event.key) {
      case "Enter":
        if (event.shiftKey) return false;
        void enter();
        return true;
      case "Tab":
        if (event.shiftKey || leaves.current || !text) return false;
        void tab();
        return true;
      case "ArrowUp":
        if (text.slice(0, selectionStart).includes("\n")) return false;
        return past(-1), true;
      case "ArrowDown":
        if (text.slice(selectionEnd).includes("\n")) return false;
        return past(1), true;
      case "Escape":
        setChoices([]);
        return true;
    }
    return false;
  };

  return (
    <div class="terminal-input">
      <p class="terminal-choices" role="status">
        {choices.slice(0, SHOWN).map((one) => (
          <span key={one}>{one}</span>
        ))}
        {choices.length > SHOWN && <span>{fill(gettext("and %(n)s more"), { n: choices.length - SHOWN })}</span>}
      </p>
      {ahead.value.length > 0 && (
        <pre class="terminal-ahead quiet" role="status" aria-label={gettext("Runs next")}>
          {ahead.value.join("\n")}
        </pre>
      )}
      <div class="terminal-line">
        <span class="terminal-prompt" aria-hidden="true">
          {prompt()}
        </span>
        <textarea
          ref={field}
          rows={Math.min(12, text.split("\n").length)}
          value={text}
          aria-label={gettext("Command line")}
          aria-describedby="terminal-help"
          aria-busy={running.value}
          placeholder={blocks.value.length ? "" : "kubectl get pods"}
          spellcheck={false}
          autocapitalize="off"
          autocomplete="off"
          {...PLAIN}
          enterkeyhint="send"
          onInput={(event) => {
            setText(event.currentTarget.value);
            setChoices([]);
          }}
          onKeyDown={keyDown}
        />
        {running.value && (
          <button class="button on-board" onClick={stop}>
            {gettext("Stop")}
          </button>
        )}
      </div>
      <p id="terminal-help" class="hidden-text">
        {gettext("Tab completes; Escape, then Tab leaves the line. Arrow keys go through the lines before. Control C stops a command.")}
      </p>
      <div class="terminal-keys" role="group" aria-label={gettext("Keys")}>
        <Key text="Tab" press={() => void tab()} />
        <Key text="↑" label={gettext("The line before")} press={() => past(-1)} />
        <Key text="↓" label={gettext("The line after")} press={() => past(1)} />
        <Key text="Ctrl-C" press={stop} />
        <Key text="-" press={() => insert("-")} />
        <Key text="/" press={() => insert("/")} />
        <Key text="⏎" label={gettext("Run")} press={() => void enter()} />
      </div>
    </div>
  );
}

/** A key of the row for phones; it leaves the focus, and with it the phone's keyboard, where it is. */
function Key({ text, label, press }: { text: string; label?: string; press: () => void }) {
  return (
    <button class="button on-board" aria-label={label} onPointerDown={(event) => event.preventDefault()} onClick={press}>
      {text}
    </button>
  );
}

/** What all choices begin with. */
function shared(choices: string[]): string {
  let common = choices[0] ?? "";
  for (const one of choices) while (!one.startsWith(common)) common = common.slice(0, -1);
  return common;
}
