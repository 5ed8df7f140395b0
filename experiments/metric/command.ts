/**
 * The command line of `deno task metric`.
 *
 * @module
 */

import type { Table } from "../command/option.ts";
import { COMMON, DIGITS, FOLDER_NOTE, type StudyCommand } from "../study/options.ts";
import { trainingTable } from "../study/training_table.ts";
import { DEFAULTS, QUICK } from "./options.ts";

const TABLE = {
  ...trainingTable(DEFAULTS, QUICK, "models of each panel and control"),
  ...DIGITS,
  ...COMMON,
} as const satisfies Table;

/** The command. */
export const COMMAND: StudyCommand<typeof TABLE> = {
  task: "metric",
  about: "Trains the four panels of the slide MNIST and two controls, and looks at the decoder's metric JᵀJ.",
  table: TABLE,
  examples: [
    ["", "all panels, ten seeds each"],
    ["--quick", "a look, in less than a minute"],
    ["--seeds 2 --hidden 500,500", "larger networks, fewer of them"],
    ["--data mnist --epochs 5", "MNIST from a folder of its files"],
    ["--resume runs/metric-seed0", "go on where it was stopped"],
  ],
  notes: [FOLDER_NOTE],
};
