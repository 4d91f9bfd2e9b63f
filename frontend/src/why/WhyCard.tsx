import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Explanation } from "../api/explanation";
import { clock, settledMoment } from "../app/state";
import { locale, t } from "../i18n";
import { Consequence } from "./Consequence";
import { Formula } from "./Formula";
import { nearestHeld } from "./held";
import { Neighbours } from "./Neighbours";
import { NudgeCheck } from "./NudgeCheck";
import { Line, Where } from "./Place";
import { formatStep, type Question } from "./question";
import { answer, back, close, forward, trail } from "./store";
import { Terms } from "./Terms";
import { TrailView } from "./TrailView";
import { canGo } from "./trail";
import { large, questionName, roleOf } from "./words";

/** Why one number is what it is. It takes the place of graph and panels, never of the timeline. */
export function WhyCard(): JSX.Element {
  const now = answer.value;
  const structure = settledMoment.value?.structure ?? null;
  const explanation = now?.explanation ?? null;
  return (
    <section class="why" aria-label={t("region.why")}>
      <div class="why-card">
        <Bar />
        {now && !explanation && <Refusal question={now.question} sentence={now.refusal} />}
        {explanation && <Answer explanation={explanation} />}
      </div>
      <aside class="why-side" aria-label={t("why.around")}>
        <TrailView />
        {explanation && (
          <>
            <Where explanation={explanation} role={roleOf(explanation, structure)} />
            <Line explanation={explanation} role={roleOf(explanation, structure)} />
            <Neighbours question={explanation} />
          </>
        )}
      </aside>
    </section>
  );
}

/** Back, on and close; their keys beside them. */
function Bar(): JSX.Element {
  return (
    <div class="why-bar">
      <button type="button" class="quiet" onClick={back}>
        {t("why.back")}{" "}
        <span class="key" aria-hidden="true">
          ⌫
        </span>
      </button>
      {canGo(trail.value, 1) && (
        <button type="button" class="quiet" onClick={forward}>
          {t("why.forward")}
        </button>
      )}
      <button type="button" class="quiet" onClick={close}>
        {t("why.close")}{" "}
        <span class="key" aria-hidden="true">
          Esc
        </span>
      </button>
    </div>
  );
}

/** A question that comes up takes the focus; one that only follows the playhead leaves it where it is. */
function useFocus(question: Question): { current: HTMLHeadingElement | null } {
  const heading = useRef<HTMLHeadingElement>(null);
  const key = formatStep({ ...question, event: trail.value.at });
  useEffect(() => {
    heading.current?.focus();
    heading.current?.closest(".why-card")?.scrollTo({ top: 0 });
  }, [key]);
  return heading;
}

function Answer({ explanation }: { explanation: Explanation }): JSX.Element {
  const structure = settledMoment.value?.structure ?? null;
  const heading = useFocus(explanation);
  const role = roleOf(explanation, structure);
  const sentence = explanation.sentence[locale.value] ?? explanation.sentence.en ?? "";
  return (
    <>
      <h2 ref={heading} tabIndex={-1} class={role}>
        <span class="why-what">{questionName(explanation, structure)}</span>
        <span class="why-number">{large(explanation.value, explanation.of)}</span>
      </h2>
      <div class="why-said">
        <Consequence explanation={explanation} />
        <p aria-live="polite">{sentence}</p>
      </div>
      {explanation.of === "gradient" && <NudgeCheck value={explanation.value} />}
      <div class="why-rules">
        <section>
          <h3>{t("why.rule")}</h3>
          <Formula latex={explanation.latex} label={sentence} display />
        </section>
        <section>
          <h3>{t("why.withNumbers")}</h3>
          <Formula latex={explanation.latex_numbers} label={sentence} display={false} />
        </section>
      </div>
      <Terms key={formatStep({ ...explanation, event: 0 })} explanation={explanation} role={role} />
    </>
  );
}

/** There is no such number at this moment: said in the server's words, with the way to where there is one. */
function Refusal({ question, sentence }: { question: Question; sentence: string | null }): JSX.Element {
  const moment = settledMoment.value;
  const heading = useFocus(question);
  const near = moment && nearestHeld(moment.segment, question.tensor, question.of, moment.local);
  return (
    <>
      <h2 ref={heading} tabIndex={-1}>
        <span class="why-what">{questionName(question, moment?.structure ?? null)}</span>
        <span class="why-number none">{t("why.none")}</span>
      </h2>
      <div class="why-said">
        <p role="status">{sentence ?? t("status.offline")}</p>
        {moment && near !== null && (
          <button
            type="button"
            class="small"
            onClick={() => clock.dispatch({ type: "seek", event: moment.event - moment.local + near })}
          >
            {t("why.goWhere")}
          </button>
        )}
      </div>
    </>
  );
}
