/**
 * `deno task architecture`: draws who imports whom, room by room, into ARCHITECTURE.md.
 *
 * @module
 */

import { exitStatus } from "../experiments/runner/command.ts";
import { parseCommand } from "../experiments/runner/options.ts";
import { writeOut } from "../experiments/runner/progress.ts";
import { type Graph, importGraph, LEAVES, partOf } from "./import_graph.ts";

/** The page with the picture. */
export const PAGE = "ARCHITECTURE.md";

/** Parts that are no rooms: pages, an example, and tools that every room may use; also fixtures, and entries, which are files. */
const NO_ROOMS: readonly string[] = ["docs", "properties/example", ...LEAVES];
const isRoom = (part: string): boolean =>
  !part.includes(".") && !part.startsWith("fixtures") && !NO_ROOMS.includes(part);

/**
 * The picture, in Mermaid. An arrow a → b says that b imports values from a. Imports of types alone and by tests are not
 * drawn, and neither is an arrow a → c where the arrows a → b and b → c, or more of them, say as much.
 *
 * @throws RangeError if rooms import each other in a circle
 */
export function picture(graph: Graph): string {
  const imports = new Map<string, Set<string>>();
  for (const [from, list] of graph) {
    const importer = partOf(from);
    if (/_test\.tsx?$/.test(from) || !isRoom(importer)) continue;
    const targets = imports.get(importer) ?? new Set();
    imports.set(importer, targets);
    for (const { to, types } of list) {
      const target = partOf(to);
      if (!types && target !== importer && graph.has(to) && isRoom(target)) targets.add(target);
    }
  }
  /** Every room that a room stands on. */
  const below = (room: string, path: readonly string[] = []): Set<string> => {
    if (path.includes(room)) {
      throw new RangeError(`imports must run one way, but run in a circle: ${[...path, room].join(" → ")}`);
    }
    const direct = [...imports.get(room) ?? []];
    return new Set([...direct, ...direct.flatMap((next) => [...below(next, [...path, room])])]);
  };
  const rooms = [...imports.keys()].sort();
  const lines = rooms.flatMap((room) => {
    const direct = [...imports.get(room)!].sort();
    const implied = new Set(direct.flatMap((next) => [...below(next, [room])]));
    return direct.filter((next) => !implied.has(next)).map((next) => `  ${idOf(next)} --> ${idOf(room)}`);
  });
  return ["flowchart LR", ...rooms.map((room) => `  ${idOf(room)}["${room}"]`), ...lines].join("\n");
}

/** Mermaid takes no slash in a name. */
function idOf(room: string): string {
  return room.replaceAll("/", "_");
}

/**
 * A page with the picture in its only block of Mermaid.
 *
 * @throws RangeError if it has no such block, or several
 */
export function withPicture(page: string, drawn: string): string {
  const blocks = page.match(/^```mermaid\n.*?^```$/gms) ?? [];
  if (blocks.length !== 1) {
    throw new RangeError(`${PAGE} must have one block of mermaid, but has ${blocks.length}`);
  }
  return page.replace(blocks[0]!, () => `\`\`\`mermaid\n${drawn}\n\`\`\``);
}

const COMMAND = {
  task: "architecture",
  about: `Draws who imports whom, room by room, into ${PAGE}.`,
  options: {},
  examples: [["", "after a change of imports between rooms"]],
} as const;

if (import.meta.main) {
  const status = await exitStatus("architecture", async () => {
    const { help } = parseCommand(COMMAND, Deno.args);
    if (help !== null) return writeOut(help), 0;
    const page = await Deno.readTextFile(PAGE);
    await Deno.writeTextFile(PAGE, withPicture(page, picture(await importGraph())));
    writeOut(`${PAGE}\n`);
    return 0;
  });
  Deno.exit(status);
}
