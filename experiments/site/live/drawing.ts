/**
 * The live page's drawings, made of SVG elements.
 *
 * @module
 */

/// <reference lib="dom" />

import { type Matrix, planeShortfall } from "../../../lib/symmetry/mod.ts";
import { FAMILIES, type Settings, type Solution } from "./model.ts";

const POINTS = 96;

/**
 * The points one standard deviation from the middle of N(0, Σ): L (cos t, sin t) with L Lᵀ = Σ, t all around.
 *
 * @param covariance Σ of two latents
 * @throws RangeError unless Σ is positive definite
 */
export function ellipse(covariance: Matrix): [number, number][] {
  const [a, , b, c] = covariance.flat() as [number, number, number, number];
  if (!(a > 0 && a * c > b * b)) {
    throw new RangeError(
      `ellipse: the covariance must be positive definite, but it is ${covariance.flat().join(", ")}`,
    );
  }
  const [l11, l21] = [Math.sqrt(a), b / Math.sqrt(a)];
  const l22 = Math.sqrt(c - l21 ** 2);
  return Array.from({ length: POINTS }, (_, i) => {
    const t = 2 * Math.PI * i / POINTS;
    return [l11 * Math.cos(t), l21 * Math.cos(t) + l22 * Math.sin(t)];
  });
}

/**
 * Where an axis from 0 ends that shows numbers up to `largest`: the next of 1, 2 or 5 times a power of ten, so that it stays
 * put while the numbers change a little.
 *
 * @throws RangeError unless `largest` is above 0
 */
export function roundUp(largest: number): number {
  if (!(largest > 0)) throw new RangeError(`roundUp: a number above 0 is required, but it is ${largest}`);
  const exponent = Math.floor(Math.log10(largest));
  // Written as decimals, so that 0.02 is 0.02 and not 2 × 0.01.
  return [1, 2, 5, 10].map((digit) => Number(`${digit}e${exponent}`)).find((end) => end >= largest)!;
}

/** An SVG element. */
function shape(name: string, attributes: Readonly<Record<string, string | number>>, text = ""): SVGElement {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.textContent = text;
  return element;
}

const line = (kind: string, points: readonly (readonly [number, number])[], closed = false): SVGElement =>
  shape(closed ? "polygon" : "polyline", {
    class: kind,
    points: points.map((point) => point.map((coordinate) => coordinate.toFixed(2)).join(",")).join(" "),
  });

const label = (x: number, y: number, anchor: "start" | "middle" | "end", text: string): SVGElement =>
  shape("text", { x, y, "text-anchor": anchor }, text);

/** Ellipses of Σ*, of the chosen family's best Σ, and of the prior, one standard deviation about the mean. */
export function drawPosteriors(svg: Element, { family }: Settings, { optimum, chosen }: Solution): void {
  const [middleX, middleY, unit] = [165, 155, 122];
  const place = ([z1, z2]: readonly [number, number]): [number, number] => [
    middleX + unit * z1,
    middleY - unit * z2,
  ];
  const [left, right, bottom, top] = [middleX - 145, middleX + 145, middleY + 145, middleY - 145];
  const ticks = [-1, 1].flatMap((z) => [
    line("axis", [[middleX + unit * z, middleY - 4], [middleX + unit * z, middleY + 4]]),
    line("axis", [[middleX - 4, middleY - unit * z], [middleX + 4, middleY - unit * z]]),
  ]);
  svg.replaceChildren(
    line("axis", [[left, middleY], [right, middleY]]),
    line("axis", [[middleX, bottom], [middleX, top]]),
    ...ticks,
    label(middleX + unit + 6, middleY - 6, "start", "1"),
    label(middleX + 6, middleY - unit - 6, "start", "1"),
    shape("circle", { class: "prior", cx: middleX, cy: middleY, r: unit }),
    line("line full", ellipse(optimum).map(place), true),
    ...(family === "full" ? [] : [line(`line ${family}`, ellipse(chosen).map(place), true)]),
    label(middleX + unit + 6, middleY + 18, "start", "z₁ − h₁"),
    label(middleX + 6, middleY + unit + 18, "start", "z₂ − h₂"),
  );
}

/** What each family loses over θ, as lines, and what it was computed to lose, as points. */
export function drawCurve(svg: Element, settings: Settings, { shortfall, most }: Solution): void {
  const { degrees, variances: [v1, v2], beta, family } = settings;
  const [left, right, bottom, top] = [52, 344, 278, 20];
  const curve = (angle: number): number => planeShortfall([1 / v1, 1 / v2], angle * Math.PI / 180, beta);
  // Equal variances leave an axis of a hundredth of a nat, on which rounding cannot be seen.
  const end = roundUp(Math.max(most, 0.01));
  const place = (angle: number, nats: number): [number, number] => [
    left + (right - left) * angle / 180,
    bottom - (bottom - top) * nats / end,
  ];
  const across = (nats: number): [number, number][] => [place(0, nats), place(180, nats)];
  const points = FAMILIES.toSorted((a, b) => Number(a === family) - Number(b === family)).map((name) => {
    const [cx, cy] = place(degrees, shortfall[name]);
    return shape("circle", { class: `point ${name}${name === family ? " chosen" : ""}`, cx, cy, r: 6 });
  });
  svg.replaceChildren(
    ...[end / 2, end].map((nats) => line("grid", across(nats))),
    ...[0, end / 2, end].map((nats) => label(left - 6, place(0, nats)[1] + 4, "end", String(nats))),
    ...[0, 45, 90, 135, 180].flatMap((angle) => [
      line("axis", [place(angle, 0), [place(angle, 0)[0], bottom + 5]]),
      label(place(angle, 0)[0], bottom + 20, "middle", `${angle}°`),
    ]),
    line("axis", across(0)),
    line("axis", [place(0, 0), place(0, end)]),
    line("line full", across(0)),
    line("line isotropic", across(most)),
    line("line mean-field", Array.from({ length: 181 }, (_, angle) => place(angle, curve(angle)))),
    ...points,
    label((left + right) / 2, bottom + 42, "middle", "rotation θ, degrees"),
    label(left - 6, 10, "start", "loss above full, nats"),
  );
}
