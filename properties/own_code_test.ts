import { assert, assertEquals } from "@std/assert";
import * as algebra from "../fixtures/subjects/algebra.ts";
import * as networks from "../fixtures/subjects/networks.ts";
import * as objectives from "../fixtures/subjects/objectives.ts";
import * as posterior from "../fixtures/subjects/posterior.ts";
import * as symmetry from "../fixtures/subjects/symmetry.ts";
import { type Code, subjectOf } from "../fixtures/subjects/table.ts";
import * as volumes from "../fixtures/subjects/volumes.ts";
import { defaultCases, type Trained, type TrainingCase, verify } from "./laws/mod.ts";
import { oracle } from "./oracle/mod.ts";

const { train, trainScheduled, ofKind } = oracle;

/** How many parameters the encoder has: they come first. */
const encoderSize = ({ given: { model: { encoder } } }: TrainingCase): number =>
  encoder.reduce((size, { weight, bias }) => size + weight.length * bias.length + bias.length, 0);
/** A trainer that leaves the encoder alone. */
const decoderAlone = (run: TrainingCase): Trained => {
  const before = train({ ...run, steps: 0 }).weights, after = train(run), size = encoderSize(run);
  return { ...after, weights: after.weights.map((weight, i) => i < size ? before[i]! : weight) };
};

/** Trainers that are the oracle's but for one thing. The right ones, with gradients of the oracle, are in routes_test.ts. */
const training: { readonly right: readonly Code[]; readonly wrong: readonly Code[] } = {
  right: [],
  wrong: [
    ["training: the encoder stays", { train: decoderAlone }],
    ["training: one step, however many", {
      train: (run) => train({ ...run, steps: Math.min(1, run.steps) }),
    }],
    ["training: one seed for all", { train: (run) => train({ ...run, seed: 1 }) }],
    ["training: GRAE* whatever is asked", { train: (run) => train({ ...run, objective: "grae-star" }) }],
    ["schedules: no warm-up", { trainScheduled: (run) => trainScheduled({ ...run, warmUp: 0 }) }],
    ["schedules: nothing clipped", { trainScheduled: (run) => trainScheduled({ ...run, clip: null }) }],
    ["schedules: no weight decay", { trainScheduled: (run) => trainScheduled({ ...run, weightDecay: 0 }) }],
    ["schedules: a constant rate", {
      trainScheduled: (run) => trainScheduled({ ...run, rates: "constant" }),
    }],
    ["kinds: whole numbers are taken", { ofKind: (given) => ofKind({ ...given, kind: "float32" }) }],
    ["kinds: refused without a word", {
      ofKind: (given) => {
        if (given.kind !== "float32") throw new TypeError("wrong");
        return ofKind(given);
      },
    }],
  ],
};

const parts = { algebra, networks, objectives, posterior, symmetry, training, volumes };
/** Losses are long to examine, and wrong from the first case on. */
const casesOf = (part: string): number => part === "objectives" ? 8 : defaultCases;

Deno.test("there are at least 60 right and 60 wrong subjects, no two by one name", () => {
  for (const kind of ["right", "wrong"] as const) {
    const names = Object.values(parts).flatMap((part) => part[kind]).map(([what]) => what);
    assert(names.length >= 60, `${names.length} ${kind}`);
    assertEquals(names.length, new Set(names).size);
  }
});

for (const [name, { right, wrong }] of Object.entries(parts)) {
  const cases = casesOf(name);
  for (const row of right) {
    Deno.test(`${name}, right: ${row[0]}`, async () => {
      const { verdict, evidence, unverified } = await verify(subjectOf(row), { cases });
      const because = evidence.find(({ failure }) => failure)?.failure?.message ?? JSON.stringify(unverified);
      assertEquals(verdict, "verified", because);
    });
  }
  for (const row of wrong) {
    Deno.test(`${name}, wrong: ${row[0]}`, async () => {
      assertEquals((await verify(subjectOf(row), { cases })).verdict, "failed");
    });
  }
}
