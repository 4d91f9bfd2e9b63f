import { computed, signal } from "@preact/signals";
import { en, type MessageKey } from "./en";
import { ko } from "./ko";

export type Locale = "en" | "ko";
export type { MessageKey };

export const TABLES: Record<Locale, Record<MessageKey, string>> = { en, ko };
const STORED = "backplay.language";

/** The language of the page: chosen before, else the browser's. */
export const locale = signal<Locale>(initialLocale());

function initialLocale(): Locale {
  if (typeof navigator === "undefined" || typeof localStorage === "undefined") return "en";
  const stored = localStorage.getItem(STORED);
  if (stored === "en" || stored === "ko") return stored;
  return navigator.language.startsWith("ko") ? "ko" : "en";
}

export function setLocale(next: Locale): void {
  locale.value = next;
  localStorage.setItem(STORED, next);
  document.documentElement.lang = next;
}

/** A piece of a sentence; a role colours it as the thing it names. */
export interface Token {
  text: string;
  role?: "forward" | "backward" | "step" | "zero" | "number";
}

export type Params = Record<string, string | number | Token>;

/** The message's pieces, with each `{placeholder}` replaced by its parameter. */
export function tokens(key: MessageKey, params: Params = {}, language: Locale = locale.value): Token[] {
  const pieces = TABLES[language][key].split(/(\{\w+\})/).filter((piece) => piece !== "");
  return pieces.map((piece) => {
    const name = /^\{(\w+)\}$/.exec(piece)?.[1];
    if (name === undefined) return { text: piece };
    const param = params[name];
    if (param === undefined) return { text: piece };
    return typeof param === "object" ? param : { text: String(param) };
  });
}

/** The names in braces of a message, each once. */
export function placeholders(key: MessageKey): string[] {
  return [...new Set([...en[key].matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name))];
}

export function t(key: MessageKey, params?: Params): string {
  return plainText(tokens(key, params));
}

/** The same for the canvas views, as a value that changes with the language: they remember what they drew by it. */
export const messages = computed(() => {
  const language = locale.value;
  return (key: string, params?: Params): string =>
    key in TABLES[language] ? plainText(tokens(key as MessageKey, params, language)) : key;
});

export function plainText(pieces: readonly Token[]): string {
  return pieces.map((piece) => piece.text).join("");
}
