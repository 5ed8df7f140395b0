import { assertAlmostEquals, assertEquals } from "@std/assert";
import { key, read, startEngine, tf } from "../../lib/engine/mod.ts";
import { loadDigits, take } from "../../lib/data/mod.ts";
import { bindModel, initialModelParameters, modelParameterShapes } from "../../lib/model/mod.ts";
import { taylorHessianLoss, taylorJacobianLoss } from "../../lib/objective/mod.ts";
import { gaussHermite } from "../../properties/oracle/quadrature.ts";
import type { Fitted } from "../digits/fit.ts";
import { imagesOf } from "../digits/images.ts";
import { setUp } from "../digits/setup.ts";
import type { ActivationName } from "../digits/names.ts";
import { contract } from "./contraction.ts";

function untrained(activation: ActivationName, latent: number): Fitted {
  const setup = setUp({
    objective: "beta-vae",
    posterior: "mean-field",
    likelihood: "gaussian",
    beta: 1,
    latent,
    block: null,
    hidden: [8],
    activation,
  }, 784);
  return { setup, parameters: initialModelParameters(setup.description, key(8)) };
}

Deno.test("[T1] a linear decoder leaves no error at any t, and nothing out", async () => {
  await startEngine("wasm");
  const fitted = untrained("identity", 3);
  const digits = take((await loadDigits()).heldOut, 5);
  const before = tf.memory().numTensors;
  const found = await contract(fitted, digits, { pairs: 4, halvings: 3 }, key(0));
  assertEquals(tf.memory().numTensors, before);
  assertEquals(found.map(({ t }) => t), [1, 0.5, 0.25, 0.125]);
  for (const { t, hessian, jacobian, leftOut } of found) {
    assertEquals([jacobian, leftOut], [hessian, 0]);
    // What float32 leaves of sums of 784 squares.
    assertEquals(Math.abs(hessian) < 1e-4 * t, true, `${hessian} at ${t}`);
  }
  tf.dispose([...fitted.parameters]);
});

/**
 * A model whose errors cannot vanish by chance: q is N(0.3, 1) for every digit, each unit of the decoder is bent downwards
 * there, adds to every pixel, and every pixel is above what is decoded.
 */
function bent(): Fitted {
  const { setup } = untrained("tanh", 1);
  const values: Record<string, (i: number) => number> = {
    "encoder.1.bias": (i) => i === 0 ? 0.3 : 0,
    "decoder.0.weight": (i) => 0.3 + 0.1 * i,
    "decoder.0.bias": () => 0.5,
    "decoder.1.weight": (i) => 0.02 * (1 + i % 3),
    "decoder.1.bias": () => -0.6,
  };
  const parameters = modelParameterShapes(setup.description).map(({ name, shape }) =>
    tf.tensor(
      Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => values[name]?.(i) ?? 0),
      [...shape],
    )
  );
  return { setup, parameters };
}

Deno.test("the errors are those of the losses themselves, with the expectation by Gauss–Hermite quadrature", async () => {
  await startEngine("wasm");
  const fitted = bent();
  const digits = take((await loadDigits()).heldOut, 4);
  const found = await contract(fitted, digits, { pairs: 4000, halvings: 2 }, key(1));
  const scope = tf.openScope();
  const x = imagesOf(digits, 0, 4);
  const model = bindModel(fitted.setup.description, fitted.parameters);
  const q = model.posterior(x);
  const { points, weights } = gaussHermite(30);
  for (const { t, hessian, jacobian, leftOut, standardError } of found) {
    const energy = async (z: tf.Tensor): Promise<Float32Array> =>
      await read(model.likelihood.energy(x, model.decoder.apply(z)));
    const at = await energy(q.mean);
    let exact = 0;
    for (const [i, node] of points.entries()) {
      const z = tf.add(q.mean, tf.mul(Math.sqrt(t) * node, tf.reshape(q.columns(), [4, 1])));
      (await energy(z)).forEach((value, b) => exact += weights[i]! * (value - at[b]!) / 4);
    }
    const curvature = async (loss: typeof taylorHessianLoss): Promise<number> =>
      t * (await read(tf.mean(loss(model, x, key(0), 1).terms.curvature!)))[0]!;
    const [full, gaussNewton] = [await curvature(taylorHessianLoss), await curvature(taylorJacobianLoss)];
    // Five standard errors, and what float32 leaves of an energy of about 100.
    const slack = 5 * standardError + 2e-5;
    assertAlmostEquals(hessian, full - exact, slack, `Hessian at ${t}`);
    assertAlmostEquals(jacobian, gaussNewton - exact, slack, `Gauss–Newton at ${t}`);
    assertAlmostEquals(leftOut, gaussNewton - full, 2e-5, `left out at ${t}`);
    // So neither error passes for the other, or for none.
    assertEquals(Math.abs(leftOut) > slack && Math.abs(hessian) > slack, true);
  }
  scope.close();
  tf.dispose([...fitted.parameters]);
});
