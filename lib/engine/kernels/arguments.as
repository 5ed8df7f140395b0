// Written by `deno task simd` from `interface.ts`: change that, and run it again.

export const JOB_BYTES = 128;
export const HEADER_BYTES = 20;
export const FAILED_BYTE = 124;
export const SCRATCH_BYTES = 65536;
export const INNER_BYTE = 49152;
export const PRODUCT_ROWS = 240;
export const PRODUCT_COLUMNS = 8;
export const FEW_ROWS = 16;
export const ELEMENTARY_EXPM1 = 0;
export const ELEMENTARY_LOG1P = 1;
export const ELEMENTARY_SIGMOID = 2;
export const ELEMENTARY_TANH = 3;
export const ELEMENTARY_SOFTPLUS = 4;
export const BINARY_ADD = 0;
export const BINARY_SUB = 1;
export const BINARY_MULTIPLY = 2;
export const BINARY_REALDIV = 3;
export const BINARY_NEG = 4;

@unmanaged
export class ProductArguments {
  m: i32;
  n: i32;
  k: i32;
  transposeA: i32;
  transposeB: i32;
  symmetric: i32;
  a: usize;
  b: usize;
  c: usize;
  stepA: i32;
  stepB: i32;
  leadingB: i32;
  accumulate: i32;
}

@unmanaged
export class MirrorArguments {
  n: i32;
  size: i32;
  c: usize;
}

@unmanaged
export class SymmetricArguments {
  transposed: i32;
  n: i32;
  k: i32;
  size: i32;
  a: usize;
  b: usize;
  c: usize;
  path: usize;
  pathBytes: i32;
}

@unmanaged
export class BlasArguments {
  transposeA: i32;
  transposeB: i32;
  m: i32;
  n: i32;
  k: i32;
  a: usize;
  b: usize;
  c: usize;
  leadingA: i32;
  leadingB: i32;
  leadingC: i32;
  rowPieces: i32;
  columnPieces: i32;
  path: usize;
  pathBytes: i32;
  accumulate: i32;
}

@unmanaged
export class MixArguments {
  m: i32;
  n: i32;
  k: i32;
  a: usize;
  b: usize;
  c: usize;
}

@unmanaged
export class InnerProductsArguments {
  m: i32;
  n: i32;
  k: i32;
  a: usize;
  b: usize;
  c: usize;
}

@unmanaged
export class DotsArguments {
  rows: i32;
  columns: i32;
  size: i32;
  a: usize;
  b: usize;
  out: usize;
}

@unmanaged
export class ScaleRowsArguments {
  rows: i32;
  columns: i32;
  size: i32;
  factor: f32;
  a: usize;
  c: usize;
  out: usize;
}

@unmanaged
export class SquaredDistancesArguments {
  rows: i32;
  columns: i32;
  size: i32;
  a: usize;
  b: usize;
  out: usize;
}

@unmanaged
export class DifferencesArguments {
  rows: i32;
  columns: i32;
  size: i32;
  factor: f32;
  a: usize;
  b: usize;
  c: usize;
  out: usize;
}

@unmanaged
export class CopyArguments {
  count: i32;
  size: i32;
  from: usize;
  to: usize;
}

@unmanaged
export class BinaryArguments {
  operation: i32;
  count: i32;
  size: i32;
  middle: i32;
  inner: i32;
  a: usize;
  outerA: i32;
  middleA: i32;
  innerA: i32;
  b: usize;
  outerB: i32;
  middleB: i32;
  innerB: i32;
  out: usize;
}

@unmanaged
export class SumsArguments {
  rows: i32;
  columns: i32;
  size: i32;
  divisor: f32;
  a: usize;
  out: usize;
}

@unmanaged
export class CopyRowsArguments {
  rows: i32;
  width: i32;
  size: i32;
  from: usize;
  step: i32;
  to: usize;
  toStep: i32;
}

@unmanaged
export class ElementaryArguments {
  operation: i32;
  count: i32;
  size: i32;
  x: usize;
  out: usize;
}

@unmanaged
export class FactorArguments {
  latent: i32;
  block: i32;
  gram: usize;
  pivots: usize;
  inverse: usize;
  root: usize;
  beta: f64;
}

@unmanaged
export class CongruencesArguments {
  batch: i32;
  tangents: i32;
  width: i32;
  size: i32;
  diagonal: i32;
  path: usize;
  pathBytes: i32;
  t: usize;
  m: usize;
  mapped: usize;
  products: usize;
  squares: usize;
}

@unmanaged
export class BernoulliEnergiesArguments {
  rows: i32;
  columns: i32;
  size: i32;
  x: usize;
  g: usize;
  out: usize;
}

