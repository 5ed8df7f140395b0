import deno from "../deno.json" with { type: "json" };

/** A word as a shell reads it back: in quotes where it holds anything but letters, digits and what stands for itself. */
export function quoted(word: string): string {
  return /^[\w@%+=:./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The words of a line as a shell reads them, without variables; undefined where a quote has no end. */
export function words(line: string): string[] | undefined {
  const part = /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|([^\s'"\\]+)/y;
  const found: string[] = [];
  let joins = false;
  for (let at = 0; at < line.length;) {
    if (/\s/.test(line[at]!)) {
      [joins, at] = [false, at + 1];
      continue;
    }
    part.lastIndex = at;
    const match = part.exec(line);
    if (match === null) return undefined;
    const [whole, single, double, escaped, plain] = match;
    const word = single ?? double?.replaceAll(/\\(["\\$`])/g, "$1") ?? escaped ?? plain!;
    found.push(joins ? found.pop() + word : word);
    [joins, at] = [true, at + whole.length];
  }
  return found;
}

/** Deno of the version that the project is pinned to, started with npm alone. */
export const DENO = `npx --yes deno@${deno.denoVersion}`;

/** The command that starts a task, with npm alone: `npx --yes deno@2.9.6 task mnist`. */
export const taskCommand = (task: string): string => `${DENO} task ${task}`;
