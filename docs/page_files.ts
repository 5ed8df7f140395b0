import { assertEquals } from "@std/assert";
import { denoCommand } from "../fixtures/temporary_folder.ts";
import { childCommand } from "../tools/process.ts";

/** The files of a page, put together from their blocks: each begins with the file's name. */
export function filesOf(page: string): Map<string, string> {
  const files = new Map<string, string>();
  for (const [, name, text] of page.matchAll(/^```ts ignore\n\/\/ (\S+\.ts)\b[^\n]*\n(.*?)^```$/gms)) {
    files.set(name!, (files.get(name!) ?? "") + text);
  }
  return files;
}

/** The arguments after `deno run` of a page's commands, in order. */
export const commandsOf = (page: string): string[][] =>
  [...page.matchAll(/^```sh\ndeno run (.*)\n```$/gm)].map(([, args]) => args!.split(" "));

/** What the programs of a page print, by file: written to a folder, type-checked together, and run in the page's order. */
export async function printedBy(page: string, folder: string): Promise<Map<string, string>> {
  const files = filesOf(page);
  for (const [name, text] of files) await Deno.writeTextFile(`${folder}/${name}`, text);
  const deno = async (...args: readonly string[]): Promise<string> => {
    const command = childCommand(denoCommand!, { args: [...args], cwd: folder });
    const { code, stdout, stderr } = await command.output();
    assertEquals([code, new TextDecoder().decode(stderr)], [0, ""], `deno ${args.join(" ")}`);
    return new TextDecoder().decode(stdout);
  };
  await deno("check", "-q", ...files.keys());
  const printed = new Map<string, string>();
  for (const args of commandsOf(page)) {
    printed.set(args.at(-1)!, await deno("run", "-q", "--no-prompt", ...args));
  }
  return printed;
}
