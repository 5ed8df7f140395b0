import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import * as tfjs from "@tensorflow/tfjs-core";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { EngineError, read, startEngine, tf } from "../mod.ts";
import { promisedEngines } from "../promised_engines.ts";
import { replaceKernel } from "./replace_kernel.ts";
import { brokenPromise, DEVICE_SIZE } from "./webgpu_promise.ts";
import { denoCommand } from "../../../fixtures/temporary_folder.ts";
import { childCommand } from "../../../tools/process.ts";

/** Whether there is an adapter that keeps its promises. */
const present = (await promisedEngines("webgpu")).length > 0;

const deviceOf = (): GPUDevice => (tfjs.backend() as WebGPUBackend).device;

/** Some limits of a device, which are enough if not said otherwise. */
const limited = (bytes = 2 ** 30, bound = 2 ** 30): GPUDevice =>
  ({ limits: { maxBufferSize: bytes, maxStorageBufferBindingSize: bound } }) as GPUDevice;

Deno.test({
  name:
    "where Vulkan is hidden, webgpu is refused or keeps its promises, and wasm goes on (needs --allow-run=deno)",
  ignore: denoCommand === undefined,
  fn: async () => {
    const program = `
      import { EngineError, read, startEngine, tf } from "${new URL("../mod.ts", import.meta.url)}";
      await startEngine("wasm");
      const a = tf.tensor([1, 2, 3, 4], [2, 2]);
      const says = [];
      for (let i = 0; i < 2; i++) {
        try {
          await startEngine("webgpu");
          says.push([...await read(tf.relu(tf.tensor(new Float32Array(2000).fill(NaN))))].every(Number.isNaN));
          await startEngine("wasm");
        } catch (error) {
          if (!(error instanceof EngineError)) throw error;
          says.push(error.message);
        }
      }
      console.log(JSON.stringify({ says, product: [...await read(tf.matMul(a, a))] }));`;
    // A process of its own: the driver is chosen when the first adapter is asked for, and may fail when the process ends.
    const { code, signal, stdout, stderr } = await childCommand(denoCommand!, {
      args: ["eval", program],
      cwd: new URL("../..", import.meta.url),
      env: { VK_DRIVER_FILES: "/nonexistent", VK_ICD_FILENAMES: "/nonexistent" },
    }).output();
    assertEquals({ code, signal }, { code: 0, signal: null }, new TextDecoder().decode(stderr));
    const { says, product } = JSON.parse(new TextDecoder().decode(stdout).trim().split("\n").at(-1)!);
    assertEquals(product, [7, 10, 15, 22]);
    assertEquals(says.length, 2);
    for (const said of says) {
      if (said === true) continue;
      assertMatch(said, /^webgpu engine: [^\n]*$/);
      assert(
        said.includes("no adapter") || /is refused: .* must be .* but it is .*, so .*; use/.test(said),
        said,
      );
    }
  },
});

Deno.test("an engine that keeps all promises is accepted; limits below those of WebGPU are not", async () => {
  await startEngine("cpu");
  assertEquals(await brokenPromise(limited()), null);
  assertEquals(await brokenPromise(limited(2 ** 27, 2 ** 27)), null);
  for (const small of [limited(2 ** 20), limited(2 ** 30, 2 ** 20)]) {
    assertEquals(await brokenPromise(small), "it binds buffers of at most 1 MiB, where WebGPU promises 128");
  }
});

/** What a diverged training would do. */
const HIDDEN = "a training that has diverged would look healthy";
const BENT = "of NaN, ∞, −∞, −2, 3 must be NaN, Infinity, 0, 0, 3";

/** Faults of adapters: a kernel of the cpu engine that changes what it made; and what is said of it. */
const FAULTS: Readonly<
  Record<string, { readonly change: (x: number, i: number) => number; readonly says: string }>
