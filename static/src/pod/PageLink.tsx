// The way from a tab of the inspector to the pod's own page.
import { gettext } from "../i18n/i18n";
import { showPod } from "./subject";

export function PageLink({ id }: { id: string }) {
  return (
    <p class="page-link">
      <button class="link" onClick={() => showPod(id)}>
        {gettext("Show on a page of its own")}
      </button>
    </p>
  );
}
