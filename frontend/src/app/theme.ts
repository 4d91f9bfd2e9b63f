import { signal } from "@preact/signals";

export type Theme = "light" | "dark";

const STORED = "backplay.theme";

/** The theme in use. `public/theme.js` set it before the first paint. */
export const theme = signal<Theme>(document.documentElement.dataset.theme === "dark" ? "dark" : "light");

function apply(next: Theme): void {
  theme.value = next;
  document.documentElement.dataset.theme = next;
}

export function toggleTheme(): void {
  apply(theme.value === "dark" ? "light" : "dark");
  localStorage.setItem(STORED, theme.value);
}

/** Until somebody chooses, the page follows the system, also when that changes. */
export function followSystem(): void {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", ({ matches }) => {
    if (!localStorage.getItem(STORED)) apply(matches ? "dark" : "light");
  });
}
