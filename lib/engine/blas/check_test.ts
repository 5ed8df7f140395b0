import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { denoCommand, inFolder, mayUseDisk, ROOT } from "../../../fixtures/temporary_folder.ts";
import { checkBlas } from "./check.ts";
import {
  EngineError,
  multiply,
  multiplySymmetric,
  normalTensor,
  type Sgemm,
  startEngine,
  tf,
} from "../mod.ts";
import { suiteKey as key } from "../../../fixtures/suite_seed.ts";
import { makeCongruences } from "../../linalg/congruence.ts";
import { addUnitGradients, pushUnitTangents } from "../../network/unit_tangents.ts";
import { wasmHeap } from "../backend/wasm.ts";
import { childCommand } from "../../../tools/process.ts";

/** A product as it should be, of numbers that `rounded` may change. */
const loops =
  (rounded: (x: number) => number = (x) => x): Sgemm => (ta, tb, m, n, k, a, la, b, lb, c, lc) => {
    const row = new Float64Array(n);
    for (let i = 0; i < m; i++) {
      row.fill(0);
      for (let l = 0; l < k; l++) {
        const x = rounded(a[ta ? l * la + i : i * la + l]!);
        for (let j = 0; j < n; j++) row[j]! += x * b[tb ? j * lb + l : l * lb + j]!;
      }
      c.set(row, i * lc);
    }
  };
const right = loops();
/** To the eight bits of a bfloat16. */
const short = (x: number): number => {
  const bits = new Uint32Array(Float32Array.of(x).buffer);
  bits[0] = (bits[0]! + 0x8000) & 0xffff0000;
  return new Float32Array(bits.buffer)[0]!;
};

/** Libraries that are wrong, each with the first product that shows it. */
const WRONG: Readonly<Record<string, readonly [Sgemm, string]>> = {
  "does nothing": [() => {}, "its product A B of 131 × 65 × 17 is off by NaN"],
  "gives a constant": [(...args) => args[9].fill(1), "its product A B of 131 × 65 × 17 is off by "],
  "is off by 3 in the last number": [
    (...args) => {
      right(...args);
      const c = args[9];
      c[c.length - 1]! -= 3;
    },
    "its product A B of 131 × 65 × 17 is off by 3",
  ],
  "does not transpose A": [
    (_, tb, m, n, k, a, _la, ...rest) => right(false, tb, m, n, k, a, k, ...rest),
    "its product Aᵀ B of 131 × 65 × 17 is off by ",
  ],
  "does not transpose B": [
    (ta, _, m, n, k, a, la, b, _lb, ...rest) => right(ta, false, m, n, k, a, la, b, n, ...rest),
    "its product A Bᵀ of 131 × 65 × 17 is off by ",
  ],
  "leaves out the 513th term": [
    (ta, tb, m, n, k, ...rest) => right(ta, tb, m, n, Math.min(k, 512), ...rest),
    "its product A B of 269 × 521 × 530 is off by ",
  ],
  "computes in bfloat16": [loops(short), "its product A B of 131 × 65 × 17 is off by "],
};

Deno.test("a right library is believed; one that is wrong is refused with the product that shows it", async () => {
  await startEngine("wasm");
  const heap = wasmHeap(),
    library = { path: "/made/up", core: null, version: null, passedOver: [], shared: false, single: false };
  checkBlas(heap, { ...library, sgemm: right });
  assert(heap.blas !== null);
  for (const [fault, [sgemm, message]] of Object.entries(WRONG)) {
    const error = assertThrows(() => checkBlas(heap, { ...library, sgemm }), EngineError, message, fault);
    // By how much and no more: no threads are named where one thread alone calls it.
    if (!message.endsWith(" ")) assertEquals(error.message, message, fault);
    assert(!error.message.includes("threads at once"), "one thread alone calls it");
    assertEquals(heap.blas, null);
  }
});

const may = (command: string): boolean =>
  Deno.permissions.querySync({ name: "run", command }).state === "granted";
/** Why programs cannot be used, as the end of a test's name; an empty text if they can. */
async function obstacleOf(...commands: readonly string[]): Promise<string> {
  if (!mayUseDisk) return "needs --allow-read=. --allow-write=.test";
  if (denoCommand === undefined) return "needs --allow-run=deno";
  if (Deno.cwd().includes(",")) return "needs a folder without a comma, which GRAE_BLAS cannot name";
  for (const command of commands) {
    if (!may(command)) return `needs --allow-run=${command}`;
    const starts = childCommand(command, { args: ["--version"], stdout: "null", stderr: "null" })
      .output();
    if (!await starts.then(({ success }) => success, () => false)) return `needs ${command}`;
  }
  return "";
}

