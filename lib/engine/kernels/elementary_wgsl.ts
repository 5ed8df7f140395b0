/**
 * Elementary functions on the webgpu engine, accurate relative to their own value, in the place of tfjs's kernels.
 *
 * Why: WGSL allows exp an error that grows with |x|, log an absolute one near 1, and promises neither NaN nor infinities;
 * tfjs's log(1 + x), eˣ − 1, tanh and softplus are made of these. Here NaN and infinities are told by their bits, and the
 * rest is sums and products, which WGSL rounds correctly. The polynomials are those of `elementary.as`.
 *
 * @module
 */

import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import type * as tf from "@tensorflow/tfjs-core";
import { replaceKernel } from "../backend/replace_kernel.ts";

/** What the functions share. `a` is finite wherever these are called. */
const COMMON = `
  fn powerOf2(n : i32) -> f32 { return bitcast<f32>(u32(n + 127) << 23u); }
  fn remainderOf(x : f32, n : f32) -> f32 {
    let r = (x - n * 0.693145751953125) - n * 1.428606765330187e-6;
    var q = 0.0013933685841038823 + r * 0.00019891030387952924;
    q = 0.00833331048488617 + r * q;
    q = 0.041666463017463684 + r * q;
    q = 0.1666666716337204 + r * q;
    q = 0.5 + r * q;
    return r + (r * r) * q;
  }
  fn exponential(x : f32) -> f32 {
    if (x >= 88.72284) { return uniforms.INFINITY; }
    if (x < -103.97) { return 0.0; }
    let n = round(x * 1.4426950216293335);
    let half = i32(n) >> 1u;
    return ((1.0 + remainderOf(x, n)) * powerOf2(half)) * powerOf2(i32(n) - half);
  }
  fn exponentialLessOne(x : f32) -> f32 {
    if (x >= 88.72284) { return uniforms.INFINITY; }
    if (x < -25.0) { return -1.0; }
    let n = round(x * 1.4426950216293335);
    if (n == 0.0) { return select(remainderOf(x, 0.0), x, x == 0.0); }
    let scale = powerOf2(i32(n) - 1);
    let halved = scale * remainderOf(x, n) + (scale - 0.5);
    return halved + halved;
  }
  fn series(f : f32, half : f32) -> f32 {
    let s = f / (2.0 + f);
    let z = s * s;
    return s * (half + z * (0.6666668653488159 + z * (0.3998875916004181 + z * 0.29580986499786377)));
  }
  fn logarithm(u : f32, lacks : f32) -> f32 {
    let bits = bitcast<i32>(u) + (0x3f800000 - 0x3f3504f3);
    let k = f32((bits >> 23u) - 127);
    let f = bitcast<f32>((bits & 0x7fffff) + 0x3f3504f3) - 1.0;
    let half = 0.5 * (f * f);
    return k * 0.693145751953125 + (f - (half - (series(f, half) + (k * 1.428606765330187e-6 + lacks / u))));
  }
  fn logOnePlus(x : f32) -> f32 {
    if (x < -1.0) { return uniforms.NAN; }
    if (x == -1.0) { return -uniforms.INFINITY; }
    if (x > -0.29289323 && x < 0.41421356) {
      let half = 0.5 * (x * x);
      return x - (half - series(x, half));
    }
    let u = 1.0 + x;
    return logarithm(u, select(1.0 - (u - x), x - (u - 1.0), x < 1.0));
  }
`;

/** A function: of +∞, of −∞, and of a finite `a`. NaN stays NaN. */
interface Formula {
  readonly above: string;
  readonly below: string;
  readonly finite: string;
}

const INFINITE = "uniforms.INFINITY";

const FORMULAS: Readonly<Record<string, Formula>> = {
  Exp: { above: INFINITE, below: "0.0", finite: "return exponential(a);" },
  Expm1: { above: INFINITE, below: "-1.0", finite: "return exponentialLessOne(a);" },
  Log: {
    above: INFINITE,
    below: "uniforms.NAN",
    finite: `
      if (a < 0.0) { return uniforms.NAN; }
      if (a >= 1.1754944e-38) { return logarithm(a, 0.0); }
      let scaled = a * 16777216.0;
      if (scaled == 0.0) { return -uniforms.INFINITY; }
      return logarithm(scaled, 0.0) - 16.635532333438686;`,
  },
  Log1p: { above: INFINITE, below: "uniforms.NAN", finite: "return logOnePlus(a);" },
  Sigmoid: {
    above: "1.0",
    below: "0.0",
    finite: "let e = exponential(-abs(a)); return select(1.0, e, a < 0.0) / (1.0 + e);",
  },
  Softplus: {
    above: INFINITE,
    below: "0.0",
    finite: "return max(a, 0.0) + logOnePlus(exponential(-abs(a)));",
  },
  Tanh: {
    above: "1.0",
    below: "-1.0",
    finite: `
      if (a == 0.0) { return a; }
      if (abs(a) > 12.0) { return sign(a); }
      let e = exponentialLessOne(2.0 * abs(a));
      return sign(a) * (e / (e + 2.0));`,
  },
  Elu: {
    above: INFINITE,
    below: "-1.0",
    finite: "if (a >= 0.0) { return a; } return exponentialLessOne(a);",
  },
};

const codeOf = ({ above, below, finite }: Formula): string => `
  ${COMMON}
  fn elementary(a : f32) -> f32 {
    let bits = bitcast<u32>(a);
    if ((bits & 0x7fffffffu) > 0x7f800000u) { return a; }
    if (bits == 0x7f800000u) { return ${above}; }
    if (bits == 0xff800000u) { return ${below}; }
    ${finite}
  }
  fn main(index : i32) {
    if (index < uniforms.size) { setOutputAtIndex(index, elementary(getAByOutputIndex(index))); }
  }
`;

const WORKGROUP = 128;

/** Replaces them on the webgpu engine. */
export function installElementaryOnWebgpu(): void {
  for (const [name, formula] of Object.entries(FORMULAS)) {
    // Numbers of other types are read as float32.
    replaceKernel(name, () => (params) => {
      const x = params.inputs["x"]!;
      const size = x.shape.reduce((product, length) => product * length, 1);
      const program: Parameters<WebGPUBackend["runWebGPUProgram"]>[0] = {
        variableNames: ["A"],
        size: true,
        workgroupSize: [WORKGROUP, 1, 1],
        outputShape: x.shape,
        dispatchLayout: { x: x.shape.map((_, axis) => axis) },
        dispatch: [Math.ceil(size / WORKGROUP), 1, 1],
        shaderKey: `grae_${name}`,
        getUserCode: () => codeOf(formula),
      };
      return (params.backend as WebGPUBackend).runWebGPUProgram(program, [x], "float32") as tf.TensorInfo;
    }, "webgpu");
  }
}
