import { assertEquals, assertThrows } from "@std/assert";
import { ROOT } from "../fixtures/temporary_folder.ts";
import { bytes } from "../lib/embedded/kernels.ts";
import { KERNELS, SOURCES, wordsOf } from "../lib/engine/kernels/interface.ts";
import { argumentsInAssemblyScript, wordsIn } from "./kernel_interface.ts";

const mayRead = Deno.permissions.querySync({ name: "read", path: ROOT }).state === "granted";
const mayReadCi = Deno.permissions.querySync({ name: "env", variable: "CI" }).state === "granted";

Deno.test({
  name:
    "the committed kernels are what interface.ts describes and their sources compile to (needs --allow-read=. and --allow-env=CI, which the compiler reads)",
  ignore: !mayRead || !mayReadCi,
  fn: async () => {
    const { compile, writtenFiles } = await import("./build_simd.ts");
    for (const [name, text] of Object.entries(writtenFiles())) {
      assertEquals(await Deno.readTextFile(`${ROOT}/lib/engine/kernels/${name}`), text, name);
    }
    assertEquals(await compile(), await bytes());
  },
});

Deno.test("each kernel has one source, and its arguments fit into a job", () => {
  assertEquals(Object.values(SOURCES).flat().toSorted(), Object.keys(KERNELS).toSorted());
  for (const [name, layout] of Object.entries(KERNELS)) wordsIn(`kernel ${name}`, layout);
});

Deno.test("arguments that take more room than a job has, or leave a gap, are refused", () => {
  const layout = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`a${i}`, "i32" as const]));
  assertEquals(wordsIn("kernel wide", layout(26)).length, 26);
  assertThrows(
    () => wordsIn("kernel wide", layout(27)),
    RangeError,
    "kernel wide: arguments may take 26 words, but take 27",
  );
  assertThrows(
    () => wordsIn("kernel odd", { n: "i32", beta: "f64" }),
    RangeError,
    "kernel odd: f64 must begin at an even word, but beta is at 1",
  );
});

Deno.test("a refusal names the kernel or the table as it is described", () => {
  const odd = { n: "i32", beta: "f64" } as const;
  assertThrows(() => argumentsInAssemblyScript({ odd }, {}), RangeError, "kernel odd: f64 must begin");
  assertThrows(() => argumentsInAssemblyScript({}, { odd }), RangeError, "table odd: f64 must begin");
});

Deno.test("code that reads arguments by itself finds them where they are written", () => {
  const mixed = { beta: "f64", n: "i32", x: "at" } as const;
  for (const layout of [...Object.values(KERNELS), mixed]) {
    assertEquals(
      Object.entries(wordsOf(layout)),
      wordsIn("kernel", layout).map(([argument, , word]) => [argument, word]),
    );
  }
});
