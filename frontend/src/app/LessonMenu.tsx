import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Lesson } from "../api/types";
import { locale, t } from "../i18n";
import { Caret } from "./icons";
import { chooseLesson } from "./session";
import { lessons, run } from "./state";

export const titleOf = (lesson: Lesson): string => lesson.titles?.[locale.value] ?? lesson.title;

/** A button that opens a listbox: the lesson is the page's title, and a select cannot look like one. */
export function LessonMenu(): JSX.Element {
  const open = useSignal(false);
  const active = useSignal(0);
  const box = useRef<HTMLSpanElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const chosen = lessons.value.findIndex((lesson) => lesson.id === run.value?.lesson);
  const lesson = lessons.value[chosen];

  // Before the next key can arrive, the focus is in the list.
  useLayoutEffect(() => {
    if (!open.value) return;
    list.current?.focus();
    const away = (event: Event): void => {
      if (!box.current?.contains(event.target as Node)) open.value = false;
    };
    document.addEventListener("pointerdown", away);
    return () => document.removeEventListener("pointerdown", away);
  }, [open.value]);

  const close = (): void => {
    open.value = false;
    button.current?.focus();
  };
  const choose = (place: number): void => {
    close();
    const wanted = lessons.value[place];
    if (wanted) void chooseLesson(wanted.id);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const last = lessons.value.length - 1;
    if (event.key === "ArrowDown") active.value = Math.min(last, active.value + 1);
    else if (event.key === "ArrowUp") active.value = Math.max(0, active.value - 1);
    else if (event.key === "Home") active.value = 0;
    else if (event.key === "End") active.value = last;
    else if (event.key === "Enter" || event.key === " ") choose(active.value);
    else if (event.key === "Escape" || event.key === "Tab") close();
    else return;
    event.preventDefault();
  };

  return (
    <span class="lessons" ref={box}>
      <button
        ref={button}
        type="button"
        class="lesson"
        aria-haspopup="listbox"
        aria-expanded={open.value}
        aria-labelledby="lesson-word lesson-title"
        onClick={() => {
          active.value = Math.max(0, chosen);
          open.value = !open.value;
        }}
      >
        <span id="lesson-word" class="unseen">
          {t("app.lesson")}
        </span>
        <span id="lesson-title" class="lesson-title">
          {lesson ? titleOf(lesson) : run.value ? t("app.ownScript") : "…"}
        </span>
        <Caret />
      </button>
      {open.value && (
        <div
          ref={list}
          class="menu"
          role="listbox"
          tabIndex={-1}
          aria-label={t("app.lesson")}
          aria-activedescendant={`lesson-${active.value}`}
          onKeyDown={onKeyDown}
        >
          {lessons.value.map((item, place) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the listbox itself has the keys, as ARIA's pattern has it
            <div
              key={item.id}
              id={`lesson-${place}`}
              role="option"
              tabIndex={-1}
              aria-selected={place === chosen}
              class={place === active.value ? "active" : ""}
              onPointerEnter={() => {
                active.value = place;
              }}
              onClick={() => choose(place)}
            >
              {titleOf(item)}
            </div>
          ))}
        </div>
      )}
    </span>
  );
}
