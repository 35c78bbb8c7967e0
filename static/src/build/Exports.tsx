// The cluster to take home: as a scenario that runs again, as manifests, as a picture.
import { useState } from "preact/hooks";
import { config } from "../app/config";
import { gettext } from "../i18n/i18n";
import { Icon } from "../parts/Icon";
import { save } from "./saving";

const page = `/c/${config.cluster}/`;

export function Exports() {
  const [problem, setProblem] = useState("");
  const picture = (kind: "svg" | "png"): void => {
    setProblem("");
    import("../map/picture")
      .then(async ({ asPng, asSvg }) => save(kind === "svg" ? asSvg() : await asPng(), `${config.cluster}.${kind}`))
      .catch((error: unknown) => setProblem(String(error)));
  };
  return (
    <section class="section exports">
      <h3>{gettext("Take it home")}</h3>
      <div class="choices">
        <a class="button" href={`${page}export/scenario.zip`} download title={gettext("A folder of manifests and the machines: manage.py simulate runs it again")}>
          <Icon name="download" size={14} />
          {gettext("Scenario")}
        </a>
        <a class="button" href={`${page}export/manifests.yaml`} download title={gettext("All that people put in, in one file for kubectl apply")}>
          YAML
        </a>
        <button class="button" title={gettext("The map as a drawing that stays sharp")} onClick={() => picture("svg")}>
          SVG
        </button>
        <button class="button" title={gettext("The map as an image, twice as fine")} onClick={() => picture("png")}>
          PNG
        </button>
      </div>
      {problem && (
        <p class="wrong" role="alert">
          {problem}
        </p>
      )}
    </section>
  );
}
