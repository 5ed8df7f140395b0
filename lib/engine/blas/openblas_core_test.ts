import { assert, assertEquals } from "@std/assert";
import { BLAS_PATHS, openBlas } from "./blas.ts";
import { CORE_SYMBOLS, coreFor, coreOf, coreRemark, type Features } from "./openblas_core.ts";

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

Deno.test("a manifest says of the kernels of 2004 what to do, and nothing of others", () => {
  assertEquals(
    coreRemark("Prescott"),
    " (with kernels of 2004, since it does not know this processor: set OPENBLAS_CORETYPE, or grant " +
      "--allow-env=OPENBLAS_CORETYPE)",
  );
  for (const core of ["HASWELL", "Zen", null]) assertEquals(coreRemark(core), "");
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

/** The variable that OpenBLAS looks at when it is loaded. */
const CORETYPE = "OPENBLAS_CORETYPE";
const allowed = (BLAS_PATHS[Deno.build.os] ?? []).find((path) => granted({ name: "ffi", path }));
const mayLoad = allowed !== undefined && granted({ name: "env", variable: CORETYPE });

/** A processor, what is set before (null: it may not be read), how often a library is loaded then, and the kernels that it takes. */
const LOADS = [
  [{ leaf1: word(12), leaf7: word(5) }, undefined, 2, "HASWELL"],
  [{ leaf1: word(12), leaf7: word(5, 16, 17, 28, 30, 31) }, undefined, 2, "SKYLAKEX"],
  [{ leaf1: 0, leaf7: 0 }, undefined, 1, "Prescott"],
  [{ leaf1: word(12), leaf7: word(5) }, "Prescott", 1, "Prescott"],
  [{ leaf1: word(12), leaf7: word(5) }, "ZEN", 1, "ZEN"],
  [{ leaf1: word(12), leaf7: word(5) }, null, 1, "Prescott"],
] as const;

/** An OpenBLAS that takes the kernels that the variable names, else those of 2004, in the memory of these tests. */
function loaded({ leaf1, leaf7 }: Features, closed: () => void): unknown {
  const name = new Uint8Array(8);
  new TextEncoder().encodeInto(Deno.env.get(CORETYPE) ?? "Prescott", name);
  const leaves = [Uint32Array.of(0, 0, 0, 0, 0, 0, leaf1, 0), Uint32Array.of(0, 0, 0, 0, 0, leaf7, 0, 0)];
  const bytes = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
    new Uint8Array(buffer, byteOffset, byteLength);
  const copy = (n: bigint, from: ArrayBufferView, _: bigint, to: ArrayBufferView): void =>
    bytes(to).set(bytes(from).subarray(0, 4 * Number(BigInt.asIntN(32, n))));
  const symbols = {
    openblas_get_corename: () => name,
    __x86_get_cpuid_feature_leaf: (leaf: number) => leaves[leaf],
    ...{ copy_buffer: copy, cblas_scopy: copy, cblas_sgemm: () => {} },
  };
  return { symbols, close: closed };
}

Deno.test({
  name: "an OpenBLAS that takes its kernels of 2004 is loaded once more where the processor has better ones" +
    (mayLoad ? "" : ` (needs --allow-ffi for a library's usual path and --allow-env=${CORETYPE})`),
  ignore: !mayLoad,
  fn: () => {
    const { dlopen } = Deno, { querySync } = Deno.permissions, before = Deno.env.get(CORETYPE);
    try {
      for (const [processor, set, loads, core] of LOADS) {
        if (set) Deno.env.set(CORETYPE, set);
        else Deno.env.delete(CORETYPE);
        Deno.permissions.querySync = (asked) =>
          set === null && asked.name === "env" && asked.variable === CORETYPE
            ? { state: "prompt" } as Deno.PermissionStatus
            : querySync.call(Deno.permissions, asked);
        const did: string[] = [];
        Deno.dlopen = (() => {
          did.push("loaded");
          return loaded(processor, () => did.push("closed"));
        }) as unknown as typeof dlopen;
        assertEquals(openBlas([allowed!]).core, core);
        assertEquals(did, ["loaded", "closed", "loaded"].slice(0, 2 * loads - 1));
      }
    } finally {
      Object.assign(Deno, { dlopen });
      Object.assign(Deno.permissions, { querySync });
      if (before === undefined) Deno.env.delete(CORETYPE);
      else Deno.env.set(CORETYPE, before);
    }
  },
});