> = {
  // The last number alone, which is shown with the four before it.
  BatchMatMul: {
    change: (x, i) => i === 24 ** 2 - 1 ? x + 1 : x,
    says:
      "a product of two matrices of whole numbers must be 466, 469, -270, 15, 989, but it is 466, 469, -270, 15, 990, so no number " +
      "of a training would be right",
  },
  Relu: {
    change: (x) => x || 0,
    says: `relu ${BENT}, but it is 0, Infinity, 0, 0, 3, so ${HIDDEN}`,
  },
  Maximum: {
    change: (x) => Math.min(x, 2 ** 127) || 0,
    says: `max(x, 0) ${BENT}, but it is 0, 1.7014118346046923e+38, 0, 0, 3, so ${HIDDEN}`,
  },
  Log1p: {
    change: () => 0,
    says: "log(1 + x) of 1e-8 must be 9.999999889225291e-9, but it is 0, so small volume terms would be 0",
  },
  Exp: {
    change: (x) => x * (1 + 2 ** -16),
    says:
      "exp of 1e-3 must be 1.0010005002142532, but it is 1.0010157823562622, so deviations and probabilities would be wrong",
  },
  Slice: {
    change: () => 0,
    says:
      "the end of a buffer of 128 MiB must be 7, 7, 7, 7, but it is 0, 0, 0, 0, so large batches would be read as zeros",
  },
};

for (const [name, { change, says }] of Object.entries(FAULTS)) {
  Deno.test(`an engine whose ${name} is wrong is refused with what it gave and why it matters`, async () => {
    await startEngine("cpu");
    const { kernelFunc } = tfjs.getKernel(name, "cpu");
    replaceKernel(name, (original) => (params) => {
      const made = original(params) as tfjs.TensorInfo;
      const { values } = (params.backend as unknown as { data: tfjs.DataStorage<{ values: Float32Array }> })
        .data.get(made.dataId);
      values.forEach((x, i) => values[i] = change(x, i));
      return made;
    }, "cpu");
    try {
      const advice = "; use --engine wasm or native, or install a driver for Vulkan";
      assertEquals(await brokenPromise(limited()), says + advice);
    } finally {
      replaceKernel(name, () => kernelFunc, "cpu");
    }
  });
}

/** What makes a device report an error. */
const ERRORS: Readonly<Record<string, (device: GPUDevice) => void>> = {
  "a buffer above the limits": ({ limits }) =>
    void tf.relu(tfjs.fill([2 ** Math.ceil(Math.log2(limits.maxStorageBufferBindingSize)) / 4 + 1024], 1)),
  "a shader that does not compile": (device) => {
    const module = device.createShaderModule({ code: "@compute fn main() { nothing(); }" });
    device.createComputePipeline({ layout: "auto", compute: { module, entryPoint: "main" } });
  },
  "the loss of the device": (device) => device.destroy(),
};

for (const [what, provoke] of Object.entries(ERRORS)) {
  Deno.test({
    name: `${what} is an EngineError at the next read, never zeros; the engine starts again`,
    ignore: !present,
    fn: async () => {
      await startEngine("webgpu");
      const x = tf.tensor(new Float32Array(2000).fill(2));
      try {
        provoke(deviceOf());
      } catch {
        // What tfjs itself refuses is no error of the device's.
      }
      for (let i = 0; i < 2; i++) {
        const error = await assertRejects(async () => await read(tf.square(x)), EngineError);
        assertMatch(
          error.message,
          /^webgpu engine: the adapter .* must do all that it is asked for, but it reported ".*"; lower the batch or the width and start the engine again, which loses its tensors$/,
        );
      }
      await startEngine("webgpu");
      assertEquals([...(await read(tf.square(tf.tensor(new Float32Array(2000).fill(3))))).slice(0, 2)], [
        9,
        9,
      ]);
      await startEngine("wasm");
      assertEquals([...await read(tf.square(tf.tensor([4])))], [16]);
    },
  });
}

Deno.test("promises are looked at on the device: tfjs takes the host below a thousand numbers", async () => {
  await import("@tensorflow/tfjs-backend-webgpu");
  const threshold = tfjs.env().getNumber("WEBGPU_CPU_HANDOFF_SIZE_THRESHOLD");
  assertEquals(threshold, 1000);
  assert(DEVICE_SIZE >= threshold);
});

