/**
 * The laws that there should be, and the verdict that each should have. A law that is lost, or a verdict that changes, is
 * seen by comparison with this list, which is therefore written down and not computed.
 *
 * @module
 */

import type { Expected } from "../contract/evidence.ts";

/** Verdicts by the id of the law. */
export type Catalogue = Readonly<Record<string, Expected>>;

/** The catalogue of this package. */
export const catalogue: Catalogue = {
  U1: "holds",
  U2: "holds",
  U3: "holds",
  U4: "holds",
  U5: "holds",
  U6: "holds",
  U7: "holds under stated assumptions",
  U8: "holds",
  T1: "holds under stated assumptions",
  T2: "holds under stated assumptions",
  T3: "holds under stated assumptions",
  T4: "holds under stated assumptions",
  T5: "holds",
  T6: "holds",
  H1: "holds",
  H2: "holds under stated assumptions",
  H3: "holds",
  H4: "holds",
  X1: "refuted as printed",
  X2: "refuted as printed",
  X3: "refuted as printed",
  X4: "refuted as printed",
  S1: "holds",
  S2: "holds",
  S3: "holds",
  S4: "holds",
  S5: "holds under stated assumptions",
  S6: "holds under stated assumptions",
  G1: "holds",
  G2: "holds",
  G3: "holds",
  G4: "holds",
  G5: "holds under stated assumptions",
  G6: "holds",
  G7: "holds",
  G8: "holds under stated assumptions",
  G9: "holds",
  A1: "holds",
  A2: "holds",
  A3: "holds",
  A4: "holds",
  A5: "holds",
  A6: "holds",
  A7: "holds",
  A8: "holds",
  A9: "holds",
  A10: "holds",
  A11: "holds",
  E1: "holds under stated assumptions",
  E2: "holds under stated assumptions",
  E3: "holds under stated assumptions",
  E4: "holds under stated assumptions",
  E5: "holds under stated assumptions",
};
