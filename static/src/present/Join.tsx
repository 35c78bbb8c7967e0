// How the audience comes in: the picture for phones, the address, the code; who is there.
import { crew } from "../audience/hall";
import { fill, gettext } from "../i18n/i18n";
import { plan, spaced } from "./plan";

export function Join({ large }: { large?: boolean }) {
  const there = crew.value;
  const place = plan.join.replace(/^https?:\/\//, "").replace(/\/$/, "");
  return (
    <section class={large ? "join large" : "join"} aria-label={gettext("How the audience joins")}>
      <img src={plan.qr} alt={gettext("QR code with the address to join")} width={large ? 260 : 102} height={large ? 260 : 102} />
      <div>
        <p>
          {gettext("Join at this address")} <b>{large ? place : place.slice(place.indexOf("/"))}</b>
        </p>
        <p class="code" aria-label={fill(gettext("Code %(code)s"), { code: spaced })}>
          {spaced}
        </p>
        {there && (
          <p>
            {fill(gettext("%(n)s following, %(m)s exploring"), { n: there.following, m: there.exploring })}
            {there.away > 0 && <span class="warn">{fill(gettext(", %(n)s reconnecting"), { n: there.away })}</span>}
          </p>
        )}
      </div>
    </section>
  );
}