Deno.test("auto never takes webgpu", async () => {
  assert(["wasm", "native"].includes((await startEngine("auto")).name));
});

Deno.test({
  name: `a running engine is asked for its promises once`,
  ignore: !present,
  fn: async () => {
    await startEngine("webgpu");
    const device = deviceOf();
    await startEngine("cpu");
    const { description } = await startEngine("webgpu");
    assert(deviceOf() === device);
    assertStringIncludes(description, "tfjs webgpu on ");
  },
});

Deno.test({
  name: "of several errors that a device reports the first is named, from which the others may follow",
  ignore: !present,
  fn: async () => {
    await startEngine("webgpu");
    const x = tf.tensor(new Float32Array(2000).fill(2));
    for (const message of ["the first of\n  several", "the second"]) {
      deviceOf().dispatchEvent(
        Object.assign(new Event("uncapturederror", { cancelable: true }), { error: { message } }),
      );
    }
    await assertRejects(
      async () => await read(tf.square(x)),
      EngineError,
      'reported "the first of several"; lower',
    );
    await startEngine("webgpu");
    await startEngine("wasm");
  },
});

/** What an adapter says of itself, and the name that a message has for it. */
const NAMES = [
  [{ description: "a description", vendor: "a vendor" }, "a description"],
  [{ description: "", vendor: "a vendor" }, "a vendor"],
  [{ description: "", vendor: "" }, "of no name"],
] as const;

/** Gives these adapters to whoever asks for one. */
async function withAdapters(adapters: unknown[], use: () => Promise<void>): Promise<void> {
  if (present) {
    // A running engine asks for no adapter.
    await startEngine("webgpu");
    const device = deviceOf();
    device.destroy();
    await device.lost;
  }
  await startEngine("cpu");
  const own = Object.getOwnPropertyDescriptor(navigator, "gpu");
  const gpu = { requestAdapter: () => Promise.resolve(adapters.shift()) };
  Object.defineProperty(navigator, "gpu", { value: gpu, configurable: true });
  try {
    await use();
  } finally {
    if (own) Object.defineProperty(navigator, "gpu", own);
    else delete (navigator as { gpu?: unknown }).gpu;
  }
}

Deno.test("an adapter that gives no device is named by its description, else by its vendor", async () => {
  const requestDevice = (): Promise<never> => Promise.reject(new Error("there is none"));
  await withAdapters(NAMES.map(([info]) => ({ info, limits: {}, requestDevice })), async () => {
    for (const [, name] of NAMES) {
      const { message } = await assertRejects(() => startEngine("webgpu"), EngineError);
      assertEquals(message, `webgpu engine: the adapter ${name} gives no device: there is none`);
    }
  });
});

Deno.test("where there is no adapter the engine says what is required", async () => {
  await withAdapters([null], async () => {
    const { message } = await assertRejects(() => startEngine("webgpu"), EngineError);
    assertEquals(
      message,
      "webgpu engine: navigator.gpu gives no adapter; a GPU or a software Vulkan driver is required",
    );
  });
});

Deno.test("the device of an adapter that is refused is ended, and the engine before it goes on", async () => {
  let ended = 0;
  const device = {
    ...limited(2 ** 20),
    features: new Set(),
    queue: {},
    lost: new Promise(() => {}),
    addEventListener: () => {},
    destroy: () => void ended++,
  };
  const [info] = NAMES[0], requestDevice = (): Promise<unknown> => Promise.resolve(device);
  await withAdapters([{ info, limits: {}, requestDevice }], async () => {
    const { message } = await assertRejects(() => startEngine("webgpu"), EngineError);
    assertEquals(
      message,
      "webgpu engine: the adapter a description is refused: it binds buffers of at most 1 MiB, where WebGPU promises 128",
    );
  });
  assertEquals(ended, 1);
  assertEquals(tfjs.getBackend(), "cpu");
  assertEquals([...await read(tf.square(tf.tensor([4])))], [16]);
});
