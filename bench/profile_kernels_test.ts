import { assert, assertEquals } from "@std/assert";
import { normalTensor, replayable, startEngine, tf } from "../lib/engine/mod.ts";
import { suiteKey as key } from "../fixtures/suite_seed.ts";
import { profileKernels } from "./profile_kernels.ts";

Deno.test("the jobs of replayed steps are timed one by one, as those of steps that are called", async () => {
  await startEngine("wasm");
  const f = ([a]: readonly tf.Tensor[]): tf.Tensor[] => [tf.exp(tf.neg(tf.matMul(a!, tf.add(a!, 1))))];
  using replayed = replayable(f);
  const a = normalTensor(key(1), [64, 64]);
  const jobs = async (step: (inputs: readonly tf.Tensor[]) => tf.Tensor[]): Promise<unknown> => {
    const { kernels, milliseconds } = await profileKernels(
      "wasm",
      () => Promise.resolve(tf.dispose(step([a]))),
      5,
    );
    const timed = kernels.reduce((sum, kernel) => sum + kernel.milliseconds, 0);
    assert(timed > 0 && timed <= milliseconds, `${timed} of ${milliseconds} ms`);
    // What a replay copies is its own affair.
    return kernels.filter(({ kernel }) => kernel.startsWith("job") && kernel !== "job copy")
      .map(({ kernel, calls }) => `${calls} ${kernel}`).sort();
  };
  const called = await jobs(f);
  assertEquals(called, ["1 job product", "2 job binary"]);
  assertEquals(await jobs((inputs) => replayed(inputs, key(2))), called);
});
