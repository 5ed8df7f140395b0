/**
 * The conclusion from the runs of a sweep: a table of all of them, one of the settings over seeds, and Pareto fronts.
 *
 * @module
 */

import type { ChartSeries } from "../../figure/mod.ts";
import { charted } from "../runner/charted.ts";
import { spreadOf } from "../runner/spread.ts";
import type { Conclusion, Figure, Table } from "../runner/study.ts";
import { cellOf, type Setting, settingsOf, settingText, type SweepFile, type SweptRun } from "./file.ts";
import type { SweptResult } from "./study.ts";

/** A setting with the means of its key numbers over the seeds that came to results. */
interface Measured {
  readonly setting: Setting;
  /** How many runs came to results. */
  readonly count: number;
  readonly means: Readonly<Record<string, number>>;
  /** Standard deviations; null for a single run. */
  readonly deviations: Readonly<Record<string, number | null>>;
}

/** Most values of an option that are told apart by colour: a chart has at most 8 series. */
const MOST_COLOURS = 6;

/** "a" of "-a". */
const nameOf = (axis: string): string => axis.replace(/^-/, "");
const signOf = (axis: string): 1 | -1 => axis.startsWith("-") ? -1 : 1;

/**
 * The settings of which no other is at least as good on both axes and better on one, in order of the first.
 *
 * @param points where a setting is; less is better on both axes
 */
export function paretoFront<Point extends readonly [number, number]>(points: readonly Point[]): Point[] {
  const front = points.filter(([x, y]) => !points.some(([a, b]) => a <= x && b <= y && (a < x || b < y)));
  return front.toSorted(([a, c], [b, d]) => a - b || c - d);
}

/**
 * Concludes from the runs.
 *
 * @param runs all of them, in their order
 * @param results of those that are left
 * @throws (rejects) RangeError if no run came to results, or seeds of a setting had different data
 */
export async function conclude(
  file: SweepFile,
  runs: readonly SweptRun[],
  results: readonly SweptResult[],
): Promise<Conclusion<SweptResult[]>> {
  const byRun = new Map(results.map((result) => [result.run, result]));
  const isEnded = ({ numbers }: SweptResult): boolean => Object.keys(numbers).length > 0;
  const ended = results.filter(isEnded), stopped = results.filter((result) => !isEnded(result));
  if (ended.length === 0) {
    const [first] = stopped.flatMap(({ run, failed }) => failed.map(({ reason }) => `${run}: ${reason}`));
    throw new RangeError(`sweep: at least one run must come to results, but none does: ${first}`);
  }
  const known = [...new Set(ended.flatMap(({ numbers }) => Object.keys(numbers)))];
  const names = file.numbers ?? known;
  const measured = settingsOf(file).flatMap((setting): Measured[] => {
    const own = runs.filter((run) => run.setting.name === setting.name).flatMap(({ name }) =>
      byRun.get(name) ?? []
    );
    const left = own.filter(isEnded);
    if (new Set(own.map(({ data }) => data)).size > 1) {
      throw new RangeError(
        `sweep: runs of ${setting.name} must be of the same data, but their SHA-256 differ`,
      );
    }
    if (left.length === 0) return [];
    const spreads = known.flatMap((name) => {
      const values = left.flatMap(({ numbers }) => numbers[name] ?? []);
      return values.length === left.length ? [[name, spreadOf(values)] as const] : [];
    });
    return [{
      ...{ setting, count: left.length },
      means: Object.fromEntries(spreads.map(([name, { mean }]) => [name, mean])),
      deviations: Object.fromEntries(spreads.map(([name, { deviation }]) => [name, deviation])),
    }];
  });
  const options = Object.keys(file.grid);
  const chosen = ({ chosen }: Setting) => options.map((name) => cellOf(chosen[name]));
  const figures: Figure[] = [], fronts: string[] = [];
  for (const [i, pair] of file.pareto.entries()) {
    const [x, y] = pair.map(nameOf) as [string, string];
    const there = measured.filter(({ means }) => x in means && y in means);
    if (there.length === 0) {
      fronts.push(`${x} and ${y}: no setting, since none has both`);
      continue;
    }
    const { figure, front } = await paretoFigure(file, there, pair, `pareto${i + 1}.svg`);
    figures.push(figure);
    fronts.push(`${x} and ${y}: ${shortList(front.map(({ setting }) => setting.name))}`);
  }
  const tables: Table[] = [{
    file: "runs.csv",
    title: "Runs",
    caption: "Each run with its options and key numbers; why it was stopped, or which of its parts failed.",
    head: ["run", ...options, "seed", ...names, "stopped or failed"],
    rows: runs.map(({ name, setting, seed }) => {
      const { numbers = {}, failed = [] } = byRun.get(name) ?? {};
      const why = failed.map(({ name, reason }) => `${name}: ${reason}`).join("; ");
      return [
        name,
        ...chosen(setting),
        seed,
        ...names.map((one) => numbers[one] ?? null),
        why === "" ? null : why,
      ];
    }),
  }, {
    file: "settings.csv",
    title: "Settings",
    caption:
      "Each setting that came to results: the mean of each key number over seeds, and its standard deviation.",
    head: ["setting", ...options, "runs", ...names.flatMap((name) => [name, `${name}, deviation`])],
    rows: measured.map(({ setting, count, means, deviations }) => [
      ...[setting.name, ...chosen(setting), count],
      ...names.flatMap((name) => [means[name] ?? null, deviations[name] ?? null]),
    ]),
  }];
  const left = stopped.length + runs.length - results.length;
  return {
    results: [...results],
    numbers: { runs: runs.length, settings: measured.length, ended: ended.length, stopped: left },
    answer: `Of ${runs.length} runs of ${file.study}, ${ended.length} came to results.` +
      (fronts.length === 0 ? "" : ` On the Pareto front of ${fronts.join("; of ")}.`),
    caveat:
      "Means are over the seeds that came to results, and a front is one of means: it does not say what chance does.",
    figures,
    tables,
  };
}

