/**
 * The live page: one HTML file that carries its script, and may run nothing else and load nothing.
 *
 * @module
 */

import { encodeBase64 } from "@std/encoding/base64";
import type { FC } from "hono/jsx";
import { type DenoOptions, denoOutput } from "../deno.ts";
import { DataTable, type Navigation, pageHtml, STYLE } from "../page.tsx";
import liveStyle from "./live.css" with { type: "text" };
import { DATA, FAMILIES } from "./model.ts";

const VARIANCE = [0.02, 0.98, 0.01] as const;

const Slider: FC<{ id: string; range: readonly [number, number, number]; value: number; label: string }> = (
  { id, range: [min, max, step], value, label },
) => (
  <div class="control">
    <label for={id}>{label}</label>
    <output id={`${id}-shown`} for={id}>{value}</output>
    <input type="range" id={id} min={min} max={max} step={step} value={value} />
  </div>
);

/** What is set by hand, as it is when the page opens. */
const Controls: FC = () => (
  <>
    <div class="angle">
      <Slider id="degrees" range={[0, 180, 1]} value={30} label="rotation θ, degrees" />
    </div>
    <div class="columns">
      <Slider id="first" range={VARIANCE} value={0.1} label="variance v₁ at θ = 0" />
      <Slider id="second" range={VARIANCE} value={0.7} label="variance v₂ at θ = 0" />
      <div class="control">
        <label for="beta">β, from 0.01 to 100</label>
        <input
          type="number"
          id="beta"
          min={0.01}
          max={100}
          step="any"
          value={1}
          required
          inputmode="decimal"
        />
      </div>
      <fieldset>
        <legend>family shown beside Σ*</legend>
        {FAMILIES.map((family) => (
          <span class="choice">
            <input type="radio" name="family" id={family} value={family} checked={family === "mean-field"} />
            <label for={family}>{family}</label>
          </span>
        ))}
      </fieldset>
    </div>
  </>
);

const Drawing: FC<{ id: string; label: string; caption: string }> = ({ id, label, caption }) => (
  <figure class="drawing">
    <svg id={id} viewBox="0 0 360 330" role="img" aria-label={label} />
    <figcaption>{caption}</figcaption>
  </figure>
);

/** The place of a number, which the script fills. */
const Place: FC<{ name: string }> = ({ name }) => <span data-name={name} />;

const row = (title: string, ...names: string[]) => [title, ...names.map((name) => <Place name={name} />)];

const Theory: FC = () => (
  <section>
    <h2>What theory predicts</h2>
    <p>
      Two latents with the prior N(0, I), one data point x = ({DATA.join(", ").replace("-", "−")}), a linear
      decoder with unit noise, and the encoder’s mean at its optimum:
    </p>
    <p>g(z) = W Rᵀz, &ensp; h(x) = R (βI + WᵀW)⁻¹ Wᵀx</p>
    <p>
      The columns of W are orthogonal, and as long as it takes for the best posterior at θ = 0 to have the
      variances v₁ and v₂: its precision is P = I + WᵀW/β. R turns the latents by θ. The prior does not
      notice, so p(x) is the same at every angle.
    </p>
    <ul>
      <li>
        <b>Full.</b> Σ* = (I + JᵀJ/β)⁻¹ = R P⁻¹Rᵀ turns along, and the best objective stays.
      </li>
      <li>
        <b>Mean-field.</b>{" "}
        Its best variances are one over the diagonal of RPRᵀ. It loses nothing exactly where that matrix is
        diagonal, so among all decoders with the same p(x) it prefers those with orthogonal columns. Over θ
        the loss is the curve, of period 90° and largest at 45°; with v₁ = v₂ it is 0 everywhere:
        <p>(β/2) log[1 + (P₁₁ − P₂₂)² sin²2θ / (4&nbsp;P₁₁P₂₂)]</p>
      </li>
      <li>
        <b>Isotropic.</b>{" "}
        σ² = 1/(1 + tr JᵀJ/(2β)) knows no direction: it loses as much as mean-field at its worst, at every
        angle.
      </li>
      <li>
        <b>GRAE and GRAE*.</b>{" "}
        They are the best objectives of full and of mean-field, but for the constant (3/2) log 2π, so their
        difference is the curve again:
        <p>GRAE = ½‖x − g(h)‖² + (β/2)‖h‖² + (β/2) log|I + JᵀJ/β|</p>
        <p>
          GRAE* = ½‖x − g(h)‖² + (β/2)‖h‖² + (β/2) Σᵢ log(1 + ‖J<sub>:i</sub>‖²/β)
        </p>
      </li>
    </ul>
  </section>
);

