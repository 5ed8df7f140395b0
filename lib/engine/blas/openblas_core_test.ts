import { assert, assertEquals } from "@std/assert";
import { BLAS_PATHS, openBlas } from "./blas.ts";
import { CORE_SYMBOLS, coreFor, coreOf } from "./openblas_core.ts";

/** A word with these bits. */
const word = (...bits: number[]): number => bits.reduce((sum, bit) => sum + 2 ** bit, 0);

Deno.test("the kernels that are asked of OpenBLAS are the widest that the processor has, and none is asked where it has none", () => {
  const [fma, avx2, avx512] = [12, 5, [16, 17, 28, 30, 31]] as const;
  assertEquals(coreFor({ leaf1: word(fma, 0), leaf7: word(avx2, ...avx512) }), "SKYLAKEX");
  for (const missing of avx512) {
    const some = avx512.filter((bit) => bit !== missing);
    assertEquals(coreFor({ leaf1: word(fma), leaf7: word(avx2, ...some) }), "HASWELL");
  }
  assertEquals(coreFor({ leaf1: word(fma), leaf7: word(avx2) }), "HASWELL");
  assertEquals(coreFor({ leaf1: 0, leaf7: word(avx2, ...avx512) }), null);
  assertEquals(coreFor({ leaf1: word(fma), leaf7: word(...avx512) }), null);
});

const granted = (descriptor: Deno.PermissionDescriptor): boolean =>
  Deno.permissions.querySync(descriptor).state === "granted";
const path = (BLAS_PATHS[Deno.build.os] ?? []).filter((path) => path.includes("openblas")).find((path) => {
  if (!granted({ name: "ffi", path })) return false;
  try {
    Deno.dlopen(path, {}).close();
    return true;
  } catch {
    return false;
  }
});
const mayAsk = path !== undefined && granted({ name: "env", variable: "OPENBLAS_CORETYPE" });

Deno.test({
  name: "an OpenBLAS that does not know this processor takes its fast kernels all the same" +
    (mayAsk ? "" : " (needs an OpenBLAS, --allow-ffi for it and --allow-env=OPENBLAS_CORETYPE)"),
  ignore: !mayAsk,
  fn: () => {
    // As it comes: where another test has had it loaded, it has been asked already.
    const plain = Deno.dlopen(path!, CORE_SYMBOLS);
    const before = coreOf(plain.symbols);
    plain.close();
    const { core } = openBlas([path!]);
    assert(core !== null && before !== null);
    const known = before !== "Prescott";
    assert(known ? core === before : core !== "Prescott", `${before} before, ${core} now`);
  },
});
