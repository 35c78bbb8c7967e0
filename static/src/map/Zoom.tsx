// The buttons that bring the map nearer and farther, at its corner.
import { gettext } from "../i18n/i18n";
import { Icon } from "../parts/Icon";
import { showAll, STEP, zoom, zoomBy } from "./zoom";

export function Zoom() {
  const all = zoom.value === 1;
  return (
    <div class="zoom" role="group" aria-label={gettext("Zoom")}>
      <button class="icon-button" aria-label={gettext("Farther")} title={gettext("Farther")} onClick={() => zoomBy(1 / STEP)}>
        <Icon name="minus" />
      </button>
      {!all && (
        <button class="all" onClick={showAll}>
          {gettext("all")}
        </button>
      )}
      <button class="icon-button" aria-label={gettext("Nearer")} title={gettext("Nearer")} onClick={() => zoomBy(STEP)}>
        <Icon name="plus" />
      </button>
    </div>
  );
}
