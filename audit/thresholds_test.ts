/**
 * Every threshold of the audits, just inside and just beyond: columns are drawn orthogonal to each other, so that what a fit leaves, and
 * by how much it is better than another, is known before it is made.
 */

import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import type { LossCase } from "../properties/contract/subject.ts";
import { type AuditOptions, auditor, auditRows, numbersFrom } from "./auditor.ts";
import { bentReadings, type BentRow } from "./bent.ts";
import { advantage, type Finding } from "./finding.ts";
import { layoutOf, TERMS } from "./log_row.ts";
import { Asked } from "./loss_design.ts";
import { inBatches, unequalPixel } from "./loss_probe.ts";
import { isExact } from "./readings.ts";
import { standardErrors } from "./student.ts";
import { addRow, emptyTriangle, type Fit, fit } from "./triangle.ts";
import { findingOf, NOTHING_KNOWN } from "./verdict.ts";
import { inWords } from "./words.ts";

const ROWS = 200;
const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + value * b[i]!, 0);
const times = (a: readonly number[], b: readonly number[]): number[] => a.map((value, i) => value * b[i]!);
/** Columns of mean square 1, each orthogonal to 1 and to those before it. */
function orthogonal(columns: readonly (readonly number[])[]): number[][] {
  const found: number[][] = [columns[0]!.map(() => 1)];
  for (const column of columns) {
    let rest = [...column];
    // Twice, since once leaves rounding of the length that is lost.
    for (let again = 0; again < 2; again++) {
      for (const one of found) {
        const along = dot(rest, one) / rest.length;
        rest = rest.map((value, i) => value - along * one[i]!);
      }
    }
    const length = Math.sqrt(dot(rest, rest) / rest.length);
    found.push(rest.map((value) => value / length));
  }
  return found.slice(1);
}
const draw = numbersFrom(3);
const drawn = (): number[] => Array.from({ length: ROWS }, () => 2 * draw() - 1);

const [a, b] = orthogonal([drawn(), drawn()]) as [number[], number[]];
/** The part of a² that no line has, and noise that no reading of these columns explains. */
const [, , curve, , , noise] = orthogonal([a, b, times(a, a), times(a, b), times(b, b), drawn()]) as [
  ...[number[], number[], number[], number[], number[], number[]],
];
/** A log whose loss is half its squared error and its KL, of these deviations, with curvature and noise of others. */
function logOf(parts: { recon?: number; kl?: number; curve?: number; noise?: number; part?: number }) {
  const { part = 1 } = parts;
  return a.map((value, i) => {
    const recon = (parts.recon ?? 1) * value, kl = (parts.kl ?? 1) * b[i]!;
    const more = (parts.curve ?? 0) * curve[i]! + (parts.noise ?? 0) * noise[i]!;
    return { loss: recon + part * kl + more, sse: 2 * recon, kl, step: 1 };
  });
}
const kindOf = (parts: Parameters<typeof logOf>[0]): string => auditRows(logOf(parts)).kind;

Deno.test("curvature is suspected from an advantage of 12 on, and told apart from 20.7 on, which is 1e9 times likelier", () => {
  // Of five coefficients and a constant 194 of 200 rows are left over; six parameters count against it.
  const kinds = [11.9, 12.1, 20.6, 20.8].map((gain) =>
    kindOf({ noise: 0.01, curve: 0.01 * Math.sqrt(Math.exp((gain + 6) / 97) - 1) })
  );
  assertEquals(kinds, ["beta-vae", "unidentified", "unidentified", "not-beta-vae"]);
});

Deno.test("a departure counts from 0.002 of the loss's deviation on, or 0.01 of its smallest term's", () => {
  for (const [kl, counts] of [[1, 0.002 * Math.SQRT2], [0.05, 0.01 * 0.05]] as const) {
    const kinds = [0.99, 1.01].map((times) => kindOf({ kl, noise: 1e-5, curve: times * counts }));
    assertEquals(kinds, ["beta-vae", "not-beta-vae"], `${kl}`);
  }
});

