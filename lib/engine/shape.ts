/**
 * Kinds of numbers, and shapes by axis name, checked where a tensor enters.
 *
 * @module
 */

import { assertOurs } from "./backend/other_copy.ts";

/** Sizes that axis names are bound to, shared by the arguments of one call. */
export type Axes = Map<string, number>;

/**
 * Requires that a tensor holds float32 numbers: kernels would read the bits of others as such.
 *
 * @param doing the public function that checks, or the kernel, for the message
 * @param argument the argument's name, for the message
 * @throws TypeError that names function, argument and kind, and says how to convert it
 */
export function assertFloat32(doing: string, argument: string, { dtype }: { readonly dtype: string }): void {
  if (dtype === "float32") return;
  throw new TypeError(
    `${doing}: ${argument} must be float32, but it is ${dtype}; convert it by tf.cast(…, "float32")`,
  );
}

/**
 * Requires that a tensor is float32 and has the axes named in `pattern`, none of size 0, and binds their sizes.
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
 * @param tensor a tensor; or a shape alone, without a `dtype`
 * @param pattern axis names, or required sizes, separated by blanks; or a required shape
 * @param axes names bound so far; new ones are added
 * @throws TypeError that names function, argument, axis or kind, what is required and what was given
 */
export function assertShape(
  doing: string,
  argument: string,
  tensor: { readonly shape: readonly number[]; readonly dtype?: string },
  pattern: string | readonly number[],
  axes: Axes = new Map(),
): void {
  const { shape, dtype = "float32" } = tensor;
  assertFloat32(doing, argument, { dtype });
  assertOurs(doing, argument, tensor);
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
    if (size === 0) fail(`axis "${name}" is 0`);
    if (/^\d+$/.test(name)) {
      if (size !== Number(name)) fail(`axis ${i} is ${size} instead of ${name}`);
    } else if (found.has(name) && found.get(name) !== size) {
      fail(`axis "${name}" is ${size}`);
    } else found.set(name, size);
  });
  for (const [name, size] of found) axes.set(name, size);
}
