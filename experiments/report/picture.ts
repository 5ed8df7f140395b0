/**
 * Pictures of a run, carried by the page.
 *
 * @module
 */

import { DataError } from "../../lib/data/mod.ts";
import { embedPng, embedSvg, type Html } from "../../lib/figure/mod.ts";
import { readText, type Source } from "./source.ts";

/** Whether it names a picture in the folder itself, and in no other. */
export function isPictureName(file: unknown): file is string {
  return typeof file === "string" && /^\w[\w.-]*\.(svg|png)$/.test(file);
}

/**
 * A picture of a run.
 *
 * @param alternative what it shows, for those who cannot see it
 * @param width how wide a PNG is shown at the most, in CSS pixels; as wide as it is if left out
 * @throws (rejects) DataError if it is missing, no picture, or a drawing that runs or loads something
 */
export async function picture(
  source: Source,
  file: string,
  alternative: string,
  width?: number,
): Promise<Html> {
  const content = file.endsWith(".svg") ? await readText(source, file) : await source.read(file);
  try {
    return typeof content === "string"
      ? embedSvg(content, alternative)
      : embedPng(content, alternative, width);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new DataError(`${source.name}/${file}`, error.message, { cause: error });
  }
}
