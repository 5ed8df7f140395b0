import { verify } from "../laws.ts";
import { oracle } from "../properties/oracle/mod.ts";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { parse } from "@std/yaml";
import deno from "../deno.json" with { type: "json" };
import { denoCommand, inFolder, mayUseDisk, ROOT } from "../fixtures/temporary_folder.ts";
import { UsageError } from "../experiments/runner/options.ts";
import action from "../action.yml" with { type: "text" };
import { holdAgain, subjectsOf } from "./verify.ts";
import { childCommand } from "./process.ts";

Deno.test({
  name:
    "a module's default export is a subject or a list of them; anything else is refused in a line (needs --allow-read=.)",
  ignore: !mayUseDisk,
  fn: async () => {
    const names = async (code: string): Promise<readonly string[]> => {
      const module = `data:text/javascript,${encodeURIComponent(code)}`;
      const found = await subjectsOf(module, "a.js", 10);
      found.forEach(({ stop }) => stop());
      return found.map(({ subject }) => subject.name);
    };
    const mine = '{ name: "my GRAE*", epsilon: 2 ** -53 }';
    assertEquals(await names(`export default ${mine}`), ["my GRAE*"]);
    assertEquals(await names(`export default [${mine}, ${mine}]`), ["my GRAE*", "my GRAE*"]);
    for (
      const value of ["undefined", "null", "[]", '"my GRAE*"', '{ name: "my GRAE*" }', `[${mine}, null]`]
    ) {
      await assertRejects(
        () => names(`export default ${value}`),
        UsageError,
        "a.js must export by default a subject",
      );
    }
    await assertRejects(
      () => names("throw new Error('no GPU')"),
      UsageError,
      "--subject a.js: it cannot be loaded: Error: no GPU",
    );
    await assertRejects(
      () => names("Deno.exit(0)"),
      UsageError,
      "--subject a.js: it ended its process with status 0",
    );
  },
});

