/**
 * Convolutions, as dense layers on patches of images.
 *
 * Images are rows of a matrix, `[batch, height · width · channels]`, their channels next to each other.
 *
 * JᵀJ of a decoder that ends in a convolution goes through J itself. For a tangent, a transposed convolution with c channels, f
 * filters, kernel k and stride s takes k² c f multiply-adds a pixel of its input; the product with its L Lᵀ, which is a convolution
 * with a kernel of 2⌈k/s⌉ − 1, takes (2⌈k/s⌉ − 1)² c². That is fewer only for f > c (2⌈k/s⌉ − 1)²/k²: with k = 4 and s = 2, for more
 * than 9/16 as many filters as channels. With c = 32 and 3 colours it would be 9,216 instead of 1,536.
 *
 * @module
 */

import { checkPatches, type Key, normalTensor, type PatchSizes, tf } from "../engine/mod.ts";
import { ACTIVATION_NAMES, type ActivationName, ACTIVATIONS } from "./activation.ts";
import {
  along,
  assertPadding,
  assertSizes,
  both,
  type ImageLayer,
  type ImageShape,
  type Padding,
  sizeOfImage,
  type Two,
} from "./image.ts";
import type { Pushed } from "./layer.ts";
import type { ConvolutionSizes } from "./linear_map.ts";
import { applyLayers, type MappedLayer, pushLayers } from "./piecewise_linear.ts";

/** What {@link conv} and {@link convTranspose} take. */
export interface ConvolutionOptions {
  /** The axes of x. */
  readonly input: ImageShape;
  /** Channels of y, from 1. */
  readonly filters: number;
  /** The size of a patch, `[height, width]`, or one number for both. */
  readonly kernel: number | readonly [height: number, width: number];
  /** From one patch to the next; 1 by default. */
  readonly stride?: number | readonly [height: number, width: number];
  /** `same` by default. */
  readonly padding?: Padding;
  /** φ; the identity by default. */
  readonly activation?: ActivationName;
}

/** A convolution, or a transposed one. */
export interface Convolution extends ImageLayer {
  /** φ. */
  readonly activation: ActivationName;
}

/** Options whose values have been checked. */
interface Checked {
  readonly input: ImageShape;
  readonly filters: number;
  readonly kernel: Two;
  readonly stride: Two;
  readonly padding: Padding;
  readonly activation: ActivationName;
}

/** @throws RangeError for what is not a whole number from 1, or not known */
function checked(doing: string, options: ConvolutionOptions): Checked {
  const { input, filters, padding = "same", activation = "identity" } = options;
  const kernel = both(options.kernel), stride = both(options.stride ?? 1);
  assertSizes(doing, {
    input: [input, 3],
    filters: [[filters], 1],
    kernel: [kernel, 2],
    stride: [stride, 2],
  });
  assertPadding(doing, padding);
  if (!ACTIVATION_NAMES.includes(activation)) {
    throw new RangeError(
      `${doing}: activation must be one of ${ACTIVATION_NAMES.join(", ")}, but it is "${activation}"`,
    );
  }
  return { input, filters, kernel, stride, padding, activation };
}

/** The patches of a convolution of such images. @throws RangeError where no patch lies within the padded image */
function patchesOf(doing: string, image: ImageShape, { kernel, stride, padding }: Checked): PatchSizes {
  const [rows, top] = along(image[0], kernel[0], stride[0], padding);
  const [columns, left] = along(image[1], kernel[1], stride[1], padding);
  if (rows < 1 || columns < 1) {
    throw new RangeError(
      `${doing}: a kernel of ${kernel.join(" × ")} must fit into the padded image, but that is of ${
        image.slice(0, 2).join(" × ")
      } with padding ${padding}; take a smaller kernel, or padding "same"`,
    );
  }
  const sizes: PatchSizes = { image, grid: [rows, columns], kernel, stride, before: [top, left] };
  checkPatches(sizes);
  return sizes;
}

/**
 * Describes a convolution: y_ijf = φ(Σ_abc x_{i s + a − p, j s + b − p, c} W_abcf + b_f), with stride s and p zeros before
 * the image. This is a cross-correlation: the kernel is not flipped, as in TensorFlow, PyTorch and JAX.
 *
 * Parameters are `weight`, W `[kernel height, kernel width, inputs, filters]`, which starts as N(0, 2/(fan in + fan out)), with
 * fans of kernel height · kernel width · channels, and `bias` `[filters]`, which starts at 0.
 *
 * ```ts
 * import { conv } from "./mod.ts";
 * const layer = conv({ input: [64, 64, 3], filters: 32, kernel: 4, stride: 2, activation: "relu" });
 * console.assert(layer.output.join() === "32,32,32");
 * ```
 *
 * @throws RangeError for a size, a padding or an activation that there is not, and for a kernel that does not fit
 */
export function conv(options: ConvolutionOptions): Convolution {
  const given = checked("conv", options), { input, filters, kernel } = given;
  const sizes = patchesOf("conv", input, given);
  return convolution(given, {
    output: [...sizes.grid, filters],
    shape: [...kernel, input[2], filters],
    sizes: { patches: sizes, transposed: false },
  });
}

