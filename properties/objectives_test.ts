import { assert } from "@std/assert";
import { startEngine, tf } from "../lib/engine/mod.ts";
import { promisedEngines } from "../lib/engine/promised_engines.ts";
import type { FamilySpec, LikelihoodSpec, ObjectiveName, ObjectiveValue } from "./contract/subject.ts";
import { librarySubject } from "./library_subject.ts";
import { oracle } from "./oracle/mod.ts";
import { randomCase } from "../fixtures/laws/random_model.ts";

const ENGINES = await promisedEngines("wasm", "cpu", "native", "webgpu");

const ACTIVATIONS = ["identity", "relu", "leaky-relu", "tanh", "sigmoid", "softplus", "elu", "gelu"] as const;
const FAMILIES: FamilySpec[] = [{ kind: "isotropic" }, { kind: "mean-field" }, { kind: "block", size: 2 }, {
  kind: "full",
}];
const LIKELIHOODS: LikelihoodSpec[] = [
  { kind: "gaussian", variance: 1 },
  { kind: "gaussian", variance: 0.3 },
  { kind: "bernoulli" },
];

/** Every number of a value, in a fixed order, with its name. */
function flatten({ loss, terms, gradient }: ObjectiveValue): [string, number][] {
  const out: [string, number][] = [["loss", loss]];
  for (const name of Object.keys(terms).sort()) {
    terms[name]!.forEach((v, i) => out.push([`${name}[${i}]`, v]));
  }
  for (const part of ["encoder", "decoder"] as const) {
    gradient![part].forEach(({ weight, bias }, l) => {
      weight.forEach((row, i) => row.forEach((v, j) => out.push([`∂${part}.${l}.weight[${i},${j}]`, v])));
      bias.forEach((v, i) => out.push([`∂${part}.${l}.bias[${i}]`, v]));
    });
  }
  return out;
}

// Rounding of float32 (ε = 6e-8) in sums of some tens of products, relative to the largest number that the
// objective makes of this case, since gradients are differences of terms of that size. The worst seen is
// 11 ε.
const TOLERANCE = 40 * 2 ** -24;

for (const engine of ENGINES) {
  Deno.test(`[A2] every objective equals the oracle in value, terms and all parameter gradients (${engine})`, async () => {
    await startEngine(engine);
    // A software adapter compiles a shader for every new operation: a few networks are enough to see all of them.
    const activations = engine === "webgpu" ? ["tanh"] as const : ACTIVATIONS;
    const before = tf.memory().numTensors;
    for (const [i, activation] of activations.entries()) {
      for (const [j, family] of FAMILIES.entries()) {
        const given = randomCase(i, activation, LIKELIHOODS[(i + j) % 3]!, family);
        for (const name of Object.keys(oracle.objectives) as ObjectiveName[]) {
          const actual = flatten(await librarySubject.objectives![name]!(given));
          const expected = flatten(oracle.objectives[name](given));
          const scale = Math.max(1, ...expected.map(([, v]) => Math.abs(v)));
          expected.forEach(([what, v], k) => {
            const [label, got] = actual[k]!;
            assert(label === what, `${name}: ${label} where ${what} is expected`);
            assert(
              Math.abs(got - v) <= TOLERANCE * scale,
              `${engine} ${activation} ${family.kind} ${given.model.likelihood.kind} ${name} ${what}: ${got} is not ${v}`,
            );
          });
        }
      }
    }
    assert(tf.memory().numTensors === before, "tensors leaked");
  });
}
