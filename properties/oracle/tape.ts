/**
 * Reverse-mode differentiation of scalars in float64: every operation is recorded with its partial derivatives, and one
 * sweep backwards gives the gradient of a result in everything it came from.
 *
 * Source: A. Griewank, A. Walther, Evaluating Derivatives, 2nd edition, SIAM 2008, chapter 3.
 *
 * @module
 */

import type { Arithmetic } from "./arithmetic.ts";
import type { Smooth } from "./smooth.ts";

/** A number on a tape. Constants have the index −1: nothing flows back to them. */
export interface Variable {
  readonly value: number;
  readonly index: number;
}

/** The record of one computation. */
export class Tape implements Arithmetic<Variable> {
  /** Where the edges of node i end in the two lists below; they begin where those of node i − 1 end. */
  #ends: number[] = [];
  #parents: number[] = [];
  #partials: number[] = [];

  /** An independent variable. */
  variable(value: number): Variable {
    return this.#node(value);
  }

  constant(value: number): Variable {
    return { value, index: -1 };
  }

  add(a: Variable, b: Variable): Variable {
    return this.#record(a.value + b.value, [a, b], [1, 1]);
  }

  multiply(a: Variable, b: Variable): Variable {
    return this.#record(a.value * b.value, [a, b], [b.value, a.value]);
  }

  apply(f: Smooth, u: Variable, order = 0): Variable {
    if (u.index < 0) return this.constant(f(u.value, order));
    return this.#record(f(u.value, order), [u], [f(u.value, order + 1)]);
  }

  affine(weights: readonly Variable[], values: readonly Variable[], bias = this.constant(0)): Variable {
    let sum = bias.value;
    for (let i = 0; i < weights.length; i++) {
      const weight = weights[i]!, value = values[i]!;
      sum += weight.value * value.value;
      this.#edge(weight, value.value);
      this.#edge(value, weight.value);
    }
    this.#edge(bias, 1);
    return this.#close(sum);
  }

  /**
   * The gradient of `result`: a function that gives ∂ result/∂u for any variable u of this tape.
   */
  gradient(result: Variable): (u: Variable) => number {
    const adjoint = new Float64Array(this.#ends.length);
    if (result.index >= 0) adjoint[result.index] = 1;
    for (let node = result.index; node >= 0; node--) {
      const flow = adjoint[node]!;
      if (flow === 0) continue;
      for (let edge = this.#ends[node - 1] ?? 0; edge < this.#ends[node]!; edge++) {
        adjoint[this.#parents[edge]!]! += flow * this.#partials[edge]!;
      }
    }
    return (u) => (u.index < 0 ? 0 : adjoint[u.index]!);
  }

  #record(value: number, parents: readonly Variable[], partials: readonly number[]): Variable {
    for (let i = 0; i < parents.length; i++) this.#edge(parents[i]!, partials[i]!);
    return this.#close(value);
  }

  #edge(parent: Variable, partial: number): void {
    if (parent.index < 0) return;
    this.#parents.push(parent.index);
    this.#partials.push(partial);
  }

  /** A node of the edges added since the last one, or a constant when there are none. */
  #close(value: number): Variable {
    return this.#parents.length > (this.#ends.at(-1) ?? 0) ? this.#node(value) : this.constant(value);
  }

  #node(value: number): Variable {
    this.#ends.push(this.#parents.length);
    return { value, index: this.#ends.length - 1 };
  }
}
