// Elementary functions, accurate relative to their own value, of four numbers at a time. There are no fused multiply-adds, so
// that the bits are the same on every processor. The polynomials are fitted at Chebyshev nodes.

import {
  ELEMENTARY_EXPM1, ELEMENTARY_LOG1P, ELEMENTARY_SIGMOID, ELEMENTARY_SOFTPLUS, ELEMENTARY_TANH, ElementaryArguments,
} from "./arguments";

/** ln 2 in 15 bits, so that a product with an exponent is exact, and the rest. */
const LN2_HIGH: f32 = 0.693145751953125, LN2_LOW: f32 = 1.428606765330187e-6;

@inline
export function splat(x: f32): v128 {
  return f32x4.splat(x);
}

/** x where the mask is set, elsewhere y. */
@inline
export function where(mask: v128, x: v128, y: v128): v128 {
  return v128.bitselect(x, y, mask);
}

/** 1.5 · 2²³: the sum with a small number is rounded to a whole number, which stands in its last bits. */
const WHOLE: f32 = 12582912;

/** n + WHOLE for x = n ln 2 + r with |r| ≤ ln 2 / 2. */
@inline
function octaves(x: v128): v128 {
  return f32x4.add(f32x4.mul(x, splat(1.4426950216293335)), splat(WHOLE));
}

/** 2ⁿ⁺ˢ, from −126 to 127, for that n. */
@inline
function powerOf2(octaves: v128, shift: i32): v128 {
  return i32x4.shl(i32x4.add(octaves, i32x4.splat(127 + shift)), 23);
}

/** eʳ − 1 for the r of x. */
@inline
function remainder(x: v128, octaves: v128): v128 {
  const n = f32x4.sub(octaves, splat(WHOLE));
  const r = f32x4.sub(f32x4.sub(x, f32x4.mul(n, splat(LN2_HIGH))), f32x4.mul(n, splat(LN2_LOW)));
  let q = f32x4.add(splat(0.0013933685841038823), f32x4.mul(r, splat(0.00019891030387952924)));
  q = f32x4.add(splat(0.00833331048488617), f32x4.mul(r, q));
  q = f32x4.add(splat(0.041666463017463684), f32x4.mul(r, q));
  q = f32x4.add(splat(0.1666666716337204), f32x4.mul(r, q));
  q = f32x4.add(splat(0.5), f32x4.mul(r, q));
  return f32x4.add(r, f32x4.mul(f32x4.mul(r, r), q));
}

/** exp(−|x|), with numbers below the normal ones; NaN stays NaN. */
@inline
export function decay(x: v128): v128 {
  const y = f32x4.pmax(f32x4.neg(f32x4.abs(x)), splat(-105));
  const n = octaves(y);
  // 2ⁿ in two factors: it may lie below the normal numbers.
  return f32x4.mul(f32x4.mul(f32x4.add(splat(1), remainder(y, n)), powerOf2(n, 64)), splat(5.421010862427522e-20));
}

/** eˣ − 1. */
@inline
function exponentialLessOne(x: v128): v128 {
  const y = f32x4.pmax(f32x4.pmin(x, splat(89)), splat(-25));
  const n = octaves(y), scale = powerOf2(n, -1);
  // 2ⁿ p + 2ⁿ − 1, halved until the end, for 2¹²⁸ is no number.
  const halved = f32x4.add(f32x4.mul(scale, remainder(y, n)), f32x4.sub(scale, splat(0.5)));
  // −0 is itself.
  return where(f32x4.eq(x, splat(0)), x, f32x4.add(halved, halved));
}

