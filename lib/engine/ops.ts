/**
 * The tensor operations that the rest of the library uses, so that nothing else imports tfjs.
 *
 * Gradient functions are absent on purpose: see `gradient.ts`.
 *
 * @module
 */

// tfjs-core's bundle comes without its gradient functions; the one of tfjs-layers registers them.
import "@tensorflow/tfjs-layers";
import "./backend/not_started.ts";

export {
  abs,
  add,
  cast,
  concat,
  div,
  elu,
  erf,
  exp,
  eye,
  leakyRelu,
  log,
  log1p,
  logSumExp,
  matMul,
  max,
  maximum,
  mean,
  minimum,
  mul,
  neg,
  onesLike,
  pad,
  relu,
  reshape,
  sigmoid,
  slice,
  softplus,
  sqrt,
  square,
  step,
  sub,
  sum,
  tanh,
  tensor,
  tidy,
  tile,
  transpose,
  unstack,
  zeros,
  zerosLike,
} from "@tensorflow/tfjs-core";
export { dispose, keep, memory } from "@tensorflow/tfjs-core";
export { openScope, type Scope } from "./backend/scope.ts";
export type { Tensor } from "@tensorflow/tfjs-core";
