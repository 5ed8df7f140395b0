import { assert, assertEquals } from "@std/assert";
import * as engine from "./lib/engine/mod.ts";
import { replayable } from "./lib/engine/program/replayable.ts";
import { programOf } from "./lib/engine/program/program.ts";
import { identityPlusGram, spdInverse } from "./lib/linalg/mod.ts";
import * as model from "./lib/model/mod.ts";
import {
  averagePool,
  bindDifferentiableNetwork,
  bindNetwork,
  conv,
  convTranspose,
  dense,
  type DifferentiableLayer,
  functionLayer,
  groupNorm,
  initialParameters,
  sequential,
} from "./lib/network/mod.ts";
import {
  cosineSchedule,
  gradientDescent,
  train,
  type TrainingState,
  type TrainOptions,
} from "./lib/training/mod.ts";
import { shapeGrid } from "./lib/data/mod.ts";
import { encodePng } from "./figure/mod.ts";
import { disentanglement, mutualInformationGap } from "./lib/scores/mod.ts";
import { description, smallRun } from "./lib/training/small_run.ts";
import { suiteKey as key } from "./fixtures/suite_seed.ts";

const { tf, startEngine } = engine;

/** What a message advises, a call that is told so, and calls that follow each part of it. */
interface Advice {
  /** The words, as they stand in the source. */
  readonly says: string;
  readonly refused: () => unknown;
  readonly followed: readonly ((message: string) => unknown)[];
}
/** Advice that another file of tests follows. */
interface Elsewhere {
  readonly says: string;
  readonly file: string;
}

const describe = (parts: object): model.ModelDescription =>
  model.describeModel(
    {
      ...{ data: 6, latent: 4, hidden: [5], activation: "tanh", likelihood: model.gaussian() },
      ...{ family: model.family("full", 4) },
      ...parts,
    } as Parameters<typeof model.describeModel>[0],
  );
const { options, start } = smallRun(key);
/** Options of a training that no optimiser adds to. */
const plain = (): TrainOptions => {
  const { onEpoch: _, onState: __, optimiser: ___, ...rest } = options({ epochs: 1 });
  return rest;
};
const descent = () => gradientDescent(0);
const fromDescent = (): TrainingState => descent().start(model.initialModelParameters(description(), key(1)));
const withAny = (state: TrainingState, more: object): Promise<unknown> =>
  train(state as never, { ...plain(), ...more } as never);

/** A model whose σ is learned, and one row of its data. */
const LEARNED = describe({ likelihood: model.gaussian({ count: 1 }) });
const row = (): engine.tf.Tensor => tf.tensor([1, 2, 3, 4, 5, 6], [1, 6]);
const sequentialOf = () => {
  const network = sequential([dense(6, 2, "relu")]);
  return bindNetwork(network, initialParameters(network, key(2)));
};

/** A J of rank one, size in each of two columns and rows. */
const flat = (size: number, scale = 1): engine.tf.Tensor =>
  tf.mul(size * scale, tf.onesLike(tf.zeros([1, 2, 2])));
const determinant = (size: number, beta: number, scale = 1) => () =>
  identityPlusGram(flat(size, scale), beta, 2).logDeterminant.dataSync();

/** Calls of a function eight times, whose replays are compared then. */
const replayed =
  (f: Parameters<typeof replayable>[0], inputs: (call: number) => engine.tf.Tensor[]) => () => {
    using step = replayable(f);
    for (let call = 1; call <= 8; call++) step(inputs(call), key(call));
  };
let state = 1;
const one = (): engine.tf.Tensor => tf.tensor([1, 2, 3]);

const jacobian = (layer: Partial<DifferentiableLayer>) => () => {
  const apply = functionLayer({ inputs: 2, outputs: 2, apply: (_, x) => tf.maximum(x, 0) });
  return bindDifferentiableNetwork(sequential([{ ...apply, ...layer }]), []).jacobian(tf.zeros([1, 2]));
};
const outside = { width: 1, height: 1, pixels: Float32Array.of(1.5) };

