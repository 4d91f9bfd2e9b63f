import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { locale, t } from "../i18n";

interface FormulaProps {
  latex: string;
  /** What a screen reader says in its place. */
  label: string;
  /** Set in full size on a line of its own, or running with line breaks where it is long. */
  display: boolean;
}

/** A formula in LaTeX. Until KaTeX has come, its room is kept. */
export function Formula({ latex, label, display }: FormulaProps): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const written = inLanguage(latex);
  useEffect(() => {
    let over = false;
    import("./math").then(
      ({ katex }) => {
        const element = box.current;
        if (over || !element) return;
        katex.render(written, element, {
          displayMode: display,
          output: "html",
          throwOnError: false,
          strict: false,
          errorColor: "inherit",
        });
      },
      () => {
        if (!over && box.current) box.current.textContent = written;
      },
    );
    return () => {
      over = true;
    };
  }, [written, display]);
  return <div class={display ? "formula display" : "formula"} role="math" aria-label={label} ref={box} />;
}

/** The server's formulas hold one word of prose: how many terms a brace stands for. */
function inLanguage(latex: string): string {
  if (locale.value === "en") return latex;
  return latex.replace(/(\d+)\\ \\text\{more\}/g, (_, count) => `\\text{${t("why.more", { count })}}`);
}
