/**
 * Which tests look at a file: those that import it, the nearest first.
 *
 * @module
 */

import type { Graph } from "../import_graph.ts";

const TEST = /_test\.tsx?$/;
/** So many files of tests are tried by themselves, before all others that import the file. */
const NEAREST = 6;

/**
 * Files of tests that import a file, in groups: the nearest six, all others that import it, and all that do not, which may
 * start it as a process. Nearer is over fewer imports, a file's own tests first.
 *
 * @param graph imports by importer
 * @param tests all files of tests
 */
export function testsOf(file: string, graph: Graph, tests: readonly string[]): readonly string[][] {
  const importers = new Map<string, string[]>();
  for (const [from, imports] of graph) {
    for (const { to, types } of imports) {
      if (!types) importers.set(to, [...importers.get(to) ?? [], from]);
    }
  }
  const distances = new Map([[file, 0]]);
  for (const at of distances.keys()) {
    for (const importer of importers.get(at) ?? []) {
      if (!distances.has(importer)) distances.set(importer, distances.get(at)! + 1);
    }
  }
  const own = file.replace(/\.tsx?$/, "_test.ts");
  const reached = tests.filter((test) => TEST.test(test) && distances.has(test))
    .sort((a, b) =>
      Number(b === own) - Number(a === own) || distances.get(a)! - distances.get(b)! || (a < b ? -1 : 1)
    );
  const groups = [
    reached.slice(0, NEAREST),
    reached.slice(NEAREST),
    tests.filter((test) => !distances.has(test)),
  ];
  return groups.filter((group) => group.length > 0);
}
