/**
 * What a run of `uniqueness` must report.
 *
 * @module
 */

import type { Tensors, UniquenessOptions } from "../../contract/study_run.ts";
import type { FamilySpec, Matrix, Vector } from "../../contract/specs.ts";
import type {
  Fit,
  Orientations,
  TrainedFamily,
  TrueActivation,
  TrueWeights,
} from "../../contract/trained.ts";
import { tabulate, transpose } from "../../oracle/dense.ts";
import { wiring } from "../../oracle/digits_wiring.ts";
import { rawSize } from "../../oracle/posterior.ts";
import { folded, normals, seeded, type Words } from "../../oracle/threefry.ts";
import {
  alignment,
  hexagons,
  inPlane,
  kuiper,
  leastLoss,
  type Member,
  observed,
  toyGradient,
  toyLoss,
  trueWeights,
} from "../../oracle/toy_model.ts";
import { exactly, type Must, Near, Such } from "./must.ts";
import { medianOf, type PartMust, type StudyMust } from "./study.ts";

const KINDS: readonly TrueWeights[] = ["distinct", "equal", "generic"];
/** Latents to a block, and the number of latents with which there are blocks. */
const [BLOCK, BLOCKED] = [2, 4];
/** Standard deviations to begin with: of A and C, of q, and of q that is to follow a turn. */
const [WEIGHT, SPREAD, NARROW] = [0.2, 0.3, 0.05];
/** A gradient is no longer. */
const LONGEST = 30;
/** A loss is measured on so many examples at most, and by so many samples where there are no hexagons. */
const [MOST, SAMPLES] = [1024, 8];
/** From here on a fit counts as W itself. */
const RECOVERED = 0.99;
/** What W is off by, which is made of draws that are rounded to float32 and then orthogonal, and A: 256 ε. */
const WEIGHTS_OFF = 256;

/** What a part trains. */
interface Task {
  readonly activation: TrueActivation;
  readonly latent: number;
  readonly kinds: readonly TrueWeights[];
  readonly seeds: number;
  readonly family: TrainedFamily;
  readonly square: boolean;
  readonly optimiser: Orientations["optimiser"];
}
/** A member's data. */
interface Given {
  readonly weights: TrueWeights;
  readonly seed: number;
  readonly key: Words;
  readonly truth: { readonly weights: Matrix; readonly axes: Matrix };
  readonly examples: Matrix;
}
/** In which plane latents are turned, and in which family q follows. */
interface Turn {
  readonly family: TrainedFamily;
  readonly plane: readonly [number, number];
}

/** What a fault may take the place of. */
export interface UniquenessWires {
  /** The key of a member. */
  readonly key: (seed: number, latent: number, kind: number, member: number) => Words;
  readonly family: (task: Task) => TrainedFamily;
  readonly beta: (beta: number) => number;
  /** The noise of the first step, from the key of a member's steps. */
  readonly noise: (key: Words, batch: number, latent: number) => Matrix;
  /** The key of the steps of a member that is turned by the k-th angle. */
  readonly turnedKey: (key: Words, k: number) => Words;
  /** The noise of a loss. */
  readonly draws: (count: number, latent: number) => readonly Matrix[];
  /** The examples that a loss is measured on. */
  readonly measured: (examples: Matrix) => Matrix;
  readonly align: (estimate: Matrix, truth: Matrix) => number;
  readonly toTruth: (truth: Given["truth"]) => Matrix;
  readonly toPrincipal: (truth: Given["truth"]) => Matrix;
  readonly inPlane: typeof inPlane;
  readonly uniform: (angles: Vector) => number;
  /** The places of latents in the order in which they are turned, from A. */
  readonly order: (a: Matrix) => Vector;
  readonly angle: (k: number, count: number) => number;
  readonly least: typeof leastLoss;
  /** The least loss at another angle, over that of no turn. */
  readonly base: (turns: readonly Turn[]) => number;
}

const add = (values: Vector): number => values.reduce((sum, one) => sum + one, 0);

