// The YAML editor, loaded only when somebody opens one. It lives in a shadow root, where its styles are adopted sheets:
// our content security policy allows no style elements that a script adds.
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { HighlightStyle, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorState, StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { parseDocument, stringify } from "yaml";

const looks = EditorView.theme({
  "&": { height: "100%", fontSize: "12px", backgroundColor: "var(--well)", color: "var(--ink)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "18px" },
  ".cm-content": { caretColor: "var(--ink)", padding: "8px 0" },
  ".cm-line": { padding: "0 12px 0 10px" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { backgroundColor: "var(--well)", color: "var(--ink-3)", border: "none" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--lift)" },
  ".cm-wrong": { backgroundColor: "color-mix(in srgb, var(--failed) 22%, transparent)", boxShadow: "inset 3px 0 var(--failed)" },
});

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--focus)" },
  { tag: [tags.string, tags.special(tags.string), tags.content], color: "var(--ink)" },
  { tag: [tags.comment, tags.lineComment], color: "var(--ink-3)" },
  { tag: [tags.punctuation, tags.separator, tags.squareBracket, tags.brace], color: "var(--ink-3)" },
  { tag: [tags.typeName, tags.labelName], color: "var(--warn)" },
]);

const wrongLines = StateEffect.define<number[]>();

/** The lines that somebody found wrong; what is typed moves them along. */
const wrong = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (marks, change) => {
    const told = change.effects.find((effect) => effect.is(wrongLines));
    if (!told) return marks.map(change.changes);
    const { doc } = change.state;
    const starts = [...new Set(told.value as number[])].filter((line) => line >= 1 && line <= doc.lines).sort((a, b) => a - b);
    return Decoration.set(starts.map((line) => Decoration.line({ class: "cm-wrong" }).range(doc.line(line).from)));
  },
  provide: (field) => EditorView.decorations.from(field),
});

interface Options {
  text: string;
  label: string;
  onChange?: (text: string) => void; // without it the text is read only
}

export interface Editor {
  show: (text: string) => void;
  mark: (lines: number[]) => void; // counted from 1
  goTo: (line: number) => void;
  close: () => void;
}

export function openEditor(place: HTMLElement, { text, label, onChange }: Options): Editor {
  const root = place.shadowRoot ?? place.attachShadow({ mode: "open" });
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: text,
      extensions: [
        // Wrapped: the panel is narrow, and annotations are long.
        EditorView.lineWrapping,
        onChange ? lineNumbers() : [],
        history(),
        yaml(),
        indentUnit.of("  "),
        syntaxHighlighting(colours),
        looks,
        wrong,
        // Tab indents where one writes; where one only reads, it moves on.
        keymap.of([...defaultKeymap, ...historyKeymap, ...(onChange ? [indentWithTab] : [])]),
        EditorState.readOnly.of(!onChange),
        EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged && onChange) onChange(update.state.doc.toString());
        }),
      ],
    }),
  });
  return {
    show: (next) => {
      const { doc } = view.state;
      if (doc.toString() !== next) view.dispatch({ changes: { from: 0, to: doc.length, insert: next } });
    },
    mark: (lines) => view.dispatch({ effects: wrongLines.of(lines) }),
    goTo: (line) => {
      const { doc } = view.state;
      view.dispatch({ selection: { anchor: doc.line(Math.max(1, Math.min(doc.lines, line))).from }, scrollIntoView: true });
      view.focus();
    },
    close: () => view.destroy(),
  };
}

export const writeYaml = (value: unknown): string => stringify(value, { lineWidth: 0 });

/** An object's YAML without the record of who manages its fields, which kubectl leaves out too. */
export function withoutManagedFields(text: string): string {
  const document = parseDocument(text);
  document.deleteIn(["metadata", "managedFields"]);
  return document.toString({ lineWidth: 0 });
}

/** The value of one YAML document, or what is wrong with it and where. */
export function parseYaml(text: string): { value?: unknown; problem?: string } {
  const parsed = parseDocument(text);
  const [error] = parsed.errors;
  if (error) return { problem: error.message.split("\n")[0]! };
  try {
    return { value: parsed.toJS({ maxAliasCount: 20 }) };
  } catch (reason) {
    return { problem: String(reason) };
  }
}