const Main: FC = () => (
  <>
    <p>
      Turn the latents of a β-VAE by θ. p(x) stays, and so does the best objective of the full family; that of
      the mean-field family does not. Every number is computed here, in the browser, by the library’s own
      code.
    </p>
    <noscript>
      <p>The numbers need JavaScript.</p>
    </noscript>
    <Controls />
    <p id="refusal" class="mark" role="status" />
    <p>
      At this angle mean-field loses <Place name="curve" /> nats against full. It loses most at 45° and 135°,
      {" "}
      <Place name="most" />, and nothing at 0°, 90° and 180°.
    </p>
    <ul class="legend">
      {FAMILIES.map((family) => (
        <li>
          <svg viewBox="0 0 36 10" aria-hidden="true">
            <path class={`line ${family}`} d="M0 5H36" />
          </svg>
          {family}
          {family === "full" && ": Σ*, the best of all"}
        </li>
      ))}
    </ul>
    <div class="columns">
      <Drawing
        id="posteriors"
        label="Ellipses of the posterior covariances"
        caption="One standard deviation about the mean: the best posterior of all and the chosen family’s best; dotted, the prior. Mean-field’s best passes through the points where Σ* crosses the axes."
      />
      <Drawing
        id="curve"
        label="What each family loses, over the angle"
        caption="What each family’s best objective loses against the full family’s. Lines: theory. Points: the objectives as computed."
      />
    </div>
    <h2>Numbers</h2>
    <div class="columns">
      <DataTable
        caption="Best objective of each family, nats"
        head={["family", "loss", "above full"]}
        rows={FAMILIES.map((family) => row(family, `best-${family}`, `excess-${family}`))}
      />
      <DataTable
        caption="Deterministic objectives, nats"
        head={["objective", "loss"]}
        rows={[row("GRAE", "grae"), row("GRAE*", "graeStar"), row("GRAE* − GRAE", "gap")]}
      />
      <DataTable
        caption="Entries of the covariances"
        head={["covariance", "11", "12", "22"]}
        rows={["optimum", "chosen"].map((which) =>
          row(
            which === "optimum" ? "Σ*" : which,
            ...["first", "mixed", "second"].map((entry) => `${which}-${entry}`),
          )
        )}
      />
    </div>
    <p class="quiet">
      Computed in single precision, as in training; the curve in double. Last computation:{" "}
      <span id="milliseconds">–</span> ms.
    </p>
    <Theory />
  </>
);

/** What a content security policy calls a text. */
async function hash(text: string): Promise<string> {
  return `'sha256-${encodeBase64(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)))}'`;
}

/**
 * The live page as an HTML document.
 *
 * @param script what runs in it: the bundle of `browser.ts`
 * @param navigation links to the other pages of a site; null for a page by itself
 * @throws (rejects) TypeError if the script contains what would end its element
 */
export async function livePage(script: string, navigation: Navigation | null): Promise<string> {
  const ending = script.match(/<\/script|<!--/i)?.[0];
  if (ending !== undefined) {
    throw new TypeError(`livePage: a script inside a page must not contain ${ending}`);
  }
  const style = STYLE + liveStyle;
  const policy = `default-src 'none'; script-src ${await hash(script)}; style-src ${await hash(style)}; ` +
    "form-action 'none'; base-uri 'none'";
  return pageHtml("Why mean-field picks a rotation", navigation, <Main />, { policy, style, script });
}

/** What engines need that the page never starts: imports that nothing reaches. Inlined, they are two thirds of the file. */
const LEFT_OUT = [
  "@tensorflow/tfjs-backend-wasm",
  "@tensorflow/tfjs-backend-webgpu",
  "*/embedded/tfjs.ts",
  "*/embedded/kernels.ts",
];

/** How a script is bundled. */
interface Bundling extends DenoOptions {
  /** Packages and files that are imported when the script runs, if at all. */
  readonly leftOut?: readonly string[];
}

/**
 * A module and all that it imports, as one minified module for a browser.
 *
 * @param module its name in this folder
 * @throws (rejects) DataError with what the bundler wrote, if it fails or cannot be started; the signal's reason
 */
export async function bundled(
  module: string,
  { leftOut = LEFT_OUT, ...how }: Bundling = {},
): Promise<string> {
  const external = leftOut.map((name) => `--external=${name}`);
  const args = ["--quiet", "--platform=browser", "--minify", ...external, module];
  return (await denoOutput(new URL(".", import.meta.url), ["bundle", ...args], how)).trim();
}

/** The live page with its script. @param navigation null for a page by itself @throws (rejects) as {@link bundled} */
export const buildLive = async (navigation: Navigation | null, how: Bundling = {}): Promise<string> =>
  livePage(await bundled("browser.ts", how), navigation);