Deno.test("rounding is 1e-6 of the size; a fit that leaves no more is exact, and another is no chance from 100 times its squares on", () => {
  const left = (times: number): Fit => ({ left: times * ROWS * 1e-12, size: 1, freedom: 10 } as Fit);
  assertEquals([isExact(left(0.99), ROWS), isExact(left(1.01), ROWS)], [true, false]);
  const gains = [99, 101].map((times) => advantage(left(0), left(times), ROWS));
  assertEquals(gains.map(Number.isFinite), [true, false]);
  const same = [0.99, 1.01].map((times) =>
    auditRows(logOf({}).map((row, i) => ({ ...row, loss: 1 + 1e-6 * times * a[i]! }))).unknown ===
      "the loss is the same in all rows"
  );
  assertEquals(same, [true, false]);
});

Deno.test("a column within 1e-6 of a constant is one, and so are two columns of each other", () => {
  const entangled = (columns: readonly (readonly number[])[]) => {
    const triangle = emptyTriangle(columns.length + 1);
    a.forEach((value, i) => addRow(triangle, [...columns.map((column) => column[i]!), value]));
    return fit(triangle, columns.map((_, i) => [[i, 1]]), columns.length).entangled;
  };
  const found = [0.99, 1.01].flatMap((times) => [
    entangled([b.map((value) => 1 + 1e-6 * times * value)]),
    // Columns at an angle θ have the singular value θ/√2.
    entangled([a, a.map((value, i) => value + Math.SQRT2 * 1e-6 * times * b[i]!)]),
  ]);
  assertEquals(found, [[0], [0, 1], [], []]);
});

Deno.test("numbers are taken up to 1e150", () => {
  for (const sign of [1, -1]) {
    addRow(emptyTriangle(1), [sign * 1e150]);
    assertThrows(() => addRow(emptyTriangle(1), [sign * 1.0001e150]), RangeError, "leave the row out");
    const row = { sse: 1, kl: 1, loss: 1 };
    auditor().add({ ...row, loss: sign * 1e150 });
    for (const name of ["loss", "sse", "kl"]) {
      assertThrows(() => auditor().add({ ...row, [name]: sign * 1.0001e150 }), RangeError);
    }
  }
});

Deno.test("a term without a coefficient has no part in a loss up to 1e-5 of its deviation, and is unknown beyond", () => {
  /** Noise at which the interval of a coefficient has this part of the loss's deviation, about 1. */
  const at = (width: number): number => width * Math.sqrt(ROWS - 3) / standardErrors(ROWS - 3);
  for (const [part, recon] of [[0, 1], [1, 0]] as const) {
    const mistakes = [0.98, 1.02].map((times) =>
      auditRows(
        logOf({ part, noise: at(1e-5 * times) }).map((row, i) => ({
          ...row,
          loss: row.loss - (1 - recon) * a[i]!,
        })),
      ).mistakes
    );
    const none = recon === 0 ? "the reconstruction has no part in it" : "the KL is never applied";
    assertEquals(mistakes, [[none], []]);
  }
});

Deno.test("a coefficient is known within half of itself", () => {
  const noise = 0.015, width = standardErrors(ROWS - 3) * noise / Math.sqrt(ROWS - 3);
  for (const term of ["recon", "kl"] as const) {
    const kinds = [0.51, 0.49].map((part) => auditRows(logOf({ noise, [term]: width / part })).kind);
    assertEquals(kinds, ["unidentified", "beta-vae"], term);
  }
});

/** The finding for a loss of the reconstruction and the pieces of the KL, with coefficients of their own and noise. */
function findingFor(weights: readonly number[], noisy: number, recon = 0.5): Finding {
  const layout = layoutOf({ loss: 0, sse: 0, mean: [0], spread: { is: "log σ²", values: [0] } });
  const columns = orthogonal([a, ...weights.map(drawn), drawn()]), rest = columns.at(-1)!;
  const places = [
    layout.reconstructions[0]!.columns[0]!,
    layout.mean!,
    layout.spreads[0]!.variance,
    layout.spreads[0]!.logarithm,
  ];
  const dead = new Set(layout.spreads.slice(1).flatMap(({ variance, logarithm }) => [variance, logarithm]));
  const triangle = emptyTriangle(layout.columns + 1);
  const kept = a.map((_, i) => {
    const values = new Float64Array(layout.columns + 1);
    places.forEach((place, k) => values[place] = columns[k]![i]!);
    values[layout.columns] = [recon, ...weights].reduce((sum, weight, k) =>
      sum + weight * columns[k]![i]!, 0) +
      noisy * rest[i]!;
    addRow(triangle, values);
    const kl = new Float64Array([values[places[1]!]! + values[places[2]!]! + values[places[3]!]!]);
    return { at: i + 1, values, kl, step: 1 };
  });
  return findingOf({ layout, batches: false, areMeans: false, dead, loss: layout.columns }, triangle, kept);
}

