import { assertEquals, assertThrows } from "@std/assert";
import { linesByFile } from "./coverage.ts";
import { passedFiles } from "./ok.ts";
import project from "../deno.json" with { type: "json" };
import { BLAS_PATHS } from "../lib/engine/blas/blas.ts";
import { complaints, isForeign } from "./doc_lint.ts";
import { UsageError } from "../experiments/runner/options.ts";

const OURS = `error[missing-jsdoc]: exported symbol is missing JSDoc documentation
 --> /somewhere/lib/network/dense.ts:12:12
`;
const TENSOR = `error[private-type-ref]: public type 'detach' references private type 'Tensor'
 --> /somewhere/lib/engine/gradient.ts:85:1
`;
const INSIDE = `error[missing-jsdoc]: exported symbol is missing JSDoc documentation
 --> /cache/@tensorflow/tfjs-core/4.22.0/dist/tensor.d.ts:130:1
`;

Deno.test("documentation lint tells our omissions from those of tfjs, the first and the last too; a type that is not exported is ours", () => {
  const found = complaints(`${OURS}\n${TENSOR}\n${INSIDE}\nerror: Found 3 documentation lint errors.\n`);
  assertEquals(found.map(isForeign), [false, false, true]);
  assertEquals(complaints(`\n${INSIDE}\n${OURS}`).map(isForeign), [true, false]);
  assertEquals(complaints("Checked 1 file\n"), []);
});

Deno.test("coverage counts the lines of every file", () => {
  const lcov =
    "SF:/r/lib/a.ts\nDA:1,1\nLH:3\nLF:4\nend_of_record\nSF:/r/lib/b.ts\nLF:2\nLH:0\nend_of_record\n";
  assertEquals(linesByFile(lcov), [
    { file: "/r/lib/a.ts", found: 4, hit: 3 },
    { file: "/r/lib/b.ts", found: 2, hit: 0 },
  ]);
});

/** What `deno test --parallel` prints of three files, in one of which a test was ignored. */
const PRINTED = `./lib/a_test.ts => one ... ok (1ms)
./lib/b_test.tsx => two of ./lib/a_test.ts => three ... ok (12s)
\x1b[0m./lib/c d_test.ts => on native (ignored: needs a BLAS) ... \x1b[0m\x1b[33mignored\x1b[0m \x1b[0m(0ms)\x1b[0m
------- output -------
./lib/a_test.ts => words of a test that stand in another line
----- output end -----
./lib/c d_test.ts => on wasm ... ok (1m3s)
./lib/a_test.ts => four ... ok (3ms)

ok | 4 passed | 0 failed | 1 ignored (2m1s)
`;

Deno.test("after a run of tests, the files of which every test passed are left out, and no other", () => {
  assertEquals(passedFiles(PRINTED), ["lib/a_test.ts", "lib/b_test.tsx"]);
  const all = PRINTED.replace("ignored\x1b", "ok\x1b").replace(
    "4 passed | 0 failed | 1 ignored",
    "5 passed | 0 failed",
  );
  assertEquals(passedFiles(all), ["lib/a_test.ts", "lib/b_test.tsx", "lib/c d_test.ts"]);
});

Deno.test("steps of tests have lines and a number of their own", () => {
  const file = PRINTED.replace(
    "ok | 4 passed |",
    "./lib/e_test.ts => five ... a ... ok (1ms)\n./lib/e_test.ts => five ... ok (1ms)\nok | 5 passed (1 step) |",
  );
  assertEquals(passedFiles(file), ["lib/a_test.ts", "lib/b_test.tsx", "lib/e_test.ts"]);
  assertThrows(() => passedFiles(file.replace("(1 step)", "(2 steps)")), UsageError, "has 6 that passed");
});

Deno.test("a run that failed, was cut off, or whose lines are not those that it counts leaves out nothing", () => {
  const required = "must be what deno test --parallel printed of a run that passed, but it";
  const damaged: readonly [RegExp | string, string, string][] = [
    ["ok | 4 passed | 0 failed", "FAILED | 4 passed | 1 failed", "does not say how many passed"],
    [/\nok \|[^]*$/, "", "does not say how many passed"],
    [/^.*three.*\n/m, "", "has 3 that passed and 1 that were ignored, and counts 4 and 1"],
    [/^.*BLAS.*\n/m, "", "has 4 that passed and 0 that were ignored, and counts 4 and 1"],
  ];
  for (const [whole, part, says] of damaged) {
    const error = assertThrows(() => passedFiles(PRINTED.replace(whole, part)), UsageError);
    assertEquals(error.message, `--passed ${required} ${says}`);
  }
});

Deno.test("the libraries that are looked for are those that tasks may open, but on Windows", () => {
  const { windows: _, ...looked } = BLAS_PATHS;
  assertEquals(Object.values(looked).flat(), project.permissions.blas.ffi);
});
