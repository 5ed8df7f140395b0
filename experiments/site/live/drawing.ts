/**
 * The live page's drawings, made of SVG elements.
 *
 * @module
 */

/// <reference lib="dom" />

import { type Matrix, planeMeanFieldGap } from "../../../lib/symmetry/mod.ts";
import { FAMILIES, type Settings, type Solution } from "./model.ts";

type Point = readonly [x: number, y: number];
const POINTS = 96;

/** The points one standard deviation from the middle of N(0, Σ): L (cos t, sin t) with L Lᵀ = Σ, t all around. */
export function ellipse(covariance: Matrix): Point[] {
  const [a, , b, c] = covariance.flat() as [number, number, number, number];
  const [l11, l21] = [Math.sqrt(a), b / Math.sqrt(a)];
  const l22 = Math.sqrt(c - l21 ** 2);
  return Array.from({ length: POINTS }, (_, i) => {
    const t = 2 * Math.PI * i / POINTS;
    return [l11 * Math.cos(t), l21 * Math.cos(t) + l22 * Math.sin(t)];
  });
}

/**
 * Where an axis from 0 ends that shows numbers up to `largest` above 0: the next of 1, 2 or 5 times a power of ten, so that
 * it stays put while the numbers change a little.
 */
export function roundUp(largest: number): number {
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

const line = (kind: string, points: readonly Point[], name = "polyline"): SVGElement =>
  shape(name, { class: kind, points: points.map(([x, y]) => `${x.toFixed(2)},${y.toFixed(2)}`).join(" ") });

const label = (x: number, y: number, anchor: "start" | "middle" | "end", text: string): SVGElement =>
  shape("text", { x, y, "text-anchor": anchor }, text);

/** Ellipses of Σ*, of the chosen family's best Σ, and of the prior, one standard deviation about the mean. */
export function drawPosteriors(svg: Element, { family }: Settings, { optimum, chosen }: Solution): void {
  const [x, y, unit, reach, tick] = [165, 155, 122, 145, 4];
  const outline = (kind: string, covariance: Matrix): SVGElement =>
    line(kind, ellipse(covariance).map(([z1, z2]) => [x + unit * z1, y - unit * z2]), "polygon");
  svg.replaceChildren(
    line("axis", [[x - reach, y], [x + reach, y]]),
    line("axis", [[x, y + reach], [x, y - reach]]),
    ...[-unit, unit].flatMap((z) => [
      line("axis", [[x + z, y - tick], [x + z, y + tick]]),
      line("axis", [[x - tick, y - z], [x + tick, y - z]]),
    ]),
    label(x + unit + 6, y - 6, "start", "1"),
    label(x + 6, y - unit - 6, "start", "1"),
    shape("circle", { class: "prior", cx: x, cy: y, r: unit }),
    outline("line full", optimum),
    ...(family === "full" ? [] : [outline(`line ${family}`, chosen)]),
    label(x + unit + 6, y + 18, "start", "z₁ − h₁"),
    label(x + 6, y + unit + 18, "start", "z₂ − h₂"),
  );
}

/** What each family loses over θ, as lines, and what it was computed to lose, as points. */
export function drawCurve(svg: Element, settings: Settings, { excess, most }: Solution): void {
  const { degrees, variances: [v1, v2], beta, family } = settings;
  const [left, right, bottom, top] = [52, 344, 278, 20];
  const lost = (angle: number): number => planeMeanFieldGap([1 / v1, 1 / v2], angle * Math.PI / 180, beta);
  // Equal variances leave an axis of a hundredth of a nat, on which rounding cannot be seen.
  const end = roundUp(Math.max(most, 0.01));
  const place = (angle: number, nats: number): Point => [
    left + (right - left) * angle / 180,
    bottom - (bottom - top) * nats / end,
  ];
  const across = (kind: string, nats: number): SVGElement => line(kind, [place(0, nats), place(180, nats)]);
  const points = [...FAMILIES.filter((name) => name !== family), family].map((name) => {
    const [cx, cy] = place(degrees, excess[name]);
    return shape("circle", { class: `point ${name}${name === family ? " chosen" : ""}`, cx, cy, r: 6 });
  });
  svg.replaceChildren(
    ...[end / 2, end].map((nats) => across("grid", nats)),
    ...[0, end / 2, end].map((nats) => label(left - 6, place(0, nats)[1] + 4, "end", String(nats))),
    ...[0, 45, 90, 135, 180].flatMap((angle) => {
      const [x] = place(angle, 0);
      return [line("axis", [[x, bottom], [x, bottom + 5]]), label(x, bottom + 20, "middle", `${angle}°`)];
    }),
    across("axis", 0),
    line("axis", [place(0, 0), place(0, end)]),
    across("line full", 0),
    across("line isotropic", most),
    line("line mean-field", Array.from({ length: 181 }, (_, angle) => place(angle, lost(angle)))),
    ...points,
    label((left + right) / 2, bottom + 42, "middle", "rotation θ, degrees"),
    label(left - 6, 10, "start", "loss above full, nats"),
  );
}
