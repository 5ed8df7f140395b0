import type { Config } from "vega-lite";

/** Fonts in order of preference: the one that pictures are rasterised in, then ones of nearly the same widths. */
const FONT = "DejaVu Sans, Verdana, Segoe UI, sans-serif";

/** Size of a figure's title, in pixels. */
export const TITLE_SIZE = 15;

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

/** Looks of every figure; nothing in it depends on the data, the system or the time. */
export const CONFIG: Config = {
  aria: false,
  background: "#ffffff",
  font: FONT,
  padding: 12,
  axis: {
    domainColor: "#888888",
    gridColor: "#e4e4e4",
    labelColor: INK,
    labelFlush: false,
    labelFontSize: LABEL_SIZE,
    labelPadding: 4,
    tickColor: "#888888",
    titleColor: INK,
    titleFontSize: LABEL_SIZE + 1,
    titleFontWeight: "normal",
    titlePadding: 8,
  },
  legend: {
    labelColor: INK,
    labelFontSize: LABEL_SIZE,
    labelLimit: 0,
    titleColor: INK,
    titleFontSize: LABEL_SIZE + 1,
    titleFontWeight: "normal",
    titleLimit: 0,
  },
  title: { anchor: "start", color: INK, fontSize: TITLE_SIZE, fontWeight: "bold", limit: 0, offset: 12 },
  view: { stroke: null },
};
