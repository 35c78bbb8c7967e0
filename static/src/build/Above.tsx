// Above an object's YAML: change it, or take it along as one would apply it.
import { config } from "../app/config";
import { gettext } from "../i18n/i18n";
import type { Sketch } from "../live/protocol";
import { Icon } from "../parts/Icon";

export function Above({ object, edit }: { object: Sketch; edit: () => void }) {
  const address = `/c/${config.cluster}/export/object/${object.resource}/${object.namespace || "-"}/${encodeURIComponent(object.name)}.yaml`;
  return (
    <div class="yaml-tools">
      <button class="button" onClick={edit}>
        <Icon name="pencil" size={14} />
        {gettext("Edit")}
      </button>
      <a class="button" href={address} download title={gettext("As one would apply it: without status and what the system filled in")}>
        <Icon name="download" size={14} />
        {gettext("Export")}
      </a>
    </div>
  );
}
