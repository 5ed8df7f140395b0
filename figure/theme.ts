import type { Config } from "vega-lite";

/** Fonts in order of preference: the one that pictures are rasterised in, then ones of nearly the same widths. */
const FONT = "DejaVu Sans, Verdana, Segoe UI, sans-serif";

/**
 * Width of a figure with its labels, in pixels. On a phone's 358 pixels its smallest text, of {@linkcode LABEL_SIZE}, is
 * 10.7 pixels high.
 */
export const WIDTH = 400;

/** White space around a figure, in pixels. */
const PADDING = 12;

/** What is left for a line of text, in pixels. */
export const TEXT_WIDTH = WIDTH - 2 * PADDING;

/** Size of a figure's title, in pixels. */
export const TITLE_SIZE = 15;

/** Size of the titles of axes and legends, in pixels. */
export const AXIS_TITLE_SIZE = 13;

/** Size of axis and legend labels, in pixels. */
export const LABEL_SIZE = 12;

/** Colour of titles and labels. */
export const INK = "#222222";

/** Colours of series, told apart by colour-blind readers too (Okabe and Ito 2008, then Tol 2021). */
export const SERIES_COLOURS: readonly string[] = [
  "#0072b2",
  "#d55e00",
  "#009e73",
  "#cc79a7",
  "#e69f00",
  "#56b4e9",
  "#882255",
  "#777777",
];

/** Where dark paper needs another colour than white paper; the others have a contrast above 2.2 on both. */
const DARK: Readonly<Record<string, string>> = {
  "#ffffff": "#17181a",
  [INK]: "#e8e8e8",
  "#e4e4e4": "#3a3a3d",
  "#0072b2": "#2a8fd8",
  "#882255": "#f0e442",
};

/**
 * CSS that shows figures on dark paper where the reader prefers it: each colour of the theme, wherever a drawing names it.
 * A drawing carries it, and on a page of many once is enough.
 */
export const FIGURE_STYLE: string = `@media (prefers-color-scheme:dark){${
  Object.entries(DARK).flatMap(([light, dark]) =>
    ["fill", "stroke"].map((paint) => `svg [${paint}="${light}"]{${paint}:${dark}}`)
  ).join("")
}}`;

/** Looks of every figure; nothing in it depends on the data, the system or the time. */
export const CONFIG: Config = {
  aria: false,
  background: "#ffffff",
  font: FONT,
  padding: PADDING,
  axis: {
    domainColor: "#888888",
    gridColor: "#e4e4e4",
    labelColor: INK,
    labelFlush: false,
    labelFontSize: LABEL_SIZE,
    labelPadding: 4,
    tickColor: "#888888",
    titleColor: INK,
    titleFontSize: AXIS_TITLE_SIZE,
    titleFontWeight: "normal",
    titlePadding: 8,
  },
  legend: {
    labelColor: INK,
    labelFontSize: LABEL_SIZE,
    labelLimit: 0,
    // From the left edge of the figure on; vega's, which vega-lite hands on without having a type for it.
    layout: { bottom: { anchor: "start", frame: "bounds" } } as never,
    offset: 12,
    orient: "bottom",
    titleColor: INK,
    titleFontSize: AXIS_TITLE_SIZE,
    titleFontWeight: "normal",
    titleLimit: 0,
  },
  title: {
    anchor: "start",
    color: INK,
    fontSize: TITLE_SIZE,
    fontWeight: "bold",
    limit: 0,
    offset: 10,
    subtitleColor: INK,
    subtitleFontSize: AXIS_TITLE_SIZE,
    subtitlePadding: 6,
  },
  view: { stroke: null },
};
