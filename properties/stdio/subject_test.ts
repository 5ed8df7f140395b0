import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { Unanswered } from "../contract/ledger.ts";
import { pythonObstacle, subjectProgram as program, unlessObstacle } from "../../fixtures/python.ts";
import { verify } from "../laws/verify.ts";
import { childCommand } from "../../tools/process.ts";
import { type RemoteSubject, startSubject } from "./subject.ts";

const obstacle = await pythonObstacle("json");

/** A test with a subject in a process, which is ended afterwards. */
function remote(
  name: string,
  text: string,
  test: (remote: RemoteSubject) => Promise<void>,
  seconds = 20,
): void {
  unlessObstacle(obstacle, name, async () => {
    const remote = await startSubject(["python3", "-c", text], seconds);
    try {
      await test(remote);
    } finally {
      await remote.stop();
    }
  });
}

const RIGHT = "return right(mean, rawFactor)";

remote("a right subject is verified, many calls in a message", program(RIGHT), async ({ subject, sent }) => {
  const report = await verify(subject, { atOnce: 32, laws: ["A6"] });
  assertEquals([report.verdict, report.evidence[0]!.cases], ["verified", 100]);
  assert(sent.messages <= 25 && sent.calls > 90, `${sent.calls} calls in ${sent.messages} messages`);
});

remote(
  "a wrong answer does not hold",
  program("return [1 + v for v in right(mean, rawFactor)]"),
  async ({ subject }) => {
    const { verdict, evidence } = await verify(subject, { atOnce: 32, laws: ["A6"] });
    assertEquals(verdict, "failed");
    assertStringIncludes(evidence[0]!.failure!.message, '"mean":[0]');
  },
);

/** Faults that a mean with three examples brings about, and what is said of them. */
const silent = {
  "a process that dies": [
    "sys.exit('no memory')",
    "ended with status 1 and gave no answer; it said: no memory",
  ],
  "a process that ends with a traceback": [
    "sys.exit('  f(x)\\n    ^^^^ ~~~\\nTypeError: no x')",
    "ended with status 1 and gave no answer; it said: f(x) | TypeError: no x",
  ],
  "a process that is killed": ["os.kill(os.getpid(), 9)", "ended by SIGKILL and gave no answer"],
  "no answer in time": ["time.sleep(60)", "gave no answer within 2 s"],
  "a line that is not JSON": ["print('epoch 1')", "wrote a line that is not JSON: epoch 1"],
  "a line that is no answer": [
    "print('{}')",
    "wrote a line that is no answer, it must have required property 'id': {}",
  ],
  "another id": [
    "print(json.dumps({'id': 0, 'answers': [{'kl': [1, 2, 3]}]}))",
    "must answer 1 calls under the id",
  ],
  "another shape": [
    "return [1.0]",
    "gave no answer of the right shape: kl must have batch = 3, but it has 1",
  ],
  "another kind": ["return 'three'", "gave no answer of the right shape: kl must be array"],
} as const;
for (const [fault, [body, says]] of Object.entries(silent)) {
  const text = program(`if len(mean) == 3:\n    ${body}\n    sys.stdout.flush()\n${RIGHT}`);
  remote(`${fault} is unverified, with its case and the reason`, text, async ({ subject }) => {
    const { verdict, evidence, unverified } = await verify(subject, { atOnce: 8, laws: ["A6"] });
    const [{ clauses: [clause], failure }] = evidence as [typeof evidence[number]];
    assertEquals([verdict, clause!.failure], ["unverified", undefined], failure?.message);
    assertStringIncludes(failure!.message, says);
    // Just the one case has three means, although it was asked with others.
    assertMatch(clause!.unanswered!.counterexample, /"more":\[\[[^\]]*\],\[[^\]]*\]\]\}$/);
    assertStringIncludes(unverified.at(-1)!.because, says);
    // The process is started again for what comes next.
    assertEquals(await subject.kl!({ kind: "mean-field" }, [[0]], [[0]]), [0]);
  }, 2);
}

