import { computed, signal } from "@preact/signals";
import type { JSX } from "preact";
import { GraphView } from "../graph/GraphView";
import type { Selection } from "../graph/selection";
import { type MessageKey, messages, t } from "../i18n";
import { Code } from "../panels/Code";
import { Inspector } from "../panels/Inspector";
import { Parameters } from "../panels/Parameters";
import { LossRuler } from "../timeline/LossRuler";
import { Timeline } from "../timeline/Timeline";
import { Transport } from "../timeline/Transport";
import { askShown, trail } from "../why/store";
import { current } from "../why/trail";
import { WhyCard } from "../why/WhyCard";
import { Heading } from "./Heading";
import { Chevron } from "./icons";
import { RunningLine } from "./RunningLine";
import { Notice, Sentence } from "./Sentence";
import { Shortcuts } from "./Shortcuts";
import {
  camera,
  clock,
  direction,
  here,
  moment,
  progress,
  reducedMotion,
  sample,
  selection,
  settledMoment,
} from "./state";
import { TopBar } from "./TopBar";
import { theme } from "./theme";

/** For tests: the event whose numbers the panels show, and whether anything still moves. */
const shownEvent = computed(() => settledMoment.value?.event ?? -1);
const atRest = computed(() => !clock.state.value.moving && here.value === shownEvent.value);

/** Below this the three panels take turns. */
const roomy = matchMedia("(min-width: 1200px)");
const phone = matchMedia("(max-width: 699px)");
const wide = signal(roomy.matches);
const small = signal(phone.matches);
roomy.addEventListener("change", () => {
  wide.value = roomy.matches;
});
phone.addEventListener("change", () => {
  small.value = phone.matches;
});

/** On a phone the panels are a sheet behind the running line. */
const sheet = signal(false);

export function App(): JSX.Element {
  const asking = current(trail.value) !== null;
  const covered = asking || (small.value && sheet.value);
  return (
    <div class={`app${covered ? " covered" : ""}`} data-event={shownEvent.value} data-rest={atRest.value}>
      <TopBar />
      <main>
        <Heading aside={small.value ? null : <Notice />} />
        <section class="stage" aria-label={t("region.graph")} hidden={covered}>
          <Graph />
        </section>
        {asking && <WhyCard />}
        {!asking && <Sentence />}
        {small.value && <Notice />}
        {small.value && !asking && (
          <button
            type="button"
            class="running-line"
            aria-expanded={sheet.value}
            aria-controls="panels"
            onClick={() => {
              sheet.value = !sheet.value;
            }}
          >
            <RunningLine />
            <Chevron />
          </button>
        )}
        <div id="panels" class="panels-box" hidden={asking || (small.value && !sheet.value)}>
          {wide.value ? <AllPanels /> : <TabbedPanels />}
        </div>
      </main>
      <Shortcuts />
      <section class="deck" aria-label={t("region.player")}>
        <Transport />
        <LossRuler />
        <Timeline />
      </section>
    </div>
  );
}

const select = (next: Selection | null): void => {
  selection.value = next;
};
const moveCamera = (next: string): void => {
  camera.value = next;
};

function Graph(): JSX.Element | null {
  const now = moment.value;
  if (!now) return null;
  return (
    <GraphView
      moment={now}
      progress={progress.value}
      direction={direction.value}
      selection={selection.value}
      onSelect={select}
      onAsk={(number) => askShown(now, number)}
      sample={sample.value}
      camera={camera.value}
      onCamera={moveCamera}
      reducedMotion={reducedMotion.value}
      theme={theme.value}
      messages={messages.value}
    />
  );
}

function AllPanels(): JSX.Element {
  return (
    <div class="panels">
      <Code />
      <Inspector />
      <Parameters />
    </div>
  );
}

type TabName = "code" | "inspector" | "parameters";
const TABS: TabName[] = ["code", "inspector", "parameters"];
const WORDS: Record<TabName, MessageKey> = {
  code: "region.code",
  inspector: "region.inspector",
  parameters: "region.parameters",
};
const tab = signal<TabName>("code");

function TabbedPanels(): JSX.Element {
  const turn = (by: number): void => {
    const next = TABS[(TABS.indexOf(tab.value) + by + TABS.length) % TABS.length];
    if (!next) return;
    tab.value = next;
    document.getElementById(`tab-${next}`)?.focus();
  };
  return (
    <div class="tabbed">
      <div
        class="tabs"
        role="tablist"
        onKeyDown={(event) => {
          if (event.key !== "ArrowRight" && event.key !== "ArrowLeft") return;
          if (event.ctrlKey || event.shiftKey) return;
          event.preventDefault();
          turn(event.key === "ArrowRight" ? 1 : -1);
        }}
      >
        {TABS.map((name) => (
          <button
            key={name}
            id={`tab-${name}`}
            type="button"
            role="tab"
            aria-selected={tab.value === name}
            aria-controls="tab-panel"
            tabIndex={tab.value === name ? 0 : -1}
            onClick={() => {
              tab.value = name;
            }}
          >
            {t(WORDS[name])}
          </button>
        ))}
      </div>
      <div class="panels" id="tab-panel" role="tabpanel" aria-labelledby={`tab-${tab.value}`}>
        {tab.value === "code" && <Code />}
        {tab.value === "inspector" && <Inspector />}
        {tab.value === "parameters" && <Parameters />}
      </div>
    </div>
  );
}
