/**
 * Faults in GRAE-block, as a function of the Jacobian.
 *
 * @module
 */

import { type Mutant, mutant } from "../mutant.ts";
import { volume, withVolume } from "./with_volume.ts";

/** Mistakes in GRAE-block. */
export const blockMutants: readonly Mutant[] = [
  mutant(
    "block-off-by-one",
    "blocks begin one latent late, the first joining the last block's end",
    ["G1", "G3"],
    withVolume({
      graeBlock: (j, beta, block) =>
        volume.graeBlock(j.map((row) => [...row.slice(1), row[0]!]), beta, block),
    }),
  ),
  mutant(
    "block-diagonal-only",
    "GRAE-block keeps the diagonal of each block only",
    ["G1", "G3"],
    withVolume({ graeBlock: (j, beta) => volume.graeStar(j, beta) }),
  ),
  mutant(
    "block-ignored",
    "GRAE-block ignores the blocks and takes the whole determinant",
    ["G3"],
    withVolume({ graeBlock: (j, beta) => volume.grae(j, beta) }),
  ),
  mutant(
    "block-count-for-size",
    "the block size is taken for the number of blocks",
    ["G1", "G3"],
    withVolume({ graeBlock: (j, beta, block) => volume.graeBlock(j, beta, j[0]!.length / block) }),
  ),
  mutant(
    "block-strided",
    "blocks take every k-th latent instead of consecutive ones",
    ["G1", "G3"],
    withVolume({
      graeBlock: (j, beta, block) => {
        const count = j[0]!.length / block;
        const order = j[0]!.map((_, i) => (i % block) * count + Math.floor(i / block));
        return volume.graeBlock(j.map((row) => order.map((i) => row[i]!)), beta, block);
      },
    }),
  ),
  mutant(
    "block-last-lost",
    "the last block is left out",
    ["G1", "G3", "G9"],
    withVolume({
      graeBlock: (j, beta, block) =>
        j[0]!.length === block ? 0 : volume.graeBlock(j.map((row) => row.slice(0, -block)), beta, block),
    }),
  ),
];
