import { assertEquals } from "@std/assert";
import { toCamelCase } from "@std/text";
import { bernoulli, continuousBernoulli, FAMILY_NAMES, gaussian } from "../../lib/model/mod.ts";
import { ACTIVATION_NAMES as ACTIVATIONS } from "../../lib/network/mod.ts";
import * as objectives from "../../lib/objective/mod.ts";
import {
  ACTIVATION_NAMES,
  LIKELIHOOD_NAMES,
  OBJECTIVE_NAMES,
  OPTIMISED_OUT,
  POSTERIOR_NAMES,
} from "./names.ts";

Deno.test("the names that options take are those of the library", () => {
  assertEquals<readonly string[]>(ACTIVATION_NAMES, ACTIVATIONS);
  assertEquals<readonly string[]>(POSTERIOR_NAMES, FAMILY_NAMES);
  assertEquals<readonly string[]>(
    LIKELIHOOD_NAMES.filter((name) => !name.startsWith("gaussian-")),
    [gaussian().kind, bernoulli().kind, continuousBernoulli().kind],
  );
  assertEquals(
    OBJECTIVE_NAMES.map((name) => `${toCamelCase(name)}Loss`).sort(),
    Object.keys(objectives).filter((name) => name.endsWith("Loss")).sort(),
  );
});

Deno.test("the objectives without a learned posterior are those of GRAE", () => {
  assertEquals(Object.keys(OPTIMISED_OUT), OBJECTIVE_NAMES.filter((name) => name.startsWith("grae")));
});
