import { assertEquals, assertRejects } from "@std/assert";
import { onDisk } from "../../fixtures/temporary_folder.ts";
import { DataError } from "../../lib/data/error.ts";
import { openLog } from "./read.ts";

const LONGEST = 2 ** 23;
/** A row as JSON of so many letters: what is not read has any length. */
const lineOf = (length: number): string => {
  const [before, after] = ['{"note":"', '","loss":1,"reconstruction":1,"kl":0}'];
  return `${before}${"x".repeat(length - before.length - after.length)}${after}`;
};

/** The rows of a log of these lines. */
async function rowsOf(folder: string, text: string): Promise<number> {
  await Deno.writeTextFile(`${folder}/log.jsonl`, text);
  const { rows } = await openLog(`${folder}/log.jsonl`, null);
  return (await Array.fromAsync(rows)).length;
}

onDisk(
  "a line of a log has at most 2²³ letters, wherever it stands and whether it ends or not",
  async (folder) => {
    const places = [["", ""], [`${lineOf(60)}\n`, `\n${lineOf(60)}\n`]] as const;
    for (const [before, after] of places) {
      const others = (before + after).split("\n").filter(Boolean).length;
      assertEquals(await rowsOf(folder, before + lineOf(LONGEST) + after), others + 1);
      const number = before === "" ? 1 : 2;
      for (const more of [1, 2 ** 15]) {
        await assertRejects(
          () => rowsOf(folder, before + lineOf(LONGEST + more) + after),
          DataError,
          `line ${number} must have at most ${LONGEST} letters`,
        );
      }
    }
  },
);
