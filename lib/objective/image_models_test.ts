import { assert, assertEquals } from "@std/assert";
import images from "../../fixtures/golden/images.json" with { type: "json" };
import { key, read, startEngine, tf, valueAndGradients } from "../engine/mod.ts";
import { promisedEngines } from "../engine/promised_engines.ts";
import {
  bernoulli,
  bindModel,
  type Family,
  family,
  gaussian,
  type Model,
  type ModelDescription,
} from "../model/mod.ts";
import {
  averagePool,
  bindDifferentiableNetwork,
  conv,
  convTranspose,
  dense,
  type DifferentiableLayer,
  groupNorm,
  layerNorm,
  reshape,
  residual,
  sequential,
  upsample,
} from "../network/mod.ts";
import {
  betaVaeLossAt,
  graeLoss,
  graeStarLoss,
  type ObjectiveValue,
  profiledLoss,
  taylorHessianLoss,
} from "./mod.ts";

const ENGINES = await promisedEngines("cpu", "wasm", "native", "webgpu");

type Numbers = number | readonly Numbers[];
type Spec = Readonly<Record<string, unknown>> & { readonly kind: string };
/** As `make_images.py` writes it. */
interface Case {
  readonly name: string;
  readonly encoder: readonly Spec[];
  readonly decoder: readonly Spec[];
  readonly latent: number;
  readonly likelihood: { readonly kind: string; readonly variance?: number };
  readonly family: { readonly kind: "mean-field" | "full" | "block"; readonly size?: number };
  readonly beta: number;
  readonly parameters: readonly Numbers[];
  readonly x: Numbers;
  readonly noise: Numbers;
  readonly directions: Numbers;
  readonly expected: Readonly<Record<"mean" | "output" | "jacobian" | "secondDirectional", Numbers>> & {
    readonly objectives: Readonly<
      Record<
        keyof typeof LOSSES,
        {
          readonly loss: number;
          readonly terms: Readonly<Record<string, Numbers>>;
          readonly gradient: readonly Numbers[];
        }
      >
    >;
  };
}
const cases = images.cases as unknown as readonly Case[];

const flat = (numbers: Numbers): number[] => typeof numbers === "number" ? [numbers] : numbers.flatMap(flat);
const shapeOf = (numbers: Numbers): number[] =>
  typeof numbers === "number" ? [] : [numbers.length, ...shapeOf(numbers[0]!)];
const tensor = (numbers: Numbers): tf.Tensor => tf.tensor(Float32Array.from(flat(numbers)), shapeOf(numbers));

/** What may go wrong in making a model of a description. */
type Change = (spec: Spec) => Spec;
const same: Change = (spec) => spec;

function layerOf(given: Spec, change: Change): DifferentiableLayer {
  const { kind, ...rest } = change(given);
  const options = rest as never;
  const make: Readonly<Record<string, () => DifferentiableLayer>> = {
    dense: () => dense(rest["inputs"] as number, rest["outputs"] as number, rest["activation"] as "tanh"),
    conv: () => conv(options),
    convTranspose: () => convTranspose(options),
    reshape: () => reshape(options),
    upsample: () => upsample(options),
    averagePool: () => averagePool(options),
    layerNorm: () => layerNorm(options),
    groupNorm: () => groupNorm(options),
    residual: () => residual((rest["layers"] as Spec[]).map((spec) => layerOf(spec, change))),
  };
  return make[kind]!();
}

const familyOf = ({ family: { kind, size }, latent }: Case): Family =>
  kind === "block" ? family("block", latent, size!) : family(kind, latent);

function describe(c: Case, change = same): ModelDescription {
  const { encoder, decoder, latent, likelihood } = c;
  const network = (specs: readonly Spec[]) => sequential(specs.map((spec) => layerOf(spec, change)));
  return {
    encoder: network(encoder),
    decoder: network(decoder),
    latent,
    likelihood: likelihood.kind === "gaussian" ? gaussian(likelihood.variance) : bernoulli(),
    family: familyOf(c),
  };
}

const unused = key(0);
const LOSSES = {
  "beta-vae": (m: Model, x: tf.Tensor, c: Case) => betaVaeLossAt(m, x, tensor(c.noise), c.beta),
  "taylor-hessian": (m: Model, x: tf.Tensor, c: Case) => taylorHessianLoss(m, x, unused, c.beta),
  profiled: (m: Model, x: tf.Tensor, c: Case) => profiledLoss(m, x, unused, c.beta, { family: familyOf(c) }),
  grae: (m: Model, x: tf.Tensor, c: Case) => graeLoss(m, x, unused, c.beta),
  "grae-star": (m: Model, x: tf.Tensor, c: Case) => graeStarLoss(m, x, unused, c.beta),
} satisfies Record<string, (m: Model, x: tf.Tensor, c: Case) => ObjectiveValue>;

