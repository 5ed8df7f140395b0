import { assertEquals, assertStringIncludes } from "@std/assert";
import { onDisk, ROOT } from "../../fixtures/temporary_folder.ts";
import { type Report, type Subject, verify, type VerifyOptions } from "../../laws.ts";
import { oracle } from "../../properties/oracle/mod.ts";
import { isolated } from "./isolated.ts";

/** A report without times, and without stacks, which name other files. */
const timeless = (report: Report): unknown =>
  JSON.parse(JSON.stringify(report, (key, value) => key === "seconds" || key === "because" ? 0 : value));

/** The default export of a module with this text, held to laws in a worker. */
async function heldIn(folder: string, text: string, options: VerifyOptions): Promise<Report> {
  const path = `${folder}/${crypto.randomUUID()}.ts`;
  await Deno.writeTextFile(path, `import { oracle } from "${ROOT}/properties/oracle/mod.ts";\n${text}\n`);
  const [one] = await isolated(`file://${path}`, 30);
  try {
    return await verify(one!.subject, { ...options, onGiveUp: one!.giveUp });
  } finally {
    await one!.stop();
  }
}

onDisk(
  "a subject in a worker gives the evidence that it gives here, for laws of every kind",
  async (folder) => {
    const options = { cases: 2, laws: ["U2", "U7", "T1", "H1", "S1", "G3", "G4", "A1", "A5", "A9"] };
    const here = await verify(oracle, options);
    assertEquals(timeless(await heldIn(folder, "export default oracle;", options)), timeless(here));
  },
);

onDisk(
  "mistakes in a worker are told as they are here: names, writing into arguments, errors of each class",
  async (folder) => {
    class Mine {
      readonly name = "mine";
      readonly epsilon = 2 ** -53;
      readonly cache = new Map([["kl", () => 1]]);
      calls = 0;
      volume = { grae: 3, graeStar: (): number => ++this.calls };
      covarience = (): number[] => [];
      cholesky(a: readonly number[][][]): unknown {
        a[0]![0]!.push(7);
        return a;
      }
      kl(): never {
        throw new RangeError("only blocks are supported");
      }
      inverse(): never {
        throw new TypeError("x is undefined");
      }
    }
    const options = { cases: 5, laws: ["A5", "A6", "G3"] };
    const here = await verify(new Mine() as unknown as Subject, options);
    const there = await heldIn(folder, `${Mine}\nexport default new Mine();`, options);
    assertEquals(timeless(there), timeless(here));
    const messages = there.evidence.map(({ failure }) => failure?.message).join("\n");
    assertStringIncludes(messages, "the subject changed its argument: arguments[0][0][0] of cholesky");
  },
);

onDisk("a subject that gives no answer is asked again in a new worker, so many times", async (folder) => {
  const subject = (before: string): string =>
    `let calls = 0;\nexport default { name: "mine", epsilon: 2 ** -53, volume: { ...oracle.volume,
       graeStar: async (...given) => { calls++; ${before} return oracle.volume.graeStar(...given); } } };`;
  const reasons = ({ evidence }: Report): (string | undefined)[] =>
    evidence.map(({ failure }) => failure?.because);
  // A thread that loops would keep a core busy to the end of the tests; the task's own test has one.
  const never = "await new Promise(() => {});", limits = { callSeconds: 0.5 };
  const twice = await heldIn(folder, subject(`if (calls === 2) ${never}`), {
    cases: 3,
    laws: ["G3", "G1"],
    limits,
  });
  assertEquals(reasons(twice), Array(2).fill("volume.graeStar did not answer within 0.5 s"));
  const ended = await heldIn(folder, subject("Deno.exit(7);"), { cases: 3, laws: ["G3", "G1"], limits });
  assertEquals(reasons(ended), Array(2).fill("it ended its process with status 7"));
  const always = await heldIn(folder, subject(never), { cases: 3, limits: { callSeconds: 0.2 } });
  assertEquals(reasons(always).at(-1), "it was stopped 4 times, and is not asked any more");
});
