import type { LoggerInterface } from "vega";
import type { TopLevelSpec } from "vega-lite";
import { textWidth } from "./text_width.ts";
import { CONFIG, FIGURE_STYLE } from "./theme.ts";

/** What a figure shows, as vega-lite has it; {@linkcode chart}, {@linkcode heatMap} and {@linkcode contour} make these. */
export type ChartSpec = Readonly<Record<string, unknown>>;

/** What vega lays text out by; its typings leave it out. */
interface TextMetrics {
  width: (item: { fontSize?: number; fontWeight?: string | number }, text: unknown) => number;
}

/**
 * Draws a figure as SVG, without a DOM, a canvas, the network or any permission.
 *
 * The same spec gives the same text, character by character. Colours follow the reader's preference for light or dark. The ids in it are the drawing's own, so that drawings can
 * stand inline on one page. vega and vega-lite are loaded at the first call; vega's text measure is set for the whole
 * program.
 *
 * ```ts
 * import { chart, toSvg } from "./mod.ts";
 * const spec = chart({
 *   x: { title: "epoch" },
 *   y: { title: "loss", unit: "nats" },
 *   series: [{ name: "β = 1", points: [{ x: 1, y: 140 }, { x: 2, y: 110 }] }],
 * });
 * console.assert((await toSvg(spec)).includes("loss (nats)"));
 * ```
 *
 * @param spec the figure; its data inline
 * @returns an SVG document, in the family DejaVu Sans where the reader has it
 * @throws TypeError if vega or vega-lite cannot draw the spec or warns about it, which includes data to be fetched
 */
export async function toSvg(spec: ChartSpec): Promise<string> {
  const [vega, { compile }] = await Promise.all([import("vega"), import("vega-lite")]);
  const { textMetrics } = vega as unknown as { textMetrics: TextMetrics };
  textMetrics.width = (item, text): number =>
    textWidth(String(text ?? ""), item.fontSize ?? 11, item.fontWeight === "bold");

  const warnings: string[] = [];
  const logger = recorder(warnings);
  const refuse = (url: string): Promise<never> =>
    Promise.reject(new Error(`data must be inline, not at ${url}`));
  const loader = { ...vega.loader(), load: refuse, http: refuse, file: refuse };
  let svg = "";
  try {
    const compiled = compile(spec as unknown as TopLevelSpec, { config: CONFIG, logger });
    const view = new vega.View(vega.parse(compiled.spec), { renderer: "none", logger, loader });
    try {
      svg = await view.toSVG();
    } finally {
      view.finalize();
    }
  } catch (error) {
    warnings.push(error instanceof Error ? error.message : String(error));
  }
  if (warnings.length > 0) {
    throw new TypeError(`toSvg: the spec cannot be drawn as it stands: ${warnings.join("; ")}`);
  }
  return withOwnIds(svg).replace(">", `><style>${FIGURE_STYLE}</style>`);
}

/** A logger that keeps warnings and errors and drops the rest. */
function recorder(warnings: string[]): LoggerInterface {
  const keep = (...messages: readonly unknown[]): LoggerInterface => {
    warnings.push(messages.map(String).join(" "));
    return logger;
  };
  const drop = (): LoggerInterface => logger;
  const logger: LoggerInterface = {
    level: ((value?: number) => (value === undefined ? 0 : logger)) as LoggerInterface["level"],
    error: keep,
    warn: keep,
    info: drop,
    debug: drop,
  };
  return logger;
}

/** Renames the ids in a drawing, which vega counts through the whole program, after the drawing's content. */
function withOwnIds(svg: string): string {
  const ids = [...svg.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]!);
  const rename = (text: string, prefix: string): string =>
    text.replace(/( id="|url\(#|href="#)([^")]+)/g, (all, before: string, id: string) => {
      const index = ids.indexOf(id);
      return index < 0 ? all : `${before}${prefix}${index}`;
    });
  return rename(svg, `f${hash(rename(svg, ""))}-`);
}

/** FNV-1a, 32 bits, in hexadecimal. */
function hash(text: string): string {
  let state = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) state = Math.imul(state ^ byte, 0x01000193);
  return (state >>> 0).toString(16).padStart(8, "0");
}
