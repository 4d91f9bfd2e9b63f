import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Explanation } from "../api/explanation";
import { clock, settledMoment } from "../app/state";
import { locale, type MessageKey, t } from "../i18n";
import type { Moment } from "../tape/moment";
import { indexOf } from "../tape/structure";
import { Consequence } from "./Consequence";
import { Formula } from "./Formula";
import { holds, nearestHeld } from "./held";
import { Neighbours } from "./Neighbours";
import { NudgeCheck } from "./NudgeCheck";
import { Line, Where } from "./Place";
import { formatStep, type Question } from "./question";
import { answer, ask, back, close, forward, trail, type Refusal as Unanswered } from "./store";
import { Terms } from "./Terms";
import { TrailView } from "./TrailView";
import { canGo, current } from "./trail";
import { large, questionName, refusalText, roleOf } from "./words";

/** Why one number is what it is. It takes the place of graph and panels, never of the timeline. */
export function WhyCard(): JSX.Element {
  const now = answer.value;
  const structure = settledMoment.value?.structure ?? null;
  const explanation = now?.explanation ?? null;
  return (
    <section class="why" aria-label={t("region.why")}>
      <div class="why-card">
        <Bar />
        {now?.refusal && <Refusal question={now.question} refusal={now.refusal} />}
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
      <Slots />
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

/** The other numbers of the same element. */
function Slots(): JSX.Element {
  const now = current(trail.value);
  const moment = settledMoment.value;
  const info = now && moment && indexOf(moment.structure).tensor(now.tensor);
  const stepped = moment?.structure.events.some(
    (event, at) => at <= moment.local && event.kind === "step" && event.tensor === now?.tensor,
  );
  const there = (of: string): boolean => {
    if (!now || !moment) return false;
    return of === "update" ? stepped === true : holds(moment, { ...now, of });
  };
  const slots = SLOTS.filter(([of]) => of === now?.of || there(of));
  if (!now || !info?.requires_grad || slots.length < 2) return <span class="spring" />;
  return (
    <fieldset class="why-slots" aria-label={t("why.slots")}>
      {slots.map(([of, word]) => (
        <button
          key={of}
          type="button"
          class={of}
          aria-pressed={of === now.of}
          onClick={() => ask({ tensor: now.tensor, index: now.index, of })}
        >
          {t(word)}
        </button>
      ))}
    </fieldset>
  );
}

const SLOTS: [string, MessageKey][] = [
  ["value", "tensor.value"],
  ["gradient", "tensor.gradient"],
  ["update", "why.update"],
];

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

/** No answer, and why not; where there is no such number at this moment, the way to where there is one. */
function Refusal({ question, refusal }: { question: Question; refusal: Unanswered }): JSX.Element {
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
        <p role="status">{refusal === "none" ? absence(near, moment) : refusalText(refusal)}</p>
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

/** Not yet, or no longer: where in this iteration the number is instead. */
function absence(near: number | null, moment: Moment | null): string {
  if (near === null || !moment) return t("why.noneNow");
  const event = moment.event - moment.local + near;
  return t(near <= moment.local ? "why.noLonger" : "why.notYet", { event });
}
