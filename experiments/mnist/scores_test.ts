import { assertAlmostEquals, assertEquals } from "@std/assert";
import { inFolder, mayUseDisk } from "../../fixtures/temporary_folder.ts";
import { read, tf } from "../../lib/engine/mod.ts";
import { loadDigits, take } from "../../lib/data/mod.ts";
import { bindModel, modelParameterShapes } from "../../lib/model/mod.ts";
import { graeLoss, graeStarLoss } from "../../lib/objective/mod.ts";
import { decodeCheckpoint } from "../../lib/training/mod.ts";
import { imagesOf } from "../digits/images.ts";
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
      const { state } = decodeCheckpoint(bytes, folder, modelParameterShapes(setup.description));
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
