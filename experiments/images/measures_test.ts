import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { encodeBase64 } from "@std/encoding/base64";
import { different } from "../../fixtures/cells.ts";
import { conclusionText, keptTexts } from "../../fixtures/texts.ts";
import { loadShapes, take } from "../../lib/data/mod.ts";
import { suiteKey as key } from "../../fixtures/suite_seed.ts";
import { agreements, conclude, differences, kindsOf } from "./figures.ts";
import { MODEL_NAMES, type ModelName } from "./kinds.ts";
import { offDiagonal, scoresOf, SHOWN } from "./models.ts";
import { type ImagesModel, type ImagesOptions, imagesStudy } from "./study.ts";
import { standardOf } from "../runner/options.ts";

const OPTIONS: ImagesOptions = {
  ...standardOf(imagesStudy.options, true),
  quick: true,
  seed: 0,
  latent: 2,
  block: 1,
};

/** A made-up model with these codes `[image][2]`. */
function madeUp(codes: readonly (readonly number[])[], more: Partial<ImagesModel> = {}): ImagesModel {
  return {
    ...{ dataset: "shapes", model: "mean-field", seed: 0, standardError: 0.1, offDiagonalBefore: 0.5 },
    measures: {
      ...{ loss: 20, offDiagonal: 0.1, active: 2, mig: 0.4, factorVae: 0.8 },
      ...{ sap: null, disentanglement: null, completeness: null },
    },
    metric: [[2, 0.5], [0.5, 1]],
    codes: encodeBase64(new Uint8Array(Float32Array.from(codes.flat()).buffer)),
    shown: null,
    ...more,
  };
}
/** All pairs of 14 numbers: two latents of one variance that are uncorrelated. */
const PAIRS = Array.from({ length: 196 }, (_, i) => [i % 14, Math.floor(i / 14)]);
/** The same, turned by 45°. */
const TURNED = PAIRS.map(([a, b]) => [Math.SQRT1_2 * (a! - b!), Math.SQRT1_2 * (a! + b!)]);

Deno.test("seeds agree wholly up to order, sign, scale and mean, and not where one's latents are turned", () => {
  const codes = PAIRS, turned = TURNED;
  const same = codes.map(([a, b]) => [3 - 2 * b!, 5 * a!]);
  const [found] = agreements([codes, same].map((one) => madeUp(one)));
  assertAlmostEquals(found!, 1, 1e-6);
  const [less] = agreements([codes, turned].map((one) => madeUp(one)));
  assertAlmostEquals(less!, Math.SQRT1_2, 1e-6);
  assertEquals(agreements([codes, same, turned].map((one) => madeUp(one))).length, 3);
  assertEquals(agreements([madeUp(codes)]), []);
});

Deno.test("off the diagonal: the mean of M_ij/√(M_ii M_jj) over pairs of latents that count", () => {
  const metric = [[4, 1, 0], [1, 1, 0.5], [0, 0.5, 1]];
  assertAlmostEquals(offDiagonal(metric, [true, true, true])!, (0.5 + 0 + 0.5) / 3, 1e-12);
  assertAlmostEquals(offDiagonal(metric, [true, true, false])!, 0.5, 1e-12);
  assertEquals(offDiagonal(metric, [false, true, false]), null);
});

Deno.test("codes that are the factors have full scores, and turned or unrelated ones do not", async () => {
  const sizes = { shape: 1, scale: 1, orientation: 1, x: 16, y: 16, hue: 1, background: 1 };
  const { train, heldOut } = await loadShapes({ count: 256, size: 8, channels: 1, sizes });
  assertEquals(train.factors!.names, ["x", "y"]);
  const codesOf = (images: typeof train, code: (x: number, y: number) => number[]) => {
    const { classes } = images.factors!;
    return Array.from({ length: images.count }, (_, i) => {
      const [x, y] = classes([i]);
      return Float32Array.from(code(x!, y!));
    });
  };
  const score = (code: (x: number, y: number) => number[]) =>
    scoresOf(train, codesOf(train, code), heldOut, codesOf(heldOut, code), 40, key(2));
  const right = score((x, y) => [x, -y]);
  assertAlmostEquals(right.factorVae, 1, 1e-12);
  for (const value of [right.sap, right.disentanglement, right.completeness]) {
    assert(value! > 0.9, `${value}`);
  }
  // Of 230 of 256 pairs the two places know a little of each other.
  assert(right.mig > 0.75, `${right.mig}`);
  const turned = score((x, y) => [x + y, x - y]);
  assert(turned.mig < 0.1 && turned.sap! < 0.1 && turned.disentanglement! < 0.1, JSON.stringify(turned));
  const nothing = score(() => [1, 2]);
  assertEquals([nothing.mig, nothing.factorVae, nothing.sap], [0, 0, 0]);
});

