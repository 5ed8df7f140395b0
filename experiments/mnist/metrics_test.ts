import { assert, assertEquals } from "@std/assert";
import { comparable, type Scores, scoresText, unitNote } from "./metrics.ts";

/** Scores of which every loss has this value. */
function scores(value: number | null, standardError: number | null = 0.5): Scores {
  const loss = { value, standardError };
  return {
    images: 3,
    loss,
    terms: { reconstruction: value, kl: 0.25 },
    evaluation: { "beta-vae": loss, grae: { value, standardError: null }, "grae-star": loss },
  };
}
Deno.test("comparable scores are less the constant wherever a loss has it", () => {
  const constant = 2;
  for (const objective of ["beta-vae", "taylor-hessian", "taylor-jacobian", "profiled"]) {
    const { loss, terms, evaluation } = comparable(scores(5), objective, constant);
    assertEquals([loss.value, loss.standardError, terms], [3, 0.5, { reconstruction: 3, kl: 0.25 }]);
    assertEquals([evaluation["beta-vae"].value, evaluation.grae.value, evaluation["grae-star"].value], [
      3,
      5,
      5,
    ]);
  }
  for (const objective of ["grae", "grae-block", "grae-star", "grae-star-stochastic"]) {
    const { loss, terms, evaluation } = comparable(scores(5), objective, constant);
    assertEquals([loss.value, terms["reconstruction"], evaluation["beta-vae"].value], [5, 5, 3]);
  }
  assertEquals(comparable(scores(null), "beta-vae", constant).loss.value, null);
});

Deno.test("the words for scores call β KL what it is, and a score that overflowed not finite", () => {
  assertEquals(
    scoresText(comparable(scores(46.391), "beta-vae", 0)),
    "46.39 ± 0.50 = reconstruction 46.39 + β KL 0.25; evaluation: β-VAE 46.39 ± 0.50, GRAE 46.39, GRAE* 46.39 ± 0.50",
  );
  assert(scoresText(scores(null)).startsWith("not finite = reconstruction not finite + β KL 0.25; "));
  assertEquals(
    unitNote(720.4478),
    "losses are in nats per image, less (n/2) log 2π = 720.448; ± is the standard error of the noise",
  );
  assertEquals(unitNote(0), "losses are in nats per image; ± is the standard error of the noise");
});
