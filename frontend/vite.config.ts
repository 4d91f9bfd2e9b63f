import { defineConfig } from "vitest/config";

const server = process.env.BACKPLAY_SERVER ?? "http://127.0.0.1:8000";

export default defineConfig({
  base: "/",
  // Preact's JSX without its preset: the automatic runtime is all we use.
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "../static/app",
    emptyOutDir: true,
    target: "es2022",
    // Fonts are files of ours; nothing is worth the size of a data URL.
    assetsInlineLimit: 0,
  },
  server: { proxy: { "/api": { target: server, ws: true } } },
  test: { include: ["src/**/*.test.ts", "src/**/*.test.tsx"], environment: "node" },
});
