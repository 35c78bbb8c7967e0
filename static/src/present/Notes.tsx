// Speaker notes: paragraphs, and words in bold; all of it as text.

export function Notes({ text }: { text: string }) {
  return (
    <>
      {text.split(/\n\s*\n/).map((paragraph, at) => (
        <p key={at}>{paragraph.split(MARKED).map((part, index) => (index % 2 ? <Marked key={index} text={part} /> : part))}</p>
      ))}
    </>
  );
}

const MARKED = /(\*\*[^]+?\*\*|\*[^*\s][^*]*\*|`[^`]+`)/;

/** **bold**, *stressed* or `code`. */
function Marked({ text }: { text: string }) {
  const within = text.replaceAll("`", "");
  if (text.startsWith("**")) return <b>{within.slice(2, -2)}</b>;
  if (text.startsWith("*")) return <em>{within.slice(1, -1)}</em>;
  return <span class="mono">{within}</span>;
}
