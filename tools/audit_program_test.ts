import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { UsageError } from "../experiments/runner/options.ts";
import { pythonObstacle, unlessObstacle } from "../fixtures/python.ts";
import { denoCommand, inFolder, mayUseDisk, ROOT } from "../fixtures/temporary_folder.ts";
import type { Subject } from "../laws.ts";
import { vaeLoss } from "../properties/oracle/loss.ts";
import { startSubject } from "../properties/stdio/subject.ts";
import { auditSubject, isAccepted, type ProgramAudit } from "./audit/program.ts";
import { childCommand } from "./process.ts";

const subject: Subject = {
  name: "mine",
  epsilon: 2 ** -53,
  vaeLoss: vaeLoss({ reconstruction: "bce-with-logits" }),
};

Deno.test("a program's loss and penalty are audited, by what it declares of them", async () => {
  const logits = { ...subject, lossConvention: { reconstruction: "bce-with-logits" } } as const;
  const { loss, penalty } = await auditSubject(logits, { n: 5, d: 2, expectedBeta: 3 });
  assertEquals([loss?.ok, loss?.likelihood, penalty], [true, "bernoulli", null]);
  const { regulariser } = { regulariser: () => 0 };
  const both = await auditSubject({ name: "mine", epsilon: 1, regulariser, penalty: { kind: "grae" } }, {
    n: null,
    d: null,
  });
  assertEquals([both.loss, both.penalty?.ok], [null, false]);
});

Deno.test("a program is accepted if its loss and its penalty are, each that it offers", async () => {
  const right = vaeLoss({}), wrong = () => 1;
  const penalty = { kind: "jacobian-norm" } as const;
  const norm = (
    { decoder, z }: { decoder: (z: number[][]) => unknown; z: unknown },
  ) => (decoder(z as never), 0);
  const accepted = async (more: Partial<Subject>): Promise<boolean> =>
    isAccepted(await auditSubject({ name: "mine", epsilon: 2 ** -53, ...more }, { n: 3, d: 2 }));
  assertEquals(await accepted({ vaeLoss: right }), true);
  assertEquals(await accepted({ vaeLoss: wrong }), false);
  assertEquals(await accepted({ vaeLoss: right, regulariser: norm as never, penalty }), false);
  assertEquals(await accepted({ regulariser: norm as never, penalty }), false);
});

Deno.test("a program that offers nothing to audit, and sizes that are missing, are refused", async () => {
  await assertRejects(
    () => auditSubject({ name: "mine", epsilon: 1 }, { n: 1, d: 1 }),
    UsageError,
    "--command: mine must offer vaeLoss or regulariser, but offers neither",
  );
  await assertRejects(
    () => auditSubject(subject, { n: 5, d: null }),
    UsageError,
    "--command needs --n and --d, the pixels and latents of the loss's examples",
  );
});

/** What is said of a program in PyTorch: `ok`, or a part of the words. */
const LOSSES: Readonly<Record<string, string>> = {
  "right": "ok",
  "right-bce": "ok",
  "right-half": "ok",
  "right-summed": "ok",
  "mean-over-pixels":
    "effective β = 40 ± 0.0041, because the squared error is not halved and the reconstruction is a mean over 20 pixels. For β = 4 multiply the KL by 0.1.",
  "bce-mean-over-pixels": "the reconstruction is a mean over 20 pixels",
  "without-half": "the squared error is not halved",
  "wrong-sign": "the KL has the wrong sign",
  "never-applied": "the KL is never applied",
  "kl-mean-over-latents": "the KL is a mean over 3 latents",
  "kl-summed-over-batch": "the batch's mean is taken of the reconstruction only",
  "log-variance-for-log-deviation": "log σ² is taken for log σ.",
  "log-variance-for-variance": "log σ² is taken for σ². It is not a finite number at log σ² = ",
  "deviation-for-variance": "σ stands where σ² should",
  "reversed": "KL(p‖q) is taken, not KL(q‖p)",
  "free-bits": "free bits: a latent's KL counts from a floor on",
  "logits-for-probabilities": "probabilities are taken for logits",
  "absolute": "absolute errors stand for squared ones",
  "centred": "examples of a batch see each other",
  "clamped": "it is another loss where log σ² is −8",
  "sampled": "it gives different numbers for the same arguments",
  "penalty-right": "ok",
  "penalty-summed": "This penalty is ‖∂(Σ g)/∂z‖²",
  "penalty-per-output": "This penalty is ‖J‖²_F/n",
  "penalty-grae": "This penalty is (β/2) log|I + JᵀJ/β| (GRAE)",
  "penalty-without-beta": "This penalty is ½ log|I + JᵀJ| (a log-determinant without β)",
};

