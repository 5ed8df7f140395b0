/**
 * Figures read back for tests: what stands where in an SVG drawing, by the labels of its own axes and legend.
 *
 * @module
 */

/** What a reader of a figure sees. */
export interface Seen {
  /** Titles of the horizontal and the vertical axis. */
  readonly titles: readonly [string, string];
  /** Where larger numbers are along each axis. */
  readonly larger: readonly ["right" | "left", "up" | "down"];
  /** The name, by legend or colour bar, of what is drawn at each place that was asked for; "nothing" if nothing is. */
  readonly names: readonly string[];
  /** How many marks are at no place that was asked for. */
  readonly elsewhere: number;
}

/** Which marks of a figure are read, and how. */
export type Marks = "dots" | "corners" | "areas" | "regions" | "cells";

/** An element of a drawing, with its position in the drawing and the classes of the groups around it. */
interface Item {
  readonly tag: string;
  readonly attributes: string;
  readonly x: number;
  readonly y: number;
  readonly classes: string;
  text: string;
}

/** All elements but groups. */
function items(svg: string): Item[] {
  const groups = [{ x: 0, y: 0, classes: "" }];
  const found: Item[] = [];
  for (
    const [, close, tag, attributes, empty, text] of svg.matchAll(/<(\/?)([a-zA-Z]+)([^>]*?)(\/?)>([^<]*)/g)
  ) {
    if (tag === "g" && close) groups.pop();
    if (close) continue;
    const around = groups.at(-1)!;
    const [, x = "0", y = "0"] = /transform="translate\(([-\d.e]+),([-\d.e]+)\)/.exec(attributes!) ?? [];
    const [, own = ""] = /class="([^"]*)"/.exec(attributes!) ?? [];
    const at = { x: around.x + Number(x), y: around.y + Number(y), classes: `${around.classes} ${own}` };
    if (tag === "g" && !empty) groups.push(at);
    else if (tag === "tspan") found.at(-1)!.text += text;
    else found.push({ tag: tag!, attributes: attributes!, text: text!, ...at });
  }
  return found;
}

const attribute = ({ attributes }: Item, name: string): string =>
  new RegExp(` ${name}="([^"]*)"`).exec(attributes)?.[1] ?? "";

/** The rings of a path of straight lines, in the drawing. */
function rings(item: Item): [number, number][][] {
  const found: [number, number][][] = [];
  let [x, y] = [0, 0];
  for (const [, letter, numbers] of attribute(item, "d").matchAll(/([MLhv])([-\d.e,]*)/g)) {
    const [a = 0, b = 0] = numbers!.split(",").map(Number);
    if (letter === "M") found.push([]);
    if (letter === "h") x += a;
    else if (letter === "v") y += a;
    else [x, y] = [a, b];
    found.at(-1)!.push([item.x + x, item.y + y]);
  }
  return found;
}

/** Whether a place is within a path, by the even-odd rule. */
const within = (item: Item, [x, y]: readonly [number, number]): boolean =>
  rings(item).flatMap((ring) => ring.map((from, i) => [from, ring[(i + 1) % ring.length]!] as const))
        .filter(([[x0, y0], [x1, y1]]) => (y0 > y) !== (y1 > y) && x < x0 + (y - y0) / (y1 - y0) * (x1 - x0))
        .length % 2 === 1;

/** A function through two points. */
const through =
  ([x0, y0]: readonly [number, number], [x1, y1]: readonly [number, number]) => (x: number): number =>
    y0 + (x - x0) / (x1 - x0) * (y1 - y0);

/** An axis: where its numbers are in the drawing. */
function axisOf(
  all: readonly Item[],
  axis: "x" | "y",
  log: boolean,
  names: readonly string[],
): (value: number) => number {
  const labels = all.filter(({ classes }) => classes.includes("role-axis-label"))
    .filter((item) =>
      (attribute(item, "text-anchor") === "end" && !item.attributes.includes("rotate")) === (axis === "y")
    );
  const scaled = (value: number): number => log ? Math.log(value) : value;
  const marks = labels.map((item): [number, number] => {
    const name = names.indexOf(item.text);
    const value = axis === "x" && names.length > 0
      ? name < 0 ? NaN : name + 1
      : Number(item.text.replace("−", "-"));
    // An axis stands half a pixel beside its plot, and a number's baseline 4 pixels below its place.
    return [scaled(value), item[axis] - (axis === "x" ? 0.5 : 4.5)];
  });
  if (marks.length < 2) throw new Error(`the ${axis} axis has ${marks.length} labels, where two are needed`);
  const at = through(marks[0]!, marks.at(-1)!);
  for (const [value, place] of marks) {
    if (!(Math.abs(at(value) - place) < 1)) {
      throw new Error(`labels of the ${axis} axis are at no scale: ${labels.map((l) => l.text)}`);
    }
  }
  return (value) => at(scaled(value));
}

