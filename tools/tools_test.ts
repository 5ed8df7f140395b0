import { assertEquals } from "@std/assert";
import { linesByFile } from "./coverage.ts";
import { complaints, isForeign } from "./doc_lint.ts";

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
