import { useSignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { type Factor, type Group, isGroup, isPart, type Part, type Sum, type Term } from "../api/explanation";
import { settledMoment } from "../app/state";
import { t } from "../i18n";
import { ask } from "./store";
import { questionName, roleOf, term as said, signed } from "./words";

/** A term written out: the coefficient where it matters, then the factors, each of which can be asked about. */
export function Product({ term, small = false }: { term: Term; small?: boolean }): JSX.Element {
  const bare = Number(term.coefficient) === 1 && term.factors.length > 0;
  const pieces: ComponentChildren[] = bare ? [] : [<Constant key="c" text={said(term.coefficient)} />];
  term.factors.forEach((factor, place) => {
    pieces.push(
      isPart(factor) ? (
        <Unfolding key={place} part={factor} />
      ) : (
        <Ask key={place} factor={factor} small={small} />
      ),
    );
  });
  const spaced = pieces.flatMap((piece, place) =>
    place === 0 ? [piece] : [<Sign key={`×${place}`} text="×" />, piece],
  );
  // One factor alone is its own product.
  const trivial = bare && term.factors.length === 1;
  return (
    <div class={small ? "product inline" : "product"}>
      {spaced}
      {!trivial && <Sign text="=" />}
      {!trivial && <span class="result">{signed(term.value)}</span>}
    </div>
  );
}

const Sign = ({ text }: { text: string }): JSX.Element => <span class="sign">{text}</span>;

const Constant = ({ text }: { text: string }): JSX.Element => <span class="constant">{text}</span>;

/** An element of a tensor; pressing it asks why of it in turn. */
export function Ask({ factor, small }: { factor: Factor; small: boolean }): JSX.Element {
  const structure = settledMoment.value?.structure ?? null;
  const name = questionName(factor, structure);
  const value = said(factor.value);
  return (
    <button
      type="button"
      class={`factor ${roleOf(factor, structure)}`}
      title={name}
      onClick={() => ask({ tensor: factor.tensor, of: factor.of, index: factor.index }, factor.at)}
    >
      <span class="unseen">{t("region.why")}: </span>
      <b>{value}</b>
      <span>
        {small ? <span class="unseen">{questionName({ ...factor, index: [] }, structure)}</span> : name}
        {small && factor.index.length > 0 && `[${factor.index.join(", ")}]`}
      </span>
    </button>
  );
}

/** A function of sums. Pressed, it unfolds into what it was made of. */
function Unfolding({ part }: { part: Part }): JSX.Element {
  const open = useSignal(false);
  const known = part.arguments;
  const face = (
    <>
      <b>{said(part.value)}</b>
      <span>{part.function}</span>
    </>
  );
  if (!known) return <span class="factor part">{face}</span>;
  return (
    <span class="part-box">
      <button
        type="button"
        class="factor part"
        aria-expanded={open.value}
        onClick={() => {
          open.value = !open.value;
        }}
      >
        {face}
      </button>
      {open.value && (
        <span class="part-inside">
          {known.map((sum, place) => (
            <Addends key={place} sum={sum} />
          ))}
        </span>
      )}
    </span>
  );
}

/** A sum written out, one product a line. */
export function Addends({ sum }: { sum: Sum }): JSX.Element {
  const of = columns(sum);
  return (
    <ul class="addends">
      {of && <li class="columns">{of}</li>}
      {sum.terms.map((item, place) => (
        <li key={place}>{isGroup(item) ? <Share group={item} /> : <Product term={item} small />}</li>
      ))}
      {sum.left_out.count > 0 && (
        <li class="rest">
          <span>{t("why.more", { count: sum.left_out.count })}</span>
          <span class="result">{signed(sum.left_out.value)}</span>
        </li>
      )}
    </ul>
  );
}

/** What the factors of every product are elements of, where it is the same for all: "gradient of conv1 × input". */
function columns(sum: Sum): string | null {
  const structure = settledMoment.value?.structure ?? null;
  const heads = sum.terms.map((item) => {
    if (isGroup(item) || item.factors.length === 0 || item.factors.some(isPart)) return null;
    const factors = item.factors as Factor[];
    return factors.map((factor) => questionName({ ...factor, index: [] }, structure)).join(" × ");
  });
  return heads.every((head) => head === heads[0]) ? (heads[0] ?? null) : null;
}

/** A group within a group. */
function Share({ group }: { group: Group }): JSX.Element {
  return (
    <details>
      <summary>
        {groupName(group)} <span class="result">{signed(group.value)}</span>
      </summary>
      <Addends sum={group} />
    </details>
  );
}

export function groupName(group: Group): string {
  if (group.key === null) return t("why.share");
  if (group.group === "sample") return t("why.sample", { n: group.key });
  return t("why.shareOf", { name: String(group.key) });
}