Deno.test("the KL's pieces are equal within 0.005 of the one of the middle", () => {
  for (const sign of [1, -1]) {
    const found = [0.0049, 0.0051].map((off) => findingFor([1, 1, 1 + sign * off], 0).mistakes);
    assertEquals(found, [[], ["the term −½Σlog σ² counts differently from the rest of the KL"]]);
  }
});

Deno.test("a term is missing, or has the wrong sign, where the interval of each is a tenth of the greatest or less", () => {
  // Four coefficients and a constant: 195 of 200 rows are left over.
  const noisy = (width: number): number => width * Math.sqrt(ROWS - 5) / standardErrors(ROWS - 5);
  const phrases = [0.098, 0.102].map((width) => [
    // A reconstruction beside which the noise is small.
    findingFor([1, 0, 1], noisy(width), 100).mistakes,
    findingFor([1, -1, 1], noisy(width), 100).mistakes,
  ]);
  assertEquals(phrases, [
    [["the term ½Σσ² is missing"], ["the term ½Σσ² has the wrong sign"]],
    [
      ["the term ½Σσ² counts differently from the rest of the KL"],
      ["the term ½Σσ² counts differently from the rest of the KL"],
    ],
  ]);
});

Deno.test("of long rows as many are kept as have 2²⁰ numbers together, but 64", () => {
  for (const [latents, kept, count] of [[5000, 209, 212], [17_000, 64, 66]] as const) {
    const audit = auditor();
    // Beside its latents a row has a reconstruction, nine pieces and the loss: 2²⁰ / 5011 = 209.3.
    for (let i = 0; i < count; i++) {
      const [m, v, sse] = [a[i % ROWS]!, b[i % ROWS]!, curve[i % ROWS]!];
      const many = (value: number) => new Float64Array(latents).fill(value);
      const loss = sse / 2 + latents * (m * m + Math.exp(v) - v) / 2;
      audit.add({ loss, sse, mean: many(m), spread: { is: "log σ²", values: many(v) } });
    }
    assertEquals(audit.verdict().points.length, kept);
  }
});

Deno.test("100,000 batches are known again", () => {
  const audit = auditor(), add = (batch: number) => audit.add({ loss: batch, sse: batch, kl: batch, batch });
  for (let batch = 0; batch < 100_000; batch++) add(batch);
  assertThrows(() => add(0), RangeError, "rows of batch 0 must follow each other");
  add(100_000);
  // The first is forgotten, the second is not.
  add(0);
  assertThrows(() => add(2), RangeError, "rows of batch 2 must follow each other");
});

Deno.test("latents' weights are fitted to 64 of them and from three rows each on, and steps fall into eight windows of four", () => {
  const rows = (count: number, latents: number): BentRow[] =>
    Array.from({ length: count }, (_, step) => ({
      loss: draw(),
      reconstruction: [draw()],
      kl: Array.from({ length: latents }, () => draw()),
      step,
    }));
  const found = (count: number, latents: number, kind: string) =>
    bentReadings(rows(count, latents)).find((one) => one.kind === kind)?.weights.length;
  assertEquals([found(195, 64, "latents"), found(195, 65, "latents")], [64, undefined]);
  assertEquals([found(30, 10, "latents"), found(29, 10, "latents")], [10, undefined]);
  assertEquals([found(10, 1, "latents"), found(10, 2, "latents")], [undefined, 2]);
  assertEquals([found(32, 1, "windows"), found(31, 1, "windows")], [8, undefined]);
});

Deno.test("a logarithm in a cross-entropy is −100 at least, as torch has it", () => {
  assertEquals([[1, 0], [0, 1], [1, 1e-44]].map(([x, p]) => TERMS.bce(x!, p!)), [100, 100, 100]);
  assertAlmostEquals(TERMS.bce(1, 1e-43), 43 * Math.LN10, 1e-12);
});