export const uniquenessWiring: UniquenessWires = {
  key: (seed, latent, kind, member) => folded(seeded(seed), latent, kind, member),
  family: ({ family }) => family,
  beta: (beta) => beta,
  noise: wiring.noise,
  turnedKey: (key, k) => folded(key, 4, k),
  draws: (count, latent) => {
    if (latent === 2) return hexagons(seeded(0), count);
    const all = normals(seeded(0), SAMPLES * count * latent);
    return Array.from(
      { length: SAMPLES },
      (_, s) => tabulate(count, latent, (i, j) => all[(s * count + i) * latent + j]!),
    );
  },
  measured: (examples) => examples.slice(0, MOST),
  align: alignment,
  toTruth: ({ weights }) => weights,
  toPrincipal: ({ axes }) => axes,
  inPlane,
  uniform: (angles) => kuiper(angles.map((angle) => angle / (Math.PI / 2))),
  order: (a) => {
    const squares = transpose(a).map((column) => add(column.map((one) => one * one)));
    return squares.map((_, j) => j).toSorted((i, j) => squares[j]! - squares[i]!);
  },
  angle: (k, count) => Math.PI / 2 * k / (count - 1),
  least: leastLoss,
  base: (turns) => Math.max(0, turns.findIndex(({ family }) => family === "mean-field")),
};

const specOf = (family: TrainedFamily): FamilySpec =>
  family === "block" ? { kind: "block", size: BLOCK } : { kind: family };
const widthOf = (latent: number): number => 2 * latent + 2;

/** Of two latents every family is turned; of four the latents in a block, and those of two blocks. */
const turnsOf = (latent: number): readonly Turn[] =>
  latent === 2
    ? (["isotropic", "mean-field", "full"] as const).map((family) => ({ family, plane: [0, 1] }))
    : [1, BLOCK].map((other) => ({ family: "block", plane: [0, other] }));

/** The numbers of member m of a tensor of so many numbers each. */
const ofMember = (tensor: Vector, m: number, size: number): Vector => tensor.slice(m * size, (m + 1) * size);
const rowsOf = (numbers: Vector, columns: number): number[][] =>
  Array.from({ length: numbers.length / columns }, (_, i) => numbers.slice(i * columns, (i + 1) * columns));

/** A part: an ensemble of which each member has data of its own. */
class Ensemble {
  readonly width: number;
  #members: readonly Given[] | undefined;
  readonly spread: FamilySpec | null;

  constructor(
    readonly options: UniquenessOptions,
    readonly task: Task,
    readonly epsilon: number,
    readonly wires: UniquenessWires,
  ) {
    const { latent, square } = task;
    this.width = widthOf(latent);
    this.spread = square ? null : specOf(wires.family(task));
  }

  /** How many members. */
  get count(): number {
    return this.task.kinds.length * this.task.seeds;
  }

