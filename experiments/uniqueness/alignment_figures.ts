/**
 * How fits lie to W, in pictures.
 *
 * @module
 */

import { beside, chart, type ChartSeries, toSvg } from "../../lib/figure/mod.ts";
import type { Fit } from "../../properties/laws/trained.ts";
import { median } from "../study/median.ts";
import type { Figure } from "../study/study.ts";
import { valuesOf } from "./names.ts";
import { BENT, RECOVERED, select, shown } from "./words.ts";

/** Share of a family's place that the seeds of one kind of W take, and of the distance between kinds. */
const [SPREAD, APART] = [0.16, 0.25];

/** Every fit with so many latents: a panel for each ν, a place for each family, a colour for each kind of W. */
export async function alignmentFigure(fits: readonly Fit[], latent: number): Promise<Figure> {
  const own = select(fits, { latent });
  const families = valuesOf(own, "family");
  const kinds = valuesOf(own, "weights");
  const panels = valuesOf(own, "activation").map((activation) =>
    chart({
      title: `ν = ${activation}`,
      x: { title: "family of q", names: families },
      y: { title: "mean |cosine| to W's columns" },
      series: kinds.flatMap((weights, kind): ChartSeries[] => {
        const points = select(own, { activation, weights });
        const last = Math.max(1, ...points.map(({ seed }) => seed));
        return points.length === 0 ? [] : [{
          name: `W ${weights}`,
          mark: "point",
          points: points.map(({ family, seed, toTruth }) => ({
            x: families.indexOf(family) + 1 + APART * (kind - (kinds.length - 1) / 2) +
              SPREAD * (seed / last - 0.5),
            y: toTruth,
          })),
        }];
      }),
      width: 230,
      height: 240,
    })
  );
  const counted = valuesOf(own, "activation").flatMap((activation) => {
    const found = select(own, { activation, weights: "distinct", family: "mean-field" });
    const values = found.map(({ toTruth }) => toTruth);
    return values.length === 0 ? [] : [
      `${activation}: ${values.filter((v) => v >= RECOVERED).length} of ${values.length} (worst ${
        shown(Math.min(...values))
      })`,
    ];
  });
  return {
    file: `alignment-${latent}.svg`,
    title: `Alignment of A to W with ${latent} latents`,
    theory:
      `1 for the mean-field family and columns of W that are orthogonal and of distinct norms where ν is the identity; ` +
      `elsewhere ${BENT}. Anything for the other families, and for every family where norms are equal; below 1 for generic W.`,
    seen: `Mean-field fits at ${RECOVERED} or more where norms are distinct: ${
      counted.length > 0 ? counted.join("; ") : "none were trained"
    }.`,
    content: await toSvg(beside(panels, 3)),
  };
}

/** To the columns of a generic W, against to its principal axes: a panel for each ν. */
export async function axesFigure(fits: readonly Fit[]): Promise<Figure> {
  const generic = select(fits, { weights: "generic" });
  const bends = valuesOf(generic, "activation");
  const own = bends.flatMap((activation) => {
    const found = select(generic, { activation, family: "mean-field" });
    const middle = (to: "toPrincipal" | "toTruth"): string => shown(median(found.map((fit) => fit[to])));
    return found.length === 0
      ? []
      : [`${activation}: to the axes ${middle("toPrincipal")}, to the columns ${middle("toTruth")}`];
  });
  const panels = bends.map((activation) => {
    const found = select(generic, { activation });
    return chart({
      title: `ν = ${activation}`,
      x: { title: "mean |cosine| to W's columns" },
      y: { title: "mean |cosine| to its principal axes" },
      series: valuesOf(found, "family").map((family) => ({
        name: family,
        mark: "point",
        points: select(found, { family }).map((fit) => ({ x: fit.toTruth, y: fit.toPrincipal })),
      })),
      height: 240,
      width: 240,
    });
  });
  return {
    file: "axes.svg",
    title: "Generic W: the principal axes, not the columns",
    theory:
      "Mean-field fits lie at 1 on the vertical axis where ν is the identity, wherever the columns of W are, and near it " +
      "for other ν; the other families anywhere.",
    seen: `Mean-field, medians over all numbers of latents. ${
      own.length > 0 ? own.join("; ") : "None were trained"
    }.`,
    content: await toSvg(beside(panels, 3)),
  };
}