/** What a program prints in a process of its own, and its status. */
async function child(program: string, library: string): Promise<{ code: number; text: string }> {
  const { code, stdout, stderr } = await childCommand(denoCommand!, {
    args: ["eval", program],
    cwd: ROOT,
    env: { GRAE_BLAS: library },
  }).output();
  const text = new TextDecoder();
  return { code, text: text.decode(stdout) + text.decode(stderr) };
}

/** The description of an engine that starts there, or the error. */
const started = (engine: string, library: string): ReturnType<typeof child> =>
  child(
    `import { startEngine } from "${new URL("../mod.ts", import.meta.url)}";
    try { console.log((await startEngine("${engine}")).description); } catch (error) {
      console.log(error.name + ": " + error.message);
      Deno.exit(1);
    }`,
    library,
  );

/** A small library, right but for what replaces the copy of A's row. */
const source = (rowOf: string): string => `
  ${rowOf}
  void openblas_set_num_threads(int n) {}
  void cblas_sgemm(int order, int ta, int tb, int m, int n, int k, float alpha, const float *a, int la, const float *b, int lb,
                   float beta, float *c, int lc) {
    for (int i = 0; i < m; i++) {
      for (int l = 0; l < k; l++) row[l] = ta == 112 ? a[l * la + i] : a[i * la + l];
      for (int j = 0; j < n; j++) c[i * lc + j] = 0;
      for (int l = 0; l < k; l++)
        for (int j = 0; j < n; j++) c[i * lc + j] += row[l] * (tb == 112 ? b[j * lb + l] : b[l * lb + j]);
    }
  }`;

const noCompiler = navigator.hardwareConcurrency < 2 ? "needs two cores" : await obstacleOf("cc");
Deno.test({
  name: "a library that is right but for calls by several threads at once is refused with their number" +
    (noCompiler && ` (ignored: ${noCompiler})`),
  ignore: noCompiler !== "",
  fn: () =>
    inFolder(async (folder) => {
      const compiled = async (name: string, rowOf: string): Promise<string> => {
        await Deno.writeTextFile(`${folder}/${name}.c`, source(rowOf));
        const { success, stderr } = await childCommand("cc", {
          args: ["-O3", "-shared", "-fPIC", "-o", `${folder}/${name}.so`, `${folder}/${name}.c`],
        }).output();
        assert(success, new TextDecoder().decode(stderr));
        return `${folder}/${name}.so`;
      };
      const own = await compiled("own", "static _Thread_local float row[1024];");
      const shared = await compiled("shared", "static float row[1024];");
      assertEquals(await started("native", own), {
        code: 0,
        text: `tfjs wasm with matrix products by ${own}, ${navigator.hardwareConcurrency} threads\n`,
      });
      const { code, text } = await started("auto", shared);
      assertEquals(code, 1);
      assertStringIncludes(text, `Tried: ${shared}: its product `);
      assertStringIncludes(text, `, with ${navigator.hardwareConcurrency} threads at once`);
    }),
});

/** The library of a Debian package, unpacked below .test once; or why it is not to be had. */
async function debian(name: string, library: string): Promise<{ path: string } | { obstacle: string }> {
  const obstacle = await obstacleOf("apt-get", "dpkg");
  if (obstacle !== "") return { obstacle };
  const folder = `${ROOT}/.test/debian/${name}`;
  if (find(folder, library) === undefined) {
    await inFolder(async (place) => {
      const run = (command: string, args: string[]): Promise<Deno.CommandOutput> =>
        childCommand(command, { args, cwd: place }).output();
      const patience = ["-o", "Acquire::Retries=0", "-o", "Acquire::http::Timeout=10"];
      await run("apt-get", ["download", ...patience, name]);
      const file = find(place, ".deb");
      if (file === undefined || !(await run("dpkg", ["-x", file, "unpacked"])).success) return;
      await Deno.mkdir(`${ROOT}/.test/debian`, { recursive: true });
      await Deno.rename(`${place}/unpacked`, folder);
    });
  }
  const path = find(folder, library);
  return path === undefined ? { obstacle: `apt-get download ${name} gives no ${library}` } : { path };
}