const WEIGHTS = [[1, -2], [1, 1]];
/** Codes of eight examples, and the values of two factors. */
const CODES = Array.from({ length: 8 }, (_, i) => [i % 2 + i / 100, Math.floor(i / 2)]);
const VALUES = CODES.map((_, i) => [i % 2 + 0.5, 10 * (i % 4 < 2 ? 1 : 2)]);

const ADVICE: readonly (Advice | Elsewhere)[] = [
  {
    says: "; call the function",
    refused: () => describe({ likelihood: model.gaussian }),
    followed: [() => describe({ likelihood: model.gaussian() })],
  },
  ...model.FAMILY_NAMES.map((name) => ({
    says: "; write ${made}",
    refused: () => describe({ family: name }),
    // Letter by letter.
    followed: [(message: string) => {
      const [, written] = /write family\((.*)\)$/.exec(message)!;
      const values: Readonly<Record<string, unknown>> = { [`"${name}"`]: name, latents: 4, block: 2 };
      const given = written!.split(", ").map((word) => values[word]);
      return describe({ family: model.family(...given as Parameters<typeof model.family>) });
    }],
  })),
  {
    says: "; give it the steps of the whole ",
    refused: () => cosineSchedule(1, 4)(4),
    followed: [() => cosineSchedule(1, 5)(4)],
  },
  {
    says: "; give the optimiser that made it",
    refused: () => withAny(fromDescent(), {}),
    followed: [() => withAny(fromDescent(), { optimiser: descent() })],
  },
  {
    says: "; let its step do them",
    refused: () => withAny(fromDescent(), { optimiser: descent(), clipGradient: 1 }),
    followed: [
      () => {
        const own = descent();
        const step: typeof own.step = (at, gradients, ...rest) =>
          own.step(at, gradients.map((g) => tf.mul(g, 0.5)), ...rest);
        return withAny(fromDescent(), { optimiser: { ...own, step } });
      },
      () => withAny(start(), { clipGradient: 1 }),
    ],
  },
  {
    says: "; fold in another index, or use cloneKey",
    refused: () => {
      const k = key(4);
      return [k, k].map((used) => engine.normal(used, 2));
    },
    followed: [
      () => {
        const k = key(4);
        return [0, 1].map((i) => engine.normal(engine.foldIn(k, i), 2));
      },
      () => {
        const k = key(4);
        return [engine.cloneKey(k), k].map((used) => engine.normal(used, 2));
      },
    ],
  },
  { says: "} GiB are held; lower the ", file: "lib/engine/backend/allocator_test.ts" },
  { says: '; write await startEngine("auto")', file: "lib/engine/backend/not_started_test.ts" },
  { says: "; install oneDNN or OpenBLAS, or set GRAE_BLAS", file: "lib/engine/blas/advice_test.ts" },
  { says: "; give the library of that kind", file: "lib/engine/blas/check_test.ts" },
  { says: "; take wasm, which is here", file: "experiments/site/live/browser_test.ts" },
  {
    says: "; start one of them",
    refused: async () => {
      await startEngine("cpu");
      return programOf(([x]) => [tf.exp(x!)], [one()], key(0));
    },
    followed: [async () => {
      await startEngine("wasm");
      return programOf(([x]) => [tf.exp(x!)], [one()], key(0));
    }],
  },
  {
    says: "make what changes an input (of a training step: beta or numbers), or do without replays",
    refused: () => {
      state = 1;
      return replayed(([x]) => [tf.mul(x!, state++)], () => [one()])();
    },
    followed: [
      replayed(([x, by]) => [tf.mul(x!, by!)], (call) => [one(), tf.tensor(call)]),
      () => [1, 2, 3, 4, 5, 6, 7, 8].map((call) => tf.mul(one(), call)),
    ],
  },
  {
    says: '"lower the learning rate, or look at β and the data"',
    refused: () => train(start(), { ...plain(), learningRate: 1e38 }),
    followed: [() => train(start(), { ...plain(), learningRate: 0.01 })],
  },
  {
    says: "raise β above ${beta - eigenvalue}, or use the Gauss–Newton curvature",
    refused: () => model.optimalCovarianceOfHessian(tf.reshape(tf.eye(2), [1, 2, 2]), 0.5),
    followed: [
      () => model.optimalCovarianceOfHessian(tf.reshape(tf.eye(2), [1, 2, 2]), 1.001),
      () => model.optimalCovarianceOfGram(model.family("full", 2), tf.reshape(tf.eye(2), [1, 2, 2]), 0.5),
    ],
  },
  { says: "take betaVaeLoss, taylorJacobianLoss or taylorHessianLoss", file: "lib/model/prior_test.ts" },
  {
    says: "use --engine wasm or native, or install a driver for Vulkan",
    file: "lib/engine/backend/webgpu_test.ts",
  },
  {
    says: "lower the batch or the width and start the engine again",
    file: "lib/engine/backend/webgpu_test.ts",
  },
  {
    says: "; convert it by tf.cast(…, ",
    refused: () => spdInverse(tf.tensor([2, 1, 1, 2], [1, 2, 2], "int32")),
    followed: [() => spdInverse(tf.cast(tf.tensor([2, 1, 1, 2], [1, 2, 2], "int32"), "float32"))],
  },
  {
    says: "; take (A + Aᵀ)/2 if that is rounding",
    refused: () => spdInverse(tf.tensor([2, 1.001, 1, 2], [1, 2, 2])),
    followed: [() => {
      const a = tf.tensor([2, 1.001, 1, 2], [1, 2, 2]);
      return spdInverse(tf.div(tf.add(a, tf.transpose(a, [0, 2, 1])), 2));
    }],
  },
  ...[[2e19, 1], [1e18, 1e-4]].map(([size, beta]) => ({
    says: ' in float32; scale J down or raise β"',
    // Squares stay below 3.4e38, and G/β so, too.
    refused: determinant(size!, beta!),
    followed: [determinant(size!, beta!, 1e-8), ...size === 1e18 ? [determinant(1e18, 1e30)] : []],
  })),
  {
    says: "beside ‖J‖²/β; scale J down or raise β",
    // tr G/β = 4e27; of low rank it may be 1e24.
    refused: determinant(3e13, 1),
    followed: [determinant(3e13, 1, 1e-2), determinant(3e13, 1e4)],
  },
  {
    says: "; write the function with these, or give the layer a push of its own",
    refused: jacobian({}),
    followed: [
      jacobian(functionLayer({ inputs: 2, outputs: 2, apply: (_, x) => tf.relu(x) })),
      jacobian({
        push: (_, x, second) => dense(2, 2, "relu").push([tf.eye(2), tf.zeros([2])], x, second),
      }),
    ],
  },
  {
    says: '; take a smaller kernel, or padding "same"',
    refused: () => conv({ input: [4, 4, 1], filters: 2, kernel: 5, padding: "valid" }),
    followed: [
      () => conv({ input: [4, 4, 1], filters: 2, kernel: 4, padding: "valid" }),
      () => conv({ input: [4, 4, 1], filters: 2, kernel: 5, padding: "same" }),
    ],
  },
  {
    says: "}; take less padding",
    refused: () => convTranspose({ input: [1, 1, 1], filters: 2, kernel: 2, padding: 1 }),
    followed: [() => convTranspose({ input: [1, 1, 1], filters: 2, kernel: 2, padding: 0 })],
  },
  {
    says: "; take a divisor",
    refused: () => groupNorm({ input: [4, 4, 6], groups: 4 }),
    followed: [1, 2, 3, 6].map((groups) => () => groupNorm({ input: [4, 4, 6], groups })),
  },
  {
    says: "; take a smaller size or less padding",
    refused: () => averagePool({ input: [4, 4, 1], size: 5 }),
    followed: [() => averagePool({ input: [4, 4, 1], size: 4 })],
  },
  {
    says: "; take a smaller size or less padding",
    refused: () => averagePool({ input: [4, 4, 1], size: 2, padding: 2 }),
    followed: [() => averagePool({ input: [4, 4, 1], size: 2, padding: 1 })],
  },
  {
    says: "; take fewer values",
    refused: () => shapeGrid({ sizes: { orientation: 1000, x: 1000, y: 1000 } }),
    followed: [() => shapeGrid({ sizes: { orientation: 10, x: 10, y: 10 } })],
  },
  {
    says: "; take |w| of weights",
    refused: () => disentanglement(WEIGHTS),
    followed: [() => disentanglement(WEIGHTS.map((row) => row.map(Math.abs)))],
  },
  {
    says: "; give the index of its value",
    refused: () => mutualInformationGap(CODES, VALUES),
    followed: [() => {
      const kinds = [0, 1].map((factor) => [...new Set(VALUES.map((row) => row[factor]!))]);
      return mutualInformationGap(
        CODES,
        VALUES.map((row) => row.map((value, f) => kinds[f]!.indexOf(value))),
      );
    }],
  },
  {
    says: "; take the likelihood of bindModel(description, parameters)",
    refused: () => LEARNED.likelihood.energy(row(), row()),
    followed: [
      () =>
        model.bindModel(LEARNED, model.initialModelParameters(LEARNED, key(1))).likelihood.energy(
          row(),
          row(),
        ),
    ],
  },
  {
    says: "; give it one",
    refused: () => {
      const { sample: _, ...silent } = model.gaussian();
      return model.sampleLikelihood(silent, row(), key(1));
    },
    followed: [
      () => model.sampleLikelihood({ ...model.gaussian(), sample: (g) => tf.onesLike(g) }, row(), key(1)),
    ],
  },
  {
    says: "; keep it until its last use",
    refused: () => {
      const gone = tf.onesLike(row());
      gone.dispose();
      return sequentialOf().apply(gone);
    },
    followed: [() => sequentialOf().apply(tf.onesLike(row()))],
  },
  {
    says: "; pass clamp: true to cut off what overshoots",
    refused: () => encodePng(outside),
    followed: [() => encodePng(outside, { clamp: true })],
  },
];