  /** The members with their data. */
  get members(): readonly Given[] {
    const { options, task: { latent, activation, seeds, kinds }, wires } = this;
    return this.#members ??= kinds.flatMap((weights) =>
      Array.from({ length: seeds }, (_, seed) => {
        const key = wires.key(options.seed, latent, KINDS.indexOf(weights), seed);
        const truth = trueWeights(weights, this.width, latent, folded(key, 0));
        const examples = observed(truth.weights, activation, options.noise, options.examples, folded(key, 1));
        return { weights, seed, key, truth, examples };
      })
    );
  }

  get toy() {
    const { task: { activation }, options: { noise, beta }, wires } = this;
    return { activation, noise, beta: wires.beta(beta) };
  }

  /** Numbers of a member by the name of the tensor. */
  get sizes(): Readonly<Record<string, number>> {
    const { width, task: { latent }, spread } = this;
    return {
      ...{ "decoder.weight": latent * width, "decoder.bias": width },
      ...{ "encoder.weight": latent * width, "encoder.bias": latent },
      spread: spread === null ? latent ** 2 : rawSize(spread, latent),
    };
  }

  get kept(): Record<string, number> {
    const all = Object.entries(this.sizes).map(([name, size]) => [name, size * this.count] as const);
    return Object.fromEntries([...all, ...all.map(([name, size]) => [`first_step.${name}`, size] as const)]);
  }

  /** A member from tensors whose names begin so; with `decoder` its decoder is that. */
  member(
    tensors: Tensors,
    m: number,
    prefix = "",
    spread = this.spread,
    decoder?: Pick<Member, "a" | "b">,
  ): Member {
    const { width, task: { latent } } = this;
    const take = (name: string, size: number): Vector => ofMember(tensors[prefix + name]!, m, size);
    const raw = take("spread", spread === null ? latent ** 2 : rawSize(spread, latent));
    return {
      a: decoder?.a ?? transpose(rowsOf(take("decoder.weight", latent * width), width)),
      b: decoder?.b ?? take("decoder.bias", width),
      c: transpose(rowsOf(take("encoder.weight", latent * width), latent)),
      d: take("encoder.bias", latent),
      spread: spread === null ? { root: transpose(rowsOf(raw, latent)) } : { family: spread, raw },
    };
  }

  /** What the optimiser remembers of the first step. */
  firstStep(): Record<string, Near[]> {
    const { width, task: { latent, optimiser }, members, options: { batch }, spread, wires } = this;
    const found: Record<string, Near[]> = {};
    for (const { key, examples } of members) {
      const start = folded(key, 2);
      const drawn = (part: number): Vector =>
        normals(folded(start, part), latent * width).map((one) => Math.fround(WEIGHT * Math.fround(one)));
      const log = Math.log(SPREAD);
      const raw = spread === null
        ? tabulate(latent, latent, (i, j) => i === j ? SPREAD : 0).flat()
        : Array.from({ length: rawSize(spread, latent) }, (_, i) => i < latent ? log : 0);
      const before = this.member({
        ...{ "decoder.weight": drawn(0), "decoder.bias": Array<number>(width).fill(0) },
        ...{ "encoder.weight": drawn(1), "encoder.bias": Array<number>(latent).fill(0), spread: raw },
      }, 0);
      const noise = wires.noise(folded(key, 3, 0), batch, latent);
      this.#remembered(found, "first_step.", before, examples.slice(0, batch), noise, optimiser);
    }
    return found;
  }

  /** Adds what the optimiser remembers of a member's first step, of tensors whose names do not begin with `held`. */
  #remembered(
    found: Record<string, Near[]>,
    prefix: string,
    member: Member,
    x: Matrix,
    noise: Matrix,
    optimiser: Task["optimiser"],
    held?: string,
  ): void {
    const { rounded, ...all } = toyGradient(member, x, noise, this.toy);
    const gradient = Object.entries(all).filter(([name]) => held === undefined || !name.startsWith(held));
    const norm = Math.sqrt(add(gradient.flatMap(([, slopes]) => slopes.map((one) => one * one))));
    const factor = optimiser === "adam" ? 0.1 : Math.min(1, LONGEST / norm);
    for (const [name, slopes] of gradient) {
      (found[prefix + name] ??= []).push(
        ...slopes.map((one) =>
          new Near(factor * one, 16 * factor * rounded * this.epsilon, "rounding of the gradient")
        ),
      );
    }
  }

  /** What the optimiser remembers of the first steps in which q follows a turn: from the encoder turned, and from a narrow Σ. */
  firstTurned(tensors: Tensors): Record<string, Near[]> {
    const { task: { latent }, members, options: { angles: count, batch }, wires } = this;
    const found: Record<string, Near[]> = {};
    turnsOf(latent).forEach((turn, i) =>
      members.forEach(({ key, examples }, m) => {
        const own = this.member(tensors, m), family = specOf(turn.family), x = examples.slice(0, batch);
        const raw = Array.from({ length: rawSize(family, latent) }, (_, j) =>
          j < latent ? Math.log(NARROW) : 0);
        for (let k = 0; k < count; k++) {
          const turned = (rows: Matrix): Matrix =>
            this.#turned(rows, own.a, turn, wires.angle(k, count));
          const member: Member = {
            ...{ a: turned(own.a), b: own.b, c: transpose(turned(transpose(own.c))), d: turned([own.d])[0]! },
            spread: { family, raw },
          };
          const noise = wires.noise(folded(wires.turnedKey(key, k), 0), batch, latent);
          this.#remembered(found, `first_step.turned.${i}.`, member, x, noise, "gradient-descent", "decoder");
        }
      })
    );
    return found;
  }

  /** M Rᵀ for M `[rows][latent]`: columns in the order of the length of A's, the two of the plane turned. */
  #turned(rows: Matrix, a: Matrix, { plane: [p, q] }: Turn, angle: number): Matrix {
    const order = this.wires.order(a), [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    return rows.map((row) => {
      const [x, y] = [row[order[p]!]!, row[order[q]!]!];
      return order.map((from, j) => j === p ? cos * x - sin * y : j === q ? sin * x + cos * y : row[from]!);
    });
  }

  /** A member's loss. */
  loss(member: Member, examples: Matrix): Near {
    const x = this.wires.measured(examples), draws = this.wires.draws(x.length, member.d.length);
    const { loss, rounded } = toyLoss(member, x, draws, this.toy);
    return new Near(loss, 8 * this.epsilon * rounded, "rounding of x, g, h and log|Σ|");
  }

  fits(tensors: Tensors): Must {
    const { task: { activation, latent, family }, members, wires, epsilon } = this;
    const near = (value: number): Near =>
      new Near(value, WEIGHTS_OFF * epsilon, "W is made of float32 draws");
    return {
      kind: "fits",
      fits: members.map(({ weights, seed, truth, examples }, m) => {
        const member = this.member(tensors, m);
        return {
          ...{ weights, activation, latent, family, seed, loss: this.loss(member, examples) },
          toTruth: near(wires.align(member.a, wires.toTruth(truth))),
          toPrincipal: near(wires.align(member.a, wires.toPrincipal(truth))),
        };
      }),
    };
  }

  orientations(tensors: Tensors): Must {
    const { task: { family, optimiser }, members, wires, epsilon } = this;
    const off = WEIGHTS_OFF * epsilon, because = "W is made of float32 draws";
    const places = members.map(({ truth }, m) => wires.inPlane(this.member(tensors, m).a, truth.weights));
    const offs = places.map(({ along, across }) => 2 * off / Math.hypot(along, across));
    const quarter = Math.PI / 2;
    const angles = places.map(({ angle }, m) =>
      // 0 and π/2 are one angle.
      new Such(angle, (name, found, expect) => {
        expect.is(`${name} is from 0 to below π/2`, Number(found) >= 0 && Number(found) < quarter, true);
        const apart = Number(found) - angle;
        const nearest = angle + apart - quarter * Math.round(apart / quarter);
        expect.close(name, nearest, angle, { value: offs[m]!, because, resolved: true });
      })
    );
    const p = wires.uniform(places.map(({ angle }) => angle));
    // A statistic moves with two of its angles, λ is √n + 1 times it, and no slope of p over λ is above 4.
    const within = 4 * (Math.sqrt(members.length) + 1) * 2 * Math.max(...offs) / quarter;
    return {
      ...{ kind: "orientations", family, optimiser, angles },
      uniformP: new Near(p, within, because),
      plane: places.map((
        { along, across },
      ) => [new Near(along, 4 * off, because), new Near(across, 4 * off, because)]),
    };
  }

  /** Names and sizes of what is kept of turned models. */
  get keptTurned(): Record<string, number> {
    const { width, task: { latent }, options: { angles } } = this, count = this.count * angles;
    return Object.fromEntries(
      turnsOf(latent).flatMap(({ family }, i) =>
        [
          [`turned.${i}.encoder.weight`, count * latent * width],
          [`turned.${i}.encoder.bias`, count * latent],
          [`turned.${i}.spread`, count * rawSize(specOf(family), latent)],
        ] as const
      ).flatMap(([name, size]) => [[name, size], [`first_step.${name}`, size]]),
    );
  }

  turned(tensors: Tensors): Must {
    const { task: { activation, latent }, members, options: { angles: count, noise }, wires } = this;
    const angles = Array.from({ length: count }, (_, k) => wires.angle(k, count));
    const turns = turnsOf(latent), base = wires.base(turns), { beta } = this.toy;
    const losses = turns.map((turn, i) =>
      members.map(({ truth, examples }, m) => {
        const { a, b } = this.member(tensors, m), { family } = turn;
        return angles.map((angle, k) => {
          const turned = this.#turned(a, a, turn, angle);
          const member = this.member(tensors, m * count + k, `turned.${i}.`, specOf(family), {
            a: turned,
            b,
          });
          return {
            seen: this.loss(member, examples),
            least: activation === "identity"
              ? wires.least(turned, truth.weights, specOf(family), noise, beta)
              : null,
          };
        });
      })
    );
    return {
      ...{ kind: "turn", activation, latent, angles: angles.map((angle) => exactly(angle)) },
      curves: turns.map(({ family, plane }, i) => ({
        ...{ family, plane },
        excess: losses[i]!.map((row, m) =>
          row.map(({ seen }) => {
            const from = losses[base]![m]![0]!.seen;
            return new Near(seen.value - from.value, seen.within + from.within, seen.because);
          })
        ),
        theory: activation !== "identity" ? null : losses[i]!.map((row, m) =>
          row.map(({ least }) => {
            const from = losses[base]![m]![0]!.least!;
            return new Near(
              least! - from,
              2 ** -36 * (Math.abs(least!) + Math.abs(from) + 1 / noise ** 2),
              "float64",
            );
          })
        ),
      })),
    };
  }
}

