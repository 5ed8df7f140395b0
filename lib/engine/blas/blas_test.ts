import { assert, assertAlmostEquals, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { type Blas, BLAS_PATHS, libraryPath, openBlas } from "./blas.ts";
import { refusals } from "./advice.ts";
import { bindSgemm, type SgemmSymbols } from "./sgemm.ts";
import { EngineError, normal } from "../mod.ts";
import { suiteKey as key } from "../../../fixtures/suite_seed.ts";

/** Every library that is permitted and loads here; none under bare `deno test`. */
const libraries = (BLAS_PATHS[Deno.build.os] ?? []).flatMap((path): Blas[] => {
  try {
    return [openBlas([path])];
  } catch {
    return [];
  }
});

Deno.test({
  name:
    "each library multiplies inside larger matrices, in all four transpositions, and writes nowhere else" +
    (libraries.length > 0 ? "" : " (needs a BLAS and --allow-ffi for it)"),
  ignore: libraries.length === 0,
  fn: () => {
    const [m, n, k, spare] = [37, 21, 50, 3];
    for (const { path, sgemm } of libraries) {
      for (const [ta, tb] of [[false, false], [true, false], [false, true], [true, true]] as const) {
        const leading = [(ta ? m : k) + spare, (tb ? k : n) + spare, n + spare] as const;
        const a = normal(key(1), (ta ? k : m) * leading[0]), b = normal(key(2), (tb ? n : k) * leading[1]);
        const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
        const c = new Float32Array(memory.buffer, 64, m * leading[2]).fill(7);
        sgemm(ta, tb, m, n, k, a, leading[0], b, leading[1], c, leading[2], false);
        for (let i = 0; i < m; i++) {
          for (let j = 0; j < n; j++) {
            let sum = 0;
            for (let l = 0; l < k; l++) {
              sum += a[ta ? l * leading[0] + i : i * leading[0] + l]! *
                b[tb ? j * leading[1] + l : l * leading[1] + j]!;
            }
            assertAlmostEquals(c[i * leading[2] + j]!, sum, 1e-4, `${path} ${ta} ${tb} ${[i, j]}`);
          }
          for (let j = n; j < leading[2]; j++) {
            assert(c[i * leading[2] + j] === 7, `${path} wrote beside row ${i}`);
          }
        }
      }
    }
  },
});

Deno.test({
  name: "a library that is refused is passed over for the next one, which keeps the reason" +
    (libraries.length > 0 ? "" : " (needs a BLAS and --allow-ffi for it)"),
  ignore: libraries.length === 0,
  fn: () => {
    const [{ path }] = libraries as [Blas];
    let calls = 0;
    const { passedOver } = openBlas(["/nowhere/libblas.so", path, path], () => {
      if (++calls === 1) throw new EngineError("its product A B is off by 3");
    });
    assertEquals(passedOver.map((unusable) => unusable.path), ["/nowhere/libblas.so", path]);
    assertEquals(refusals(passedOver).at(-1), `${path} was not taken: its product A B is off by 3`);
    assertEquals(openBlas([path]).passedOver, []);
  },
});

Deno.test("GRAE_BLAS is the absolute path of one file: anything that could permit more is refused in one line", () => {
  const windows = Deno.build.os === "windows";
  for (
    const path of windows ? ["C:\\a b\\openblas.dll"] : ["/usr/lib/libopenblas.so.0", "/a b/ü.so", "/a/.b"]
  ) {
    assertEquals(libraryPath(path), path);
  }
  const refused = [
    "/x,/",
    "/a.so,/b.so",
    ",",
    "/",
    "/usr/lib/",
    "/a/.",
    "/a/..",
    "lib.so",
    "./lib.so",
    "~/lib.so",
    " /a.so",
  ];
  for (const text of [...refused, "/a\n/b", "/a\0", "/a\u007f"]) {
    const error = assertThrows(() => libraryPath(text), EngineError);
    assertEquals(
      error.message,
      `GRAE_BLAS must be the absolute path of one library, without commas and control characters, but it is ` +
        `${JSON.stringify(text)}: set it to a file such as ${
          BLAS_PATHS[Deno.build.os]?.[0]
        }, or leave it out`,
    );
  }
});

Deno.test("a library that does not open is said once not to", () => {
  const path = "/nowhere/libblas.so";
  const granted = Deno.permissions.querySync({ name: "ffi", path }).state === "granted";
  const error = assertThrows(() => openBlas([path]), EngineError);
  const reason = granted ? "could not open" : `not permitted (add --allow-ffi=${path})`;
  assertEquals(error.message.split(reason).length, 2, error.message);
  assertEquals(error.message.split(path).length, granted ? 2 : 3, error.message);
  assertEquals(error.message.match(/could not open/gi)?.length ?? 0, granted ? 1 : 0);
});

for (const { path, version } of libraries) {
  Deno.test(`${path} says its name and version`, () => {
    assertMatch(version ?? "", /^(OpenBLAS|oneDNN) \d+\.\d+/);
  });
}

/** What a library exports: products, what sets its number of threads, and what an OpenBLAS says of its kind. */
interface Exports {
  readonly cblas?: true;
  readonly dnnl?: true;
  readonly openblas?: true;
  readonly omp?: true;
  readonly parallel?: number;
}

/** Libraries by what they export, whether several threads may call them, and whether each call stays on its thread. */
const KINDS: readonly (readonly [Exports, shared: boolean, single: boolean])[] = [
  [{ cblas: true }, true, false],
  [{ cblas: true, openblas: true }, true, true],
  [{ cblas: true, openblas: true, parallel: 1 }, true, true],
  [{ cblas: true, openblas: true, parallel: 2 }, true, true],
  [{ cblas: true, openblas: true, parallel: 0 }, false, false],
  [{ dnnl: true }, true, false],
  [{ dnnl: true, omp: true }, true, true],
  [{ dnnl: true, openblas: true }, true, false],
];

Deno.test("several threads may call a library but a serial OpenBLAS, and may share a product if calls stay on theirs", () => {
  for (const [{ cblas, dnnl, openblas, omp, parallel }, shared, single] of KINDS) {
    const told: number[] = [];
    const tell = (threads: number): void => void told.push(threads);
    const bound = bindSgemm({
      cblas_sgemm: cblas && (() => {}),
      dnnl_sgemm: dnnl && (() => 0),
      openblas_set_num_threads: openblas && tell,
      omp_set_num_threads: omp && tell,
      openblas_get_parallel: parallel === undefined ? undefined : () => parallel,
    } as unknown as SgemmSymbols);
    const what = JSON.stringify({ cblas, dnnl, openblas, omp, parallel });
    assertEquals([bound?.shared, bound?.single], [shared, single], what);
    assertEquals(told, (dnnl ? omp : openblas) ? [1] : [], what);
  }
  assertEquals(bindSgemm({} as unknown as SgemmSymbols), null);
});

Deno.test("a product that oneDNN refuses is an error with its status", () => {
  const x = Float32Array.of(1);
  for (const status of [0, 2, -1]) {
    const { sgemm } = bindSgemm({ dnnl_sgemm: () => status } as unknown as SgemmSymbols)!;
    const call = (): void => sgemm(false, false, 1, 1, 1, x, 1, x, 1, x, 1, false);
    if (status === 0) call();
    else assertEquals(assertThrows(call).message, `dnnl_sgemm gave the status ${status}`);
  }
});

const allowed = (BLAS_PATHS[Deno.build.os] ?? []).find((path) =>
  Deno.permissions.querySync({ name: "ffi", path }).state === "granted"
);

/** Copies n floats where n has so many bits, and none if that is not above 0. */
const copyBy = (bits: number) => (n: bigint, from: Float32Array, _: bigint, to: Float32Array): void =>
  to.set(from.subarray(0, Math.max(0, Number(BigInt.asIntN(bits, n)))));

/** Libraries by what they export, and why they are not taken. */
const UNUSABLE = [
  [
    { copy_buffer: copyBy(64), cblas_sgemm: () => {} },
    "it takes 64-bit integers (ILP64), where 32-bit ones (LP64) are required; give the library of that kind",
  ],
  [{ copy_buffer: copyBy(32) }, "it exports neither dnnl_sgemm nor cblas_sgemm"],
  [{ copy_buffer: copyBy(32), cblas_sgemm: () => {} }, null],
] as const;

/** Numbers or a text in memory, as a library has them. */
const text = (said: string): Uint8Array => new TextEncoder().encode(said.padEnd(40, "\0"));
const [config, numbers] = [() => text("OpenBLAS 0.3.21 DYNAMIC_ARCH"), () => Int32Array.of(2, 6, 3, 9)];
const memcpy = (to: Uint8Array, { buffer, byteOffset }: ArrayBufferView, n: bigint): void =>
  to.set(new Uint8Array(buffer, byteOffset, Number(n)));

/** Libraries by what they say of themselves, and the version that is read from it. */
const VERSIONS = [
  [{ dnnl_version: numbers, memcpy }, "oneDNN 2.6.3"],
  [{ openblas_get_config: config, memcpy }, "OpenBLAS 0.3.21"],
  [{ openblas_get_config: () => text("OpenBLAS 0.3 NO_LAPACK"), memcpy }, "OpenBLAS 0.3"],
  // The end of what is read is in the midst of it.
  [{ openblas_get_config: () => text("OpenBLAS 0.3.123456789012345"), memcpy }, "OpenBLAS 0.3.12345678901"],
  [{ openblas_get_config: () => text("Another OpenBLAS 0.3.21"), memcpy }, null],
  [{ dnnl_version: numbers, openblas_get_config: config, memcpy }, "oneDNN 2.6.3"],
  // Without a C library beneath it, nothing can be read.
  [{ dnnl_version: numbers }, null],
  [{ openblas_get_config: config }, null],
  [{ memcpy }, null],
] as const;

Deno.test({
  name: "a library's name and version are those that it says, where it says them" +
    (allowed === undefined ? " (needs --allow-ffi for a library's usual path)" : ""),
  ignore: allowed === undefined,
  fn: () => {
    const { dlopen } = Deno;
    try {
      for (const [said, version] of VERSIONS) {
        const symbols = { cblas_sgemm: () => {}, ...said };
        Deno.dlopen = (() => ({ symbols, close: () => {} })) as unknown as typeof dlopen;
        assertEquals(openBlas([allowed!]).version, version, Object.keys(said).join());
      }
    } finally {
      Deno.dlopen = dlopen;
    }
  },
});

Deno.test({
  name: "a library that cannot be used is closed, and its path and the reason are told" +
    (allowed === undefined ? " (needs --allow-ffi for a library's usual path)" : ""),
  ignore: allowed === undefined,
  fn: () => {
    const { dlopen } = Deno;
    try {
      for (const [symbols, reason] of UNUSABLE) {
        let closed = 0;
        Deno.dlopen = (() => ({ symbols, close: () => void closed++ })) as unknown as typeof dlopen;
        if (reason === null) assertEquals(openBlas([allowed!]).path, allowed);
        else {
          const { message } = assertThrows(() => openBlas([allowed!]), EngineError);
          assertEquals(
            message,
            "native engine: no BLAS can be used; install oneDNN or OpenBLAS, or set GRAE_BLAS to the path of a library that " +
              `exports dnnl_sgemm or cblas_sgemm. Tried: ${allowed}: ${reason}`,
          );
        }
        assertEquals(closed, reason === null ? 0 : 1, `${reason}`);
      }
    } finally {
      Deno.dlopen = dlopen;
    }
  },
});
