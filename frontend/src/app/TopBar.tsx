import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { locale, setLocale, t } from "../i18n";
import * as icons from "./icons";
import { LessonMenu } from "./LessonMenu";
import { record, stop } from "./session";
import { run } from "./state";
import { theme, toggleTheme } from "./theme";

const CHOICES = [1, 10, 100];
const howMany = signal(10);

export function TopBar(): JSX.Element {
  const now = run.value;
  return (
    <header class="topbar">
      <span class="brand">
        <icons.Mark />
        <span>Backplay</span>
      </span>
      <LessonMenu />
      {now && <span class="seed">{t("app.seed", { seed: now.seed })}</span>}
      <span class="spring" />
      <button
        type="button"
        class="quiet square"
        aria-label={t(theme.value === "dark" ? "app.theme.light" : "app.theme.dark")}
        title={t(theme.value === "dark" ? "app.theme.light" : "app.theme.dark")}
        onClick={toggleTheme}
      >
        {theme.value === "dark" ? <icons.Sun /> : <icons.Moon />}
      </button>
      <button
        type="button"
        class="quiet language"
        lang={locale.value === "en" ? "ko" : "en"}
        onClick={() => setLocale(locale.value === "en" ? "ko" : "en")}
      >
        {t("app.language")}
      </button>
      <RunButton />
    </header>
  );
}

function RunButton(): JSX.Element {
  const recording = run.value?.status === "recording";
  return (
    <span class="runs">
      <select
        class="how-many"
        aria-label={t("app.howMany")}
        title={t("app.howMany")}
        value={howMany.value}
        onChange={(event) => {
          howMany.value = Number(event.currentTarget.value);
        }}
      >
        {CHOICES.map((count) => (
          <option key={count} value={count}>
            {t("app.more", { count })}
          </option>
        ))}
      </select>
      {/* One button in two states, so that the focus stays where the person put it. */}
      <button
        type="button"
        class="run"
        disabled={!run.value}
        onClick={() => void (recording ? stop() : record(howMany.value))}
      >
        {t(recording ? "app.stop" : "app.run")}
      </button>
    </span>
  );
}