/** The part of an ensemble. */
function partOf(
  name: string,
  task: Partial<Task> & Pick<Task, "seeds" | "family">,
  kind: "fits" | "orientations" | "turned",
  made: (task: Task) => Ensemble,
): PartMust {
  const whole: Task = {
    ...{
      activation: "identity",
      latent: 2,
      kinds: ["distinct"],
      square: false,
      optimiser: "gradient-descent",
    },
    ...task,
  };
  // Not kept: a run has many, each with its examples.
  const ensemble = (): Ensemble => made(whole);
  return {
    name,
    isFirst: true,
    get kept() {
      return { ...ensemble().kept, ...(kind === "turned" ? ensemble().keptTurned : {}) };
    },
    firstStep: (tensors) => ({
      ...ensemble().firstStep(),
      ...(kind === "turned" ? ensemble().firstTurned(tensors) : {}),
    }),
    result: (tensors) => ensemble()[kind](tensors),
  };
}

interface Turned {
  readonly kind: "turn";
  readonly activation: TrueActivation;
  readonly latent: number;
  readonly angles: Vector;
  readonly curves: readonly (Turn & { readonly excess: Matrix; readonly theory: Matrix | null })[];
}
type Reported =
  | { readonly kind: "fits"; readonly fits: readonly Fit[] }
  | (Orientations & { readonly kind: "orientations" })
  | Turned;