unlessObstacle(
  obstacle,
  "a program that is not there, ends at once or says nothing of itself is refused in a line",
  async () => {
    const refused = async (args: string, says: string): Promise<void> => {
      const error = await assertRejects(() => startSubject(["python3", "-c", args], 5), Unanswered, says);
      assertEquals(error.message.split("\n").length - args.split("\n").length, 0);
    };
    await refused("import nothing_of_the_kind", "ModuleNotFoundError: No module named 'nothing_of_the_kind'");
    await refused(
      "print('{\"version\": 2}', flush=True); input(); input()",
      "wrote a line that is no answer",
    );
    await refused("import time; time.sleep(60)", "gave no answer within 5 s");
  },
);

remote(
  "errors keep their kind, and Python's own spelling of NaN is not JSON",
  program("return mean").replace(
    '{"kl": kl(**call["kl"])}',
    'float("nan") if kl(**call["kl"])[0][0] == 9 else kinds[int(kl(**call["kl"])[0][0])]',
  )
    .replace(
      "def kl",
      'kinds = [{"error": {"kind": kind, "message": "no"}} for kind in ["value", "type", "not offered", "other"]]\ndef kl',
    ),
  async ({ subject }) => {
    const kl = async (kind: number): Promise<unknown> =>
      await Promise.resolve(subject.kl!({ kind: "mean-field" }, [[kind]], [[0]])).catch((error) =>
        error instanceof Unanswered ? error.message : [error.name, error.message, error.constructor]
      );
    assertEquals([await kl(0), await kl(1), await kl(2), await kl(3)], [
      ["RangeError", "no", RangeError],
      ["TypeError", "no", TypeError],
      ["NotOffered", "no", Error],
      ["OtherError", "no", Error],
    ]);
    assertStringIncludes(String(await kl(9)), 'wrote a line that is not JSON: {"id": 5');
  },
);

remote(
  "a subject that is slow with many calls at a time gets fewer, and is not blamed",
  program(`time.sleep(0.2)\n${RIGHT}`),
  async ({ subject, sent }) => {
    const kl = (mean: number): Promise<unknown> =>
      Promise.resolve(subject.kl!({ kind: "mean-field" }, [[mean]], [[0]]));
    for (const messages of [13, 4]) {
      const before = sent.messages;
      const answers = await Promise.all(Array.from({ length: 12 }, (_, i) => kl(i)));
      assertEquals(answers, Array.from({ length: 12 }, (_, i) => [i * i / 2]));
      assertEquals(sent.messages - before, messages);
    }
  },
  1.5,
);

remote(
  "what is given up has no answer, and the next call has one",
  program(`time.sleep(60 if mean[0][0] == 1 else 0)\n${RIGHT}`),
  async ({ subject, giveUp }) => {
    const kl = async (mean: number): Promise<unknown> =>
      await subject.kl!({ kind: "mean-field" }, [[mean]], [[0]]);
    setTimeout(giveUp, 500);
    const given = await Promise.allSettled([kl(1), kl(1), kl(0)]);
    assertEquals(given.map(({ status }) => status), ["rejected", "rejected", "rejected"]);
    for (const mean of [2, 4]) {
      assertEquals(await kl(mean), [mean * mean / 2]);
      // Although nothing computes.
      giveUp();
    }
  },
);

remote(
  "a program that leaves another behind, which holds its pipes, is ended all the same",
  subjectHoldingPipes(),
  async ({ subject }) => {
    const kl = async (mean: number): Promise<unknown> =>
      await subject.kl!({ kind: "mean-field" }, [[mean]], [[0]]);
    const [left] = await kl(2) as [number];
    try {
      await assertRejects(() => kl(1), Unanswered, "gave no answer within 2 s");
    } finally {
      await childCommand("sh", { args: ["-c", `kill -9 ${left}`] }).output();
      // What it held is closed.
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  },
  2,
);

/** Answers the number of a process that it has started, and ends where the mean is 1. */
function subjectHoldingPipes(): string {
  const body = "if mean[0][0] == 1: os._exit(1)\nreturn [float(left.pid)]";
  return program(body).replace(
    "def kl",
    'import subprocess\nleft = subprocess.Popen(["sleep", "600"])\ndef kl',
  );
}
