// The names that older books and courses use, beside the plugins that do their work now.
import { gettext } from "../i18n/i18n";
import type { Scheduler } from "./doors";

export function Policies({ policies }: { policies: Scheduler["policies"] }) {
  if (!policies.length) return null;
  return (
    <details class="policies">
      <summary>{gettext("Old Policy names, and what does their work now")}</summary>
      <div class="plain-scroller">
        <table class="plain">
          <thead>
            <tr>
              <th scope="col">{gettext("Policy")}</th>
              <th scope="col">{gettext("plugin")}</th>
              <th scope="col">{gettext("what became of it")}</th>
            </tr>
          </thead>
          <tbody>
            {policies.map(({ old, plugin, sentence }) => (
              <tr key={old}>
                <th scope="row" class="mono">
                  {old}
                </th>
                <td class="mono">{plugin}</td>
                <td class="names">{sentence}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