/** Key numbers from what parts report. */
function numbersOf(
  fits: readonly Fit[],
  orientations: readonly Orientations[],
  turns: readonly Turned[],
): Record<string, Must> {
  const numbers: Record<string, Must> = {};
  const first = fits.find(({ weights, family }) => weights === "distinct" && family === "mean-field")!;
  const count = (prefix: string, wanted: Partial<Fit>, to: "toTruth" | "toPrincipal" = "toTruth"): void => {
    const all = { weights: "distinct", family: "mean-field", ...wanted };
    const values = fits.filter((one) =>
      Object.entries(all).every(([name, value]) => one[name as keyof Fit] === value)
    ).map((one) => one[to]);
    if (values.length === 0) return;
    numbers[`${prefix}.count`] = values.length;
    numbers[`${prefix}.recovered`] = values.filter((one) => one >= RECOVERED).length;
    numbers[`${prefix}.worst`] = exactly(Math.min(...values));
    numbers[`${prefix}.median`] = exactly(medianOf(values));
  };
  const { latent, activation } = first;
  for (const latent of new Set(fits.map((one) => one.latent))) {
    count(`latents.${latent}.all`, { latent });
    for (const activation of new Set(fits.map((one) => one.activation))) {
      count(`latents.${latent}.${activation}`, { latent, activation });
    }
  }
  count("generic.axes", { latent, activation, weights: "generic" }, "toPrincipal");
  count("generic.columns", { latent, activation, weights: "generic" });
  count("equal", { latent, activation, weights: "equal" });
  for (const family of ["isotropic", "full"] as const) count(family, { latent, activation, family });
  for (const { family, optimiser, angles, uniformP } of orientations) {
    numbers[`orientations.${family}.${optimiser}.count`] = angles.length;
    numbers[`orientations.${family}.${optimiser}.p`] = exactly(uniformP);
  }
  for (const { latent, activation, angles, curves } of turns) {
    const prefix = `turned.${latent}.${activation}`, middle = Math.floor(angles.length / 2);
    numbers[`${prefix}.degrees`] = exactly(angles[middle]! / Math.PI * 180);
    for (const { family, plane: [, other], excess, theory } of curves) {
      const name = family !== "block" ? family : other < BLOCK ? "within-a-block" : "across-blocks";
      const rises = (rows: Matrix): Vector => rows.map((row) => row[middle]! - row[0]!);
      const seen = rises(excess), size = Math.max(...excess.flat().map(Math.abs));
      numbers[`${prefix}.${name}.least`] = exactly(Math.min(...seen), size);
      numbers[`${prefix}.${name}.most`] = exactly(Math.max(...seen), size);
      if (theory === null) continue;
      const apart = rises(theory).map((one, m) => Math.abs(one - seen[m]!));
      numbers[`${prefix}.${name}.apart`] = exactly(Math.max(...apart), size);
    }
  }
  return numbers;
}

