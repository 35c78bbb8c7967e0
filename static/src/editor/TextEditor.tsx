// A text in the YAML editor, with what is wrong with it: marked at its lines, and listed below.
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Editor } from "./editor";
import { gettext, fill } from "../i18n/i18n";

export interface Mistake {
  field: string; // empty where the whole text is meant
  message: string;
  line: number | null; // counted from 1
}

interface Props {
  label: string;
  text: string;
  mistakes: readonly Mistake[];
  inPlace?: boolean; // what is wrong with a line stands below it, and not in a list
  goTo?: { line: number } | null; // shows this line, again with each new object
  onChange: (text: string) => void;
}

export function TextEditor({ label, text, mistakes, inPlace, goTo, onChange }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const [editor, setEditor] = useState<Editor | null>(null);
  const latest = useRef(onChange);
  const held = useRef(text);
  latest.current = onChange;
  useEffect(() => {
    let ended = false;
    let opened: Editor | null = null;
    void import("./editor").then(({ openEditor }) => {
      if (ended) return;
      opened = openEditor(place.current!, {
        text: held.current,
        label,
        onChange: (changed) => {
          if (changed === held.current) return;
          held.current = changed;
          latest.current(changed);
        },
      });
      setEditor(opened);
    });
    return () => {
      ended = true;
      opened?.close();
    };
  }, []);
  // At once: what is typed before a later effect runs would be undone.
  useLayoutEffect(() => {
    if (text === held.current) return;
    held.current = text;
    editor?.show(text);
  }, [text, editor]);
  useEffect(() => editor?.mark(mistakes.flatMap(({ line, message }) => (line === null ? [] : [{ line, message: inPlace ? message : "" }]))), [mistakes, editor]);
  useEffect(() => {
    if (goTo) editor?.goTo(goTo.line);
  }, [goTo, editor]);
  return (
    <div class="text-editor">
      <div class="editor" ref={place} />
      <Mistakes mistakes={inPlace ? mistakes.filter(({ line }) => line === null) : mistakes} goTo={(line) => editor?.goTo(line)} />
    </div>
  );
}

export function Mistakes({ mistakes, goTo }: { mistakes: readonly Mistake[]; goTo: (line: number) => void }) {
  if (!mistakes.length) return null;
  return (
    <div role="alert">
      <ul class="mistakes">
        {mistakes.map(({ field, message, line }) => (
          <li key={`${field} ${message}`}>
            {line !== null && (
              <button class="link" onClick={() => goTo(line)}>
                {fill(gettext("line %(n)s"), { n: line })}
              </button>
            )}
            <span>{field ? `${field}: ${message}` : message}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
