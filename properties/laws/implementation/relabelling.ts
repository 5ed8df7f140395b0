/**
 * A4: the names of the latents mean nothing.
 *
 * @module
 */

import fc from "fast-check";
import { asCase, factorOf, taylorPoint } from "../arbitrary/taylor_point.ts";
import { type FullCase, hardCase, largestCases } from "../arbitrary/hard_case.ts";
import { listOf, matrix } from "../arbitrary/number.ts";
import { objectiveCase } from "../arbitrary/model.ts";
import { added, type Clause, clause, law, objectiveNames, tex, tolerance } from "../../contract/mod.ts";
import type { FamilySpec, Matrix, NetworkSpec, ObjectiveName, Vector } from "../../contract/subject.ts";
import { apply, choleskyFactor, multiply, solveLower, transpose } from "../reference/algebra.ts";
import { blockSizeOf, rawOf, rawSizeOf } from "../reference/raw_factor.ts";
import { lossTolerance } from "./loss_tolerance.ts";

/** Blocks of a family or an objective that may change places; the latents keep their order inside. */
function unitOf(name: ObjectiveName, { model, block }: FullCase): number {
  const learned = name === "beta-vae" || name.startsWith("taylor") || name === "profiled";
  const own = learned ? blockSizeOf(model.family, model.latent) : 1;
  return name === "grae-block" ? block : own;
}

/** The order of latents when blocks of `size` are put into the order `blocks`. */
function ofBlocks(blocks: Vector, size: number): number[] {
  return blocks.flatMap((block) => Array.from({ length: size }, (_, i) => block * size + i));
}

/** Raw numbers when whole blocks change places: those of each block move with it. */
function rawOrder(family: FamilySpec, latent: number, order: Vector): number[] {
  const count = rawSizeOf(family, latent);
  if (family.kind === "isotropic") return [0];
  const size = blockSizeOf(family, latent), inside = (count - latent) / (latent / size);
  const below = Array.from({ length: latent / size }, (_, block) => Math.floor(order[block * size]! / size))
    .flatMap((from) => Array.from({ length: inside }, (_, i) => latent + from * inside + i));
  return [...order, ...below];
}

/** The model with its latents in another order: the outputs of the encoder and the inputs of the decoder. */
function relabelled(given: FullCase, order: Vector): FullCase {
  const { encoder, decoder, latent, family } = given.model;
  const outputs = [...order, ...rawOrder(family, latent, order).map((i) => latent + i)];
  const last = encoder.at(-1)!;
  const turned: NetworkSpec = [...encoder.slice(0, -1), {
    ...last,
    weight: last.weight.map((row) => outputs.map((i) => row[i]!)),
    bias: outputs.map((i) => last.bias[i]!),
  }];
  const [first, ...rest] = decoder as [NetworkSpec[number], ...NetworkSpec[number][]];
  return {
    ...given,
    model: {
      ...given.model,
      encoder: turned,
      decoder: [{ ...first, weight: order.map((i) => first.weight[i]!) }, ...rest],
    },
    noise: given.noise.map((sample) => sample.map((row) => order.map((i) => row[i]!))),
    columns: given.columns.map((column) => order.indexOf(column)),
  };
}

/** Keys that order any number of things. */
const keys = listOf(8, fc.nat(1000));

/** 0 … count − 1, in the order of the keys. */
function ordered(count: number, by: Vector): number[] {
  return Array.from({ length: count }, (_, i) => i).toSorted((i, j) => by[i]! - by[j]!);
}

/** Blocks of two as often as anything else: from two of them on, blocks and latents can both change places. */
const inBlocks: fc.Arbitrary<FullCase> = fc.oneof(
  hardCase,
  objectiveCase({ minLatent: 4 }).map((given) => ({
    ...given,
    block: given.model.latent % 2 === 0 ? 2 : given.block,
  })),
);

