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
