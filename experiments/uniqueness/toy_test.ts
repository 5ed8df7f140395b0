import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { key, normal, read, startEngine, tf } from "../../lib/engine/mod.ts";
import { bindModel, describeModel, family, gaussian, withOptimalPosterior } from "../../lib/model/mod.ts";
import { taylorJacobianLoss } from "../../lib/objective/mod.ts";
import { align, planeRotation, planeShortfall } from "../../lib/symmetry/mod.ts";
import {
  ACTIVATE,
  cubature,
  CUBATURE_POINTS,
  linearLoss,
  observe,
  planeOfLoss,
  REACH,
  smallestNorm,
  trueModel,
} from "./toy.ts";

await startEngine("wasm");

const gram = (a: readonly (readonly number[])[]): number[][] =>
  a[0]!.map((_, i) => a[0]!.map((_, j) => a.reduce((sum, row) => sum + row[i]! * row[j]!, 0)));
/** AᵀB */
const across = (a: readonly (readonly number[])[], b: readonly (readonly number[])[]): number[][] =>
  a[0]!.map((_, i) => b[0]!.map((_, j) => a.reduce((sum, row, k) => sum + row[i]! * b[k]![j]!, 0)));

Deno.test("distinct: orthogonal columns whose norms fall from 1 in equal ratios; equal: orthonormal columns", () => {
  for (const latent of [2, 3, 5]) {
    const norms = (kind: "distinct" | "equal"): number[] => {
      const square = gram(trueModel(kind, 2 * latent + 2, latent, key(1)).weights);
      square.forEach((row, i) => row.forEach((v, j) => i === j || assertAlmostEquals(v, 0, 1e-12)));
      return square.map((row, i) => Math.sqrt(row[i]!));
    };
    const distinct = norms("distinct");
    assertAlmostEquals(distinct[0]!, 1, 1e-12);
    assertAlmostEquals(distinct.at(-1)!, 0.6 / latent, 1e-12);
    distinct.slice(2).forEach((v, i) =>
      assertAlmostEquals(v / distinct[i + 1]!, distinct[1]! / distinct[0]!, 1e-12)
    );
    norms("equal").forEach((v) => assertAlmostEquals(v, 1, 1e-12));
  }
});

Deno.test("generic: the singular values of the distinct case, but columns that are not orthogonal", () => {
  const { weights, axes } = trueModel("generic", 8, 3, key(2));
  const square = gram(weights);
  assert(Math.abs(square[0]![1]!) + Math.abs(square[0]![2]!) + Math.abs(square[1]![2]!) > 0.1, `${square}`);
  // UᵀW WᵀU = diag(s²): the axes are left singular vectors.
  const rows = across(axes, weights);
  const spectrum = rows.map((u) => rows.map((v) => u.reduce((sum, x, k) => sum + x * v[k]!, 0)));
  spectrum.forEach((row, i) =>
    row.forEach((v, j) => assertAlmostEquals(v, i === j ? smallestNorm(3) ** i : 0, 1e-12))
  );
});

Deno.test("principal axes are orthonormal, and the columns of W but in the generic case", () => {
  for (const kind of ["distinct", "equal", "generic"] as const) {
    const { weights, axes } = trueModel(kind, 6, 2, key(3));
    gram(axes).forEach((row, i) => row.forEach((v, j) => assertAlmostEquals(v, i === j ? 1 : 0, 1e-12)));
    const same = align(weights, axes).mean;
    if (kind === "generic") assert(same < 0.99, `${same}`);
    else assertAlmostEquals(same, 1, 1e-12);
  }
});

Deno.test("another key is another orientation of the same norms, and the same key the same W", () => {
  const [a, b] = [trueModel("distinct", 6, 2, key(4)), trueModel("distinct", 6, 2, key(5))];
  assertEquals(a, trueModel("distinct", 6, 2, key(4)));
  assert(align(a.weights, b.weights).mean < 0.99);
});

Deno.test("trueModel refuses fewer than two latents, and no room for orthogonal columns", () => {
  assertThrows(() => trueModel("distinct", 6, 1, key(1)), RangeError, "at least 2 latents");
  assertThrows(() => trueModel("distinct", 2, 3, key(1)), RangeError, "3 orthogonal columns");
});

const W = [[1, 0.5], [-1, 0.25], [0, 2]];

Deno.test("without noise x is ν(Wz): of the span of W, or that bent", () => {
  const linear = observe(W, "identity", 0, 50, key(1));
  const bent = observe(W, "tanh", 0, 50, key(1));
  const leaky = observe(W, "leaky-relu", 0, 50, key(1));
  for (let i = 0; i < 50; i++) {
    const [a, b, c] = linear.subarray(3 * i, 3 * i + 3) as unknown as [number, number, number];
    // (3, -1, …) x: rows of W are tied by 4 r₁ + 4 r₂ = 1.5 r₃.
    assertAlmostEquals(4 * a + 4 * b - 1.5 * c, 0, 1e-5);
    for (let j = 3 * i; j < 3 * i + 3; j++) {
      assertAlmostEquals(bent[j]!, Math.tanh(linear[j]!), 1e-6);
      assertAlmostEquals(leaky[j]!, linear[j]! * (linear[j]! < 0 ? 0.2 : 1), 1e-6);
    }
  }
});