Deno.test("scores of one ordered factor alone are left out", async () => {
  const sizes = { shape: 3, scale: 1, orientation: 1, x: 8, y: 1, hue: 1, background: 1 };
  const { train } = await loadShapes({ count: 24, size: 8, channels: 1, sizes });
  const some = take(train, 20);
  const codes = Array.from({ length: some.count }, (_, i) => Float32Array.of(i, i % 3));
  const { sap, disentanglement, completeness } = scoresOf(some, codes, some, codes, 10, key(3));
  assertEquals([sap, disentanglement, completeness], [null, null, null]);
});

Deno.test("differences are of mean-field less full with the same seed; a seed that one lacks is left out", async () => {
  const model = (name: ModelName, seed: number, mig: number): ImagesModel => {
    const one = madeUp(name === "full" && seed === 0 ? TURNED : PAIRS, { model: name, seed });
    return { ...one, measures: { ...one.measures, mig } };
  };
  const models = [
    ...[model("mean-field", 0, 0.5), model("mean-field", 1, 0.75), model("mean-field", 2, 0.1)],
    ...[model("full", 1, 0.25), model("full", 0, 0.375), model("block", 2, 9)],
  ];
  const kinds = kindsOf({ datasets: ["faces", "shapes"] }, models);
  assertEquals(kinds.map(({ dataset, model }) => `${dataset} ${model}`), [
    ...["shapes mean-field", "shapes block", "shapes full"],
  ]);
  assertEquals(differences(kinds, "shapes", "mig"), [0.125, 0.5]);
  assertEquals(differences(kinds, "faces", "mig"), []);
  // Those of mean-field have the same codes.
  const [apart] = differences(kinds, "shapes", "agreement");
  assertAlmostEquals(apart!, 1 - Math.SQRT1_2, 1e-6);
  assertEquals(differences(kindsOf({ datasets: ["shapes"] }, models.slice(2)), "shapes", "agreement"), []);
  const { numbers, tables } = await conclude(OPTIONS, models);
  assertEquals(
    ["mean", "least", "most", "above"].map((end) => numbers[`shapes.difference.mig.${end}`]),
    [0.3125, 0.125, 0.5, 2],
  );
  // All losses are the same.
  assertEquals([numbers["shapes.difference.loss.mean"], numbers["shapes.difference.loss.above"]], [0, 0]);
  const rows = tables[1]!.rows.filter((row) => ["MIG", "held-out loss"].includes(`${row[1]}`));
  assertEquals(rows, [
    ["shapes", "held-out loss", 2, 0, 0, 0, 0],
    ["shapes", "MIG", 2, 0.3125, 0.125, 0.5, 2],
  ]);
  assertEquals(tables[0]!.rows.map(([dataset, name, seeds]) => [dataset, name, seeds].join()), [
    ...["shapes,β-VAE, mean-field,3 of 5", "shapes,β-VAE, block,1 of 5", "shapes,β-VAE, full,2 of 5"],
  ]);
  await assertRejects(() => conclude(OPTIONS, []), RangeError, "images: at least one model is required");
});

keptTexts(
  "every text of the page, its figures and its tables is the one that is kept",
  "images",
  async () => {
    assertEquals(SHOWN, { samples: 20, reconstructions: 10, steps: 7 });
    const next = different(), pixels = (count: number) => encodeBase64(new Uint8Array(count));
    const shown = {
      ...{ width: 1, height: 1, channels: 1 as const },
      ...{ samples: pixels(SHOWN.samples), originals: pixels(SHOWN.reconstructions) },
      ...{ reconstructions: pixels(SHOWN.reconstructions), traversals: pixels(2 * SHOWN.steps) },
    };
    const models = (["shapes", "faces"] as const).flatMap((dataset) =>
      MODEL_NAMES.flatMap((model) =>
        [0, 1].map((seed) => {
          const [a, b, c] = [next(), next(), next()];
          return madeUp(Array.from({ length: 9 }, () => [next(), next()]), {
            ...{ dataset, model, seed, metric: [[1 + a, b], [b, 1 + c]], shown: seed === 0 ? shown : null },
            measures: {
              ...{ loss: 20 + next(), offDiagonal: next(), active: seed, mig: next(), factorVae: next() },
              ...{ sap: dataset === "faces" ? null : next(), disentanglement: next(), completeness: next() },
            },
          });
        })
      )
    );
    return [conclusionText(imagesStudy, await conclude({ ...OPTIONS, seeds: 2 }, models))];
  },
);