/** The first file below a folder whose path ends so; undefined if there is none. */
function find(folder: string, end: string): string | undefined {
  try {
    for (const { name, isDirectory } of Deno.readDirSync(folder)) {
      const path = `${folder}/${name}`;
      const found = isDirectory ? find(path, end) : path.endsWith(end) ? path : undefined;
      if (found !== undefined) return found;
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return undefined;
}

const serial = await debian("libopenblas0-serial", "/openblas-serial/libopenblas.so.0");
const wide = await debian("libopenblas64-0-pthread", "/libopenblas64.so.0");
const named = (sentence: string, library: typeof serial): string =>
  "obstacle" in library ? `${sentence} (ignored: ${library.obstacle})` : sentence;

Deno.test({
  name: named("Debian's serial OpenBLAS makes 2,000 products with the same bits", serial),
  ignore: "obstacle" in serial,
  fn: async () => {
    const path = "path" in serial ? serial.path : "", cores = navigator.hardwareConcurrency;
    const words = `${cores} ${cores === 1 ? "thread" : "threads"}`;
    const program = `
      import { key, normalTensor, startEngine, tf } from "${new URL("../mod.ts", import.meta.url)}";
      console.log((await startEngine("native")).description);
      const [a, b] = [1, 2].map((seed) => normalTensor(key(seed), [256, 256]));
      const first = await tf.matMul(a, b).data();
      for (let i = 0; i < 2000; i++) {
        const product = tf.matMul(a, b);
        if ((await product.data()).some((value, at) => value !== first[at])) console.log("differs", i);
        product.dispose();
      }`;
    const said = await started("native", path);
    assertStringIncludes(said.text, `${path}, ${words}, one of which calls it`);
    // Nothing but the description.
    assertEquals(await child(program, path), said);
  },
});

Deno.test({
  name: named("Debian's OpenBLAS with 64-bit integers is refused, and the process goes on", wide),
  ignore: "obstacle" in wide,
  fn: async () => {
    const path = "path" in wide ? wide.path : "";
    for (const engine of ["native", "auto"]) {
      const { code, text } = await started(engine, path);
      assertEquals(code, 1);
      assertStringIncludes(text, "EngineError: native engine: no BLAS can be used");
      assertStringIncludes(
        text,
        `Tried: ${path}: it takes 64-bit integers (ILP64), where 32-bit ones (LP64) are required`,
      );
    }
  },
});

Deno.test({
  name: "a library that several threads may not call is called by this one alone, whatever calls it",
  fn: async () => {
    await startEngine("wasm");
    const heap = wasmHeap(), [n, k] = [320, 300];
    if (heap.team.threads > 1) heap.team.gather();
    const zeros = (...shape: number[]): number => heap.offset(tf.zeros(shape));
    const normals = (seed: number, ...shape: number[]): number => heap.offset(normalTensor(key(seed), shape));
    const a = normals(1, n, k), [batch, tangents] = [64, 6];
    const symmetric = { transposeA: false, transposeB: true, m: n, n, k, a, b: a };
    const [t, m] = [normals(2, batch, tangents, n), zeros(n, n)];
    const layers = { y: normals(3, batch, k), first: normals(4, tangents, k), second: normals(5, k, n) };
    const sizes = [batch, tangents, k, n] as const,
      z = normals(6, batch, n),
      du = normals(7, batch, tangents, n);
    const run = (): Float32Array[] => {
      const made: [at: number, size: number][] = [];
      const out = (...shape: number[]): number => {
        const at = zeros(...shape);
        made.push([at, shape.reduce((x, y) => x * y)]);
        return at;
      };
      multiply(heap, { ...symmetric, c: out(n, n) });
      multiplySymmetric(heap, { ...symmetric, c: m });
      multiplySymmetric(heap, {
        ...symmetric,
        transposeA: true,
        transposeB: false,
        m: k,
        n: k,
        k: n,
        c: out(k, k),
      });
      const congruences = { t, m, mapped: out(batch, tangents, n), products: out(batch, tangents, tangents) };
      makeCongruences(heap, { ...congruences, squares: out(batch, tangents) }, [batch, tangents, n], false);
      pushUnitTangents(heap, layers, [z, out(batch, tangents, n)], sizes, [0.1, 0.2]);
      addUnitGradients(heap, { ...layers, du, inFirst: out(tangents, k), inSecond: out(k, n) }, sizes, 0.1);
      return made.map(([at, size]) => heap.view(at, size).slice());
    };
    const own = run();
    // Another thread would open the library by its path, where there is none, and end the job with an error.
    heap.useBlas({
      path: "/made/up",
      core: null,
      version: null,
      passedOver: [],
      shared: false,
      single: false,
      sgemm: right,
    });
    const found = run();
    heap.useBlas(null);
    found.forEach((values, i) => {
      const scale = own[i]!.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      values.forEach((value, at) =>
        assert(Math.abs(value - own[i]![at]!) <= 2 ** -24 * k * scale, `${i}: ${at}`)
      );
    });
  },
});