Deno.test("the covariance of x is WWᵀ + σ²I where ν is the identity", () => {
  const count = 40_000;
  const x = observe(W, "identity", 0.5, count, key(2));
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = 0; k < count; k++) sum += x[3 * k + i]! * x[3 * k + j]!;
      const wanted = W[i]![0]! * W[j]![0]! + W[i]![1]! * W[j]![1]! + (i === j ? 0.25 : 0);
      // Its standard error is at most √2 · 4.25/√40 000 = .03.
      assertAlmostEquals(sum / count, wanted, 0.12);
    }
  }
});

Deno.test("the same key gives the same examples, and noise of its own does not move z", () => {
  assertEquals(observe(W, "tanh", 0.05, 5, key(3)), observe(W, "tanh", 0.05, 5, key(3)));
  const [still, moved] = [0, 0.05].map((noise) => observe(W, "identity", noise, 200, key(3)));
  const away = Math.hypot(...moved!.map((v, i) => v - still![i]!)) / Math.sqrt(600);
  // 600 deviations of .05 have a root mean square within .05 (1 ± 4/√1200).
  assert(Math.abs(away / 0.05 - 1) < 4 / Math.sqrt(1200), `${away}`);
});

Deno.test("ν is the same on tensors as on numbers", async () => {
  const u = [-2, -0.5, 0, 0.5, 2];
  for (const { ofNumber, ofTensor } of Object.values(ACTIVATE)) {
    const found = [...await ofTensor(tf.tensor(u)).data()];
    u.forEach((v, i) => assertAlmostEquals(found[i]!, ofNumber(v), 1e-6));
  }
});

Deno.test("every example's points have the moments of N(0, I) up to the fifth, whichever way they are turned", async () => {
  const noise = cubature(key(1), 3);
  assertEquals(noise.shape, [CUBATURE_POINTS, 3, 2]);
  const values = await read(noise);
  const normalMoment = [1, 0, 1, 0, 3, 0];
  for (let example = 0; example < 3; example++) {
    for (let i = 0; i <= 5; i++) {
      for (let j = 0; i + j <= 5; j++) {
        let sum = 0;
        for (let s = 0; s < CUBATURE_POINTS; s++) {
          const at = (s * 3 + example) * 2;
          sum += values[at]! ** i * values[at + 1]! ** j;
        }
        assertAlmostEquals(sum / CUBATURE_POINTS, normalMoment[i]! * normalMoment[j]!, 1e-5, `${i} ${j}`);
      }
    }
  }
});

Deno.test("examples are turned differently", async () => {
  const values = await read(cubature(key(2), 2));
  assert(Math.abs(values[0]! - values[2]!) > 1e-3, `${values.subarray(0, 4)}`);
});

const NOISE = 0.05;
const turned = (a: readonly (readonly number[])[], angle: number): number[][] => {
  const r = planeRotation(2, 0, 1, angle);
  return a.map((row) => [0, 1].map((j) => row[0]! * r[0]![j]! + row[1]! * r[1]![j]!));
};

Deno.test("the closed form is the library's loss with the best encoder, on data of exactly the covariance of x", async () => {
  // The rows √n S^½ have the second moment S = WWᵀ + σ²I exactly; a diagonal W makes the root plain.
  const [n, d, noise, beta] = [4, 4, 0.5, 0.7];
  const w = [2, 1, 0.5, 0.25];
  const truth = w.map((v, i) => w.map((_, j) => (i === j ? v : 0)));
  const estimate = Array.from({ length: n }, (_, i) => [...normal(key(i), d)]);
  const x = tf.tensor(
    w.flatMap((v, i) => w.map((_, j) => (i === j ? Math.sqrt(n * (v * v + noise * noise)) : 0))),
    [n, n],
  );
  // The best h(x) = (βσ²I + AᵀA)⁻¹Aᵀx, found by descent on ‖x − Ah‖²/2σ² + β‖h‖²/2, which knows no inverse.
  let c = estimate[0]!.map(() => new Array<number>(n).fill(0));
  for (let step = 0; step < 20_000; step++) {
    const residual = estimate.map((row, i) =>
      row.map((_, k) => (i === k ? 1 : 0) - row.reduce((s, a, j) => s + a * c[j]![k]!, 0))
    );
    c = c.map((row, j) =>
      row.map((v, k) =>
        v + 0.01 * (estimate.reduce((s, a, i) => s + a[j]! * residual[i]![k]!, 0) / noise ** 2 - beta * v)
      )
    );
  }
  const description = describeModel({
    data: n,
    latent: d,
    hidden: [],
    activation: "identity",
    likelihood: gaussian(noise ** 2),
    family: null,
  });
  const transposed = (a: readonly (readonly number[])[]): number[] =>
    a[0]!.flatMap((_, j) => a.map((row) => row[j]!));
  const model = bindModel(description, [
    tf.tensor(transposed(c), [n, d]),
    tf.zeros([d]),
    tf.tensor(transposed(estimate), [d, n]),
    tf.zeros([n]),
  ]);
  for (
    const  of of[family("isotropic", d), family("mean-field", d), family("block", d, 2), family("full", d)]
  ) {
    const best = withOptimalPosterior(model, of, beta);
    const found = (await read(taylorJacobianLoss(best, x, key(0), beta).loss))[0]!;
    assertAlmostEquals(
      linearLoss({ estimate, truth, noise, beta, family: of }),
      found,
      1e-4 * Math.abs(found),
      of.name,
    );
  }
});

