// What was typed and what came of it. Names of objects that the picture shows are links.
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { select } from "../app/state";
import { fill, gettext } from "../i18n/i18n";
import { objects } from "../live/store";
import { KUBECONFIG, type Link } from "./doors";
import { blocks, cut, type Block, type Part } from "./session";

const NEAR = 40; // px from the end within which new output scrolls along

export function Output() {
  const box = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  const shown = blocks.value;
  const keepEnd = (): void => {
    if (box.current && follows.current) box.current.scrollTop = box.current.scrollHeight;
  };
  useEffect(keepEnd, [shown]);
  useEffect(() => {
    const observer = new ResizeObserver(keepEnd); // the choices of a completion take room away
    observer.observe(box.current!);
    return () => observer.disconnect();
  }, []);
  const scrolled = (): void => {
    const { scrollTop, scrollHeight, clientHeight } = box.current!;
    follows.current = scrollHeight - scrollTop - clientHeight < NEAR;
  };
  return (
    <div class="terminal-output" role="log" aria-label={gettext("Output")} tabIndex={0} ref={box} onScroll={scrolled}>
      {cut.value && <p class="terminal-cut">{gettext("Older output is gone: only the newest lines are kept.")}</p>}
      {shown.map((block) => (
        <One key={block.key} block={block} />
      ))}
    </div>
  );
}

function One({ block }: { block: Block }) {
  return (
    <div class="terminal-block">
      <pre class="terminal-typed">
        <span class="terminal-prompt" aria-hidden="true">{`${block.prompt} `}</span>
        {block.line}
      </pre>
      {block.parts.map((part, at) => (
        <pre key={at} class={`terminal-${part.tone}`}>
          {linked(part)}
        </pre>
      ))}
      {block.fetch && <Fetch line={block.fetch} />}
    </div>
  );
}

/** The line that fetches the settings for the real kubectl, and the same as a file. */
function Fetch({ line }: { line: string }) {
  return (
    <div class="terminal-fetch">
      <code>{line}</code>
      <button class="button on-board" onClick={() => void navigator.clipboard?.writeText(line)}>
        {gettext("Copy")}
      </button>
      <a class="button on-board" href={KUBECONFIG} download="kubeconfig">
        {gettext("Download kubeconfig")}
      </a>
    </div>
  );
}

function linked({ text, links }: Part): ComponentChildren {
  const known = links.filter(([, , , id]) => objects.has(id));
  if (!known.length) return text;
  const starts = lineStarts(text);
  const pieces: ComponentChildren[] = [];
  let done = 0;
  for (const [line, start, length, id] of known) {
    const from = (starts[line] ?? text.length) + start;
    if (from < done || from + length > text.length) continue;
    pieces.push(text.slice(done, from), <Name key={from} id={id} text={text.slice(from, from + length)} />);
    done = from + length;
  }
  return [...pieces, text.slice(done)];
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

function Name({ id, text }: { id: Link[3]; text: string }) {
  return (
    <button class="terminal-name" onClick={() => select(id)} title={fill(gettext("Show %(name)s"), { name: text })}>
      {text}
    </button>
  );
}
