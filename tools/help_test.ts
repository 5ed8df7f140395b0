import { assertEquals } from "@std/assert";
import deno from "../deno.json" with { type: "json" };
import { denoCommand, ROOT } from "../fixtures/temporary_folder.ts";
import { keptTexts } from "../fixtures/texts.ts";
import { childCommand } from "./process.ts";

/** The help of a task, as its command prints it. */
async function helpOf([task, { command }]: readonly [string, { command: string }]): Promise<string> {
  const script = command.split(" ").find((word) => /^[^-].*\.ts$/.test(word))!;
  // A library of simd reads CI as it is loaded.
  const { code, stdout, stderr } = await childCommand(denoCommand!, {
    args: ["run", "-q", "--no-prompt", "--allow-env=CI", script, "--help"],
    cwd: ROOT,
  }).output();
  const [help, errors] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)) as [string, string];
  assertEquals([code, errors], [0, ""], task);
  return help;
}

keptTexts(
  "the help of every task is the one that is kept",
  "help",
  async () => {
    const tasks = Object.entries(deno.tasks).filter(([, { command }]) => /^deno run .*\.ts\b/.test(command));
    const texts: string[] = [];
    // One after the other: other files of tests have the other cores.
    for (const task of tasks) texts.push(await helpOf(task));
    return texts;
  },
  { needs: " --allow-run=deno", ignore: denoCommand === undefined },
);
