/**
 * Figures: image grids, heat maps, charts. Knows no mathematics.
 *
 * @module
 */

export { beside } from "./beside.ts";
export { chart, type ChartAxis, type ChartOptions, type ChartPoint, type ChartSeries } from "./chart.ts";
export { contour, type ContourAxis, type ContourOptions } from "./contour.ts";
export { gridImage, type GridOptions } from "./grid_image.ts";
export { heatMap, type HeatMapOptions } from "./heat_map.ts";
export type { PixelImage, RasterImage } from "./image.ts";
export { encodePng, type PngOptions } from "./png.ts";
export { FIGURE_STYLE } from "./theme.ts";
export { type RasterOptions, toPng } from "./to_png.ts";
export { type ChartSpec, toSvg } from "./to_svg.ts";
