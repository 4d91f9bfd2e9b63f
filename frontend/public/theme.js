// Runs before the first paint, so that a dark page never flashes white. A file of its own, because the
// server's content security policy allows no inline script.
try {
  const wish = localStorage.getItem("backplay.theme");
  const dark = wish === "dark" || (wish !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
} catch {
  document.documentElement.dataset.theme = "light";
}
