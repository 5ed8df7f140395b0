import { textWidth, wrapText } from "./text_width.ts";
import { AXIS_TITLE_SIZE, LABEL_SIZE, TEXT_WIDTH, TITLE_SIZE } from "./theme.ts";
import type { ChartSpec } from "./to_svg.ts";
import { assertWhole } from "./whole.ts";

/** What {@linkcode heatMap} shows. */
export interface HeatMapOptions {
  /** `[rows, columns]` finite numbers, row 1 at the top. */
  readonly matrix: readonly (readonly number[])[];
  /** The title; long ones are broken into lines. */
  readonly title: string;
  /** What the entries are, for the colour bar. */
  readonly quantity: string;
  /** Unit of the entries, for the colour bar; none if left out. */
  readonly unit?: string;
  /** What rows and columns are, numbered from 1; "latent" if left out. */
  readonly axis?: string;
  /** Sizes of diagonal blocks to outline, which add up to the matrix's size; none if left out. */
  readonly blocks?: readonly number[];
  /** "sequential" (viridis, from 0 or below to the largest; if left out) or "diverging" (blue, white at 0, red). */
  readonly scheme?: "sequential" | "diverging";
  /** The longer side of the map at most, in pixels; 300 if left out; 120 leaves a page on a phone room for two. */
  readonly side?: number;
}

const OUTLINE = "#ff3b30";
const LARGEST_CELL = 40;
/** What the labels of the vertical axis take, in pixels. */
const LABELS = 44;

/**
 * A heat map of a small matrix, with a colour bar, and outlines around diagonal blocks.
 *
 * ```ts
 * import { heatMap, toSvg } from "./mod.ts";
 * const spec = heatMap({
 *   matrix: [[2, 1, 0], [1, 2, 0], [0, 0, 3]],
 *   title: "Decoder metric",
 *   quantity: "mean |JᵀJ|",
 *   blocks: [2, 1],
 * });
 * console.assert((await toSvg(spec)).includes("Decoder metric"));
 * ```
 *
 * @param options matrix, title, quantity, unit, axis, blocks, scheme
 * @returns a spec for {@linkcode toSvg}
 * @throws TypeError for a matrix without entries or with rows of unequal lengths, or blocks on one that is not square
 * @throws RangeError for an entry that is not finite, or blocks that do not tile the diagonal
 */
export function heatMap(options: HeatMapOptions): ChartSpec {
  const { matrix, title, quantity, unit, axis = "latent", blocks = [], scheme = "sequential", side = 300 } =
    options;
  assertWhole("heatMap", "side", side, 1);
  const rows = matrix.length;
  const columns = matrix[0]?.length ?? 0;
  assertMatrix(matrix, rows, columns);
  if (blocks.length > 0) assertBlocks(blocks, rows, columns);

  const cell = Math.max(1, Math.min(LARGEST_CELL, Math.floor(side / Math.max(rows, columns))));
  const values = matrix.flatMap((row, i) => row.map((value, j) => ({ ...square(i, j, 1), value })));
  let corner = 0;
  const outlines = blocks.map((size) => {
    const outline = square(corner, corner, size);
    corner += size;
    return outline;
  });
  const place = (channel: "x" | "y", count: number): Record<string, unknown> => ({
    field: channel === "x" ? "left" : "top",
    type: "quantitative",
    title: axis,
    axis: { values: ticks(count, cell), format: "d", grid: false, domain: false, ticks: false },
    scale: { domain: [0.5, count + 0.5], nice: false, zero: false, reverse: channel === "y" },
  });
  const position = {
    x: place("x", columns),
    x2: { field: "right" },
    y: place("y", rows),
    y2: { field: "bottom" },
  };
  // Titles are as wide as maps of this side, however few cells this one has, so that maps beside each other are alike.
  const room = Math.min(side + LABELS, TEXT_WIDTH);
  const colour = {
    field: "value",
    type: "quantitative",
    title: wrapText(unit === undefined ? quantity : `${quantity} (${unit})`, room, AXIS_TITLE_SIZE),
    scale: colourScale(matrix.flat(), scheme),
    legend: {
      direction: "horizontal",
      gradientLength: Math.min(200, side),
      gradientThickness: 14,
      tickCount: 3,
    },
  };
  return {
    width: cell * columns,
    height: cell * rows,
    title: { text: wrapText(title, room, TITLE_SIZE, true) },
    layer: [
      { data: { values }, mark: "rect", encoding: { ...position, color: colour } },
      ...(outlines.length === 0 ? [] : [{
        data: { values: outlines },
        mark: { type: "rect", fill: null, stroke: OUTLINE, strokeWidth: 2.5 },
        encoding: position,
      }]),
    ],
  };
}

/** A square of cells by its edges, in units of cells, where cell 1 spans from .5 to 1.5. */
function square(
  row: number,
  column: number,
  size: number,
): Record<"left" | "right" | "top" | "bottom", number> {
  return { left: column + 0.5, right: column + size + 0.5, top: row + 0.5, bottom: row + size + 0.5 };
}

/** Which of the numbers 1 to `count` to print along an axis whose steps are so many pixels. */
function ticks(count: number, cell: number): number[] {
  const step = Math.ceil(1.3 * textWidth(String(count), LABEL_SIZE) / cell);
  return Array.from({ length: Math.ceil(count / step) }, (_, i) => 1 + i * step);
}

/** A colour scale that contains zero, at its middle if it diverges. */
function colourScale(entries: number[], scheme: "sequential" | "diverging"): Record<string, unknown> {
  const low = entries.reduce((least, value) => Math.min(least, value), 0);
  const high = entries.reduce((most, value) => Math.max(most, value), 0);
  if (scheme === "sequential") return { scheme: "viridis", domain: [low, high === low ? low + 1 : high] };
  const reach = Math.max(-low, high) || 1;
  return { scheme: "redblue", reverse: true, domain: [-reach, reach] };
}

function assertMatrix(matrix: readonly (readonly number[])[], rows: number, columns: number): void {
  if (rows === 0 || columns === 0) {
    throw new TypeError(
      `heatMap: matrix must be [rows, columns] with at least one entry, ` +
        `but it has ${rows === 0 ? "0 rows" : "0 columns"}`,
    );
  }
  matrix.forEach((row, i) => {
    if (row.length !== columns) {
      throw new TypeError(
        `heatMap: every row must have ${columns} entries like row 1, but row ${i + 1} has ${row.length}`,
      );
    }
    row.forEach((value, j) => {
      if (!Number.isFinite(value)) {
        throw new RangeError(
          `heatMap: the entry in row ${i + 1}, column ${j + 1} must be a finite number, but it is ${value}`,
        );
      }
    });
  });
}

function assertBlocks(blocks: readonly number[], rows: number, columns: number): void {
  if (rows !== columns) {
    throw new TypeError(`heatMap: blocks need a square matrix, but it is ${rows}×${columns}`);
  }
  blocks.forEach((size, i) => assertWhole("heatMap", `block ${i + 1}`, size, 1));
  const sum = blocks.reduce((total, size) => total + size, 0);
  if (sum !== rows) {
    throw new RangeError(
      `heatMap: block sizes must add up to ${rows}, the size of the matrix, ` +
        `but [${blocks.join(", ")}] add up to ${sum}`,
    );
  }
}