Deno.test("turning W costs the mean-field family U5's closed form, and the full and isotropic families nothing", () => {
  const { weights: truth } = trueModel("distinct", 6, 2, key(1));
  const precisions = [1, smallestNorm(2)].map((norm) => 1 + norm ** 2 / NOISE ** 2);
  for (const angle of [0, 0.3, Math.PI / 4, 1.2]) {
    const cost = (name: "isotropic" | "mean-field" | "full"): number => {
      const at = (estimate: number[][]): number =>
        linearLoss({ estimate, truth, noise: NOISE, beta: 1, family: family(name, 2) });
      return at(turned(truth, angle)) - at(truth.map((row) => [...row]));
    };
    assertAlmostEquals(cost("mean-field"), planeShortfall(precisions, angle, 1), 1e-10);
    assertAlmostEquals(cost("full"), 0, 1e-10);
    assertAlmostEquals(cost("isotropic"), 0, 1e-10);
  }
});

Deno.test("at β = 1 the full family has no better decoder than W: it is −E log p(x) there, and above it elsewhere", () => {
  const { weights: truth } = trueModel("generic", 6, 2, key(2));
  const at = (estimate: readonly (readonly number[])[]): number =>
    linearLoss({ estimate, truth, noise: NOISE, beta: 1, family: family("full", 2) });
  // The entropy of N(0, WWᵀ + σ²I), whose eigenvalues are s² + σ² and σ².
  const eigenvalues = [1, smallestNorm(2) ** 2].map((s) => s + NOISE ** 2).concat(
    new Array<number>(4).fill(NOISE ** 2),
  );
  const entropy = eigenvalues.reduce((sum, v) => sum + 0.5 * Math.log(2 * Math.PI * Math.E * v), 0);
  assertAlmostEquals(at(truth), entropy, 1e-10);
  for (let i = 0; i < 20; i++) {
    const moved = truth.map((row, k) => row.map((v, j) => v + 0.1 * normal(key(100 + i), 12)[2 * k + j]!));
    assert(at(moved) > entropy, `${i}`);
  }
});

const CELLS = planeOfLoss("full", { noise: NOISE, beta: 1 }).length;
const cell = (v: number): number => Math.floor((v / REACH + 1) / 2 * CELLS);
/** The least value along each of 16 rays from the origin. */
const alongRays = (plane: readonly (readonly number[])[]): number[] =>
  Array.from({ length: 16 }, (_, i) => {
    const angle = i * Math.PI / 8;
    const values = Array.from({ length: 60 }, (_, k) => {
      const radius = 0.4 + k / 60;
      return plane[cell(radius * Math.sin(angle))]![cell(radius * Math.cos(angle))]!;
    });
    return Math.min(...values);
  });

Deno.test("the full family has a ring of minima, the mean-field family four, at the signed permutations", () => {
  const [full, meanField] = [
    planeOfLoss("full", { noise: NOISE, beta: 1 }),
    planeOfLoss("mean-field", { noise: NOISE, beta: 1 }),
  ];
  // A cell of .025 off the ring costs ½ · E z²(= 2) · .0125² · 1/σ² = .06 nats at the most.
  alongRays(full).forEach((value) => assert(value < 0.1 && value > -1e-9, `${value}`));
  const rays = alongRays(meanField);
  rays.forEach((value, i) => {
    const precisions = [1, smallestNorm(2)].map((norm) => 1 + (norm / NOISE) ** 2);
    // On the circle the loss is above its least by U5's shortfall; beside it, where a ray may find less, by a tenth less.
    const lost = planeShortfall(precisions, i * Math.PI / 8, 1);
    assert(value > 0.9 * lost - 1e-9 && value < lost + 0.1, `${i}: ${value} for ${lost}`);
  });
});

Deno.test("the planes are alike under a quarter turn where W only changes places with its signed permutation", () => {
  const plane = planeOfLoss("mean-field", { noise: NOISE, beta: 1 });
  for (const [row, column] of [[10, 40], [70, 90]] as const) {
    const value = plane[row]![column]!;
    assertAlmostEquals(plane[CELLS - 1 - row]![CELLS - 1 - column]!, value, 1e-9);
    assertAlmostEquals(plane[row]![CELLS - 1 - column]!, value, 1e-9);
  }
});
