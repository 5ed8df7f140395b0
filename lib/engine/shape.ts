/**
 * Shapes by axis name, checked where a tensor enters.
 *
 * @module
 */

/** Sizes that axis names are bound to, shared by the arguments of one call. */
export type Axes = Map<string, number>;

/**
 * Requires that a tensor has the axes named in `pattern`, and binds their sizes.
 *
 * ```ts
 * import { type Axes, assertShape } from "./shape.ts";
 * const axes: Axes = new Map();
 * assertShape("graeLoss", "x", { shape: [128, 784] }, "batch data", axes);
 * assertShape("graeLoss", "h", { shape: [128, 8] }, "batch latent", axes); // batch is 128 from here on
 * ```
 *
 * @param doing the public function that checks, for the message
 * @param argument the argument's name, for the message
 * @param tensor anything with a shape
 * @param pattern axis names, or required sizes, separated by blanks; or a required shape
 * @param axes names bound so far; new ones are added
 * @throws TypeError that names function, argument, axis, what is required and what was given
 */
export function assertShape(
  doing: string,
  argument: string,
  tensor: { readonly shape: readonly number[] },
  pattern: string | readonly number[],
  axes: Axes = new Map(),
): void {
  const shape = tensor.shape;
  if (
    typeof pattern !== "string" && shape.length === pattern.length &&
    shape.every((size, i) => size === pattern[i])
  ) return;
  const names = typeof pattern === "string" ? pattern.split(" ") : pattern.map(String);
  const fail = (why: string): never => {
    const bound = names.filter((name, i) => axes.has(name) && names.indexOf(name) === i);
    const sizes = bound.map((name) => `${name} = ${axes.get(name)}`).join(", ");
    throw new TypeError(
      `${doing}: ${argument} must be [${names.join(", ")}]${sizes && ` with ${sizes}`}, ` +
        `but its shape is [${shape.join(", ")}] (${why})`,
    );
  };
  if (shape.length !== names.length) {
    fail(`${shape.length} ${shape.length === 1 ? "axis" : "axes"} instead of ${names.length}`);
  }
  const found: Axes = new Map(axes);
  names.forEach((name, i) => {
    const size = shape[i]!;
    if (/^\d+$/.test(name)) {
      if (size !== Number(name)) fail(`axis ${i} is ${size} instead of ${name}`);
    } else if (found.has(name) && found.get(name) !== size) {
      fail(`axis "${name}" is ${size}`);
    } else found.set(name, size);
  });
  for (const [name, size] of found) axes.set(name, size);
}
