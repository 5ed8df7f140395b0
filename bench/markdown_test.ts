import { assert, assertEquals } from "@std/assert";
import { markdownOf } from "./markdown.ts";
import type { Results, StepTime } from "./results.ts";
import { SHAPE } from "./shape.ts";
import { stepsTable } from "./steps_table.ts";

const spread = (median: number) => ({ median, lower: median - 1, upper: median + 1, count: 9 });
const STEPS: StepTime[] = [
  { workload: "beta-vae", id: "grae-native", chosen: "", milliseconds: spread(10) },
  { workload: "beta-vae", id: "stock", chosen: "", milliseconds: spread(300) },
  { workload: "beta-vae", id: "jax-hand", chosen: "whole step jitted", milliseconds: spread(8) },
];

Deno.test("a row says how a step compares with stock tfjs, the fastest peer and its floor", () => {
  // 447.488 million multiply-adds at 100,000 million a second are 4.475 ms.
  assertEquals(stepsTable(STEPS, { "grae-native": 1e11 }, SHAPE).split("\n"), [
    "| step | implementation | median ms | quartiles | times as fast as stock | of fastest peer | of floor |",
    "| --- | --- | ---: | ---: | ---: | ---: | ---: |",
    "| β-VAE | grae, native | 10.0 | 9.0–11.0 | 30.0 | 1.25 | 2.23 |",
    "| β-VAE | stock tfjs, wasm | 300.0 | 299.0–301.0 | 1.00 | 37.5 | – |",
    "| β-VAE | JAX, by hand | 8.0 | 7.0–9.0 | 37.5 | 1.00 | – |",
  ]);
});

Deno.test("beside an earlier checkout, a row says what share of its time a step takes", () => {
  const before: StepTime = { workload: "beta-vae", id: "before-native", chosen: "", milliseconds: spread(8) };
  assertEquals(stepsTable([STEPS[0]!, before], {}, SHAPE).split("\n"), [
    "| step | implementation | median ms | quartiles | times as fast as stock | of fastest peer | of floor | of before |",
    "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    "| β-VAE | grae, native | 10.0 | 9.0–11.0 | – | – | – | 1.25 |",
    "| β-VAE | grae before, native | 8.0 | 7.0–9.0 | – | – | – | – |",
  ]);
});

Deno.test("where there is nothing to compare with, a dash says so", () => {
  assertEquals(
    stepsTable(STEPS.slice(0, 1), {}, SHAPE).split("\n").at(-1),
    "| β-VAE | grae, native | 10.0 | 9.0–11.0 | – | – | – |",
  );
});

Deno.test("the document has what was measured, who was left out, and who computes something else", () => {
  const results: Results = {
    format: "grae-bench-1",
    machine: { target: "some-machine", cores: 2, deno: "2.9.6" },
    shape: SHAPE,
    implementations: [{ id: "torch-eager-hand", absent: "torch is not installed" }],
    different: [{ id: "jax-hand", workload: "grae", how: "its loss is 1", computed: true }],
    profile: [{
      workload: "grae",
      engine: "wasm",
      milliseconds: 20,
      kernels: [
        { kernel: "job blas", calls: 3, milliseconds: 11 },
        { kernel: "BatchMatMul", calls: 3, milliseconds: 1 },
        { kernel: "job adam", calls: 12, milliseconds: 1.5 },
        { kernel: "GraeAdam", calls: 1, milliseconds: 0.5 },
        { kernel: "job slopes", calls: 4, milliseconds: 0.75 },
        { kernel: "Reshape", calls: 9, milliseconds: 0.5 },
        { kernel: "Relu", calls: 4, milliseconds: 0.25 },
      ],
    }],
  };
  const text = markdownOf(results);
  assert(text.includes("| PyTorch, by hand | left out: torch is not installed | – | – |"));
  assert(text.includes("- JAX, by hand, GRAE, exact: its loss is 1"));
  for (
    const line of [
      "| matrix products | 12.00 | 60.0% |",
      "| element-wise and reductions | 1.00 | 5.0% |",
      "| optimiser | 2.00 | 10.0% |",
      "| memory | 0.50 | 2.5% |",
      "| tape and rest | 4.50 | 22.5% |",
      "| job blas | 3 | 11.00 | 55.0% |",
    ]
  ) assert(text.includes(line), line);
  assert(!text.includes("## Growth") && !text.includes("## Memory"));
});
