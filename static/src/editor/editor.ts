// The YAML editor, loaded only when somebody opens one. It lives in a shadow root, where its styles are adopted sheets:
// our content security policy allows no style elements that a script adds.
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { HighlightStyle, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorState, RangeSet, type Range, StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, GutterMarker, gutterLineClass, keymap, lineNumbers, WidgetType } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { parseDocument } from "yaml";

const looks = EditorView.theme({
  "&": { height: "100%", fontSize: "12px", backgroundColor: "var(--well)", color: "var(--ink)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "18px" },
  ".cm-content": { caretColor: "var(--ink)", padding: "8px 0" },
  ".cm-line": { padding: "0 12px 0 10px" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { backgroundColor: "var(--well)", color: "var(--ink-3)", border: "none" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--lift)" },
  ".cm-flagged": { backgroundColor: "var(--failed)", color: "var(--board)", fontWeight: "600" },
  ".cm-remark": { padding: "1px 10px 3px", color: "var(--bad)", fontFamily: "var(--sans)", lineHeight: "16px", whiteSpace: "pre-wrap", overflowWrap: "anywhere" },
  ".cm-wrong": { backgroundColor: "color-mix(in srgb, var(--failed) 22%, transparent)", boxShadow: "inset 3px 0 var(--failed)" },
});

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--focus)" },
  { tag: [tags.string, tags.special(tags.string), tags.content], color: "var(--ink)" },
  { tag: [tags.comment, tags.lineComment], color: "var(--ink-3)" },
  { tag: [tags.punctuation, tags.separator, tags.squareBracket, tags.brace], color: "var(--ink-3)" },
  { tag: [tags.typeName, tags.labelName], color: "var(--warn)" },
]);

export interface Remark {
  line: number; // counted from 1
  message: string;
}

const wrongLines = StateEffect.define<readonly Remark[]>();

/** What is wrong, below the line that it is about. */
class Below extends WidgetType {
  constructor(private readonly message: string) {
    super();
  }
  override eq(other: Below): boolean {
    return other.message === this.message;
  }
  toDOM(): HTMLElement {
    const box = document.createElement("div");
    box.className = "cm-remark";
    box.textContent = this.message;
    return box;
  }
}

class Flag extends GutterMarker {
  override elementClass = "cm-flagged";
}
const flag = new Flag();

/** The lines that somebody found wrong; what is typed moves them along. */
const wrong = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (marks, change) => {
    const told = change.effects.find((effect) => effect.is(wrongLines));
    if (!told) return marks.map(change.changes);
    const { doc } = change.state;
    const found: Range<Decoration>[] = [];
    for (const { line, message } of told.value as readonly Remark[]) {
      if (line < 1 || line > doc.lines) continue;
      const { from, to } = doc.line(line);
      found.push(Decoration.line({ class: "cm-wrong" }).range(from));
      if (message) found.push(Decoration.widget({ widget: new Below(message), block: true, side: 1 }).range(to));
    }
    return Decoration.set(found, true);
  },
  provide: (field) => [
    EditorView.decorations.from(field),
    gutterLineClass.from(field, (marks) => {
      const flags: Range<GutterMarker>[] = [];
      for (const at = marks.iter(); at.value; at.next()) if (at.value.spec.class) flags.push(flag.range(at.from));
      return RangeSet.of(flags, true);
    }),
  ],
});

interface Options {
  text: string;
  label: string;
  onChange?: (text: string) => void; // without it the text is read only
}

export interface Editor {
  show: (text: string) => void;
  mark: (remarks: readonly Remark[]) => void;
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
      const changes = difference(doc.toString(), next);
      if (changes) view.dispatch({ changes });
    },
    mark: (remarks) => view.dispatch({ effects: wrongLines.of(remarks) }),
    goTo: (line) => {
      const { doc } = view.state;
      view.dispatch({ selection: { anchor: doc.line(Math.max(1, Math.min(doc.lines, line))).from }, scrollIntoView: true });
      view.focus();
    },
    close: () => view.destroy(),
  };
}

/** What must be replaced to get from one text to the other: as little as can be, so that the cursor stays. */
function difference(before: string, after: string): { from: number; to: number; insert: string } | null {
  if (before === after) return null;
  const least = Math.min(before.length, after.length);
  let from = 0;
  while (from < least && before[from] === after[from]) from++;
  let same = 0;
  while (same < least - from && before[before.length - 1 - same] === after[after.length - 1 - same]) same++;
  return { from, to: before.length - same, insert: after.slice(from, after.length - same) };
}

/** An object's YAML without the record of who manages its fields, which kubectl leaves out too. */
export function withoutManagedFields(text: string): string {
  const document = parseDocument(text);
  document.deleteIn(["metadata", "managedFields"]);
  return document.toString({ lineWidth: 0 });
}
