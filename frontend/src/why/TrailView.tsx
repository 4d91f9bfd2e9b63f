import type { JSX } from "preact";
import { settledMoment } from "../app/state";
import { t } from "../i18n";
import { go, trail } from "./store";
import { questionName } from "./words";

/** How the person got here: every question can be gone back to. */
export function TrailView(): JSX.Element {
  const { steps, at } = trail.value;
  const structure = settledMoment.value?.structure ?? null;
  return (
    <nav class="why-trail" aria-labelledby="why-trail">
      <h3 id="why-trail">{t("why.trail")}</h3>
      <ol>
        {steps.map((step, place) => (
          <li key={place} class={place === at ? "now" : place > at ? "ahead" : ""}>
            <button type="button" aria-current={place === at ? "step" : undefined} onClick={() => go(place)}>
              {questionName(step, structure)}
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}
