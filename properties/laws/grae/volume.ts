/**
 * Two ways to ask a subject for the volume regularisers of a Jacobian: as functions of it, or as the volume term of an
 * objective with a linear decoder. A subject that offers both is held to the laws through each.
 *
 * @module
 */

import {
  type Able,
  type Capability,
  type Clause,
  clause,
  type ClauseSpec,
  type Ledger,
} from "../../contract/mod.ts";
import type { JacobianCase } from "../arbitrary/jacobian.ts";
import type { Eventually, ObjectiveCase, ObjectiveName } from "../../contract/subject.ts";
import { linearCase } from "../reference/linear_model.ts";

/** A regulariser of a Jacobian; `detail` is the block size or the column, where it takes one. */
type Regulariser = (given: JacobianCase, detail?: number) => Eventually<number>;

/** The regularisers by name. */
type VolumeName = "grae" | "graeBlock" | "graeStar" | "graeStarStochastic";
type Volumes = Readonly<Record<VolumeName, Regulariser>>;

/** A way to ask for the regularisers. */
export interface VolumeView {
  /** In words, for the sentence of a clause. */
  readonly through: string;
  /** What each takes of a subject. */
  readonly needs: Readonly<Record<VolumeName, Capability>>;
  /** Those of a subject. */
  readonly of: (subject: Able<Capability>) => Volumes;
}

const asFunctions: VolumeView = {
  through: "as a function of J",
  needs: {
    grae: "volume.grae",
    graeBlock: "volume.graeBlock",
    graeStar: "volume.graeStar",
    graeStarStochastic: "volume.graeStarStochastic",
  },
  of: ({ volume }) => ({
    grae: ({ jacobian, beta }) => volume.grae(jacobian, beta),
    graeBlock: ({ jacobian, beta }, block = 1) => volume.graeBlock(jacobian, beta, block),
    graeStar: ({ jacobian, beta }) => volume.graeStar(jacobian, beta),
    graeStarStochastic: ({ jacobian, beta }, column = 0) => volume.graeStarStochastic(jacobian, beta, column),
  }),
};

const asTerms: VolumeView = {
  through: "as a term of an objective",
  needs: {
    grae: "objectives.grae",
    graeBlock: "objectives.grae-block",
    graeStar: "objectives.grae-star",
    graeStarStochastic: "objectives.grae-star-stochastic",
  },
  of: (subject) => ({
    grae: term(subject, "grae", () => ({})),
    graeBlock: term(subject, "grae-block", (block) => ({ block })),
    graeStar: term(subject, "grae-star", () => ({})),
    graeStarStochastic: term(subject, "grae-star-stochastic", (column) => ({ columns: [column] })),
  }),
};

/** The volume term of an objective whose decoder is z ↦ J z. */
function term(
  { objectives }: Able<Capability>,
  name: ObjectiveName,
  extra: (detail: number) => Partial<ObjectiveCase>,
): Regulariser {
  return async (given, detail = 0) => {
    const { terms } = await objectives[name]({ ...linearCase(given), ...extra(detail) });
    return terms.volume?.[0] ?? NaN;
  };
}

/** A clause about the regularisers that it names, whichever way they are asked for. */
export function volumeClause<T>(
  spec: Omit<ClauseSpec<Capability, T>, "needs" | "examine"> & {
    readonly needs: readonly VolumeName[];
    readonly examine: (volume: Volumes, given: T, expect: Ledger) => Promise<void>;
  },
): (view: VolumeView) => Clause {
  return (view) =>
    clause({
      ...spec,
      says: `${spec.says} (${view.through})`,
      needs: spec.needs.map((name) => view.needs[name]),
      examine: (subject, given, expect) => spec.examine(view.of(subject), given, expect),
    });
}

/** All of the clauses as functions of J, then all of them as terms of objectives. */
export function throughEachView(...clauses: readonly ((view: VolumeView) => Clause)[]): readonly Clause[] {
  return [asFunctions, asTerms].flatMap((view) => clauses.map((make) => make(view)));
}