/** The largest difference, relative to the largest of the expected numbers. */
function off(actual: ArrayLike<number>, expected: Numbers): number {
  const right = flat(expected);
  assertEquals(actual.length, right.length);
  const scale = Math.max(1e-3, ...right.map(Math.abs));
  return Math.max(...right.map((v, i) => Math.abs(v - actual[i]!))) / scale;
}
/** Some 500 roundings of 2⁻²⁴, relative to the largest number, through at most 6 layers whose slopes are about 1: 2e-4. */
const TOLERANCE = 2e-4;

/** By how much values and derivatives of the decoder differ from JAX's. */
async function derivatives(c: Case, change = same): Promise<number[]> {
  const description = describe(c, change),
    count = description.encoder.layers.flatMap((l) => l.parameters).length;
  const g = bindDifferentiableNetwork(description.decoder, c.parameters.slice(count).map(tensor));
  const mean = tensor(c.expected.mean), directions = tf.transpose(tensor(c.directions), [0, 2, 1]);
  const { value, second } = g.secondPushforward(mean, directions);
  return [
    off(await read(value), c.expected.output),
    off(await read(g.jacobian(mean)), c.expected.jacobian),
    off(await read(tf.transpose(second, [0, 2, 1])), c.expected.secondDirectional),
  ];
}

Deno.test("decoders of image layers, their Jacobians and second derivatives are JAX's, on every engine", async () => {
  for (const engine of ENGINES) {
    await startEngine(engine);
    for (const c of cases) {
      for (const [i, error] of (await derivatives(c)).entries()) {
        assert(
          error <= TOLERANCE,
          `${engine} ${c.name} ${["value", "Jacobian", "second"][i]}: off by ${error}`,
        );
      }
    }
  }
});

Deno.test("objectives of models of image layers, and all their gradients, are JAX's", async () => {
  for (const engine of ENGINES) {
    await startEngine(engine);
    for (const c of cases) {
      const description = describe(c), x = tensor(c.x);
      for (const [name, expected] of Object.entries(c.expected.objectives)) {
        const { value, gradients, info } = valueAndGradients((p) => {
          const { loss, terms } = LOSSES[name as keyof typeof LOSSES](bindModel(description, p), x, c);
          return { value: loss, info: terms };
        }, c.parameters.map(tensor));
        const parts: [string, tf.Tensor, Numbers][] = [["loss", value, expected.loss]];
        for (const [term, numbers] of Object.entries(expected.terms)) {
          parts.push([term, info[term]!, numbers]);
        }
        gradients.forEach((gradient, i) => parts.push([`gradient ${i}`, gradient, expected.gradient[i]!]));
        for (const [part, actual, numbers] of parts) {
          const error = off(await read(actual), numbers);
          assert(error <= TOLERANCE, `${engine} ${c.name} ${name} ${part}: off by ${error}`);
        }
      }
    }
  }
});

Deno.test("models that are made a little wrong are told from JAX's", async () => {
  await startEngine("cpu");
  const edited = (kind: string, edit: (spec: Spec) => object): Change => (spec) =>
    spec.kind === kind ? { ...spec, ...edit(spec) } : spec;
  const all: Readonly<Record<string, Change>> = {
    "tanh for softplus": edited(
      "convTranspose",
      ({ activation }) => activation === "softplus" ? { activation: "tanh" } : {},
    ),
    "no activation of a convolution": edited("conv", () => ({ activation: "identity" })),
    "no activation of a transposed one": edited("convTranspose", () => ({ activation: "identity" })),
    "one group": edited("groupNorm", () => ({ groups: 1 })),
    "a group for each channel": edited("groupNorm", ({ input }) => ({ groups: (input as number[])[2] })),
    "another ε of groups": edited("groupNorm", () => ({ epsilon: 0.02 })),
    "another ε of layers": edited("layerNorm", () => ({ epsilon: 0.02 })),
    "bilinear for nearest": edited(
      "upsample",
      ({ method }) => method === "nearest" ? { method: "bilinear" } : {},
    ),
    "nearest for bilinear": edited(
      "upsample",
      ({ method }) => method === "bilinear" ? { method: "nearest" } : {},
    ),
    "sigmoid in a residual": edited(
      "conv",
      ({ activation }) => activation === "gelu" ? { activation: "sigmoid" } : {},
    ),
    "relu for leaky-relu": edited(
      "convTranspose",
      ({ activation }) => activation === "leaky-relu" ? { activation: "relu" } : {},
    ),
    "elu for softplus": edited(
      "convTranspose",
      ({ activation }) => activation === "softplus" ? { activation: "elu" } : {},
    ),
  };
  for (const [fault, change] of Object.entries(all)) {
    const errors = await Promise.all(cases.map((c) => derivatives(c, change)));
    assert(errors.flat().some((error) => !(error <= 5 * TOLERANCE)), `${fault} is not seen`);
  }
});
