import { heatMap } from "./heat_map.ts";
import { toSvg } from "./to_svg.ts";
import { toPng } from "./to_png.ts";
const d = 8;
const m = Array.from(
  { length: d },
  (_, i) =>
    Array.from(
      { length: d },
      (_, j) =>
        i === j
          ? 3 + Math.sin(i)
          : Math.floor(i / 2) === Math.floor(j / 2)
          ? 1.2
          : 0.2 * Math.abs(Math.cos(i * j)),
    ),
);
const s = await toSvg(
  heatMap({
    matrix: m,
    title: "Mean |JᵀJ| on 1,000 held-out digits, blocks of two latents, β = 0.5",
    quantity: "mean |JᵀJ|",
    unit: "nats",
    blocks: [2, 2, 2, 2],
  }),
);
Deno.writeTextFileSync("/tmp/h.svg", s);
Deno.writeFileSync("/tmp/h.png", await toPng(s));
const s2 = await toSvg(
  heatMap({ matrix: [[1, -.5], [.2, -2]], title: "Correlation", quantity: "r", scheme: "diverging" }),
);
Deno.writeFileSync("/tmp/h2.png", await toPng(s2));