/** The name of each colour: by the symbols of legends, or by the nearest place of the colour bar. */
function namesOf(all: readonly Item[]): (colour: string) => string {
  const inRole = (role: string): Item[] => all.filter(({ classes }) => classes.includes(role));
  const labels = inRole("role-legend-label");
  const [bar] = inRole("role-legend-gradient");
  if (!bar) {
    const symbols = inRole("role-legend-symbol");
    const names = symbols.map((item, i): [string, string] => [
      [attribute(item, "fill"), attribute(item, "stroke")].find((c) => /^(#|rgb)/.test(c)) ?? "",
      labels[i]!.text,
    ]);
    return (colour) => names.find(([own]) => own === colour)?.[1] ?? "not in the legend";
  }
  const id = /url\(#([^)]+)\)/.exec(bar.attributes)![1];
  const first = all.findIndex((item) => attribute(item, "id") === id) + 1;
  const end = all.findIndex(({ tag }, i) => i > first && tag !== "stop");
  const stops = all.slice(first, end < 0 ? undefined : end).map((item) => ({
    at: Number(attribute(item, "offset")) * Number(/h([\d.]+)/.exec(bar.attributes)![1]) + bar.x,
    colour: attribute(item, "stop-color"),
  }));
  const value = through([labels[0]!.x, Number(labels[0]!.text)], [
    labels.at(-1)!.x,
    Number(labels.at(-1)!.text),
  ]);
  const stopOf = (colour: string): number => stops.find((stop) => stop.colour === colour)?.at ?? NaN;
  return (colour) => String(Math.round(1e6 * value(stopOf(colour))) / 1e6);
}

/**
 * Reads a drawing at places given by numbers of its axes.
 *
 * @param places pairs of an x and a y, in the axes' numbers
 * @param how the marks that are read, logarithmic axes, names of places on the horizontal axis, and the number of the
 * panel if there are several
 * @throws Error if an axis has too few labels, or some that fit no scale
 */
export function readBack(
  svg: string,
  places: readonly (readonly [number, number])[],
  { marks, log = [false, false], names = [], panel }: {
    marks: Marks;
    log?: readonly [boolean, boolean];
    names?: readonly string[];
    panel?: number;
  },
): Seen {
  const whole = items(svg);
  const own = panel === undefined
    ? whole
    : whole.filter(({ tag, classes }) =>
      tag === "stop" || tag === "linearGradient" || classes.includes(`concat_${panel}_group`)
    );
  const text = (role: string, turned: boolean): string[] =>
    own.filter(({ tag, classes, attributes }) =>
      tag === "text" && classes.includes(role) && attributes.includes("rotate(-90)") === turned
    )
      .map((item) => item.text);
  const [x, y] = [axisOf(own, "x", log[0], names), axisOf(own, "y", log[1], [])];
  const at = places.map(([a, b]) => [x(a), y(b)] as const);
  const nameOf = namesOf(own);
  const drawn = own.filter(({ classes }) => / role-mark [\w-]*marks/.test(classes)).filter((
    { tag, classes, attributes },
  ) =>
    tag === "path" && {
      dots: classes.includes("mark-symbol"),
      corners: classes.includes("mark-line"),
      areas: classes.includes("mark-area"),
      regions: classes.includes("mark-shape"),
      cells: classes.includes("mark-rect") && !attributes.includes("stroke="),
    }[marks]
  );
  const colour = (item: Item): string => attribute(item, marks === "corners" ? "stroke" : "fill");
  const points = drawn.flatMap((item) =>
    marks === "dots"
      ? [{ item, x: item.x, y: item.y }]
      : marks === "corners"
      ? rings(item).flat().map(([x, y]) => ({ item, x, y }))
      : []
  );
  const near = (point: { x: number; y: number }, [x, y]: readonly [number, number]): boolean =>
    Math.hypot(point.x - x, point.y - y) < 1.5;
  const found = at.map((place) => {
    const here = marks === "dots" || marks === "corners"
      ? points.filter((point) => near(point, place)).map(({ item }) => item)
      : drawn.filter((item) => within(item, place)).slice(-1);
    return [...new Set(here.map((item) => nameOf(colour(item))))].join(" and ") || "nothing";
  });
  const [values] = places;
  return {
    titles: [
      text("role-axis-title", false).join(),
      [...text("role-axis-title", true), ...text("role-title", false)][0] ?? "",
    ],
    larger: [
      x(2 * values![0]) > x(values![0]) ? "right" : "left",
      y(2 * values![1]) < y(values![1]) ? "up" : "down",
    ],
    names: found,
    elsewhere: points.filter((point) => !at.some((place) => near(point, place))).length,
  };
}
