import { assert, assertEquals } from "@std/assert";
import { suiteKey as key } from "../../fixtures/suite_seed.ts";
import { normalTensor, read, startEngine, tf, valueAndGradients } from "../engine/mod.ts";
import { ACTIVATION_NAMES, type ActivationName } from "./activation.ts";
import {
  activationLayer,
  bindDifferentiableNetwork,
  dense,
  type DifferentiableLayer,
  groupNorm,
  parameterShapes,
  sequential,
} from "./mod.ts";

/** Value, ẏ, ÿ, and the gradients of their sum in W and b of both linear layers. */
async function derivatives(layers: readonly DifferentiableLayer[]): Promise<number[]> {
  const network = sequential(layers);
  const parameters = parameterShapes(network).map(({ shape }, i) => normalTensor(key(4 + i), [...shape]));
  const x = normalTensor(key(2), [4, 3]), along = normalTensor(key(3), [4, 2, 3]);
  const { gradients, info } = valueAndGradients((bound) => {
    const { value, first, second } = bindDifferentiableNetwork(network, bound).secondPushforward(x, along);
    const all = tf.concat([value, first, second].map((t) => tf.reshape(t, [-1])));
    return { value: tf.sum(all), info: { all } };
  }, parameters);
  return (await Promise.all([info.all!, ...gradients].map(read))).flatMap((values) => [...values]);
}

/** A fault: φ ↦ what is put in place of its layer. */
type Make = (activation: ActivationName) => DifferentiableLayer;
const right: Make = (activation) => activationLayer({ input: 5, activation });
const faults: Readonly<Record<string, Make>> = {
  "no activation": () => activationLayer({ input: 5, activation: "identity" }),
  "ẏ without φ′": (activation) => {
    const layer = right(activation);
    return { ...layer, push: (p, x, second) => ({ ...layer.push(p, x, second), first: x.first }) };
  },
  "ÿ without φ″": (activation) => {
    const layer = right(activation);
    return {
      ...layer,
      push(p, x, wantSecond) {
        const { second: _, ...y } = layer.push(p, x, false);
        return { ...y, second: wantSecond ? tf.zerosLike(y.first) : null };
      },
    };
  },
};

Deno.test("an activation by itself behind a linear layer is the layer with that activation, in all derivatives", async () => {
  const seen = new Set<string>();
  for (const engine of ["wasm", "cpu"] as const) {
    await startEngine(engine);
    for (const activation of ACTIVATION_NAMES) {
      const [first, last] = [dense(3, 5, "identity"), dense(5, 2, "tanh")];
      const must = await derivatives([dense(3, 5, activation), last]);
      const scale = Math.max(...must.map(Math.abs));
      const differs = async (make: Make): Promise<boolean> => {
        const found = await derivatives([first, make(activation), last]);
        assertEquals(found.length, must.length);
        // Sums over 4 examples, 2 tangents and 5 units, of numbers up to the largest.
        return found.some((v, i) => !(Math.abs(v - must[i]!) <= 40 * 2 ** -24 * scale));
      };
      assert(!await differs(right), `${activation} on ${engine}`);
      for (const [name, make] of Object.entries(faults)) if (await differs(make)) seen.add(name);
    }
  }
  assertEquals([...seen].sort(), Object.keys(faults).sort());
});

Deno.test("behind a normalisation of images it keeps their axes", () => {
  const input = [2, 3, 4] as const;
  const layer = activationLayer({ input, activation: "gelu" });
  assertEquals([layer.input, layer.output, layer.inputs, layer.outputs], [input, input, 24, 24]);
  assertEquals(sequential([groupNorm({ input, groups: 2 }), layer]).outputs, 24);
});
