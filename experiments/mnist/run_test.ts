import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { inFolder, mayUseDisk } from "../../fixtures/temporary_folder.ts";
import { foldIn, key as keyOf, read, tf, valueAndGradients } from "../../lib/engine/mod.ts";
import { loadDigits, take } from "../../lib/data/mod.ts";
import { bindModel, initialModelParameters, modelParameterShapes } from "../../lib/model/mod.ts";
import { graeLoss, graeStarLoss } from "../../lib/objective/mod.ts";
import { adam, decodeCheckpoint, initialAdamState, lossAt } from "../../lib/training/mod.ts";
import { fitDigits, INITIAL, NOISE, ORDER } from "../digits/fit.ts";
import { batchesOf, imagesOf } from "../digits/images.ts";
import { setUp } from "../digits/setup.ts";
import { FILES } from "./folder.ts";
import { trainMnist } from "./mnist.ts";
import { parseOptions } from "./options.ts";
import { SMALL } from "./small_run.ts";

Deno.test({
  name:
    "the last scores of a run are the losses of its checkpoint at the run's β, on held-out digits and on those it saw (needs --allow-read=. --allow-write=.test)",
  ignore: !mayUseDisk,
  fn: () =>
    inFolder(async (place) => {
      const short = SMALL.map((word, i) => (SMALL[i - 1] === "--epochs" ? "1" : word));
      const parsed = parseOptions([
        ...short,
        ..."--objective grae --beta 0.35 --out".split(" "),
        `${place}/run`,
      ]);
      if (parsed.kind !== "train") throw new Error("no options are to train");
      const { metrics, folder } = await trainMnist(parsed.options);
      const setup = setUp(parsed.options, 784);
      const bytes = await Deno.readFile(`${folder}/${FILES.checkpoint}`);
      const { state } = await decodeCheckpoint(bytes, folder, modelParameterShapes(setup.description));
      const model = bindModel(setup.description, state.parameters);
      const split = await loadDigits();
      assertEquals(split.heldOut.count, 1000);
      const parts = { heldOut: split.heldOut, train: take(take(split.train, 300), 1000) };
      for (const [part, digits] of Object.entries(parts)) {
        const scores = metrics.at(-1)![part as "heldOut" | "train"];
        assertEquals(scores.images, digits.count, part);
        for (const [name, loss] of Object.entries({ grae: graeLoss, "grae-star": graeStarLoss } as const)) {
          const scope = tf.openScope();
          const [value] = await read(loss(model, imagesOf(digits, 0, digits.count), [0, 0], 0.35).loss);
          scope.close();
          const found = scores.yardsticks[name as "grae" | "grae-star"].value;
          // Sums over 784 pixels in float32, in other batches.
          assertAlmostEquals(found, value!, 1e-5 * value!, `${part} ${name}`);
          if (name === "grae") assertAlmostEquals(scores.loss.value, value!, 1e-5 * value!, part);
        }
      }
    }),
});

Deno.test({
  name:
    "the weights of a run, and of a study's fit, are those that gradient steps of its objective give, at its β, from its initial weights and batches (needs --allow-read=. --allow-write=.test)",
  ignore: !mayUseDisk,
  fn: () =>
    inFolder(async (place) => {
      const small =
        "--hidden 12 --latent 2 --limit 90 --batch 30 --epochs 1 --engine wasm --activation tanh --seed 6";
      const runs = [
        "beta-vae --posterior full",
        "taylor-hessian --posterior isotropic",
        "taylor-jacobian --posterior full",
      ];
      runs.push(
        "profiled --posterior mean-field",
        "grae",
        "grae-block --block 1",
        "grae-star",
        "grae-star-stochastic",
      );
      for (const [i, objective] of runs.entries()) {
        const beta = 0.35 + 0.2 * i;
        const line = `--objective ${objective} --beta ${beta} ${small} --out`;
        const parsed = parseOptions([...line.split(" "), `${place}/${i}`]);
        if (parsed.kind !== "train") throw new Error("no options are to train");
        const { state, folder } = await trainMnist(parsed.options);
        assert(folder.endsWith(`${i}`));
        const { train: digits, ...rest } = await loadDigits();
        const split = { ...rest, train: take(digits, 90) };
        const watch = { signal: new AbortController().signal, progress: () => {} };
        const { parameters: fitted } = await fitDigits(parsed.options, split, watch);
        const setup = setUp(parsed.options, 784);
        const loss = lossAt(setup.loss, { beta });
        const key = keyOf(6);
        const batch = batchesOf(split.train, 30, foldIn(key, ORDER));
        let own = initialAdamState(initialModelParameters(setup.description, foldIn(key, INITIAL)));
        for (let step = 0; step < 3; step++) {
          const { gradients } = valueAndGradients((parameters) => ({
            value:
              loss(bindModel(setup.description, parameters), batch(0, step), foldIn(foldIn(key, NOISE), step))
                .loss,
            info: {},
          }), own.parameters);
          own = adam(own, gradients, 1e-3);
        }
        for (const [k, tensor] of state.parameters.entries()) {
          const [found, expected] = [await read(tensor), await read(own.parameters[k]!)];
          assertEquals(await read(fitted[k]!), found, `${objective}: a study's fit`);
          // A step is 1e-3 at most; the same operations, but for β in float32 or double precision.
          found.forEach((v, at) => assertAlmostEquals(v, expected[at]!, 2e-6, `${objective}: ${k}[${at}]`));
        }
      }
    }),
});
