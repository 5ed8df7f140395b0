import { assertEquals } from "@std/assert";
import { read, startEngine, tf } from "../engine/mod.ts";
import { suiteKey as key } from "../../fixtures/suite_seed.ts";
import { initialModelParameters, modelParameterShapes } from "../model/mod.ts";
import { firstNonFinite, NonFiniteLossError } from "./non_finite.ts";
import { description } from "./small_run.ts";
import type { DecidedLoss } from "./step.ts";

const model = description(), shapes = modelParameterShapes(model);
/** A loss of these terms. */
const ofTerms = (terms: Record<string, number[]>): DecidedLoss => () => ({
  loss: tf.zeros([]),
  terms: Object.fromEntries(Object.entries(terms).map(([name, values]) => [name, tf.tensor(values)])),
});

Deno.test("what is not finite is named by one number of it, in the order of computation", async () => {
  await startEngine("wasm");
  const parameters = initialModelParameters(model, key(1)), x = tf.zeros([2, 6]);
  const before = tf.memory().numTensors;
  /** What is found where number `at` of x, or of a parameter by name, is another. */
  const found = async (loss: DecidedLoss, changed: Record<string, number> = {}): Promise<string> => {
    const scope = tf.openScope();
    try {
      const change = async (name: string, t: tf.Tensor): Promise<tf.Tensor> => {
        const to = changed[name];
        if (to === undefined) return t;
        return tf.tensor((await read(t)).map((v, i) => i === t.size - 1 ? to : v), t.shape);
      };
      const all = await Promise.all(parameters.map((p, i) => change(shapes[i]!.name, p)));
      return await firstNonFinite(model, all, loss, await change("x", x), key(2));
    } finally {
      scope.close();
    }
  };
  const fine = ofTerms({ reconstruction: [1, 2], kl: [3, 4] });
  const bad = ofTerms({ reconstruction: [1, 2], kl: [3, -Infinity], own: [NaN, NaN] });
  for (const to of [NaN, Infinity, -Infinity]) {
    assertEquals(await found(bad, { x: to, "encoder.0.bias": to }), "the input x is not finite");
    assertEquals(
      await found(bad, { "encoder.1.bias": to, "decoder.0.bias": to }),
      "the parameter encoder.1.bias is not finite",
    );
  }
  const [ofLayer, ofTerm] = [
    (name: string) => `the first layer whose output is not finite is ${name}`,
    'the first term that is not finite is "kl"',
  ];
  // tanh of a large number is 1, and twice the largest number of float32 is none.
  const [most, large] = [3.4e38, 100];
  const overflows = { "decoder.0.bias": large, "decoder.1.weight": most, "decoder.1.bias": most };
  assertEquals(await found(fine, overflows), ofLayer("decoder.1"));
  assertEquals(await found(bad, overflows), `${ofLayer("decoder.1")}, ${ofTerm}`);
  const both = { ...overflows, "encoder.0.bias": large, "encoder.1.weight": most, "encoder.1.bias": most };
  assertEquals(await found(fine, both), ofLayer("encoder.1"));
  assertEquals(await found(bad), ofTerm);
  assertEquals(await found(fine), "every layer and every term is finite, but their sum overflows");
  const refuses = (): never => {
    throw new RangeError("pivot 0 is Infinity");
  };
  assertEquals(await found(refuses), "pivot 0 is Infinity");
  assertEquals(await found(refuses, overflows), `${ofLayer("decoder.1")}, pivot 0 is Infinity`);
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("the error has the step, the loss, whether it is after the update, and what to do", () => {
  const cause = new Error("inner");
  const [at, after] = [{}, { after: true, cause }].map((options) =>
    new NonFiniteLossError(3, NaN, "the input x is not finite", options)
  );
  const message = (when: string): string =>
    `training: the loss must be finite, but ${when} step 3 it is NaN: the input x is not finite; ` +
    "lower the learning rate, or look at β and the data";
  assertEquals([at!.message, after!.message], [message("at"), message("after")]);
  assertEquals([at!.step, at!.name, at!.cause, after!.cause], [3, "NonFiniteLossError", undefined, cause]);
});