Deno.test("a coefficient has a factor within 1e-3 of it, or within its interval, where that is narrow", () => {
  const because = (value: number, halfWidth: number, more: Partial<Finding> = {}): readonly string[] => {
    const beta = { value: 1, halfWidth: 0 }, reconstruction = { value, halfWidth };
    return inWords({
      ...NOTHING_KNOWN,
      kind: "beta-vae",
      likelihood: "gaussian",
      reconstruction,
      beta,
      ...more,
    }, {})
      .because;
  };
  const number = /^the reconstruction's coefficient is /;
  const isNumber = (found: readonly string[]): boolean => found.some((one) => number.test(one));
  for (const sign of [1, -1]) {
    assertEquals([0.99e-3, 1.01e-3].map((off) => isNumber(because(0.5 * (1 + sign * off), 0))), [
      false,
      true,
    ]);
  }
  // The interval of 0.4 holds ½ from 0.1 on, and is narrow up to 0.2.
  assertEquals([0.099, 0.101, 0.199, 0.201].map((width) => isNumber(because(0.4, width))), [
    true,
    false,
    false,
    true,
  ]);
  // A factor 2 and a mean over 1000 pixels, with the interval of 1.15e-3 holding 1e-3 and narrow up to a fifth.
  const two = [0.12, 0.14, 0.199, 0.201].map((part) => because(1.15e-3, part * 1.15e-3, { pixels: 1000 }));
  assertEquals(two.map(isNumber), [true, false, false, true]);
  assertEquals(two[1], ["the squared error is not halved", "the reconstruction is a mean over 1000 pixels"]);
});

Deno.test("what is to be corrected, and how much is unexplained, is said from 1e-3, 1e-4 and 0.005 on", () => {
  const base = { ...NOTHING_KNOWN, unexplained: 0, likelihood: "gaussian" as const };
  const said = (finding: Partial<Finding> & Pick<Finding, "kind">, options: AuditOptions = {}) =>
    inWords({ ...base, ...finding }, options);
  const points = [1, 2, 3, 4].map((at) => ({ at, loss: at, explained: 0 }));
  const beta = { value: 2, halfWidth: 0 };
  const corrected = [0.99e-3, 1.01e-3].map((off) =>
    said({ kind: "beta-vae", beta: { ...beta, value: 1 / (1 + off) } }, { expectedBeta: 1, tolerance: 1e-4 })
      .correction !== null
  );
  assertEquals(corrected, [false, true]);
  const shares = [0.99e-4, 1.01e-4].map((unexplained) =>
    /unexplained/.test(said({ kind: "beta-vae", beta, unexplained }).words)
  );
  assertEquals(shares, [false, true]);
  const where = [0.0049, 0.0051].map((unexplained) =>
    /most in rows 4, 3 and 2\./.test(
      said({ kind: "not-beta-vae", mistakes: ["it"], unexplained, points }).words,
    )
  );
  assertEquals(where, [false, true]);
});

Deno.test("a pixel counts differently from 1e-5 of the loss on, and a batch is its examples' sum or mean within 2e-5 of theirs", async () => {
  const sse = ({ x, decoded }: LossCase, extra: number): number =>
    x.reduce(
      (sum, row, i) =>
        sum + row.reduce((s, value, k) => s + (k === 2 ? 1 + extra : 1) * (value - decoded[i]![k]!) ** 2, 0),
      0,
    );
  const example = { x: [0.3, 0.3, 0.3], decoded: [0.4, 0.4, 0.4], mean: [0], logVariance: [0] };
  // The loss is 0.03 where all residuals are 0.1; one of 0.5 in place of 0.1 moves it by 0.24.
  const unequal = await Promise.all(
    [0.98e-5, 1.02e-5].map((extra) =>
      unequalPixel(new Asked((given) => sse(given, extra), 1), example, false)
    ),
  );
  assertEquals(unequal.map((found) => found?.mistake ?? null), [null, "pixels count differently"]);
  const examples = Array.from({ length: 12 }, (_, i) => ({ ...example, x: [0.1 * i, 0.3, 0.3] }));
  for (const [divisor, reduction] of [[1, "sum"], [4, "mean"]] as const) {
    const reductions = await Promise.all([1.98e-5, 2.02e-5].map(async (off) => {
      const asked = new Asked((given) => {
        const sum = sse(given, 0);
        return given.x.length === 1 ? sum : (1 / divisor + off) * sum;
      }, 1);
      return (await inBatches(asked, examples, { n: 3, d: 1 })).reduction;
    }));
    assertEquals(reductions, [reduction, null]);
  }
});