/** The table of alignments: a row for each case and family, in the order of the parts. */
function alignmentsOf(fits: readonly Fit[]): Must {
  const groups = new Map<string, Fit[]>();
  for (const one of fits) {
    const name = [one.latent, one.activation, one.family, one.weights].join(" ");
    groups.set(name, [...groups.get(name) ?? [], one]);
  }
  const rows = [...groups.values()].map((all): Must => {
    const [{ latent, activation, family, weights }] = all as [Fit];
    const cells = (values: Vector): Must[] => [exactly(Math.min(...values)), exactly(medianOf(values))];
    // Less (n/2) log 2π.
    const loss = medianOf(all.map((one) => one.loss)) - widthOf(latent) * Math.log(Math.sqrt(2 * Math.PI));
    return [
      ...[latent, activation, family, weights],
      ...[...cells(all.map((one) => one.toTruth)), ...cells(all.map((one) => one.toPrincipal))],
      exactly(loss, Math.abs(loss) + widthOf(latent)),
    ];
  });
  return [
    ["latents", "ν", "family", "W", "to W, worst", "median", "to axes, worst", "median", "loss"],
    ...rows,
  ];
}

/** What a run of `uniqueness` must report. */
export function uniquenessMust(
  options: UniquenessOptions,
  epsilon: number,
  given: Partial<UniquenessWires> = {},
): StudyMust {
  const wires = { ...uniquenessWiring, ...given };
  const { latents, activations, seeds, seedsBeyondPlane, orientations, turned } = options;
  const made = (task: Task): Ensemble => new Ensemble(options, task, epsilon, wires);
  const fits = latents.flatMap((latent) =>
    activations.flatMap((activation) =>
      (["isotropic", "mean-field", "block", "full"] as const)
        .filter((family) => latent === BLOCKED ? family !== "isotropic" : family !== "block")
        .map((family) => {
          const task = {
            activation,
            latent,
            family,
            seeds: latent === 2 ? seeds : seedsBeyondPlane,
            kinds: KINDS,
          };
          return partOf(`fits-${latent}-${activation}-${family}`, task, "fits", made);
        })
    )
  );
  const angles = (["full", "mean-field"] as const).flatMap((family) =>
    (["gradient-descent", "adam"] as const).map((optimiser) => {
      const task = { seeds: orientations, family, square: family === "full", optimiser };
      return partOf(`orientations-${family}-${optimiser}`, task, "orientations", made);
    })
  );
  const turn = (name: string, activation: TrueActivation, latent: number): PartMust =>
    partOf(name, { activation, latent, seeds: turned, family: "mean-field" }, "turned", made);
  const blocked = latents.includes(BLOCKED) && activations.includes("identity");
  return {
    parts: [
      ...fits,
      ...angles,
      ...activations.map((activation) => turn(`turned-${activation}`, activation, 2)),
      ...(blocked ? [turn(`turned-${BLOCKED}-identity`, "identity", BLOCKED)] : []),
    ],
    concluded: (results) => {
      const parts = results as readonly Reported[];
      const fits = parts.flatMap((one) => one.kind === "fits" ? one.fits : []);
      const orientations = parts.filter((one) => one.kind === "orientations");
      return {
        results: {
          fits: fits as unknown as Must,
          orientations: orientations.map(({ family, optimiser, angles, uniformP }) => ({
            ...{ family, optimiser, angles, uniformP },
          })),
        },
        numbers: numbersOf(fits, orientations, parts.filter((one) => one.kind === "turn")),
        tables: { "alignment.csv": alignmentsOf(fits) },
      };
    },
  };
}
