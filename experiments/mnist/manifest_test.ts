import { assertEquals, assertThrows } from "@std/assert";
import { DataError } from "../../lib/data/mod.ts";
import { type Manifest, manifestOf, manifestText } from "./manifest.ts";
import { parseOptions } from "./options.ts";

const parsed = parseOptions([]);
if (parsed.kind !== "train") throw new Error("no options are to train");
const MANIFEST: Manifest = {
  status: "complete",
  options: parsed.options,
  engine: { name: "wasm", description: "WebAssembly" },
  versions: { deno: "2" },
  data: { source: "digits", sha256: "ab", train: 9, heldOut: 1 },
  gaussianConstant: 720.4,
  started: "2000-01-01T00:00:00.000Z",
  ended: null,
  seconds: 1.5,
  resumptions: 0,
  peakMemory: 1e8,
};

Deno.test("a manifest comes back from its text as it was", () => {
  assertEquals(manifestOf(manifestText(MANIFEST), "f"), MANIFEST);
});

const refusal = (text: string): string => assertThrows(() => manifestOf(text, "f"), DataError).message;

Deno.test("what is no manifest is refused", () => {
  for (const text of ["null", "[]", "7", "{}"]) {
    assertEquals(
      refusal(text),
      'f: must be the manifest of a run ("format": "grae mnist run 1"), but is not',
    );
  }
});

Deno.test("a manifest without one of its fields, or with null in its place, is refused by the field", () => {
  const fields = Object.keys(MANIFEST).filter((name) => name !== "options");
  for (const name of fields) {
    const without = { ...JSON.parse(manifestText(MANIFEST)), [name]: undefined };
    const message = refusal(JSON.stringify(without));
    assertEquals(/^f: its (\w+)[\w.]* must be .*, but it is missing$/.exec(message)?.[1], name, message);
  }
  const text = JSON.stringify({ ...JSON.parse(manifestText(MANIFEST)), seconds: null });
  assertEquals(refusal(text), "f: its seconds must be a number from 0, but it is null");
});
