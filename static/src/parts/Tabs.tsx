// A row of tabs: one tab stop, arrows move between them.

interface Props {
  label: string;
  tabs: { name: string; title: string }[];
  current: string;
  onChange: (name: string) => void;
}

export function Tabs({ label, tabs, current, onChange }: Props) {
  const move = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const at = tabs.findIndex((one) => one.name === current);
    const next = (at + step + tabs.length) % tabs.length;
    onChange(tabs[next]!.name);
    ((event.currentTarget as HTMLElement).children[next] as HTMLElement).focus();
    event.preventDefault();
  };
  return (
    <div class="tabs" role="tablist" aria-label={label} onKeyDown={move}>
      {tabs.map(({ name, title }) => (
        <button key={name} role="tab" aria-selected={name === current} tabIndex={name === current ? 0 : -1} onClick={() => onChange(name)}>
          {title}
        </button>
      ))}
    </div>
  );
}
