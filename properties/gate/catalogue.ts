/**
 * The laws that there should be, and the verdict that each should have. A law that is lost, or a verdict that changes, is
 * seen by comparison with this list, which is therefore written down and not computed.
 *
 * @module
 */

import type { Expected } from "../contract/evidence.ts";

/** Verdicts by the id of the law. */
export type Catalogue = Readonly<Record<string, Expected>>;

const VERDICTS: Readonly<Record<string, Expected>> = {
  "": "holds",
  "*": "holds under stated assumptions",
  "!": "refuted as printed",
};

/** A row for each section. */
const ROWS = [
  "U1 U2 U3 U4 U5 U6 U7* U8 U9 U10",
  "T1* T2* T3* T4* T5 T6",
  "H1 H2* H3 H4",
  "X1! X2! X3! X4! X5!",
  "L1 L2 L3",
  "S1 S2 S3 S4 S5* S6*",
  "G1 G2 G3 G4 G5* G6 G7 G8* G9",
  "A1 A2 A3 A4 A5 A6 A7 A8 A9 A10 A11",
  "V1 V2 V3 V4 V5 J1* J2*",
  "R1 R2 R3 R4 R5 R6 R7 R8",
  "D1 D2* D3 D4 D5 D6* D7 D8 D9 D10 D11*",
  "E1* E2* E3* E4* E5*",
];

/** The catalogue of this package. */
export const catalogue: Catalogue = Object.fromEntries(
  ROWS.flatMap((row) => row.split(" ")).map((entry) => {
    const [, id, mark] = /^(\w+)(\W?)$/.exec(entry)!;
    return [id, VERDICTS[mark!]];
  }),
);
