/**
 * Tensors that a part keeps beside its result, so that an audit can compute the result again.
 *
 * @module
 */

import { HOLE, sealed } from "../../lib/training/checksum.ts";
import { encodeSafetensors, type NamedTensor } from "../../lib/training/safetensors.ts";

export type { NamedTensor } from "../../lib/training/safetensors.ts";

/**
 * The safetensors file of a part, which states its checksum and of which part it is.
 *
 * @param tensors with different names
 */
export const encodeKept = (
  { study, part }: { readonly study: string; readonly part: string },
  tensors: readonly NamedTensor[],
): Promise<Uint8Array> =>
  sealed(encodeSafetensors(tensors, { sha256: HOLE, format: "grae part tensors 1", study, part }));
