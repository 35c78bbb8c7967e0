// What can be put into the cluster: a Pod, with one of the known images or one's own. Drag it, or pick it by click or key.
import { useEffect, useRef } from "preact/hooks";
import { useSignal } from "@preact/signals";
import { draft, lift, putBack } from "../carry/carry";
import { liftable } from "../carry/drag";
import { IMAGES } from "../carry/manifest";
import { gettext } from "../i18n/i18n";
import { Icon } from "../parts/Icon";
import "./palette.css";

export function Palette() {
  const own = useSignal("");
  return (
    <section class="palette">
      <h2>
        {gettext("Create")} <small>{gettext("drag or pick")}</small>
      </h2>
      <p class="palette-kind">
        <Icon name="pod" size={15} />
        Pod
        <kbd>P</kbd>
      </p>
      <ul>
        {IMAGES.map((image) => (
          <Entry key={image} image={() => image} label={image} />
        ))}
      </ul>
      <form
        class="own-image"
        onSubmit={(event) => {
          event.preventDefault();
          if (own.value.trim()) lift(own.value.trim());
        }}
      >
        <input
          aria-label={gettext("Your own image")}
          placeholder={gettext("your own image")}
          value={own.value}
          spellcheck={false}
          autocomplete="off"
          onInput={(event) => (own.value = event.currentTarget.value)}
        />
        <OwnHandle image={() => own.value.trim()} />
      </form>
    </section>
  );
}

function Entry({ image, label }: { image: () => string; label: string }) {
  const handle = useRef<HTMLButtonElement>(null);
  useEffect(() => liftable(handle.current!, image), []);
  const carried = draft.value?.spec.containers[0]?.image === image();
  return (
    <li>
      <button class="palette-entry" ref={handle} aria-pressed={carried} onClick={() => (carried ? putBack() : lift(image()))}>
        <Grip />
        {label}
      </button>
    </li>
  );
}

function OwnHandle({ image }: { image: () => string }) {
  const handle = useRef<HTMLButtonElement>(null);
  const current = useRef(image);
  current.current = image;
  useEffect(() => liftable(handle.current!, () => current.current() || "nginx"), []);
  return (
    <button class="icon-button" ref={handle} disabled={!image()} aria-label={gettext("Carry a pod with this image")}>
      <Icon name="right" size={14} />
    </button>
  );
}

function Grip() {
  return (
    <svg class="grip" width="8" height="12" viewBox="0 0 8 12" aria-hidden="true">
      {[2, 6, 10].flatMap((y) => [2, 6].map((x) => <circle key={`${x}.${y}`} cx={x} cy={y} r="1" />))}
    </svg>
  );
}
