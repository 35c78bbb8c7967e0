// The cluster's clock as the audience sees it.
import { effect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { gettext } from "../i18n/i18n";
import { clock, longTime, paused, shownNow } from "../live/clock";

export function VirtualTime() {
  const text = useRef<HTMLElement>(null);
  useEffect(() => {
    let timer = 0;
    const show = (): void => {
      const at = clock.peek();
      if (at && text.current) text.current.textContent = longTime(shownNow() - at.start);
    };
    const end = effect(() => {
      clearInterval(timer);
      show();
      if (clock.value && !clock.value.paused) timer = window.setInterval(show, 100);
    });
    return () => {
      end();
      clearInterval(timer);
    };
  }, []);
  return (
    <p class="virtual-time">
      <b class="digits" ref={text} role="timer" aria-live="off">
        --:--:--.-
      </b>
      <span>{paused.value ? gettext("virtual time · paused by the presenter") : gettext("virtual time")}</span>
    </p>
  );
}
