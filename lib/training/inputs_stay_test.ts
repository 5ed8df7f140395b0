import { assert, assertEquals } from "@std/assert";
import { wrapKernels } from "../engine/backend/replace_kernel.ts";
import { wasmHeap } from "../engine/backend/wasm.ts";
import { type Key, normalTensor, startEngine, tf, valueAndGradients } from "../engine/mod.ts";
import {
  cholesky,
  identityPlusGram,
  logDeterminant,
  spdInverse,
  spdSolve,
  squaredColumnNorms,
} from "../linalg/mod.ts";
import {
  bernoulli,
  bindModel,
  describeModel,
  family,
  gaussian,
  initialModelParameters,
  type Model,
} from "../model/mod.ts";
import { applyLayers, pushLayers, pushUnits } from "../network/piecewise_linear.ts";
import {
  betaVaeLoss,
  graeBlockLoss,
  graeLoss,
  graeStarLoss,
  graeStarStochasticLoss,
  type ObjectiveValue,
  profiledLoss,
  taylorHessianLoss,
  taylorJacobianLoss,
} from "../objective/mod.ts";
import { suiteKey as key } from "../../fixtures/suite_seed.ts";
import { adam, initialAdamState } from "./mod.ts";

await startEngine("wasm");

/** The kernels that ran while `f` did, and those of them that wrote over an input. */
function kernelsOf(f: () => void): { readonly ran: Set<string>; readonly wrote: Set<string> } {
  const [ran, wrote] = [new Set<string>(), new Set<string>()];
  const heap = wasmHeap();
  using _ = wrapKernels("wasm", ({ kernelName, kernelFunc }) => (params) => {
    const inputs = Object.values(params.inputs).filter((input) => input?.dtype === "float32");
    const numbers = (): Uint32Array[] =>
      inputs.map((input) => {
        const { buffer, byteOffset, length } = heap.view(
          heap.offset(input!),
          input!.shape.reduce((a, b) => a * b, 1),
        );
        return new Uint32Array(buffer, byteOffset, length).slice();
      });
    const before = numbers();
    const made = kernelFunc(params);
    const after = numbers();
    ran.add(kernelName);
    if (before.some((all, i) => all.some((word, j) => word !== after[i]![j]))) wrote.add(kernelName);
    return made;
  });
  const scope = tf.openScope();
  try {
    f();
  } finally {
    scope.close();
  }
  return { ran, wrote };
}

/** A batch from which the units' own kernels are taken. */
const BATCH = 33;
const own = ({ ran }: { readonly ran: ReadonlySet<string> }): string[] =>
  [...ran].filter((name) => name.startsWith("Grae")).toSorted();

Deno.test("no kernel writes over what it is given, in any loss and its gradient, for any activation and likelihood", () => {
  const LOSSES: readonly ((model: Model, x: tf.Tensor, key: Key) => ObjectiveValue)[] = [
    (model, x, key) => betaVaeLoss(model, x, key, 0.5),
    (model, x, key) => graeLoss(model, x, key, 0.5),
    (model, x, key) => graeBlockLoss(model, x, key, 0.5, { block: 1 }),
    (model, x, key) => graeStarLoss(model, x, key, 0.5),
    (model, x, key) => graeStarStochasticLoss(model, x, key, 0.5),
    (model, x, key) => profiledLoss(model, x, key, 0.5, { family: family("full", 2) }),
    (model, x, key) => taylorHessianLoss(model, x, key, 0.5),
    (model, x, key) => taylorJacobianLoss(model, x, key, 0.5),
  ];
  const seen = kernelsOf(() => {
    const likelihoods = [[gaussian(0.5), 3], [bernoulli(), 3], [gaussian(), 40]] as const;
    for (const [activation, hidden] of [["relu", [5]], ["leaky-relu", [5, 4]], ["tanh", [5]]] as const) {
      for (const [likelihood, data] of likelihoods) {
        const description = describeModel({
          data,
          latent: 2,
          hidden,
          activation,
          likelihood,
          family: family("full", 2),
        });
        const parameters = initialModelParameters(description, key(1));
        const x = tf.sigmoid(normalTensor(key(2), [BATCH, data]));
        LOSSES.forEach((loss, i) =>
          valueAndGradients((given) => {
            const { loss: value, terms } = loss(bindModel(description, given), x, key(10 + i));
            return { value, info: terms };
          }, parameters)
        );
      }
    }
  });
  assertEquals([...seen.wrote], []);
  assert(own(seen).length >= 15, own(seen).join());
});

