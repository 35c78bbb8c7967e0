// A small terminal into a container: one command with its output and its exit code, or a shell to work in.
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { config } from "../app/config";
import { fill, gettext } from "../i18n/i18n";
import { past } from "../live/clock";
import { isPod, type PodSketch, type Sketch } from "../live/protocol";
import { execute, plain, wordsOf, type Running } from "./execSocket";
import { ContainerChoice, firstOf } from "./Logs";
import "./streams.css";

const MOST = 200_000; // letters of output that are kept
const SHELL = ["sh"];
const INTERRUPT = "\x03";

interface Piece {
  kind: "asked" | "out" | "err" | "told";
  text: string;
}

export function Exec({ object }: { object: Sketch }) {
  if (!isPod(object) || !object.uid) return <p class="hint">{gettext("The pod is gone: nothing runs in it.")}</p>;
  if (!object.node) return <p class="hint">{gettext("The pod is on no node yet: nothing runs in it.")}</p>;
  if (past.value !== null) return <p class="hint">{gettext("Nothing runs in the past. Go to now, or branch here.")}</p>;
  if (!config.mayChange) return <p class="hint">{gettext("This cluster is shared with you to look at, not to change.")}</p>;
  return <Terminal key={object.uid} pod={object} />;
}

function Terminal({ pod }: { pod: PodSketch }) {
  const [name, choose] = useState(firstOf(pod));
  const [pieces, setPieces] = useState<Piece[]>([]);
  const [running, setRunning] = useState<"" | "command" | "shell">("");
  const [line, setLine] = useState("");
  const process = useRef<Running | null>(null);
  const history = useHistory(setLine);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => () => process.current?.stop(), []);
  const add = (kind: Piece["kind"], text: string): void => setPieces((before) => kept(before, { kind, text }));
  const start = (command: string[], shown: string, tty: boolean): void => {
    add("asked", `${shown}\n`);
    setRunning(tty ? "shell" : "command");
    process.current = execute(pod, name, command, tty, {
      output: (text, isError) => add(isError ? "err" : "out", plain(text)),
      ended: (code, words) => {
        process.current = null;
        setRunning("");
        add("told", `${words || fill(gettext("exit code %(code)s"), { code: code ?? "?" })}\n`);
        input.current?.focus();
      },
    });
  };
  const enter = (): void => {
    history.note(line);
    setLine("");
    if (running === "shell") process.current?.type(`${line}\n`);
    else {
      const words = wordsOf(line);
      if (words === null) add("told", `${gettext("A quote is not closed.")}\n`);
      else if (words.length) start(words, line, false);
    }
  };
  const stop = (): void => {
    process.current?.stop();
    process.current = null;
    setRunning("");
    add("told", `${gettext("stopped")}\n`);
  };
  const label = running === "shell" ? gettext("What to type into the shell") : gettext("Command");
  return (
    <div class="exec">
      <div class="stream-tools">
        <ContainerChoice pod={pod} name={name} onChoose={(one) => running === "" && choose(one)} />
        {running !== "shell" && (
          <button class="button" disabled={running !== ""} onClick={() => start(SHELL, "sh", true)}>
            {gettext("Open a shell")}
          </button>
        )}
        {running === "shell" && (
          <>
            <button class="button" onClick={() => process.current?.type(INTERRUPT)}>
              {gettext("Interrupt (Ctrl+C)")}
            </button>
            <button class="button" onClick={() => process.current?.type("\x04")}>
              {gettext("End (Ctrl+D)")}
            </button>
          </>
        )}
        {running !== "" && (
          <button class="button" onClick={stop}>
            {gettext("Hang up")}
          </button>
        )}
        <button class="button" disabled={!pieces.length} onClick={() => setPieces([])}>
          {gettext("Clear")}
        </button>
      </div>
      <Output pieces={pieces} label={fill(gettext("Output of %(container)s"), { container: name })} />
      <form
        class="exec-line"
        onSubmit={(event) => {
          event.preventDefault();
          enter();
        }}
      >
        <span class="mono" aria-hidden="true">
          {running === "shell" ? "sh>" : `${name}$`}
        </span>
        <input
          ref={input}
          type="text"
          class="mono"
          value={line}
          aria-label={label}
          placeholder={running === "shell" ? "" : "ls -l /"}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          disabled={running === "command"}
          onInput={(event) => setLine(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.isComposing || event.keyCode === 229) {
              if (event.key === "Enter") event.preventDefault();
              return;
            }
            if (event.ctrlKey && event.key === "c" && running === "shell" && getSelection()?.isCollapsed !== false) process.current?.type(INTERRUPT);
            else if (event.ctrlKey && event.key === "d" && running === "shell") process.current?.type("\x04");
            else if (!history.move(event.key)) return;
            event.preventDefault();
          }}
        />
        <button class="button" disabled={running === "command"}>
          {running === "shell" ? gettext("Send") : gettext("Run")}
        </button>
      </form>
      <p class="quiet stream-state">{gettext("A command runs without a shell, as with kubectl exec: for pipes and variables, sh -c '…' or open a shell. What the simulated programs do not know, they say themselves.")}</p>
    </div>
  );
}

/** The output with one piece more; the oldest is forgotten where it gets long. */
function kept(before: Piece[], piece: Piece): Piece[] {
  const last = before.at(-1);
  const all = last?.kind === piece.kind ? [...before.slice(0, -1), { kind: last.kind, text: last.text + piece.text }] : [...before, piece];
  let most = MOST;
  const found: Piece[] = [];
  for (let n = all.length - 1; n >= 0 && most > 0; n--) {
    found.unshift({ kind: all[n]!.kind, text: all[n]!.text.slice(-most) });
    most -= all[n]!.text.length;
  }
  return found;
}

function Output({ pieces, label }: { pieces: Piece[]; label: string }) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [pieces]);
  return (
    <div ref={box} class="stream-box terminal-box" role="log" aria-label={label} tabIndex={0}>
      {pieces.map((one, n) => (
        <span key={n} class={`piece ${one.kind}`}>
          {one.text}
        </span>
      ))}
      {!pieces.length && <p class="quiet">{gettext("Nothing has run yet.")}</p>}
    </div>
  );
}

/** The lines that were entered, to be had again with the arrow keys. */
function useHistory(show: (line: string) => void): { note: (line: string) => void; move: (key: string) => boolean } {
  const lines = useRef<string[]>([]);
  const at = useRef(0);
  return {
    note: (line) => {
      if (line && lines.current.at(-1) !== line) lines.current = [...lines.current, line].slice(-100);
      at.current = lines.current.length;
    },
    move: (key) => {
      const to = { ArrowUp: at.current - 1, ArrowDown: at.current + 1 }[key];
      if (to === undefined || to < 0 || to > lines.current.length) return to !== undefined;
      at.current = to;
      show(lines.current[to] ?? "");
      return true;
    },
  };
}
