import { render } from "preact";
import "./theme/fonts.css";
import "./theme/tokens.css";

const root = document.getElementById("app");
if (root) render(<main>Backplay</main>, root);
