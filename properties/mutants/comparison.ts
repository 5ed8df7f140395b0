/**
 * Faulty comparisons. A law is only as good as the comparison it ends in, so the comparison is held to cases too, and those
 * must reject each of these.
 *
 * @module
 */

import type { Comparison } from "../contract/comparison.ts";

/** Comparisons of equality, each with one mistake. */
export const faultyComparisons: Readonly<Record<string, Comparison>> = {
  "always says yes": () => 0,
  "lets NaN pass, since NaN is not greater than the tolerance": (actual, expected, tolerance) =>
    Math.abs(actual - expected) > tolerance ? Infinity : 0,
  "forgets the absolute value": (actual, expected, tolerance) =>
    Number.isFinite(actual) ? (actual - expected) / tolerance : Infinity,
  "forgets the absolute value the other way round": (actual, expected, tolerance) =>
    Number.isFinite(actual) ? (expected - actual) / tolerance : Infinity,
  "takes equal infinities for equal": (actual, expected, tolerance) =>
    actual === expected ? 0 : Number.isFinite(actual) ? Math.abs(actual - expected) / tolerance : Infinity,
  "is relative to the expected value, whatever the tolerance": (actual, expected) =>
    Number.isFinite(actual) ? Math.abs(actual - expected) / Math.abs(expected) : Infinity,
  "compares absolute values, so a sign may be lost": (actual, expected, tolerance) =>
    Number.isFinite(actual) ? Math.abs(Math.abs(actual) - Math.abs(expected)) / tolerance : Infinity,
  "takes an infinite or missing tolerance for agreement with anything": (actual, expected, tolerance) =>
    tolerance < Infinity && Number.isFinite(actual) ? Math.abs(actual - expected) / tolerance : 0,
};