/**
 * Describes a transposed convolution: the adjoint of a convolution from y to x, with a bias and φ. An output has
 * size · stride rows with `same`, (size − 1) stride + kernel with `valid`, or stride more where that is larger than the kernel,
 * and (size − 1) stride + kernel − 2 p with a number p.
 *
 * Parameters are `weight`, `[kernel height, kernel width, filters, inputs]`: that of the convolution whose adjoint this is, as
 * in TensorFlow; and `bias` `[filters]`. They start as those of {@link conv}.
 *
 * ```ts
 * import { convTranspose } from "./mod.ts";
 * const layer = convTranspose({ input: [4, 4, 64], filters: 64, kernel: 4, stride: 2, activation: "relu" });
 * console.assert(layer.output.join() === "8,8,64");
 * ```
 *
 * @throws RangeError as `conv` does
 */
export function convTranspose(options: ConvolutionOptions): Convolution {
  const given = checked("convTranspose", options), { input, filters, kernel, stride, padding } = given;
  const size = (axis: 0 | 1): number =>
    padding === "same" ? input[axis] * stride[axis] : (input[axis] - 1) * stride[axis] + kernel[axis] +
      (padding === "valid" ? Math.max(0, stride[axis] - kernel[axis]) : -2 * padding);
  const output: ImageShape = [size(0), size(1), filters];
  if (output[0] < 1 || output[1] < 1) {
    throw new RangeError(
      `convTranspose: the output must have a row and a column, but it is of ${output[0]} × ${
        output[1]
      }; take less padding`,
    );
  }
  const sizes = patchesOf("convTranspose", output, given);
  return convolution(given, {
    output,
    shape: [...kernel, filters, input[2]],
    sizes: { patches: sizes, transposed: true },
  });
}

/** What a convolution gives, the shape of its W, and its patches. */
interface Linear {
  readonly output: ImageShape;
  readonly shape: readonly [number, number, number, number];
  readonly sizes: ConvolutionSizes;
}

/** y = φ(u), ẏ = φ′(u) u̇, ÿ = φ″(u) u̇² + φ′(u) ü with u = L(x) + b, u̇ = L(ẋ), ü = L(ẍ); values and tangents in one product. */
function convolution(
  { input, filters, kernel, activation }: Checked,
  { output, shape, sizes }: Linear,
): Convolution {
  const [inputs, outputs] = [sizeOfImage(input), sizeOfImage(output)];
  const phi = ACTIVATIONS[activation];
  const matrix = [kernel[0] * kernel[1] * shape[2], shape[3]];
  const layer = ([weight, bias]: readonly tf.Tensor[], slope: number): MappedLayer => ({
    weight: tf.reshape(weight!, matrix),
    bias: bias!,
    slope,
    convolution: sizes,
  });
  /** Values and tangents, of both orders where the second are needed, through a piecewise linear layer. */
  const pushed = (
    parameters: readonly tf.Tensor[],
    x: Pushed,
    slope: number,
    wantSecond: boolean,
  ): Pushed => {
    const second = wantSecond ? x.second : null;
    const given = second ? tf.concat([x.first, second], 1) : x.first;
    const { value, tangents } = pushLayers([layer(parameters, slope)], x.value, given);
    if (!second) return { value, first: tangents, second: null };
    const [batch, count] = x.first.shape as [number, number, number];
    const part = (start: number): tf.Tensor => tf.slice(tangents, [0, start, 0], [batch, count, outputs]);
    return { value, first: part(0), second: part(count) };
  };
  const common = {
    input,
    output,
    inputs,
    outputs,
    activation,
    parameters: [{ name: "weight", shape }, { name: "bias", shape: [filters] }],
    initial(key: Key): tf.Tensor[] {
      const deviation = Math.sqrt(2 / (kernel[0] * kernel[1] * (input[2] + filters)));
      return [tf.tidy(() => tf.mul(deviation, normalTensor(key, [...shape]))), tf.zeros([filters])];
    },
  };
  const { slope } = phi;
  if (slope !== null) {
    return {
      ...common,
      apply: (parameters, x) => applyLayers([layer(parameters, slope)], x),
      push: (parameters, x, wantSecond) => pushed(parameters, x, slope, wantSecond),
      piecewiseLinear: (parameters) => layer(parameters, slope),
    };
  }
  const perTangent = (factor: tf.Tensor): tf.Tensor => tf.reshape(factor, [-1, 1, outputs]);
  return {
    ...common,
    apply: (parameters, x) => phi.value(applyLayers([layer(parameters, 1)], x)),
    push(parameters, x, wantSecond): Pushed {
      const { value: u, first: uFirst, second } = pushed(parameters, x, 1, wantSecond), value = phi.value(u);
      const steep = perTangent(phi.first(u, value)), first = tf.mul(uFirst, steep);
      if (!wantSecond) return { value, first, second: null };
      const bent = tf.mul(tf.square(uFirst), perTangent(phi.second(u, value)));
      return { value, first, second: second ? tf.add(bent, tf.mul(second, steep)) : bent };
    },
  };
}
