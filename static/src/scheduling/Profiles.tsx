// What a configuration comes to: for each profile, the plugins of each extension point in their order.
import { gettext, fill } from "../i18n/i18n";
import type { Plugin, Profile } from "./doors";
import { pointPurpose } from "./plugins";

const ORDER = ["preEnqueue", "queueSort", "preFilter", "filter", "postFilter", "preScore", "score", "reserve", "permit", "preBind", "bind", "postBind"];

function pointsOf(profile: Profile): [string, Plugin[]][] {
  const place = (point: string): number => (ORDER.includes(point) ? ORDER.indexOf(point) : ORDER.length);
  return Object.entries(profile.points)
    .filter(([, plugins]) => plugins.length > 0)
    .sort(([a], [b]) => place(a) - place(b));
}

export function Profiles({ profiles, edited }: { profiles: Profile[]; edited: boolean }) {
  return (
    <section class="profiles">
      <h3>{edited ? gettext("Profiles, as they would be") : gettext("Profiles")}</h3>
      {profiles.map((profile) => (
        <details key={profile.schedulerName} open={profiles.length === 1}>
          <summary>
            <b class="mono">{profile.schedulerName}</b>
          </summary>
          <dl class="points">
            {pointsOf(profile).map(([point, plugins]) => (
              <div key={point}>
                <dt>
                  <b class="mono">{point}</b>
                  <small>{pointPurpose(point)}</small>
                </dt>
                <dd>
                  {plugins.map((plugin) => (
                    <span key={plugin.name} class="chip mono">
                      {plugin.weight ? fill("%(name)s × %(weight)s", { name: plugin.name, weight: plugin.weight }) : plugin.name}
                    </span>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        </details>
      ))}
    </section>
  );
}
