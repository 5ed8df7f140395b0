import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { UsageError } from "../command/usage_error.ts";
import { helpText, parseReport } from "./options.ts";

Deno.test("a report goes from runs and evidence to site, or between other folders", () => {
  const options = { runs: "runs", evidence: "evidence", out: "site" };
  assertEquals(parseReport([]), { kind: "report", options });
  assertEquals(parseReport(["--runs", "/a", "--evidence=b", "--out", "./c//d/"]), {
    kind: "report",
    options: { runs: "/a", evidence: "b", out: "c/d" },
  });
  assertEquals(parseReport(["--out", "x", "--help"]), { kind: "help" });
});

Deno.test("a command line that cannot be followed is refused in one line", () => {
  const refused: [string[], string][] = [
    [
      ["--rnus", "a"],
      "unknown option --rnus; did you mean --runs? The options are --runs, --evidence, --out, --help",
    ],
    [["site"], '"site" is not an option'],
    [["--runs"], "--runs needs a value: a folder"],
    [["--out", "a", "--out", "b"], "--out is given 2 times; give it once"],
    [["--out", "a,b"], "--out must be a folder without a comma"],
    ...[".", "..", "/", "a/..", "../.."].map((out): [string[], string] => [
      ["--out", out],
      `--out must be a folder with a name, which is replaced as a whole, but it is "${out}"`,
    ]),
  ];
  for (const [args, why] of refused) assertThrows(() => parseReport(args), UsageError, why);
});

Deno.test("the help has every option with its default, and what the task may do", () => {
  const help = helpText();
  for (const text of ["--runs DIR", "(default evidence)", "--out DIR", "deno task report", "Grants"]) {
    assertStringIncludes(help, text);
  }
});
