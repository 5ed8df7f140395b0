/**
 * Charts as figures with the table that they are drawn from.
 *
 * @module
 */

import { beside, chart, type ChartAxis, type ChartOptions, toSvg } from "../../figure/mod.ts";
import type { Figure } from "./study.ts";

/** "loss (nats)". */
const headOf = ({ title, unit }: ChartAxis): string => unit === undefined ? title : `${title} (${unit})`;

/**
 * A figure of charts, one below the other, with a table of all their points: `curves.svg` and `curves-points.csv`.
 *
 * @param about file, title and caption of the figure
 * @param charts at least one; their axes have the titles of the first
 * @throws (rejects) as {@link chart} and {@link beside} throw
 */
export async function charted(
  about: Pick<Figure, "file" | "title" | "caption">,
  charts: readonly ChartOptions[],
): Promise<Figure> {
  const specs = charts.map(chart);
  const content = await toSvg(specs.length === 1 ? specs[0]! : beside(specs, 1));
  const { x, y } = charts[0]!;
  const points = charts.flatMap(({ title = "", x: { names }, series }) =>
    series.flatMap(({ name, points }) =>
      points.map((point) => ({ ...point, name, title, place: names?.[Math.round(point.x) - 1] ?? null }))
    )
  );
  const [panels, places, bands] = [
    charts.length > 1,
    points.some(({ place }) => place !== null),
    points.some(({ low }) => low !== undefined),
  ];
  const row = <Cell>(
    panel: Cell,
    name: Cell,
    place: Cell,
    x: Cell,
    y: Cell,
    low: Cell,
    high: Cell,
  ): Cell[] => [
    ...(panels ? [panel] : []),
    name,
    ...(places ? [place] : []),
    ...[x, y],
    ...(bands ? [low, high] : []),
  ];
  return {
    ...about,
    content,
    data: {
      file: about.file.replace(/\.svg$/, "-points.csv"),
      title: `${about.title}: points`,
      caption: `The points of the chart${bands ? ", with the ends of their bands" : ""}.`,
      head: row("panel", "series", headOf(x), places ? "place" : headOf(x), headOf(y), "lowest", "highest"),
      rows: points.map(({ title, name, place, x, y, low = null, high = null }) =>
        row<string | number | null>(title, name, place, x, y, low, high)
      ),
    },
  };
}