function invariance(name: ObjectiveName): Clause {
  return clause({
    says: name === "grae-block"
      ? "grae-block does not change when whole blocks change places, nor when latents do inside each of them"
      : `${name} does not change when latents (or the blocks of its family) change places`,
    needs: [`objectives.${name}`],
    given: fc.record({ given: name === "grae-block" ? inBlocks : hardCase, between: keys, inside: keys }),
    // Each of eight objectives.
    atMost: 25,
    examples: largestCases.map((given) => ({
      given: { ...given, block: 4 },
      between: [3, 1, 2, 0, 7, 5, 4, 6],
      inside: [1, 0, 3, 2, 6, 7, 4, 5],
    })),
    examine: async ({ objectives }, { given, between, inside }, expect) => {
      const { latent, family } = given.model;
      const size = unitOf(name, given);
      let order = ofBlocks(ordered(latent / size, between), size);
      if (name === "grae-block") {
        // Inside its block, each latent goes where its own key puts it.
        const blocks = Array.from({ length: latent / size }, (_, b) => order.slice(b * size, (b + 1) * size));
        order = blocks.flatMap((block) => block.toSorted((i, j) => inside[i]! - inside[j]!));
      }
      // GRAE takes no notice of the raw factor, which therefore need not follow.
      const simple: FullCase = size === blockSizeOf(family, latent) ? given : withoutRaw(given);
      const before = await objectives[name](simple),
        after = await objectives[name](relabelled(simple, order));
      const slack = lossTolerance(name, simple, expect.epsilon);
      expect.close(`${name} relabelled by ${order.join()}`, after.loss, before.loss, added(slack, slack));
      for (const [term, entries] of Object.entries(before.terms)) {
        expect.closeVector(term, after.terms[term] ?? [], entries, added(slack, slack));
      }
    },
  });
}

/** The encoder without a raw factor. */
function withoutRaw(given: FullCase): FullCase {
  const { encoder, latent } = given.model;
  const last = encoder.at(-1)!;
  const cut = {
    ...last,
    weight: last.weight.map((row) => [...row.slice(0, latent), ...row.slice(0, latent)]),
    bias: [...last.bias.slice(0, latent), ...last.bias.slice(0, latent)],
  };
  return {
    ...given,
    model: { ...given.model, encoder: [...encoder.slice(0, -1), cut], family: { kind: "mean-field" } },
  };
}

const learned = ["beta-vae", "taylor-hessian", "taylor-jacobian"] as const;

function fullFamily(name: typeof learned[number]): Clause {
  return clause({
    says: `${name} of a full covariance does not change under any relabelling, Σ becoming PΣPᵀ`,
    needs: [`objectives.${name}`],
    given: taylorPoint({ family: "full" }).chain((point) =>
      fc.record({ point: fc.constant(point), by: keys, noise: matrix(2, point.mean.length, 2) })
    ),
    atMost: 40,
    examine: async ({ objectives }, { point, by, noise }, expect) => {
      const order = ordered(point.mean.length, by);
      const l = factorOf(point), rows = order.map((i) => l[i]!);
      const turned = choleskyFactor(multiply(rows, transpose(rows)));
      const [first, ...rest] = point.decoder as [NetworkSpec[number], ...NetworkSpec[number][]];
      const relabelled = {
        ...point,
        mean: order.map((i) => point.mean[i]!),
        raw: rawOf(point.family, turned),
        decoder: [{ ...first, weight: order.map((i) => first.weight[i]!) }, ...rest],
      };
      // The same z: PLε = L'ε' for ε' = L'⁻¹PLε.
      const moved = noise.map((e) =>
        solveLower(turned, apply(rows, e).map((entry) => [entry])).map(([entry]) => entry!)
      );
      const one = { ...asCase(point), noise: noise.map((e): Matrix => [e]) };
      const two = { ...asCase(relabelled), noise: moved.map((e): Matrix => [e]) };
      const before = await objectives[name](one), after = await objectives[name](two);
      const slack = added(lossTolerance(name, one, expect.epsilon), lossTolerance(name, two, expect.epsilon));
      // ε' is as exact as L'⁻¹ allows.
      const turning = tolerance("the factor of PΣPᵀ", {
        c: 64,
        kappa: Math.exp(2 * (Math.max(...point.raw) - Math.min(...point.raw))) * l.length ** 3,
        epsilon: 2 ** -53,
        scale: Math.abs(before.loss) + 1,
      });
      expect.close(`${name} relabelled by ${order.join()}`, after.loss, before.loss, added(slack, turning));
    },
  });
}

export const A4 = law({
  id: "A4",
  title: "Relabelling",
  statement: "relabelling the latents, and the blocks, leaves every loss unchanged",
  tex: tex`\mathcal L(P h,\;P\Sigma P^\top,\;g\circ P^\top)=\mathcal L(h,\Sigma,g)`,
  source: "the implementation",
  kind: "identity",
  assumptions: ["P permutes latents within what the family, or the blocks, allow"],
  clauses: [...objectiveNames.map(invariance), ...learned.map(fullFamily)],
});
