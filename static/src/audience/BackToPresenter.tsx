// On a cluster that a follower explores: the way back to the presentation.
import { config } from "../app/config";
import { gettext } from "../i18n/i18n";

export function BackToPresenter() {
  if (!config.presentation) return null;
  return (
    <a class="button" href={config.presentation.back}>
      {gettext("Back to the presenter")}
    </a>
  );
}
