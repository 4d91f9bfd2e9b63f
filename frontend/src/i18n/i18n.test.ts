import { describe, expect, it } from "vitest";
import ops from "../../../autograd/tape/sentences/ops.json";
import { type Locale, type MessageKey, TABLES } from ".";
import { en } from "./en";

const keys = Object.keys(en) as MessageKey[];
const placeholders = (text: string): string[] =>
  [...text.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name).sort();

describe.each(Object.keys(TABLES) as Locale[])("the messages in %s", (language) => {
  const table = TABLES[language];

  it("are all there, and no others", () => {
    expect(Object.keys(table).sort()).toEqual([...keys].sort());
    for (const key of keys) expect(table[key].trim(), key).not.toBe("");
  });

  it("name the same placeholders as the English ones", () => {
    for (const key of keys)
      expect([...new Set(placeholders(table[key]))], key).toEqual([...new Set(placeholders(en[key]))]);
  });
});

const sources = import.meta.glob<string>("../**/*.{ts,tsx}", {
  query: "?raw",
  import: "default",
  eager: true,
});
const code = Object.entries(sources)
  .filter(([path]) => !path.includes(".test.") && !path.startsWith("./"))
  .map(([, text]) => text)
  .join("\n");

describe("the message table", () => {
  it("holds no message that nothing says", () => {
    const of = JSON.stringify(ops);
    // Graph and tensor pictures put some of their keys together from parts.
    const own = keys.filter((key) => !/^(graph|tensor)\.|^say\.(forward|backward)\.(any|scalar)$/.test(key));
    expect(own.filter((key) => !`${code}${of}`.includes(`"${key}"`))).toEqual([]);
  });
});
