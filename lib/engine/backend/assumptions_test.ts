import { assert, assertEquals } from "@std/assert";
import * as tfjs from "@tensorflow/tfjs-core";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { ROOT } from "../../../fixtures/temporary_folder.ts";
import { startEngine, tf } from "../mod.ts";
import { ASSUMPTIONS, brokenAssumptions } from "./assumptions.ts";

/** The insides of the tfjs that is installed. */
async function owners(): Promise<Readonly<Record<(typeof ASSUMPTIONS)[number]["owner"], unknown>>> {
  await startEngine("cpu");
  const cpu = tfjs.backend();
  await startEngine("wasm");
  const { WebGPUBackend } = await import("@tensorflow/tfjs-backend-webgpu");
  const [engine, kernel, tensor] = [tfjs.engine(), tfjs.getKernel("Add", "wasm"), tf.tensor([1])];
  return { engine, wasm: tfjs.backend(), cpu, WebGPUBackend, kernel, tensor };
}

Deno.test("the installed tfjs has everything of its insides that the engine uses", async () => {
  const here = await owners();
  // A scope is active within a call alone.
  tf.tidy(() => assertEquals(brokenAssumptions(here, tfjs.version_core), []));
});

Deno.test("a tfjs without one of them is told of in one sentence", async () => {
  const wasm = (await owners()).wasm as BackendWasm;
  const without = new Proxy(wasm, {
    get: (target, name) => name === "makeOutput" ? undefined : target[name as keyof BackendWasm],
  });
  assertEquals(brokenAssumptions({ wasm: without }, "5.0.0"), [
    "tfjs 5.0.0: wasm.makeOutput must be a function, but is undefined; without it kernels would have no memory for results. " +
    "Look at lib/engine/backend/heap.ts, or stay with the version before",
  ]);
  assertEquals(brokenAssumptions({ wasm: {} }, "5.0.0").length, 12);
});

Deno.test("the insides of tfjs behave as the engine takes for granted", async () => {
  await startEngine("wasm");
  const { state } = tfjs.engine();
  const x = tf.tensor([2]);
  const holds: Record<string, boolean> = {};
  const config = tfjs.getKernel("Sqrt", "wasm"), original = config.kernelFunc;
  config.kernelFunc = (params) => {
    holds["getKernel gives the entry by which kernels are called"] = true;
    return original(params);
  };
  tf.sqrt(x).dispose();
  config.kernelFunc = original;
  tfjs.engine().gradients(
    () => {
      holds["gradientDepth is above 0 within a gradient"] = state.gradientDepth > 0;
      const y = tf.sum(tf.exp(x));
      holds["a node of the tape keeps what it has saved"] = state.activeTape.some(({ saved }) =>
        saved!.length > 0
      );
      return y;
    },
    [x],
    undefined,
    true,
  );
  const backend = tfjs.backend() as BackendWasm;
  const made = backend.makeOutput([1], "float32");
  holds["makeOutput counts one reference"] = backend.refCount(made.dataId) === 1;
  holds["a tensor is noted with its id, shape and offset"] = ["id", "shape", "memoryOffset"].every((name) =>
    name in backend.dataIdMap.get(made.dataId)
  );
  backend.disposeData(made.dataId);
  assertEquals(Object.values(holds), [true, true, true, true, true], JSON.stringify(holds));
});

Deno.test({
  name:
    "each assumption is used by the file that it names, and by none of lib/ outside of backend/ (needs --allow-read=.)",
  ignore: Deno.permissions.querySync({ name: "read", path: ROOT }).state !== "granted",
  fn: () => {
    const folder = `${ROOT}/lib/engine`;
    for (const { path, file } of ASSUMPTIONS) {
      const text = Deno.readTextFileSync(`${folder}/backend/${file}`);
      for (const name of path.split(".").filter((name) => name !== "prototype")) {
        assert(new RegExp(`\\b${name}\\b`).test(text), `${file} does not use ${name}`);
      }
    }
    for (const path of sourcesIn(`${ROOT}/lib`)) {
      if (path.startsWith(`${folder}/backend/`)) continue;
      assert(
        !/tf\.(engine|backend)\(\)|dataIdMap/.test(Deno.readTextFileSync(path)),
        `${path} reaches into tfjs`,
      );
    }
  },
});

/** The sources below a folder, without tests. */
function sourcesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    if (isDirectory) return sourcesIn(path);
    return name.endsWith(".ts") && !name.endsWith("_test.ts") ? [path] : [];
  });
}
