import { assertEquals, assertThrows } from "@std/assert";
import { mathematicsProblem } from "../../properties/gate/mathematics.ts";
import { formulaToTex } from "./formula.ts";

const FORMULAS: Readonly<Record<string, string>> = {
  "½‖x − g(h)‖² + (β/2)‖h‖²": String.raw`\tfrac12 \Vert x − g(h)\Vert ² + \frac{β}{2}\Vert h\Vert ²`,
  "(β/2) log|I + JᵀJ/β|": String.raw`\frac{β}{2} \log |I + J^\top J/β|`,
  "∑_B log|I + J_BᵀJ_B/β|": String.raw`∑_B \log |I + J_B^\top J_B/β|`,
  "β KL(q ‖ p) − (1/S) ∑ₛ log p(x|zₛ)": String
    .raw`β \operatorname{KL}(q\,\Vert\,p) − \frac{1}{S} ∑ₛ \log  p(x|zₛ)`,
  "GRAE* ≥ Σ*⁻¹": String.raw`\operatorname{GRAE}^* ≥ Σ^*⁻¹`,
  "√w J, √(1 + √(x y))": String.raw`\sqrt{w} J, \sqrt{1 + \sqrt{x y}}`,
  "r#q, (RᵀPR)_{ii} · 2": String.raw`r\#q, (R^\top PR)_{ii} \cdot  2`,
  "exp(a/b) J_{:i} tr(GΣ)": String.raw`\exp (a/b) J_{:i} \operatorname{tr}(GΣ)`,
};

Deno.test("formulas in Unicode become TeX that can be typeset", () => {
  for (const [formula, tex] of Object.entries(FORMULAS)) {
    assertEquals(formulaToTex(formula), tex);
    assertEquals(mathematicsProblem(tex), undefined, tex);
  }
});

Deno.test("a formula with TeX in it, or with a bracket that is not closed, is refused", () => {
  assertThrows(
    () => formulaToTex("\\frac12 x"),
    SyntaxError,
    "a formula must be Unicode without TeX, but it is \\frac12 x",
  );
  assertThrows(() => formulaToTex("√(1 + x"), SyntaxError, "a formula must close its brackets");
});
