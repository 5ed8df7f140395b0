import { assert, assertEquals } from "@std/assert";
import { floorOf, leastOf } from "./floor.ts";
import { SHAPE, SMALL } from "./shape.ts";
import { hasPosterior, type Objective, WORKLOADS } from "./workload.ts";

/** Products that are walked, entry by entry, and what was multiplied on the way. */
class Walk {
  count = 0;
  product(m: number, k: number, n: number): void {
    for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) for (let l = 0; l < k; l++) this.count++;
  }
  symmetric(m: number, k: number): void {
    for (let i = 0; i < m; i++) for (let j = 0; j <= i; j++) for (let l = 0; l < k; l++) this.count++;
  }
}

/** A step's products one after the other, forward and in reverse. */
function walked(objective: Objective, route: "plain" | "formed" | "square"): number {
  const { batch, data, width, latent } = SMALL;
  const walk = new Walk();
  const encoder = [data, width, width, latent * (hasPosterior(objective) ? 2 : 1)];
  const decoder = [latent, width, width, data];
  for (const [part, sizes] of [encoder, decoder].entries()) {
    for (let i = 0; i < 3; i++) {
      const [inputs, outputs] = [sizes[i]!, sizes[i + 1]!];
      walk.product(batch, inputs, outputs); // value
      walk.product(inputs, batch, outputs); // gradient in the weight
      if (part === 1 || i > 0) walk.product(batch, outputs, inputs); // gradient in what goes in
    }
  }
  if (route === "plain") return walk.count;
  const count = objective === "grae-star-stochastic" ? 1 : latent;
  const rows = batch * count;
  const exact = objective === "grae";
  walk.product(rows, width, width); // T = T₁ W₂
  if (objective === "grae" || objective === "grae-star") {
    walk.product(width, batch, count * width); // N = φ′₁ᵀ dT for each tangent
    walk.product(width, count, width); // its part of the gradient in W₂
    walk.product(width, width, count); // and in W₁
  } else {
    walk.product(rows, width, width); // gradient in T₁
    walk.product(width, rows, width); // gradient in W₂
  }
  if (route === "formed") {
    walk.product(rows, width, data); // J = T W₃
    for (let b = 0; exact && b < batch; b++) {
      walk.symmetric(latent, data); // Jᵀ J
      walk.product(latent, latent, data); // A⁻¹ Jᵀ
    }
    walk.product(rows, data, width); // gradient in T
    walk.product(width, rows, data); // gradient in W₃
    return walk.count;
  }
  walk.symmetric(width, data); // M = W₃ W₃ᵀ
  walk.product(rows, width, width); // T M
  for (let b = 0; exact && b < batch; b++) {
    walk.symmetric(latent, width); // (T M) Tᵀ
    walk.product(latent, latent, width); // A⁻¹ (T M)
    walk.product(latent, latent, width); // A⁻¹ T
  }
  walk.symmetric(width, rows); // Tᵀ (C T)
  walk.product(width, width, data); // its product with W₃
  return walk.count;
}

Deno.test("the floor counts what a walk through the products counts, by both routes", () => {
  for (const objective of WORKLOADS) {
    const floor = floorOf(SMALL, objective);
    assertEquals(floor.plain, walked(objective, "plain"), objective);
    if (objective === "beta-vae") {
      assertEquals([floor.forming, floor.throughSquare], [null, null]);
      continue;
    }
    assertEquals(floor.forming, walked(objective, "formed"), objective);
    assertEquals(floor.throughSquare, walked(objective, "square"), objective);
  }
});

Deno.test("exact GRAE with J formed takes what exact GRAE takes by that route", () => {
  assertEquals(floorOf(SHAPE, "grae-formed"), floorOf(SHAPE, "grae"));
});

Deno.test("the least is that of the shorter route: W Wᵀ for eight tangents, J for one", () => {
  const exact = floorOf(SHAPE, "grae");
  assertEquals(leastOf(exact), exact.throughSquare);
  const one = floorOf(SHAPE, "grae-star-stochastic");
  assertEquals(leastOf(one), one.forming);
  const none = floorOf(SHAPE, "beta-vae");
  assertEquals(leastOf(none), none.plain);
  assert(leastOf(exact) > leastOf(one) && leastOf(one) > leastOf(none));
});
