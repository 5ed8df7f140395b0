import { assert, assertEquals } from "@std/assert";
import project from "../deno.json" with { type: "json" };
import { denoCommand, ROOT } from "../fixtures/temporary_folder.ts";
import { childCommand } from "./process.ts";

/** At most so many names are exported by `.`, which is read as a whole. */
const BOUND = 90;

/** A name that an entry exports. */
interface Exported {
  readonly name: string;
  /** Where it is declared: file, line, column. */
  readonly place: string;
  /** Types, and values whose type is taken, that its declaration names. */
  readonly names: ReadonlySet<string>;
}

/** The parts of `deno doc --json` that are read here. */
interface Documentation {
  readonly nodes: Readonly<
    Record<string, {
      readonly symbols: readonly {
        readonly name: string;
        readonly declarations: readonly {
          readonly location: { readonly filename: string; readonly line: number; readonly col: number };
        }[];
      }[];
    }>
  >;
}

/** What an entry exports. */
async function exportsOf(entry: string): Promise<Exported[]> {
  const { success, stdout, stderr } = await childCommand(denoCommand!, {
    args: ["doc", "--json", entry],
    cwd: ROOT,
  }).output();
  if (!success) throw new Error(`deno doc ${entry}: ${new TextDecoder().decode(stderr)}`);
  const { nodes } = JSON.parse(new TextDecoder().decode(stdout)) as Documentation;
  return Object.values(nodes).flatMap(({ symbols }) =>
    symbols.map(({ name, declarations }) => ({
      name,
      place: declarations.map(({ location: { filename, line, col } }) => `${filename}:${line}:${col}`).join(),
      names: new Set(
        [...JSON.stringify(declarations).matchAll(/"typeName":"(\w+)"|"kind":"typeQuery","value":"(\w+)"/g)]
          .map(([, type, value]) => type ?? value!),
      ),
    }))
  );
}

/** Every word of tests, and of examples in the documentation of modules and in pages. */
function examples(folder = ROOT): Set<string> {
  const words = new Set<string>();
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) {
      if (!name.startsWith(".") && !["node_modules", "runs", "site", "evidence"].includes(name)) {
        examples(path).forEach((word) => words.add(word));
      }
      continue;
    }
    if (!/\.(tsx?|md)$/.test(name)) continue;
    const text = Deno.readTextFileSync(path);
    const read = /_test\.tsx?$/.test(name) ? [text] : text.match(/```ts[^]*?```/g) ?? [];
    for (const [word] of read.join("\n").matchAll(/[A-Za-z_]\w*/g)) words.add(word);
  }
  return words;
}

const mayRead = Deno.permissions.querySync({ name: "read", path: ROOT }).state === "granted";
const obstacle = !mayRead
  ? "needs --allow-read=."
  : denoCommand === undefined
  ? "needs --allow-run=deno"
  : "";

Deno.test({
  name:
    `an entry exports what is used in a test or an example, or is the type of such; \`.\` at most ${BOUND} names${
      obstacle && ` (ignored: ${obstacle})`
    }`,
  ignore: obstacle !== "",
  fn: async () => {
    const words = examples();
    const places = new Map<string, string>();
    const entries = Object.entries<string>(project.exports);
    const exported = await Promise.all(entries.map(([, path]) => exportsOf(path)));
    for (const [i, [entry]] of entries.entries()) {
      const all = exported[i]!;
      assert(all.length > 1, entry);
      if (entry === ".") assert(all.length <= BOUND, `. exports ${all.length} names`);
      const unused = all.filter(({ name }) =>
        !words.has(name) && !all.some((other) => other.name !== name && other.names.has(name))
      );
      assertEquals(unused.map(({ name }) => name), [], `${entry} exports what nobody uses`);
      for (const { name, place } of all) {
        // Laws, and audits with them, speak of plain arrays, and have their own names for that.
        if (place.includes("/properties/")) continue;
        assertEquals(
          place,
          places.get(name) ?? place,
          `${name} is one thing in ${entry}, and another elsewhere`,
        );
        places.set(name, place);
      }
    }
  },
});
