import { assertEquals, assertRejects } from "@std/assert";
import { foldIn, normal, ReplayError, startEngine, tf } from "../engine/mod.ts";
import { suiteKey as key } from "../../fixtures/suite_seed.ts";
import { promisedEngines } from "../engine/promised_engines.ts";
import { family } from "../model/mod.ts";
import {
  betaVaeLoss,
  graeBlockLoss,
  graeStarLoss,
  graeStarStochasticLoss,
  profiledLoss,
  taylorHessianLoss,
  taylorJacobianLoss,
} from "../objective/mod.ts";
import { type Loss, NonFiniteLossError, tensorsOf, train, type TrainOptions } from "./mod.ts";
import { betaVae, bits, description, grae, smallRun } from "./small_run.ts";

const { options, start } = smallRun(key);

const ENGINES = await promisedEngines("wasm", "cpu", "native");

/** All that the library has. */
const LOSSES: Readonly<Record<string, Loss>> = {
  betaVae,
  betaVaeOfTwoSamples: (model, x, k) => betaVaeLoss(model, x, k, 0.5, { samples: 2 }),
  taylorHessian: (model, x, k) => taylorHessianLoss(model, x, k, 0.5),
  taylorJacobian: (model, x, k) => taylorJacobianLoss(model, x, k, 0.5),
  profiled: (model, x, k) => profiledLoss(model, x, k, 0.5, { family: family("full", 2) }),
  grae,
  graeBlock: (model, x, k) => graeBlockLoss(model, x, k, 0.5, { block: 1 }),
  graeStar: (model, x, k) => graeStarLoss(model, x, k, 0.5),
  graeStarStochastic: (model, x, k) => graeStarStochasticLoss(model, x, k, 0.5),
};

for (const engine of ENGINES) {
  Deno.test(`[A8] a run with replays has the bits of one without, also where it is taken up again (${engine})`, async () => {
    await startEngine(engine);
    // The last batch of an epoch is smaller.
    const batch: TrainOptions["batch"] = (epoch, i) => {
      const examples = i === 3 ? 2 : 3;
      return tf.tensor(normal(foldIn(foldIn(key(9), epoch), i), examples * 6), [examples, 6]);
    };
    for (const [name, loss] of Object.entries(LOSSES)) {
      const withFamily = !name.startsWith("grae");
      const run = (more: Partial<TrainOptions> = {}): TrainOptions =>
        options({ batch, epochs: 4, loss, description: description(withFamily), ...more });
      const seen = { plain: [] as unknown[], replayed: [] as unknown[] };
      const plain = await train(
        start(description(withFamily)),
        run({ onStep: (report) => void seen.plain.push(report) }),
      );
      const replayed = await train(
        start(description(withFamily)),
        run({ replay: true, onStep: (report) => void seen.replayed.push(report) }),
      );
      assertEquals(seen.replayed, seen.plain, name);
      assertEquals(await bits(replayed.state), await bits(plain.state), name);
      const abort = new AbortController();
      const onStep: TrainOptions["onStep"] = ({ step }) => {
        if (step === 9) abort.abort();
      };
      const first = await train(
        start(description(withFamily)),
        run({ replay: true, signal: abort.signal, onStep }),
      );
      const second = await train(first.state, run({ replay: true }));
      assertEquals(await bits(second.state), await bits(plain.state), name);
      tf.dispose([plain, replayed, second].flatMap(({ state }) => tensorsOf(state)));
    }
  });

  Deno.test(`[A8] a run with replays leaks nothing, whether it ends or is stopped (${engine})`, async () => {
    await startEngine(engine);
    const before = tf.memory().numTensors;
    for (const stopAfter of [1, 2, 3, 20]) {
      const abort = new AbortController();
      const { state } = await train(
        start(),
        options({
          replay: true,
          signal: abort.signal,
          onStep: ({ step }) => step === stopAfter && abort.abort(),
        }),
      );
      tf.dispose(tensorsOf(state));
      assertEquals(tf.memory().numTensors, before);
    }
  });
}

Deno.test("a replayed loss that turns non-finite, or a matrix in it that no factor exists for, stops the run as any", async () => {
  await startEngine("wasm");
  const messages: string[] = [];
  for (const replay of [false, true]) {
    const bad: TrainOptions["batch"] = (epoch, i) =>
      tf.tensor(normal(key(9), 18).map((v, k) => (4 * epoch + i === 5 && k === 7 ? NaN : v)), [3, 6]);
    for (const loss of [betaVae, grae]) {
      const before = tf.memory().numTensors;
      const error = await assertRejects(
        () =>
          train(
            start(description(loss === betaVae)),
            options({ batch: bad, replay, loss, description: description(loss === betaVae) }),
          ),
        NonFiniteLossError,
      );
      assertEquals(error.step, 6);
      messages.push(error.message);
      assertEquals(tf.memory().numTensors, before);
    }
  }
  assertEquals(messages.slice(2), messages.slice(0, 2));
});

Deno.test("a loss whose β falls from call to call is refused with replays, and trains without", async () => {
  await startEngine("wasm");
  let calls = 0;
  const annealed: Loss = (model, x, k) => betaVaeLoss(model, x, k, 1 / ++calls);
  const before = tf.memory().numTensors;
  await assertRejects(
    () => train(start(), options({ loss: annealed, replay: true })),
    ReplayError,
    "must be a pure function",
  );
  assertEquals(tf.memory().numTensors, before);
  tf.dispose(tensorsOf((await train(start(), options({ loss: annealed }))).state));
});

Deno.test("a loss whose β changes after replays were compared is refused at the next comparison, not replayed as it was", async () => {
  await startEngine("wasm");
  const before = tf.memory().numTensors;
  let step = 0;
  const warmed: Loss = (model, x, k) => graeStarLoss(model, x, k, step < 4 ? 0.1 : 10);
  const error = await assertRejects(
    () =>
      train(
        start(description(false)),
        options({
          description: description(false),
          loss: warmed,
          replay: true,
          onStep: (report) => step = report.step,
        }),
      ),
    ReplayError,
  );
  assertEquals(step, 7);
  assertEquals(
    /but call 8 gave other numbers than a replay: the first kernel whose bits differ is \w+/.test(
      error.message,
    ),
    true,
    error.message,
  );
  assertEquals(error.message.includes("calls 5 to 7 were replays and may be wrong"), true, error.message);
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("a run that ends, or is stopped, before the next comparison is compared there", async () => {
  await startEngine("wasm");
  const before = tf.memory().numTensors;
  for (const stopped of [false, true]) {
    let step = 0;
    const warmed: Loss = (model, x, k) => graeStarLoss(model, x, k, step < 4 ? 0.1 : 10);
    const abort = new AbortController();
    await assertRejects(
      () =>
        train(
          start(description(false)),
          options({
            description: description(false),
            loss: warmed,
            replay: true,
            stepsPerEpoch: 6,
            epochs: stopped ? 2 : 1,
            signal: abort.signal,
            onStep: (report) => {
              step = report.step;
              if (stopped && step === 6) abort.abort();
            },
          }),
        ),
      ReplayError,
      "calls 5 to 6 were replays and may be wrong",
    );
    assertEquals(tf.memory().numTensors, before);
  }
});
