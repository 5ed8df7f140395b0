import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { read, startEngine, tf, uniform } from "../../lib/engine/mod.ts";
import { suiteKey as key } from "../../fixtures/suite_seed.ts";
import { bindModel, family, initialModelParameters } from "../../lib/model/mod.ts";
import {
  betaVaeLoss,
  graeBlockLoss,
  graeLoss,
  graeStarLoss,
  graeStarStochasticLoss,
  profiledLoss,
  taylorHessianLoss,
  taylorJacobianLoss,
} from "../../lib/objective/mod.ts";
import { type DecidedLoss, lossAt } from "../../lib/training/mod.ts";
import {
  LIKELIHOOD_NAMES,
  type LikelihoodName,
  OBJECTIVE_NAMES,
  type ObjectiveName,
  OPTIMISED_OUT,
  POSTERIOR_NAMES,
} from "./names.ts";
import { UsageError } from "../runner/options.ts";
import { setUp } from "./setup.ts";

const [DATA, LATENT, BLOCK, BETA] = [12, 4, 2, 0.3];

/** The objective of each name, with the posterior of this one. */
const named = (posterior: typeof POSTERIOR_NAMES[number]): Record<ObjectiveName, DecidedLoss> => {
  const over = posterior === "block" ? family(posterior, LATENT, BLOCK) : family(posterior, LATENT);
  return {
    "beta-vae": (m, x, k) => betaVaeLoss(m, x, k, BETA),
    "taylor-hessian": (m, x, k) => taylorHessianLoss(m, x, k, BETA),
    "taylor-jacobian": (m, x, k) => taylorJacobianLoss(m, x, k, BETA),
    "profiled": (m, x, k) => profiledLoss(m, x, k, BETA, { family: over }),
    "grae": (m, x, k) => graeLoss(m, x, k, BETA),
    "grae-block": (m, x, k) => graeBlockLoss(m, x, k, BETA, { block: BLOCK }),
    "grae-star": (m, x, k) => graeStarLoss(m, x, k, BETA),
    "grae-star-stochastic": (m, x, k) => graeStarStochasticLoss(m, x, k, BETA),
  };
};

Deno.test("what is trained is the objective that was asked for, at its β, with its posterior and likelihood", async () => {
  await startEngine("wasm");
  const x = tf.tensor(uniform(key(3), 5 * DATA), [5, DATA]);
  /** The kind of each, and how many σ are learned. */
  const kinds: Readonly<Record<LikelihoodName, readonly [kind: string, learned: number]>> = {
    "gaussian": ["gaussian", 0],
    "gaussian-learned": ["scaled-gaussian", 1],
    "gaussian-per-channel": ["scaled-gaussian", 3],
    "gaussian-per-pixel": ["scaled-gaussian", DATA],
    "bernoulli": ["bernoulli", 0],
    "continuous-bernoulli": ["continuous-bernoulli", 0],
  };
  for (const likelihood of LIKELIHOOD_NAMES) {
    for (const posterior of POSTERIOR_NAMES) {
      const seen = new Map<string, number>();
      for (const objective of OBJECTIVE_NAMES) {
        const learned = !(objective in OPTIMISED_OUT);
        if (!learned && posterior !== "full") continue;
        const setup = setUp({
          objective,
          posterior: learned ? posterior : null,
          likelihood,
          beta: BETA,
          latent: LATENT,
          block: BLOCK,
          hidden: [7],
          activation: "tanh", // with a curvature, so that the two Taylor losses differ
        }, { height: 1, width: DATA / 3, channels: 3 });
        const name = `${objective}, ${posterior}, ${likelihood}`;
        const { kind, learned: own } = setup.description.likelihood;
        assertEquals([kind, own ? own.shapes[0]!.shape[0] : 0], kinds[likelihood], name);
        assertEquals(
          setup.description.family?.name ?? null,
          learned && objective !== "profiled" ? posterior : null,
          name,
        );
        const model = bindModel(setup.description, initialModelParameters(setup.description, key(1)));
        const valueOf = async (loss: DecidedLoss): Promise<number> =>
          (await read(loss(model, x, key(2)).loss))[0]!;
        const value = await valueOf(lossAt(setup.loss, { beta: BETA }));
        assertEquals(value, await valueOf(named(posterior)[objective]), name);
        // Without a constant, the profiled loss of the full family is GRAE, but for its rounding.
        const same = objective === "grae" && likelihood.endsWith("bernoulli") && posterior === "full";
        if (same) assertAlmostEquals(value, seen.get("profiled")!, 1e-6 * Math.abs(value), name);
        for (const [other, its] of seen) assert(its !== value || (same && other === "profiled"), name);
        seen.set(objective, value);
      }
    }
  }
});

Deno.test("one σ a channel is refused where there is one channel", () => {
  const model = { objective: "beta-vae", beta: 1, latent: 2, hidden: [4], activation: "relu" } as const;
  assertThrows(
    () => setUp({ ...model, likelihood: "gaussian-per-channel" }, { height: 2, width: 2 }),
    UsageError,
    "--likelihood gaussian-per-channel must have images in colour, but these have one channel: take gaussian-learned",
  );
});
