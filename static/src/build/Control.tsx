// The input of one field: text becomes the value that the object holds, an empty one takes the field away.
import { useState } from "preact/hooks";
import { gettext } from "../i18n/i18n";
import { pairsIn, pairsText, wordsIn, wordsText } from "./entered";
import type { Field } from "./kind";

interface Props {
  id: string;
  field: Field;
  value: unknown;
  wrong: boolean;
  disabled: boolean;
  onChange: (next: unknown) => void;
}

export function Control({ id, field, value, wrong, disabled, onChange }: Props) {
  const common = { id, disabled, "aria-invalid": wrong || undefined, "aria-describedby": wrong ? `${id}-wrong` : undefined };
  if (field.type === "check") {
    return <input type="checkbox" {...common} checked={value === true} onChange={(event) => onChange(event.currentTarget.checked || undefined)} />;
  }
  if (field.type === "choice") {
    const held = value === undefined ? "" : String(value);
    const choices = field.choices();
    return (
      <select {...common} value={held} onChange={(event) => onChange(event.currentTarget.value || undefined)}>
        {(field.none || !held) && <option value="">{field.none?.() ?? ""}</option>}
        {choices.filter((one) => one !== field.none?.()).map((one) => (
          <option key={one}>{one}</option>
        ))}
        {held && !choices.includes(held) && <option>{held}</option>}
      </select>
    );
  }
  if (field.type === "pairs") return <Written {...common} rows value={pairsText(value)} hint={field.hint ?? ""} onText={(text) => onChange(pairsIn(text, value))} />;
  if (field.type === "words") return <Written {...common} value={wordsText(value)} hint={field.hint ?? ""} onText={(text) => onChange(wordsIn(text))} />;
  const read = (text: string): unknown => entered(field, text.trim());
  return (
    <>
      <Written {...common} value={value === undefined || value === null ? "" : String(value)} hint={field.hint ?? ""} list={field.type === "suggest" ? `${id}-list` : undefined} onText={(text) => onChange(read(text))} />
      {field.type === "suggest" && (
        <datalist id={`${id}-list`}>
          {field.choices().map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
      )}
    </>
  );
}

/** Numbers are numbers where a number belongs or may stand, as a port or its name; what is none is left for the API server to refuse. */
function entered(field: Field, text: string): unknown {
  if (!text) return undefined;
  const numeric = field.type === "number" || /port$/i.test(String(field.path.at(-1)));
  return numeric && /^-?\d+$/.test(text) ? Number(text) : text;
}

interface WrittenProps {
  id: string;
  value: string;
  hint: string;
  rows?: boolean;
  list?: string | undefined;
  disabled: boolean;
  onText: (text: string) => void;
}

/** A text that somebody writes. While it has the focus, it stays as it was written: `a= b` is not tidied under the fingers. */
function Written({ value, hint, rows, onText, ...more }: WrittenProps) {
  const [own, setOwn] = useState<string | null>(null);
  const common = {
    ...more,
    value: own ?? value,
    placeholder: hint,
    spellcheck: false,
    autocomplete: "off",
    onBlur: () => setOwn(null),
    onInput: (event: { currentTarget: { value: string } }) => {
      setOwn(event.currentTarget.value);
      onText(event.currentTarget.value);
    },
  };
  return rows ? <textarea rows={3} {...common} title={gettext("one KEY=value a line")} /> : <input type="text" {...common} />;
}