Deno.test("nor does a kernel of layers, whatever their slopes, with all values and tangents that go through them", () => {
  const SLOPES = [[0], [1], [0, 0.2], [1, 0], [0, 1], [0.2, 0, 1], [1, 1, 0], [0, 1, 0.2]];
  const seen = kernelsOf(() => {
    for (const slopes of SLOPES) {
      const widths = [3, 5, 4, 6];
      const parameters = slopes.flatMap((_, i) => [
        normalTensor(key(20 + 2 * i), [widths[i]!, widths[i + 1]!]),
        normalTensor(key(21 + 2 * i), [widths[i + 1]!]),
      ]);
      const [x, tangents] = [normalTensor(key(30), [BATCH, 3]), normalTensor(key(31), [BATCH, 2, 3])];
      const through = [
        (layers: Parameters<typeof applyLayers>[0]) => ({ value: applyLayers(layers, x), tangents: null }),
        (layers: Parameters<typeof applyLayers>[0]) => pushLayers(layers, x, tangents),
        (layers: Parameters<typeof applyLayers>[0]) => pushUnits(layers, x),
      ];
      for (const push of through) {
        valueAndGradients((given) => {
          const layers = slopes.map((slope, i) => ({
            weight: given[2 * i]!,
            bias: given[2 * i + 1]!,
            slope,
          }));
          const { value, tangents } = push(layers);
          const sums = [value, tangents].flatMap((t) => t ? [tf.sum(tf.square(t))] : []);
          return { value: sums.reduce((a, b) => tf.add(a, b)), info: {} };
        }, parameters);
      }
    }
  });
  assertEquals([...seen.wrote], []);
  assertEquals(own(seen), [
    "GraeLayers",
    "GraeLayersReverse",
    "GraeLayersUnits",
    "GraeLayersUnitsReverse",
  ]);
});

Deno.test("nor does one of linear algebra; Adam's writes over its state alone, and only where it is told to", () => {
  const positive = (): tf.Tensor => {
    const a = normalTensor(key(40), [5, 3, 3]);
    return tf.add(tf.eye(3), tf.matMul(a, a, false, true));
  };
  const seen = kernelsOf(() => {
    const [jacobian, t, w] = [[5, 3, 7], [5, 3, 4], [4, 7]].map((shape, i) =>
      normalTensor(key(50 + i), shape)
    );
    for (const f of [cholesky, logDeterminant, spdInverse, (a: tf.Tensor) => spdSolve(a, jacobian!)]) {
      valueAndGradients(([a]) => ({ value: tf.sum(tf.square(f(a!))), info: {} }), [positive()]);
    }
    for (const given of [[jacobian!], [t!, w!]]) {
      valueAndGradients(([a, last]) => {
        const { logDeterminant, inverse } = identityPlusGram(a!, 0.5, 3, last);
        const sums = [logDeterminant, tf.square(inverse), squaredColumnNorms(a!, last)].map((t) => tf.sum(t));
        return { value: sums.reduce((a, b) => tf.add(a, b)), info: {} };
      }, given);
    }
    const parameters = [normalTensor(key(60), [5, 3])];
    const gradients = [normalTensor(key(61), [5, 3])];
    tf.dispose([...adam(initialAdamState(parameters), gradients, 0.1, { clipGradient: 1 }).parameters]);
  });
  assertEquals([...seen.wrote], []);
  assert(own(seen).includes("GraeAdam"), own(seen).join());
  const over = kernelsOf(() =>
    adam(initialAdamState([normalTensor(key(62), [5])]), [normalTensor(key(63), [5])], 0.1, {
      overwrite: true,
    })
  );
  assertEquals([...over.wrote], ["GraeAdam"], "so that this test sees what is written over");
});
