/**
 * R4: a run's pictures show what they say.
 *
 * @module
 */

import { law, tex } from "../../contract/mod.ts";
import type { DigitsRun } from "../../contract/digits_run.ts";
import { ofRuns, type RunAudit } from "./every_run.ts";
import { greyTolerance } from "./tolerance.ts";

type Picture = keyof DigitsRun["pictures"];

/** The audit of a picture, whose tiles are compared pixel by pixel. */
const shows = (picture: Picture, says: string): RunAudit => ({
  says,
  examine: ({ name, run, must }, expect) => {
    const state = run.states.at(-1)!;
    const expected = must.pictures(state)[picture], found = run.pictures[picture];
    // The codes of a picture lie within 4 in each latent, but for one in 16,000.
    const far = Array<number>(run.options.latent).fill(4);
    const value = greyTolerance(run, must.model(state.parameters), far, 1e-4);
    expect.is(`${name}tiles of ${picture}`, found.length >= expected.length, true);
    expected.forEach((tile, i) =>
      expect.closeVector(`${name}${picture}, tile ${i}`, found[i]!, tile, {
        value,
        because: "half a grey level, and the rounding of the decoder",
        resolved: true,
      })
    );
  },
});

/** What R4 looks at. */
export const pictureAudits: readonly RunAudit[] = [
  shows("samples", "samples are means at draws of the prior"),
  shows("reconstructions", "ten held-out images stand above their ten reconstructions, row by row"),
  shows(
    "traversals",
    "each row sweeps a latent from −3 to 3 around the encoding of the first held-out image",
  ),
];

export const R4 = law({
  id: "R4",
  title: "The pictures of a run",
  statement:
    "samples are the decoder's means at the 100 draws of the prior that the seed says; reconstructions stand below their images; traversals go from −3 to 3 in one latent after the other, around the encoding of a held-out image",
  tex: tex`\mathbb E[x\mid z]\quad\text{at}\quad z_i=-3,-2.4,\dots,3`,
  source: "Samples",
  kind: "identity",
  clauses: ofRuns(pictureAudits),
});
