/**
 * What theory predicts for the live page, in plain words.
 *
 * @module
 */

import type { Html } from "../../lib/figure/mod.ts";
import { DATA } from "./model.ts";

/** The section that explains the page. */
export function explanation(): Html {
  const x = DATA.map((entry) => String(entry).replace("-", "−")).join(", ");
  return `<section>
<h2>What theory predicts</h2>
<p>Two latents with the prior N(0, I), one data point x = (${x}), a linear decoder with unit noise, and the encoder’s
mean h(x) at its optimum:</p>
<p class="formula">g(z) = W Rᵀz, &ensp; h(x) = R (βI + WᵀW)⁻¹ Wᵀx</p>
<p>The columns of W are orthogonal and as long as it takes for the best posterior at θ = 0 to have the variances v₁ and
v₂: its precision is P = I + WᵀW/β = diag(1/v₁, 1/v₂). R turns the latents by θ. The prior does not notice, so p(x) is
the same at every angle.</p>
<ul>
<li><b>Full.</b> Σ* = (I + JᵀJ/β)⁻¹ = R P⁻¹Rᵀ turns along, and the best objective stays.</li>
<li><b>Mean-field.</b> Its best Σ has the entries 1/(1 + ‖J<sub>:i</sub>‖²/β) = 1/(RPRᵀ)<sub>ii</sub>, and loses
(β/2) [Σᵢ log (RPRᵀ)<sub>ii</sub> − log|P|]. That is 0 exactly where RPRᵀ is diagonal, so
among all decoders with the same p(x) it prefers those with orthogonal columns. Over θ this is the curve, of period 90°
and largest at 45°:
<p class="formula">(β/2) log[1 + (P₁₁ − P₂₂)² sin²2θ / (4&nbsp;P₁₁P₂₂)]</p></li>
<li><b>Equal variances.</b> With v₁ = v₂ the curve is 0 everywhere: there is nothing to choose.</li>
<li><b>Isotropic.</b> σ² = 1/(1 + tr JᵀJ/(2β)) knows no direction: it loses as much as mean-field at its worst, at every
angle.</li>
<li><b>Blocks.</b> With two latents, blocks of one are the mean-field family and one block of two is the full family.</li>
<li><b>GRAE and GRAE*.</b> They are the best objectives of full and of mean-field, but for the constant (3/2) log 2π, so
their difference is the curve again:
<p class="formula">GRAE = ½‖x − g(h)‖² + (β/2)‖h‖² + (β/2) log|I + JᵀJ/β|</p>
<p class="formula">GRAE* = ½‖x − g(h)‖² + (β/2)‖h‖² + (β/2) Σᵢ log(1 + ‖J<sub>:i</sub>‖²/β)</p></li>
</ul>
</section>`;
}
