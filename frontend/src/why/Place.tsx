import type { JSX } from "preact";
import type { Explanation } from "../api/explanation";
import { clock, script, selection, settledMoment } from "../app/state";
import { t } from "../i18n";
import type { Moment } from "../tape/moment";
import { nodeName, outermost } from "../tape/names";
import { indexOf } from "../tape/structure";
import type { OpNode } from "../tape/types";
import { close } from "./store";
import type { Role } from "./words";

/** Leaves the card for the moment at which the number was made, with its op selected. */
function visit(explanation: Explanation, node: OpNode | undefined): void {
  close();
  selection.value = node ? { node: node.id } : { tensor: explanation.tensor };
  if (explanation.event >= 0) clock.dispatch({ type: "seek", event: explanation.event });
}

/** The op that made the number; a number that no op made is shown at the op that reads it. */
function nodeOf(explanation: Explanation, moment: Moment): OpNode | undefined {
  const { structure } = moment;
  const { node, tensor } = explanation;
  if (node !== null) return indexOf(structure).node(node);
  return indexOf(structure).producer(tensor) ?? structure.nodes.find((one) => one.inputs.includes(tensor));
}

/** Stations beside the op that are drawn. */
const AROUND = 2;

/** Where in the graph the number was made. */
export function Where({ explanation, role }: { explanation: Explanation; role: Role }): JSX.Element | null {
  const moment = settledMoment.value;
  const node = moment && nodeOf(explanation, moment);
  if (!moment || !node) return null;
  const { structure } = moment;
  // One station for each thing the timeline names.
  const stations = structure.nodes.filter(
    (one, at, all) =>
      all.findIndex((other) => outermost(structure, other) === outermost(structure, one)) === at,
  );
  const place = stations.findIndex((one) => outermost(structure, one) === outermost(structure, node));
  const from = Math.max(0, Math.min(place - AROUND, stations.length - 2 * AROUND - 1));
  const shown = stations.slice(from, from + 2 * AROUND + 1);
  const label = (one: OpNode): string => {
    const box = indexOf(structure).path(one.call)[0];
    return box ? box.module || box.id : nodeName(structure, one);
  };
  return (
    <section>
      <h3>{t("why.where")}</h3>
      <button type="button" class={`where ${role}`} onClick={() => visit(explanation, node)}>
        <span class="unseen">{t("why.goGraph", { name: nodeName(structure, node) })}</span>
        {shown.map((one) => (
          <span key={one.id} aria-hidden="true" class={one === stations[place] ? "station at" : "station"}>
            <i class="value" />
            <i class="gradient" />
            <span>{label(one)}</span>
          </span>
        ))}
      </button>
    </section>
  );
}

/** Lines shown around the one that made the number. */
const CONTEXT = 1;

export function Line({ explanation, role }: { explanation: Explanation; role: Role }): JSX.Element | null {
  const moment = settledMoment.value;
  const { line } = explanation;
  if (line === null || !moment) return null;
  const lines = script.value.split("\n");
  const from = Math.max(1, line - CONTEXT);
  const shown = lines.slice(from - 1, line + CONTEXT);
  return (
    <section>
      <h3>{t("why.line")}</h3>
      <button
        type="button"
        class={`why-code ${role}`}
        onClick={() => visit(explanation, nodeOf(explanation, moment))}
      >
        <span class="unseen">{t("why.goCode", { line, text: (lines[line - 1] ?? "").trim() })}</span>
        {shown.map((text, place) => (
          <span key={place} aria-hidden="true" class={from + place === line ? "made" : ""}>
            <i>{from + place}</i>
            <code>{text}</code>
          </span>
        ))}
      </button>
    </section>
  );
}
