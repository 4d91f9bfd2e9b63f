/** KaTeX and its fonts: fetched when the first formula is shown. */
import "katex/dist/katex.min.css";

export { default as katex } from "katex";