const errorOf = async (f: () => unknown): Promise<string> => {
  try {
    await f();
    return "";
  } catch (error) {
    return (error as Error).message;
  }
};

for (const [i, advice] of ADVICE.entries()) {
  if ("file" in advice) continue;
  Deno.test(`advice in a message helps where it is followed: ${advice.says} (${i})`, async () => {
    await startEngine("wasm");
    const message = await errorOf(advice.refused);
    const [words] = /\w[^$}"]*/.exec(advice.says)!;
    assert(message.includes(words.trim()), `${words} is not in ${JSON.stringify(message)}`);
    await startEngine("wasm");
    for (const follow of advice.followed) assertEquals(await errorOf(() => follow(message)), "");
  });
}

Deno.test({
  name: "all advice of lib/ and figure/ is followed by a test (needs --allow-read=.)",
  ignore: Deno.permissions.querySync({ name: "read", path: "." }).state !== "granted",
  fn: () => {
    const IMPERATIVE =
      /(?:; |^\s*["`])(call|write|give|let|fold|lower|install|set|start|make|take|convert|scale|pass|use|choose|raise|add|remove|draw|dispose|run|try|load|keep) /;
    const sources = (folder: string): string[] =>
      [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
        isDirectory
          ? sources(`${folder}/${name}`)
          : /(?<!_test)\.ts$/.test(name) && folder !== "lib/embedded"
          ? [`${folder}/${name}`]
          : []
      );
    const found = ["lib", "figure"].flatMap(sources).flatMap((file) =>
      Deno.readTextFileSync(file).split("\n")
        .filter((line) => !/^\s*(\*|\/)/.test(line) && /["`]/.test(line) && IMPERATIVE.test(line))
        .map((line) => `${file}: ${line.trim()}`)
    );
    assert(found.length > 15, `${found.length}`);
    assertEquals(found.filter((line) => !ADVICE.some(({ says }) => line.includes(says))), []);
    for (const advice of ADVICE) {
      assert(found.some((line) => line.includes(advice.says)), `${advice.says} is nowhere`);
      if ("file" in advice) assert(Deno.statSync(advice.file).isFile);
    }
  },
});
