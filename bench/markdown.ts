/**
 * Results as Markdown, to be pasted.
 *
 * @module
 */

import { NAMES } from "./implementation.ts";
import { floorOf } from "./floor.ts";
import { GROUPS } from "./kernel_groups.ts";
import { fixed, quartiles, table } from "./markdown_table.ts";
import { sharesOf } from "./profile_shares.ts";
import type { Results } from "./results.ts";
import { sizes } from "./shape.ts";
import { stepsTable } from "./steps_table.ts";
import { TITLES } from "./workload.ts";

function floorsTable(results: Results): string {
  const workloads = [...new Set(results.steps!.map(({ workload }) => workload))];
  const millions = (count: number | null): string => (count === null ? "–" : fixed(count / 1e6, 0));
  return table(
    ["step"],
    ["10⁶ multiply-adds, J formed", "by W Wᵀ", "without tangents"],
    workloads.map((workload) => {
      const { forming, throughSquare, plain } = floorOf(results.shape, workload);
      return [TITLES[workload], millions(forming), millions(throughSquare), millions(plain)];
    }),
  );
}

function implementationsTable({ implementations, steps = [] }: Results): string {
  const rows = implementations.map((each) => {
    if ("absent" in each) return [NAMES[each.id], `left out: ${each.absent.split("; ")[0]}`, "–", "–"];
    const versions = Object.entries(each.versions).map(([name, version]) => `${name} ${version}`).join(", ");
    const ways = [
      ...new Set(steps.filter(({ id, chosen }) => id === each.id && chosen).map((s) => s.chosen)),
    ];
    const what = [versions, each.blas, ...ways].join("; ");
    return [NAMES[each.id], what, String(each.threads), fixed(each.rate / 1e9)];
  });
  return table(["implementation", "with"], ["threads", "10⁹ multiply-adds/s"], rows);
}

function growthTable(results: Results): string {
  const rows = results.growth!.map(({ axis, shape, objective, id, milliseconds }) => [
    `${axis} ${shape[axis]}`,
    TITLES[objective],
    NAMES[id],
    fixed(milliseconds.median),
    quartiles(milliseconds),
  ]);
  return table(["size", "step", "implementation"], ["median ms", "quartiles"], rows);
}

const processTable = (times: NonNullable<Results["start"]>): string =>
  table(
    ["what"],
    ["median s", "quartiles", "times"],
    times.map(({ what, seconds }) => [
      what,
      fixed(seconds.median, 2),
      quartiles(seconds, 2),
      String(seconds.count),
    ]),
  );

function memoryTable(results: Results): string {
  return table(
    ["implementation", "step"],
    ["peak MB"],
    results.memory!.map(({ id, workload, bytes }) => [
      NAMES[id],
      TITLES[workload],
      bytes === null ? "not known" : fixed(bytes / 1e6, 0),
    ]),
  );
}

/** How many kernels a profile names. */
const SHOWN = 12;

function profileTables(results: Results): string[] {
  return results.profile!.flatMap((profile) => {
    const shares = sharesOf(profile);
    const share = (milliseconds: number): string => `${fixed(100 * milliseconds / profile.milliseconds)}%`;
    const groups = [...GROUPS, "tape and rest"] as const;
    return [
      `### ${TITLES[profile.workload]} on ${profile.engine}: ${fixed(profile.milliseconds)} ms`,
      table(["group"], ["ms", "share"], groups.map((g) => [g, fixed(shares[g], 2), share(shares[g])])),
      table(
        ["kernel"],
        ["calls", "ms", "share"],
        profile.kernels.slice(0, SHOWN).map((k) => [
          k.kernel,
          fixed(k.calls, 0),
          fixed(k.milliseconds, 2),
          share(k.milliseconds),
        ]),
      ),
    ];
  });
}

/** All results as a document. */
export function markdownOf(results: Results): string {
  const { machine, shape, implementations, different, steps, growth, start, suite, memory, profile } =
    results;
  const rates = Object.fromEntries(implementations.flatMap((i) => ("rate" in i ? [[i.id, i.rate]] : [])));
  const notTimed = different.map(({ id, workload, how }) => `- ${NAMES[id]}, ${TITLES[workload]}: ${how}`);
  const parts: (string | false | undefined)[] = [
    `# Benchmark`,
    `${machine.target}, ${machine.cores} cores, deno ${machine.deno}.`,
    implementations.length > 0 && implementationsTable(results),
    notTimed.length > 0 && `Not timed:\n\n${notTimed.join("\n")}`,
    ...(steps
      ? [
        `## Steps with Adam, ${sizes(shape)}, ReLU, float32`,
        stepsTable(steps, rates, shape),
        floorsTable(results),
      ]
      : []),
    ...(growth ? ["## Growth", growthTable(results)] : []),
    ...(start ? ["## Processes", processTable(start)] : []),
    ...(suite ? ["## Property suite", processTable(suite)] : []),
    ...(memory ? ["## Memory", memoryTable(results)] : []),
    ...(profile ? ["## Kernels", ...profileTables(results)] : []),
  ];
  return parts.filter((part) => typeof part === "string").join("\n\n") + "\n";
}