async function auditOf(name: string): Promise<ProgramAudit> {
  const { subject, stop } = await startSubject([
    "python3",
    `${ROOT}/fixtures/losses/torch_subjects.py`,
    name,
  ]);
  try {
    return await auditSubject(subject, { n: 20, d: 3, expectedBeta: 4 });
  } finally {
    await stop();
  }
}

unlessObstacle(
  await pythonObstacle("torch"),
  `losses and penalties of PyTorch are named: ${Object.keys(LOSSES).length} programs`,
  async () => {
    for (const [name, says] of Object.entries(LOSSES)) {
      const { loss, penalty } = await auditOf(name), { ok, words } = (loss ?? penalty)!;
      assertEquals(ok, says === "ok", `${name}: ${words}`);
      assert(ok || words.includes(says), `${name}: ${words}`);
    }
  },
);

/** The task, as it runs. */
async function audit(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const { code, stdout, stderr } = await childCommand(denoCommand!, {
    args: [
      "run",
      "-q",
      "--no-prompt",
      "--allow-read=.",
      "--allow-run=python3",
      "--allow-env",
      "tools/audit.ts",
      ...args,
    ],
    cwd: ROOT,
  }).output();
  return { code, out: new TextDecoder().decode(stdout), err: new TextDecoder().decode(stderr) };
}

/** A loss in Python without any package. */
const PROGRAM = `
import json, math, sys
def loss(x, decoded, mean, logVariance, beta):
    sse = sum((a - b) ** 2 for row in zip(x, decoded) for a, b in zip(*row))
    kl = sum((m * m + math.exp(v) - 1 - v) / 2 for row in zip(mean, logVariance) for m, v in zip(*row))
    return (sse / len(x[0]) + 4 * kl) / len(x)
for line in sys.stdin:
    message = json.loads(line)
    if message["cmd"] == "stop": break
    said = {"version": 1, "name": "mine", "epsilon": 2**-53, "capabilities": ["vaeLoss"]}
    if message["cmd"] == "ask":
        said = {"id": message["id"], "answers": [{"vaeLoss": loss(**call["vaeLoss"])} for call in message["calls"]]}
    print(json.dumps(said), flush=True)
`;

unlessObstacle(
  await pythonObstacle("json") ||
    (denoCommand === undefined || !mayUseDisk ? "needs --allow-run=deno --allow-write=.test" : ""),
  "deno task audit --command says what a program's loss minimises, and by its status whether that is what was meant",
  () =>
    inFolder(async (folder) => {
      const path = `${folder}/loss.py`;
      await Deno.writeTextFile(path, PROGRAM);
      const sizes = ["--n", "20", "--d", "3"] as const;
      const wrong = await audit("--command", `python3 '${path}'`, ...sizes, "--expect-beta", "4");
      assertEquals([wrong.code, wrong.err], [1, ""]);
      assertStringIncludes(wrong.out, "effective β = 40 ± ");
      assertStringIncludes(wrong.out, "the reconstruction is a mean over 20 pixels");
      assertEquals((await audit("--command", `python3 '${path}'`, ...sizes, "--expect-beta", "40")).code, 0);
      const lacking = await audit("--command", `python3 '${path}'`, "--n", "20");
      assertEquals(lacking.code, 2);
      assertStringIncludes(lacking.err, "--command needs --n and --d");
      const none = await audit("--n", "20");
      assertEquals(none.code, 2);
      assertStringIncludes(none.err, "a log, FILE, or a program, --command, must be given, and not both");
    }),
);
