import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { type Explanation, type Factor, type Group, isGroup, isPart, type Term } from "../api/explanation";
import { settledMoment } from "../app/state";
import { t } from "../i18n";
import { Pictures } from "./Pictures";
import { Addends, Ask, groupName, Product } from "./Product";
import { SampleThumb } from "./SampleThumb";
import { limit, showMore } from "./store";
import { questionName, type Role, term as said, signed } from "./words";

/** The terms, largest first, and the one that is open. */
export function Terms({ explanation, role }: { explanation: Explanation; role: Role }): JSX.Element | null {
  const { terms, left_out: rest } = explanation;
  const open = useSignal(0);
  const shown = terms[open.value] ?? terms[0];
  // A number that was given has no arithmetic to show.
  if (!shown || (terms.length === 1 && !isGroup(shown) && shown.factors.length === 0)) return null;
  if (terms.length === 1 && rest.count === 0)
    return (
      <div class="why-terms why-open alone">
        <Opened item={shown} />
      </div>
    );
  const most = Math.max(...terms.map((one) => Math.abs(Number(one.value)) || 0), Number.MIN_VALUE);
  const shares = terms.every(isGroup);
  const count = terms.length + rest.count;
  return (
    <div class="why-terms">
      <section class="why-list" aria-label={t("why.terms", { count })}>
        <h3>{shares ? t("why.shares", { count }) : t("why.terms", { count })}</h3>
        <ul>
          {terms.map((item, place) => (
            <li key={place}>
              <button
                type="button"
                class={item === shown ? `term open ${role}` : `term ${role}`}
                aria-pressed={item === shown}
                onClick={() => {
                  open.value = place;
                }}
              >
                <TermName item={item} />
                <Bar value={Number(item.value)} most={most} role={role} />
                <span class="amount">{signed(item.value)}</span>
              </button>
            </li>
          ))}
          {rest.count > 0 && (
            <li class="term rest">
              <span class="term-name">
                {limit.value > terms.length ? (
                  t("why.more", { count: rest.count })
                ) : (
                  <button type="button" class="link" onClick={showMore}>
                    {t("why.more", { count: rest.count })}
                  </button>
                )}
              </span>
              <Bar value={Number(rest.value)} most={most} role={role} rest />
              <span class="amount">{signed(rest.value)}</span>
            </li>
          )}
        </ul>
      </section>
      <section class="why-open" aria-label={t("why.opened")}>
        <Opened item={shown} />
      </section>
    </div>
  );
}

function TermName({ item }: { item: Term | Group }): JSX.Element {
  if (isGroup(item))
    return (
      <span class="term-name">
        {item.group === "sample" && typeof item.key === "number" && <SampleThumb sample={item.key} />}
        {groupName(item)}
      </span>
    );
  const structure = settledMoment.value?.structure ?? null;
  const [only] = item.factors;
  if (only && item.factors.length === 1 && !isPart(only) && Number(item.coefficient) === 1)
    return <span class="term-name">{questionName(only, structure)}</span>;
  const coefficient = Number(item.coefficient) === 1 && only ? [] : [said(item.coefficient)];
  const factors = item.factors.map((one) =>
    isPart(one) ? `${one.function} ${said(one.value)}` : said(one.value),
  );
  return <span class="term-name">{[...coefficient, ...factors].join(" × ")}</span>;
}

/** From a zero line in the middle: to the right what pushes up, to the left what pushes down. */
function Bar({
  value,
  most,
  role,
  rest = false,
}: {
  value: number;
  most: number;
  role: Role;
  rest?: boolean;
}): JSX.Element {
  const share = Math.min(1, Math.abs(value) / most) || 0;
  const width = `${share * 50}%`;
  const side = value < 0 ? "down" : "up";
  return (
    <span class="bar-track" aria-hidden="true">
      {share > 0 && <span class={`bar ${role} ${side}${rest ? " rest" : ""}`} style={{ width }} />}
    </span>
  );
}

function Opened({ item }: { item: Term | Group }): JSX.Element {
  if (!isGroup(item))
    return (
      <>
        <h3>{t("why.product")}</h3>
        <Product term={item} />
        <Pictures factors={elements(item)} />
      </>
    );
  const first = item.terms[0];
  return (
    <>
      <h3>
        {t("why.group", { name: groupName(item), count: item.terms.length + item.left_out.count })}
        <b class="result">{signed(item.value)}</b>
      </h3>
      {item.reference && <Ask factor={item.reference} small={false} />}
      <div class="why-share">
        <Addends sum={item} />
        <Pictures factors={first && !isGroup(first) ? elements(first) : []} />
      </div>
    </>
  );
}

const elements = (item: Term): Factor[] => item.factors.filter((one): one is Factor => !isPart(one));
