/**
 * Two ways to ask a subject for the volume regularisers of a Jacobian: as functions of it, or as the volume term of an
 * objective with a linear decoder. A subject that offers both is held to the laws through each.
 *
 * @module
 */

import type { Able, Capability } from "../../contract/capability.ts";
import type { Matrix, ObjectiveCase, ObjectiveName } from "../../contract/subject.ts";
import { constant, linearModel } from "../reference/linear_model.ts";

/** A regulariser of a Jacobian `[data][latent]`; `detail` is the block size or the column, where it takes one. */
export interface Regulariser {
  /** What it uses. */
  readonly needs: Capability;
  readonly value: (
    subject: Able<Capability>,
    jacobian: Matrix,
    beta: number,
    detail?: number,
  ) => number | Promise<number>;
}

/** The four regularisers, each asked for in the same way. */
export interface VolumeView {
  /** Which way, for the sentence of a clause. */
  readonly through: string;
  /** (β/2) log|I + JᵀJ/β| */
  readonly grae: Regulariser;
  /** (β/2) Σ_blocks log|I + J_BᵀJ_B/β|; the detail is the block size */
  readonly graeBlock: Regulariser;
  /** (β/2) Σ_i log(1 + ‖J_{:i}‖²/β) */
  readonly graeStar: Regulariser;
  /** (β/2) d log(1 + ‖J_{:i}‖²/β); the detail is the column */
  readonly graeStarStochastic: Regulariser;
}

/** As functions of the Jacobian. */
export const asFunctions: VolumeView = {
  through: "as a function of J",
  grae: { needs: "volume.grae", value: (subject, j, beta) => subject.volume.grae(j, beta) },
  graeBlock: {
    needs: "volume.graeBlock",
    value: (subject, j, beta, block) => subject.volume.graeBlock(j, beta, block ?? 1),
  },
  graeStar: { needs: "volume.graeStar", value: (subject, j, beta) => subject.volume.graeStar(j, beta) },
  graeStarStochastic: {
    needs: "volume.graeStarStochastic",
    value: (subject, j, beta, column) => subject.volume.graeStarStochastic(j, beta, column ?? 0),
  },
};

/** As the volume term of an objective whose decoder is z ↦ J z. */
export const asObjectives: VolumeView = {
  through: "as a term of an objective",
  grae: term("grae", () => ({})),
  graeBlock: term("grae-block", (block) => ({ block })),
  graeStar: term("grae-star", () => ({})),
  graeStarStochastic: term("grae-star-stochastic", (column) => ({ columns: [column] })),
};

/** Both ways. */
export const volumeViews: readonly VolumeView[] = [asFunctions, asObjectives];

function term(name: ObjectiveName, extra: (detail: number) => Partial<ObjectiveCase>): Regulariser {
  return {
    needs: `objectives.${name}`,
    value: async (subject, jacobian, beta, detail = 0) => {
      const data = jacobian.length, latent = jacobian[0]!.length;
      const encoder = constant(data, Array.from({ length: 2 * latent }, () => 0));
      const model = linearModel(jacobian, { encoder, family: { kind: "mean-field" } });
      const x = [jacobian.map(() => 0)];
      const { terms } = await subject.objectives[name]({ model, x, beta, ...extra(detail) });
      return terms.volume?.[0] ?? NaN;
    },
  };
}