@unmanaged
export class BernoulliSlopesArguments {
  rows: i32;
  columns: i32;
  size: i32;
  x: usize;
  g: usize;
  c: usize;
  out: usize;
}

@unmanaged
export class AddBiasAndActivateArguments {
  rows: i32;
  columns: i32;
  size: i32;
  slope: f32;
  y: usize;
  bias: usize;
}

@unmanaged
export class SlopesArguments {
  rows: i32;
  columns: i32;
  size: i32;
  slope: f32;
  t: usize;
  y: usize;
  out: usize;
  per: i32;
  same: i32;
}

@unmanaged
export class SlopesAndSumsArguments {
  rows: i32;
  columns: i32;
  size: i32;
  height: i32;
  slope: f32;
  dy: usize;
  y: usize;
  du: usize;
  sums: usize;
}

@unmanaged
export class TransposedSlopesArguments {
  rows: i32;
  columns: i32;
  size: i32;
  slope: f32;
  y: usize;
  out: usize;
}

@unmanaged
export class PushUnitsArguments {
  batch: i32;
  tangents: i32;
  hidden: i32;
  columns: i32;
  size: i32;
  path: usize;
  pathBytes: i32;
  firstSlope: f32;
  secondSlope: f32;
  y: usize;
  w: usize;
  v: usize;
  z: usize;
  out: usize;
  space: usize;
}

@unmanaged
export class UnitGradientsArguments {
  batch: i32;
  tangents: i32;
  hidden: i32;
  columns: i32;
  size: i32;
  group: i32;
  path: usize;
  pathBytes: i32;
  slopes: usize;
  du: usize;
  w: usize;
  v: usize;
  dw: usize;
  dv: usize;
  space: usize;
}

@unmanaged
export class SumsOfSquaresArguments {
  table: usize;
  size: i32;
  out: usize;
}

@unmanaged
export class AdamArguments {
  table: usize;
  size: i32;
  stepSize: f32;
  correction: f32;
  keepFirst: f32;
  takeFirst: f32;
  keepSecond: f32;
  takeSecond: f32;
  epsilon: f32;
  smallest: f32;
  smallestRoot: f32;
  scale: f32;
  decay: f32;
}

@unmanaged
export class PatchesArguments {
  images: i32;
  size: i32;
  height: i32;
  width: i32;
  channels: i32;
  rows: i32;
  columns: i32;
  kernelHeight: i32;
  kernelWidth: i32;
  strideHeight: i32;
  strideWidth: i32;
  top: i32;
  left: i32;
  x: usize;
  out: usize;
}

@unmanaged
export class OverlapArguments {
  images: i32;
  size: i32;
  height: i32;
  width: i32;
  channels: i32;
  rows: i32;
  columns: i32;
  kernelHeight: i32;
  kernelWidth: i32;
  strideHeight: i32;
  strideWidth: i32;
  top: i32;
  left: i32;
  x: usize;
  out: usize;
}

@unmanaged
export class PatchProductsArguments {
  images: i32;
  size: i32;
  height: i32;
  width: i32;
  channels: i32;
  rows: i32;
  columns: i32;
  kernelHeight: i32;
  kernelWidth: i32;
  strideHeight: i32;
  strideWidth: i32;
  top: i32;
  left: i32;
  x: usize;
  out: usize;
  strip: i32;
  filters: i32;
  w: usize;
  path: usize;
  pathBytes: i32;
  space: usize;
}

@unmanaged
export class OverlapProductsArguments {
  images: i32;
  size: i32;
  height: i32;
  width: i32;
  channels: i32;
  rows: i32;
  columns: i32;
  kernelHeight: i32;
  kernelWidth: i32;
  strideHeight: i32;
  strideWidth: i32;
  top: i32;
  left: i32;
  x: usize;
  out: usize;
  strip: i32;
  filters: i32;
  w: usize;
  path: usize;
  pathBytes: i32;
  space: usize;
}

@unmanaged
export class PatchGradientsArguments {
  images: i32;
  size: i32;
  height: i32;
  width: i32;
  channels: i32;
  rows: i32;
  columns: i32;
  kernelHeight: i32;
  kernelWidth: i32;
  strideHeight: i32;
  strideWidth: i32;
  top: i32;
  left: i32;
  x: usize;
  out: usize;
  strip: i32;
  filters: i32;
  w: usize;
  path: usize;
  pathBytes: i32;
  space: usize;
}

@unmanaged
export class AdamTensor {
  count: i32;
  x: usize;
  first: usize;
  second: usize;
  gradient: usize;
  nextX: usize;
  nextFirst: usize;
  nextSecond: usize;
}