/** log(1 + x): with u = 1 + x rounded, and its error divided by u: log u + (1 + x − u)/u, and u = 2ᵏ (1 + f) from √½ to √2. */
@inline
export function logOnePlus(x: v128): v128 {
  const one = splat(1), u = f32x4.add(one, x);
  const lacks = where(f32x4.lt(x, one), f32x4.sub(x, f32x4.sub(u, one)), f32x4.sub(one, f32x4.sub(u, x)));
  const bits = i32x4.add(u, i32x4.splat(0x3f800000 - 0x3f3504f3));
  const k = i32x4.sub(i32x4.shr_s(bits, 23), i32x4.splat(127));
  const m = i32x4.add(v128.and(bits, i32x4.splat(0x7fffff)), i32x4.splat(0x3f3504f3));
  // Where k = 0, f is x itself, without an error.
  const near = i32x4.eq(k, i32x4.splat(0));
  const f = where(near, x, f32x4.sub(m, one));
  const rest = v128.andnot(f32x4.div(lacks, u), near);
  const s = f32x4.div(f, f32x4.add(splat(2), f)), z = f32x4.mul(s, s);
  let r = f32x4.add(splat(0.3998875916004181), f32x4.mul(z, splat(0.29580986499786377)));
  r = f32x4.mul(z, f32x4.add(splat(0.6666668653488159), f32x4.mul(z, r)));
  const half = f32x4.mul(splat(0.5), f32x4.mul(f, f)), octave = f32x4.convert_i32x4_s(k);
  const small = f32x4.add(f32x4.mul(s, f32x4.add(half, r)), f32x4.add(f32x4.mul(octave, splat(LN2_LOW)), rest));
  const sum = f32x4.add(f32x4.mul(octave, splat(LN2_HIGH)), f32x4.sub(f, f32x4.sub(half, small)));
  // −1 ↦ −∞, below it NaN; ∞ and NaN are themselves.
  const above = where(f32x4.eq(u, splat(0)), splat(-Infinity), where(f32x4.lt(u, splat(0)), splat(NaN), sum));
  return where(f32x4.lt(x, splat(Infinity)), above, x);
}

/** 1/(1 + e⁻ˣ) for x ≥ 0, else eˣ/(1 + eˣ): neither has a large exponential. */
@inline
function logistic(x: v128): v128 {
  const e = decay(x);
  return f32x4.div(where(f32x4.lt(x, splat(0)), e, splat(1)), f32x4.add(splat(1), e));
}

/** log(1 + eˣ) = max(x, 0) + log(1 + exp(−|x|)) */
@inline
function softplus(x: v128): v128 {
  return f32x4.add(f32x4.pmax(x, splat(0)), logOnePlus(decay(x)));
}

/** (eʸ − 1)/(eʸ + 1) of y = 2|x|, with the sign of x. */
@inline
function hyperbolicTangent(x: v128): v128 {
  const size = f32x4.abs(x), e = exponentialLessOne(f32x4.pmin(f32x4.add(size, size), splat(30)));
  return v128.or(f32x4.div(e, f32x4.add(e, splat(2))), v128.and(x, f32x4.splat(-0.0)));
}

@inline
function applied(operation: i32, x: v128): v128 {
  switch (operation) {
    case ELEMENTARY_EXPM1: return exponentialLessOne(x);
    case ELEMENTARY_LOG1P: return logOnePlus(x);
    case ELEMENTARY_SIGMOID: return logistic(x);
    case ELEMENTARY_TANH: return hyperbolicTangent(x);
    default: return softplus(x);
  }
}

@inline
function numbers(operation: i32, x: usize, out: usize, count: i32): void {
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    v128.store(out, applied(operation, v128.load(x)));
    x += 16;
    out += 16;
  }
  for (; i < count; i++) {
    v128.store_lane<f32>(out, applied(operation, v128.load_splat<f32>(x)), 0);
    x += 4;
    out += 4;
  }
}

/** out = f(x) for `count` numbers, `size` to a chunk. */
export function elementary(args: ElementaryArguments, chunk: i32, scratch: usize): void {
  const size = args.size, at = <usize>(chunk * size) << 2, count = min(size, args.count - chunk * size);
  const x = args.x + at, out = args.out + at;
  switch (args.operation) {
    case ELEMENTARY_EXPM1: numbers(ELEMENTARY_EXPM1, x, out, count); break;
    case ELEMENTARY_LOG1P: numbers(ELEMENTARY_LOG1P, x, out, count); break;
    case ELEMENTARY_SIGMOID: numbers(ELEMENTARY_SIGMOID, x, out, count); break;
    case ELEMENTARY_TANH: numbers(ELEMENTARY_TANH, x, out, count); break;
    default: numbers(ELEMENTARY_SOFTPLUS, x, out, count);
  }
}
