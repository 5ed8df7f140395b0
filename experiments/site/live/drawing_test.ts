import { assertAlmostEquals, assertEquals } from "@std/assert";
import { keptTexts } from "../../../fixtures/texts.ts";
import { drawCurve, drawPosteriors, ellipse, roundUp } from "./drawing.ts";
import { FAMILIES, type Settings, type Solution } from "./model.ts";

Deno.test("every point of a covariance's ellipse is one standard deviation from the middle: zᵀΣ⁻¹z = 1", () => {
  for (const [a, b, c] of [[1, 0, 1], [0.1, 0, 0.8], [0.3, 0.2, 0.5], [0.5, -0.49, 0.5]] as const) {
    const determinant = a * c - b * b;
    const points = ellipse([[a, b], [b, c]]);
    assertEquals(points.length, 96);
    for (const [z1, z2] of points) {
      assertAlmostEquals((c * z1 * z1 - 2 * b * z1 * z2 + a * z2 * z2) / determinant, 1, 1e-12);
    }
    // It is as wide as the marginals say, up to the distance between points.
    assertAlmostEquals(Math.max(...points.map(([z1]) => z1)), Math.sqrt(a), 1e-3);
    assertAlmostEquals(Math.max(...points.map(([, z2]) => z2)), Math.sqrt(c), 1e-3);
  }
});

Deno.test("an axis ends at 1, 2 or 5 times a power of ten, at or above what it shows", () => {
  const ends = [0.013, 0.02, 0.021, 0.5, 0.7, 1, 1.01, 30, 99.5];
  assertEquals(ends.map(roundUp), [0.02, 0.02, 0.05, 0.5, 1, 1, 2, 50, 100]);
});

/** An element of a drawing: its class, the points of a line, or the middle of a circle. */
interface Drawn {
  /** The element, its attributes and its text. */
  readonly whole: string;
  readonly kind: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** What is drawn, without a browser. */
function drawn(draw: (svg: Element) => void): Drawn[] {
  const before = Object.getOwnPropertyDescriptor(globalThis, "document");
  interface Child {
    readonly attributes: Record<string, string>;
    readonly name: string;
    readonly textContent: string;
  }
  let children: Child[] = [];
  const createElementNS = (_: string, name: string) => {
    const attributes: Record<string, string> = {};
    const setAttribute = (key: string, value: string): string => attributes[key] = value;
    return { attributes, name, textContent: "", setAttribute };
  };
  Object.defineProperty(globalThis, "document", { value: { createElementNS }, configurable: true });
  try {
    draw({ replaceChildren: (...all: typeof children) => children = all } as unknown as Element);
  } finally {
    if (before) Object.defineProperty(globalThis, "document", before);
    else Reflect.deleteProperty(globalThis, "document");
  }
  return children.map((
    { name, textContent, attributes, attributes: { class: kind = "", points, cx, cy } },
  ) => ({
    whole: [name, ...Object.entries(attributes).map(([key, value]) => `${key}=${value}`), textContent].join(
      " ",
    ),
    kind,
    points: (points ?? `${cx},${cy}`).split(" ").map((point) =>
      point.split(",").map(Number) as [number, number]
    ),
  }));
}

const SETTINGS: Settings = { degrees: 30, variances: [0.1, 0.7], beta: 1, family: "mean-field" };
const optimum = [[0.5, 0.3], [0.3, 0.4]] as const, chosen = [[0.2, 0], [0, 0.6]] as const;
const SOLUTION = {
  ...{ optimum, chosen, most: 0.8, curve: 0.3 },
  excess: { isotropic: 0.8, "mean-field": 0.3, full: 0 },
} as unknown as Solution;

Deno.test("posteriors are drawn with z₁ to the right and z₂ up, in units of the prior's circle", () => {
  const all = drawn((svg) => drawPosteriors(svg, SETTINGS, SOLUTION));
  const [middle] = all.find(({ kind }) => kind === "prior")!.points;
  for (const [kind, [[a, b], [, c]]] of [["line full", optimum], ["line mean-field", chosen]] as const) {
    const points = all.find((one) => one.kind === kind)!.points
      .map(([x, y]) => [(x - middle![0]) / 122, (middle![1] - y) / 122] as const);
    for (const [z1, z2] of points) {
      const square = (c * z1 * z1 - 2 * b * z1 * z2 + a * z2 * z2) / (a * c - b * b);
      // Points have hundredths of a pixel.
      assertAlmostEquals(square, 1, 2e-3, kind);
    }
  }
});

Deno.test("each line and point of the curve is at its loss above full, on one scale from 0 up", () => {
  const all = drawn((svg) => drawCurve(svg, SETTINGS, SOLUTION));
  const height = (kind: string): number => all.find((one) => one.kind.startsWith(kind))!.points[0]![1];
  const zero = height("line full"), top = height("line isotropic");
  const lossAt = (y: number): number => 0.8 * (zero - y) / (zero - top);
  for (const [name, excess] of Object.entries(SOLUTION.excess)) {
    assertAlmostEquals(lossAt(height(`point ${name}`)), excess, 1e-3, name);
  }
  // An axis that shows .8 ends at 1, and is marked at its end and half of it.
  const marks = all.filter(({ kind }) => kind === "grid").map(({ points }) => lossAt(points[0]![1]));
  marks.forEach((mark, i) => assertAlmostEquals(mark, [0.5, 1][i]!, 1e-3));
  assertEquals(marks.length, 2);
  // The curve of a rotation is 0 where axes fall on axes, and highest half-way between.
  const curve = all.find(({ kind }) => kind === "line mean-field")!.points.map(([, y]) => lossAt(y));
  assertEquals(curve.length, 181);
  for (const degrees of [0, 90, 180]) assertAlmostEquals(curve[degrees]!, 0, 1e-3);
  assertAlmostEquals(Math.max(...curve), curve[45]!, 1e-9);
  assertAlmostEquals(curve[30]!, curve[60]!, 1e-3);
});

keptTexts(
  "every line, point and word of both drawings is the one that is kept, whichever family is chosen",
  "live",
  () =>
    FAMILIES.map((family) => {
      const settings = { ...SETTINGS, family };
      const both = [
        ...drawn((svg) => drawPosteriors(svg, settings, SOLUTION)),
        ...drawn((svg) => drawCurve(svg, settings, SOLUTION)),
      ];
      return both.map(({ whole }) => whole.length < 400 ? whole : `${whole.slice(0, 200)} …`).join("\n");
    }),
);
