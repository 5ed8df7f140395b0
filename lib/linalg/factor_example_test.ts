import { assertEquals } from "@std/assert";
import { type From, source } from "./factor_example.ts";

const [BATCH, LATENT] = [2, 3];

/** The size of the numbers that add up to G/β, and from what an example is factored: at both bounds, and of none. */
const SIZES: readonly (readonly [number, From])[] = [
  [0, "float32"],
  [1e3, "float32"],
  [1001, "float64"],
  [1e9, "float64"],
  [1.001e9, "jacobian"],
  [Infinity, "jacobian"],
  [NaN, "jacobian"],
];

Deno.test("an example is factored from what its largest number asks for, on any place of the diagonal, and no other example", () => {
  for (const beta of [1, 0.5]) {
    for (const [size, from] of SIZES) {
      for (let place = 0; place < BATCH * LATENT; place++) {
        const [example, i] = [Math.floor(place / LATENT), place % LATENT];
        const gram = new Float32Array(BATCH * LATENT * LATENT);
        // Beside the diagonal a number is not larger than on it, up to rounding: it is not looked at.
        for (let at = 0; at < gram.length; at++) gram[at] = at % LATENT ** 2 % (LATENT + 1) === 0 ? 0 : 1e10;
        gram[example * LATENT ** 2 + i * (LATENT + 1)] = size * beta;
        const tangentSizes = new Float32Array(BATCH * LATENT);
        const ofGram = source(
          { gram, tangentSizes: undefined, squareSizes: undefined, latent: LATENT },
          beta,
        );
        // ‖M‖_F/√width = √((9 + 23)/2) = 4.
        tangentSizes[place] = size * beta / 4;
        const ofRounding = source({
          gram: new Float32Array(gram.length),
          tangentSizes,
          squareSizes: Float32Array.of(9, 23),
          latent: LATENT,
        }, beta);
        for (let other = 0; other < BATCH; other++) {
          const expected = other === example ? from : "float32";
          const what = `${size} at ${example}, ${i}, β = ${beta}`;
          assertEquals([ofGram(other), ofRounding(other)], [expected, expected], what);
        }
      }
    }
  }
});
