import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { pythonObstacle, unlessObstacle } from "../../fixtures/python.ts";
import { type Subject, verify } from "../../laws.ts";
import page from "../../docs/other-languages.md" with { type: "text" };
import { startSubject } from "../stdio/subject.ts";
import onDevices from "./jax_js.ts";

/** The rows of the page: a subject, its verdict, and the laws that fail. */
const rows = [...page.matchAll(/^\| `(\S+) (\S+)` +\| [^|]+ \| (\w+) +\| ([^|]*) \|$/gm)]
  .map(([, file, which, verdict, laws]) => ({ file: file!, which: which!, found: [verdict, laws!.trim()] }));

/** The verdict on a subject, and the laws that fail. */
async function found(subject: Subject, atOnce: number): Promise<string[]> {
  const { verdict, evidence } = await verify(subject, { cases: 20, atOnce });
  const failed = evidence.filter(({ verdict }) => verdict === "failed").map(({ law }) => law);
  return [verdict, failed.join(", ")];
}

Deno.test("the page has a row for each package", () => {
  const files = Map.groupBy(rows, ({ file }) => file);
  assertEquals([...files].map(([file, all]) => [file, all.length]), [
    ["torch_distributions.py", 2],
    ["pythae_losses.py", 5],
    ["jax_js.ts", 2],
  ]);
});

const obstacles: Readonly<Record<string, string>> = {
  "torch_distributions.py": await pythonObstacle("numpy", "torch"),
  "pythae_losses.py": await pythonObstacle("numpy", "torch", "pythae"),
};
for (const { file, which, found: expected } of rows) {
  unlessObstacle(obstacles[file] ?? "", `${file} ${which} fares as other-languages.md says`, async () => {
    if (file === "jax_js.ts") {
      const subject = onDevices.find(({ name }) => name.endsWith(` ${which}`))!;
      return assertEquals(await found(subject, 1), expected);
    }
    const script = fromFileUrl(new URL(file, import.meta.url));
    const { subject, atOnce, stop } = await startSubject(["python3", "-B", script, which], 120);
    try {
      assertEquals(await found(subject, atOnce), expected);
    } finally {
      await stop();
    }
  });
}
