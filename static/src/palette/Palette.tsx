// What can be put into the cluster, by kind. Drag one, or pick it by click or key; or open files, or paste.
import { useEffect, useRef } from "preact/hooks";
import { useSignal } from "@preact/signals";
import type { BuildKind } from "../build/kind";
import { GROUPS, KINDS } from "../build/kinds";
import { Bring } from "../build/Bring";
import { draft, lift, putBack } from "../carry/carry";
import { liftable } from "../carry/drag";
import { gettext } from "../i18n/i18n";
import { Icon } from "../parts/Icon";
import { SEARCH, sheet } from "./search";
import "./palette.css";

export function Palette() {
  const wanted = useSignal("");
  const text = wanted.value.trim().toLowerCase();
  const found = KINDS.filter((one) => `${one.title()} ${one.id} ${one.about()}`.toLowerCase().includes(text));
  const best = found.find((one) => one.title().toLowerCase().startsWith(text)) ?? found[0];
  const pick = (event: Event): void => {
    event.preventDefault();
    if (!best) return;
    wanted.value = "";
    lift(best.id);
  };
  return (
    <section class="palette" aria-label={gettext("Create")}>
      <h2>
        {gettext("Create")} <small>{gettext("drag or pick")}</small>
        <button class="icon-button sheet-close" aria-label={gettext("Close")} onClick={() => (sheet.value = false)}>
          <Icon name="close" />
        </button>
      </h2>
      <form role="search" onSubmit={pick}>
        <input
          id={SEARCH}
          aria-label={gettext("Search the kinds")}
          placeholder={gettext("Search")}
          value={wanted.value}
          spellcheck={false}
          autocomplete="off"
          onInput={(event) => (wanted.value = event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === "Escape") (wanted.value = ""), event.currentTarget.blur();
          }}
        />
        <kbd aria-hidden="true">{text ? "Enter" : "A"}</kbd>
      </form>
      <div class="palette-kinds">
        {GROUPS.map(({ group, title }) => {
          const kinds = found.filter((one) => one.group === group);
          return (
            kinds.length > 0 && (
              <ul key={group} aria-label={title()}>
                {kinds.map((one) => (
                  <Entry key={one.id} about={one} first={text !== "" && one === best} />
                ))}
              </ul>
            )
          );
        })}
        {found.length === 0 && <p class="queue-empty">{gettext("No such kind here. Any object can be pasted as YAML.")}</p>}
      </div>
      <Bring />
    </section>
  );
}

function Entry({ about, first }: { about: BuildKind; first: boolean }) {
  const handle = useRef<HTMLButtonElement>(null);
  useEffect(() => liftable(handle.current!, about.id), []);
  const carried = draft.value?.about.id === about.id;
  return (
    <li>
      <button class={first ? "palette-entry first" : "palette-entry"} ref={handle} aria-pressed={carried} title={about.about()} onClick={() => (carried ? putBack() : lift(about.id))}>
        <Icon name={about.icon} />
        <span>{about.title()}</span>
      </button>
    </li>
  );
}

/** On a phone: opens the palette. */
export function Add() {
  return (
    <button class="add-button" aria-label={gettext("Create")} aria-expanded={sheet.value} onClick={() => (sheet.value = true)}>
      <Icon name="plus" size={24} />
    </button>
  );
}