/** Most settings of a front that a text names. */
const MOST_NAMED = 12;
/** "s1, s2 and 10 more". */
const shortList = (names: readonly string[], separator = ", "): string =>
  names.slice(0, MOST_NAMED).join(separator) +
  (names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : "");

/** The means of the settings by two key numbers, and those that no other beats in both. */
async function paretoFigure(
  { grid, study }: SweepFile,
  there: readonly Measured[],
  pair: readonly [string, string],
  file: string,
): Promise<{ readonly figure: Figure; readonly front: readonly Measured[] }> {
  const [x, y] = pair.map(nameOf) as [string, string];
  const signs = pair.map(signOf);
  const points = there.map((one) =>
    Object.assign([signs[0]! * one.means[x]!, signs[1]! * one.means[y]!] as [number, number], { one })
  );
  const front = paretoFront(points).map(({ one }) => one);
  const at = ({ means }: Measured) => ({ x: means[x]!, y: means[y]! });
  const [first, values] = Object.entries(grid)[0] ?? [];
  const named = values !== undefined && values.length <= MOST_COLOURS
    ? values.map((value): [string, Measured[]] => [
      `${first} ${cellOf(value)}`,
      there.filter(({ setting }) => setting.chosen[first!] === value),
    ])
    : [["settings", there] as [string, Measured[]]];
  const series: ChartSeries[] = [
    { name: "Pareto front", points: front.map(at) },
    ...named.filter(([, some]) => some.length > 0)
      .map(([name, some]): ChartSeries => ({ name, points: some.map(at), mark: "point" })),
  ];
  const better = pair.map((axis) => `${signOf(axis) < 0 ? "more" : "less"} of ${nameOf(axis)}`).join(" and ");
  const figure = await charted({
    file,
    title: `${x} and ${y}`,
    caption:
      `Settings of ${study}, each the mean over its seeds; no other setting has both ${better} than one of the front: ` +
      `${shortList(front.map(({ setting }) => `${setting.name} (${settingText(setting)})`), "; ")}.`,
  }, [{ x: { title: x }, y: { title: y }, series }]);
  return { figure, front };
}
