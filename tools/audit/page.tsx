/**
 * The page of an audit: the verdict, the loss beside its explanation, and the numbers.
 *
 * @module
 */

import type { AuditVerdict } from "../../audit.ts";
import { shown, shownInterval } from "../../audit/words.ts";
import { DataTable, Lines, pageHtml, Picture } from "../../experiments/site/page.tsx";
import { chart, toSvg } from "../../figure/mod.ts";

/** The loss as it was logged over the loss as the reading has it; null where no reading has it. */
async function picture({ points }: AuditVerdict): Promise<string | null> {
  if (points.length === 0) return null;
  return await toSvg(chart({
    title: "The loss, row by row",
    x: { title: "as the pieces explain it" },
    y: { title: "as it was logged" },
    series: [{
      name: "rows",
      mark: "point",
      points: points.map(({ explained, loss }) => ({ x: explained, y: loss })),
    }],
    identity: true,
  }));
}

/** An audit as an HTML document, which loads nothing. */
export async function auditPage(file: string, verdict: AuditVerdict): Promise<string> {
  const {
    kind,
    words,
    formula,
    meant,
    coefficients,
    rows,
    pixels,
    latents,
    unexplained,
    worst,
    points,
    notAsExpected,
  } = verdict;
  const svg = await picture(verdict);
  const facts: [string, string][] = [
    ["rows", rows.toLocaleString("en-US")],
    ...(pixels === null ? [] : [["pixels", String(pixels)] as [string, string]]),
    ...(latents === null ? [] : [["latents", String(latents)] as [string, string]]),
    [
      "unexplained",
      `${unexplained < 1e-4 ? "less than 0.01" : shown(100 * unexplained)}% of the loss's standard deviation`,
    ],
    ...(notAsExpected === null ? [] : [["not as meant", notAsExpected] as [string, string]]),
  ];
  return pageHtml(
    `Audit of ${file}`,
    null,
    <>
      <p class="mark">{words}</p>
      {kind !== "unidentified" && (
        <Lines
          rows={[...(formula === null ? [] : [["the loss is", formula] as const]), ["a β-VAE's is", meant]]}
        />
      )}
      {svg !== null && (
        <div class="columns">
          <figure>
            <Picture content={svg} label="The loss of each row over its explanation" name="rows" />
            <figcaption>
              {points.length < rows
                ? `${points.length.toLocaleString("en-US")} rows drawn evenly from ${
                  rows.toLocaleString("en-US")
                }. `
                : ""}
              A row on the line is explained whole.
            </figcaption>
          </figure>
        </div>
      )}
      <Lines rows={facts} />
      {coefficients.length > 0 && (
        <DataTable
          caption="Coefficients, each by itself; intervals miss the truth once in a million"
          head={["of", "coefficient"]}
          rows={coefficients.map((one) => [one.piece === "1" ? "constant" : one.piece, shownInterval(one)])}
        />
      )}
      {worst.length > 0 && unexplained > 1e-4 && (
        <DataTable
          caption="Rows that are explained least"
          head={["row", "loss", "explained"]}
          rows={worst.map(({ at, loss, explained }) => [String(at), loss, explained])}
        />
      )}
    </>,
  );
}