/** What the step of the action does to a subject in a user's repository. */
async function gate(
  subject: string,
  law = "",
  options = "",
): Promise<{ code: number; summary: string; err: string; files: readonly string[] }> {
  let found = { code: -1, summary: "", err: "", files: [] as readonly string[] };
  await inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/subject.ts`, subject);
    await Deno.copyFile(`${ROOT}/properties/example/regulariser.ts`, `${folder}/regulariser.ts`);
    const [step] = (parse(action) as Action).runs.steps as [Step];
    const { code, stderr } = await childCommand("sh", {
      // Deno as it is permitted here, without npm.
      args: ["-e", "-c", step.run.replace(NPX, denoCommand!)],
      cwd: folder,
      env: {
        ...{ SUBJECT: "subject.ts", LAW: law, CASES: "20", SEED: "0", FLAGS: "", OPTIONS: options },
        ...{
          GITHUB_WORKSPACE: folder,
          GITHUB_ACTION_PATH: ROOT,
          // A permission flag cannot name a folder with a comma.
          RUNNER_TEMP: ".",
          GITHUB_STEP_SUMMARY: `${folder}/summary.md`,
          GITHUB_OUTPUT: `${folder}/output`,
        },
      },
    }).output();
    const summary = await Deno.readTextFile(`${folder}/summary.md`);
    const evidence = (await Deno.readTextFile(`${folder}/output`)).replace(/^evidence=(.*)\n$/, "$1");
    const written = await Array.fromAsync(Deno.readDir(`${folder}/${evidence}`)).catch(() => []);
    const files = written.map(({ name }) => name).filter((name) => !name.startsWith(".")).toSorted();
    found = { code, summary, err: new TextDecoder().decode(stderr), files };
  });
  return found;
}

/** The parts of an action that are read here. */
interface Action {
  readonly inputs: Readonly<Record<string, { readonly required?: boolean }>>;
  readonly runs: { readonly steps: readonly Step[] };
}
interface Step {
  readonly env: Readonly<Record<string, string>>;
  readonly run: string;
}
const NPX = `npx --yes deno@${deno.denoVersion}`;
const mayRun = ["sh", "deno"].every((command) =>
  Deno.permissions.querySync({ name: "run", command }).state === "granted"
);

Deno.test({
  name:
    "the action's step passes a right subject, fails a wrong one, and leaves the table in the summary (needs --allow-read=. --allow-write=.test --allow-run=deno,sh)",
  ignore: !mayUseDisk || !mayRun,
  fn: async () => {
    const example = await Deno.readTextFile(`${ROOT}/properties/example/subject.ts`);
    const passes = await gate(example);
    assertEquals(passes.code, 0);
    assertEquals(
      passes.err.match(/^my GRAE\*: \d+ laws?\n(?:\d+% │ .*\n)*100% │ .* │ done\n$/)?.length,
      1,
      passes.err,
    );
    assertStringIncludes(passes.summary, "- my GRAE*: verified; ");
    const fails = await gate(example.replace("{ regulariser }", "{ meanRegulariser as regulariser }"));
    assertEquals(fails.code, 1);
    assertStringIncludes(fails.summary, "- my GRAE*: failed; ");
    assert(
      /again +npx --yes deno@\S+ task verify --subject .+ --law G3 --replay /.test(fails.summary),
      fails.summary,
    );
    const unknown = await gate(example, "X9");
    assertEquals([unknown.code, unknown.summary], [2, ""]);
    assertEquals(passes.files, ["badge.svg", "evidence.json", "evidence.md", "index.html", "junit.xml"]);
    assertStringIncludes(unknown.err, "verify: --law must be different names among U1");
  },
});

Deno.test({
  name:
    "a subject that ends the process, or never answers, does not pass (needs --allow-read=. --allow-write=.test --allow-run=deno,sh)",
  ignore: !mayUseDisk || !mayRun,
  fn: async () => {
    const reasons: Readonly<Record<string, string>> = {
      "Deno.exit(0)": "it ended its process with status 0",
      "new Promise(() => {})": "volume.graeStar did not answer within 0.5 s",
      "{ for (;;); }": "volume.graeStar did not answer within 0.5 s",
      "{ Promise.reject(new Error('lost')); return new Promise(() => {}); }":
        "it ended its worker: Uncaught (in promise) Error: lost",
    };
    for (const [never, because] of Object.entries(reasons)) {
      const found = await gate(
        `export default { name: "mine", epsilon: 2 ** -53, volume: { graeStar: () => ${never} } };`,
        "",
        "--call-seconds 0.5",
      );
      assertEquals(found.code, 1, never);
      assertStringIncludes(found.summary, "- mine: unverified; ");
      assertStringIncludes(found.summary, `  no answer ${because}\n  case      {"jacobian":`);
    }
  },
});

/** Runs the task in a folder, as the command line asks. */
async function task(
  folder: string,
  ...args: readonly string[]
): Promise<{ code: number; out: string; err: string }> {
  const { code, stdout, stderr } = await childCommand(denoCommand!, {
    args: [
      "run",
      "-q",
      "--no-prompt",
      `--config=${ROOT}/deno.json`,
      "--allow-read",
      "--allow-write=.",
      `${ROOT}/tools/verify.ts`,
      "--quiet",
      "--subject",
      "subject.ts",
      ...args,
    ],
    cwd: folder,
  }).output();
  const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), err: text(stderr) };
}

Deno.test({
  name:
    "cases that failed are kept and tried first; known failures pass until their day (needs --allow-read=. --allow-write=.test --allow-run=deno,sh)",
  ignore: !mayUseDisk || !mayRun,
  fn: () =>
    inFolder(async (folder) => {
      const subject = (factor: number): Promise<void> =>
        Deno.writeTextFile(
          `${folder}/subject.ts`,
          `import { regulariser } from "${ROOT}/properties/example/regulariser.ts";
           export default { name: "mine", epsilon: 2 ** -53, volume: { graeStar: (j, b) => ${factor} * regulariser(j, b) } };`,
        );
      const kept = async (): Promise<unknown> =>
        JSON.parse(await Deno.readTextFile(`${folder}/.grae/failures.json`));
      await subject(1);
      assertEquals((await task(folder)).code, 0);
      assertEquals(await kept().catch((error) => error.name), "NotFound");
      await subject(1.01);
      const fails = await task(folder);
      assertEquals(fails.code, 1);
      const token = /--replay (\S+)/.exec(fails.out)![1]!.replaceAll("'", "");
      const expected = { format: "grae failures 1", failures: [{ subject: "mine", law: "G3", token }] };
      assertEquals(await kept(), expected);
      const clause = /is not|does not hold: (.*)/.exec(fails.out)![1]!;
      const otherSeed = await task(folder, "--seed", "5");
      assertEquals(/case .*/.exec(otherSeed.out)![0], /case .*/.exec(fails.out)![0]);
      const replay = await task(folder, "--law", "G3", "--replay", token);
      assertEquals([replay.code, replay.out.split("\n")[1]], [1, `does not hold: ${clause}`]);

      const known = async (...list: readonly object[]): Promise<readonly string[]> => {
        await Deno.writeTextFile(`${folder}/known.json`, JSON.stringify(list));
        return ["--known-failures", "known.json"];
      };
      const one = { law: "G3", clause, reason: "sums in float16", until: "2999-01-01" };
      const fine = await task(folder, "--cases", "20", ...await known(one), "--out", "evidence");
      assertEquals(fine.code, 0, fine.out);
      assertStringIncludes(
        fine.out,
        `- mine: G3 fails as known, until 2999-01-01: sums in float16: ${clause}`,
      );
      assertStringIncludes(
        await Deno.readTextFile(`${folder}/evidence/junit.xml`),
        '<skipped message="a known failure: sums in float16"/>',
      );
      assertStringIncludes(
        await Deno.readTextFile(`${folder}/evidence/badge.svg`),
        "verified by 0, 1 known to fail",
      );
      const over = await task(folder, ...await known({ ...one, until: "2001-01-01" }));
      assertEquals(over.code, 1);
      assertStringIncludes(over.out, "- mine: G3 was a known failure until 2001-01-01");
      const misspelt = await task(folder, ...await known({ ...one, law: "G33" }));
      assertEquals([misspelt.code, misspelt.err], [
        2,
        "verify: known failure 1: there is no law G33; the nearest is G3\n",
      ]);

      await subject(1);
      const passes = await task(folder, ...await known(one));
      assertEquals(passes.code, 1);
      assertStringIncludes(
        passes.out,
        "- mine: G3 passes, but is listed as a known failure (sums in float16)",
      );
      assertEquals(await kept(), { ...expected, failures: [] });
      for (
        const [text, said] of [["{", "is no JSON: "], [
          '{"format":"x"}',
          'its format must be "grae failures 1"',
        ]] as const
      ) {
        await Deno.writeTextFile(`${folder}/.grae/failures.json`, text);
        const broken = await task(folder);
        assertEquals([broken.code, broken.out], [1, ""]);
        assertStringIncludes(broken.err, said);
      }
    }),
});

Deno.test("the action starts the deno of this package, and hands on each input", () => {
  const { inputs, runs: { steps: [step] } } = parse(action) as Action;
  assert(step!.run.includes(`${NPX} run `), NPX);
  assertEquals(
    Object.values(step!.env),
    Object.keys(inputs).map((name) => `\${{ inputs.${name} }}`),
  );
});

Deno.test("a replayed case holds only if it was run, for every subject", async () => {
  const epsilon = 2 ** -53, replay = { laws: ["G3"], replay: "0.1.0.right" };
  const volume = oracle.volume, graeStar = () => NaN;
  const [right, wrong, other] = [
    await verify({ name: "right", epsilon, volume }, replay),
    await verify({ name: "wrong", epsilon, volume: { ...volume, graeStar } }, replay),
    await verify({ name: "other", epsilon, kl: oracle.kl }, replay),
  ];
  assertEquals([holdAgain([right]), holdAgain([wrong]), holdAgain([other])], [true, false, false]);
  assertEquals([holdAgain([right, other]), holdAgain([right, wrong]), holdAgain([right, right])], [
    false,
    false,
    true,
  ]);
});
