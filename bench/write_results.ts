/**
 * Results on the disk.
 *
 * @module
 */

import { writeAtomically } from "../lib/training/mod.ts";
import { toPng, toSvg } from "../figure/mod.ts";
import { growthCharts } from "./charts.ts";
import { markdownOf } from "./markdown.ts";
import type { Results } from "./results.ts";

/**
 * Writes JSON, Markdown and charts, each whole or not at all.
 *
 * @param folder is there
 * @returns the files
 */
export async function writeResults(folder: string, results: Results): Promise<string[]> {
  const files: string[] = [];
  const write = async (name: string, content: string | Uint8Array): Promise<void> => {
    await writeAtomically(
      `${folder}/${name}`,
      typeof content === "string" ? new TextEncoder().encode(content) : content,
    );
    files.push(`${folder}/${name}`);
  };
  await write("results.json", JSON.stringify(results, null, 2) + "\n");
  await write("results.md", markdownOf(results));
  for (const { name, spec } of growthCharts(results.growth ?? [])) {
    const svg = await toSvg(spec);
    await write(`${name}.svg`, svg);
    await write(`${name}.png`, await toPng(svg));
  }
  return files;
}
