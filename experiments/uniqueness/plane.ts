import { family as familyOf } from "../../lib/model/mod.ts";
import type { TrainedFamily } from "../../properties/laws/trained.ts";
import { linearLoss } from "./linear_loss.ts";
import type { UniquenessOptions } from "./options.ts";
import { smallestNorm } from "./true_model.ts";

/** How far the plane reaches along a and b. */
export const REACH = 1.5;
const CELLS = 120;

/**
 * The loss of the decoders A = W [[a, −b], [b, a]] with q optimised out, less the least of the full family, at the centres of
 * cells of [−{@link REACH}, {@link REACH}]², W with two orthogonal columns of distinct norms: `[b][a]` in nats.
 */
export function planeOfLoss(
  name: Extract<TrainedFamily, "mean-field" | "full">,
  options: UniquenessOptions,
): number[][] {
  const at = lossOverPlane(options);
  const centres = Array.from({ length: CELLS }, (_, i) => REACH * (2 * (i + 0.5) / CELLS - 1));
  const least = leastOf(at);
  return centres.map((b) => centres.map((a) => at(a, b, name) - least));
}

/** The loss of W scaled, less the least of the full family over all scales, in nats. */
export function lossAtRadius(radius: number, options: UniquenessOptions): number {
  const at = lossOverPlane(options);
  return at(radius, 0, "full") - leastOf(at);
}

/** The loss at (a, b). */
type LossOverPlane = (a: number, b: number, of: "mean-field" | "full") => number;

function lossOverPlane({ noise, beta }: UniquenessOptions): LossOverPlane {
  // No orientation of W matters to the loss, and further data dimensions add a constant.
  const norms = [1, smallestNorm(2)];
  const truth = norms.map((norm, i) => norms.map((_, j) => (i === j ? norm : 0)));
  return (a, b, of) =>
    linearLoss({
      estimate: norms.map((norm, i) => (i === 0 ? [norm * a, -norm * b] : [norm * b, norm * a])),
      truth,
      noise,
      beta,
      family: familyOf(of, 2),
    });
}

/** The least of the full family, which has it at every angle. */
function leastOf(at: LossOverPlane): number {
  const ring = Array.from({ length: 400 }, (_, i) => at((i + 1) / 200, 0, "full"));
  return ring.reduce((low, value) => Math.min(low, value), Infinity);
}
