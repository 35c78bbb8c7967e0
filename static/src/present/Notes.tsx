// Speaker notes: paragraphs, and words in bold; all of it as text.

export function Notes({ text }: { text: string }) {
  return (
    <>
      {text.split(/\n\s*\n/).map((paragraph, at) => (
        <p key={at}>{paragraph.split(/\*\*(.+?)\*\*/).map((part, index) => (index % 2 ? <b key={index}>{part}</b> : part.replaceAll("`", "")))}</p>
      ))}
    </>
  );
}
