import { encodeBase64 } from "@std/encoding/base64";
import { OBJECTIVE_TITLES } from "../digits/names.ts";
import { COMPARED_OBJECTIVES } from "../../properties/contract/trained.ts";
import { assertCells, different, summary } from "../../fixtures/cells.ts";
import { conclusionText, keptTexts } from "../../fixtures/texts.ts";
import { standardOf } from "../runner/options.ts";
import { conclude } from "./figures.ts";
import { type MeasuredModel, samplesStudy } from "./study.ts";

const next = different();
const bytes = encodeBase64(new Uint8Array(20));
const shown = { channels: 1 as const, width: 1, height: 1, prior: bytes, aggregate: bytes };
/** Models of which no two numbers are equal, seed by seed. */
const MODELS = [7, 8, 9].flatMap((seed) =>
  COMPARED_OBJECTIVES.map((objective): MeasuredModel => (
    { kind: "model", objective, beta: 0.2, seed, prior: 10 * next(), aggregate: 10 * next(), shown }
  ))
);
const REALS = { kind: "reals", accuracy: 0.95, floor: 0.5, untrained: 100, images: 4500 } as const;
const OPTIONS = { ...standardOf(samplesStudy.options), quick: false, seed: 7, seeds: 3 };
const FOUND = await conclude(OPTIONS, [REALS, ...MODELS]);
const having = (objective: string): MeasuredModel[] =>
  MODELS.filter((model) => model.objective === objective);

Deno.test("the rows of distances are those of each objective and source, and over those of the β-VAE with the same seed", () => {
  const sources = [["prior", "N(0, I)"], ["aggregate", "the aggregate posterior"]] as const;
  assertCells(
    FOUND,
    "distances.csv",
    ["samples of", "z from", "seeds", "d²", "least", "most", "ratio", "least ratio", "most ratio"],
    [
      ...COMPARED_OBJECTIVES.flatMap((objective) =>
        sources.map(([source, name]) => [
          ...[OBJECTIVE_TITLES[objective], name, "3 of 3"],
          ...summary(having(objective).map((model) => model[source])),
          ...objective === "beta-vae"
            ? [null, null, null]
            : summary(having(objective).map((model, i) => model[source] / having("beta-vae")[i]![source])),
        ])
      ),
      ["an untrained decoder", "", "", 100, null, null, null, null, null],
      ["the other half of the real images (floor)", "", "", 0.5, null, null, null, null, null],
    ],
  );
});

Deno.test("the points of distances are each model's, the prior's along and the aggregate's up", () => {
  assertCells(
    FOUND,
    "distances-points.csv",
    ["series", "d², z from N(0, I)", "d², z from the aggregate posterior"],
    COMPARED_OBJECTIVES.flatMap((objective) =>
      having(objective).map(({ prior, aggregate }) => [OBJECTIVE_TITLES[objective], prior, aggregate])
    ),
  );
});

keptTexts(
  "every text of the page, its figures and its tables is the one that is kept",
  "samples",
  () => [conclusionText(samplesStudy, FOUND)],
);
