import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { parse } from "@std/yaml";
import deno from "../deno.json" with { type: "json" };
import { denoCommand, inFolder, mayUseDisk, ROOT } from "../fixtures/temporary_folder.ts";
import { UsageError } from "../experiments/runner/options.ts";
import { verify } from "../laws.ts";
import { right, wrong } from "../properties/example/check.ts";
import action from "../action.yml" with { type: "text" };
import workflow from "../properties/example/workflow.yml" with { type: "text" };
import { reportMarkdown, subjectsOf } from "./verify.ts";
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

Deno.test("the table has a row for each law that ran, failures whole, and what was not examined", async () => {
  const passed = reportMarkdown(await verify(right));
  assertStringIncludes(passed, "## my GRAE*: verified\n");
  assertEquals(passed.match(/^\| G3 \| .* \| holds \| 100 \| 0\.\d+ \| \d+\.\d \|$/gm)?.length, 1);
  const failed = await verify(wrong);
  const text = reportMarkdown(failed);
  assertStringIncludes(text, "## my GRAE* with a mean: failed\n");
  assertStringIncludes(text, "| **failed** |");
  assertStringIncludes(text, `\`\`\`text\n${failed.evidence[0]!.failure!.message}\n\`\`\`\n`);
  const nothing = reportMarkdown(await verify({ name: "nothing", epsilon: 2 ** -53 }));
  assertStringIncludes(nothing, "## nothing: unverified\n\nNot examined:\n\n- nothing: ");
});

/** What the step of the action does to a subject in a user's repository. */
async function gate(
  subject: string,
  law = "",
  options = "",
): Promise<{ code: number; summary: string; err: string }> {
  let found = { code: -1, summary: "", err: "" };
  await inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/subject.ts`, subject);
    await Deno.copyFile(`${ROOT}/properties/example/regulariser.ts`, `${folder}/regulariser.ts`);
    const [step] = (parse(action) as Action).runs.steps as [Step];
    const { code, stderr } = await childCommand("sh", {
      // Deno as it is permitted here, without npm.
      args: ["-e", "-c", step.run.replace(NPX, denoCommand!)],
      env: {
        ...{ SUBJECT: "subject.ts", LAW: law, CASES: "20", SEED: "0", FLAGS: "", OPTIONS: options },
        ...{
          GITHUB_WORKSPACE: folder,
          GITHUB_ACTION_PATH: ROOT,
          RUNNER_TEMP: folder,
          GITHUB_STEP_SUMMARY: `${folder}/summary.md`,
        },
      },
    }).output();
    const summary = await Deno.readTextFile(`${folder}/summary.md`);
    found = { code, summary, err: new TextDecoder().decode(stderr) };
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
    assertStringIncludes(passes.summary, "## my GRAE*: verified");
    const fails = await gate(example.replace("{ regulariser }", "{ meanRegulariser as regulariser }"));
    assertEquals(fails.code, 1);
    assertStringIncludes(fails.summary, "## my GRAE*: failed");
    assert(
      /again +npx --yes deno@\S+ task verify --subject .+ --law G3 --replay /.test(fails.summary),
      fails.summary,
    );
    const unknown = await gate(example, "X9");
    assertEquals([unknown.code, unknown.summary], [2, ""]);
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
      assertStringIncludes(found.summary, "## mine: unverified");
      assertStringIncludes(found.summary, `  no answer ${because}\n  case      {"jacobian":`);
    }
  },
});

Deno.test("the action starts the deno of this package, and hands on each input; the example gives what it requires", () => {
  const { inputs, runs: { steps: [step] } } = parse(action) as Action;
  assert(step!.run.includes(`${NPX} run `), NPX);
  assertEquals(
    Object.values(step!.env),
    Object.keys(inputs).map((name) => `\${{ inputs.${name} }}`),
  );
  const { jobs } = parse(workflow) as {
    jobs: { laws: { steps: readonly { uses: string; with?: Record<string, string> }[] } };
  };
  const { uses, with: given } = jobs.laws.steps.at(-1)!;
  assertEquals(uses, `OWNER/grae@v${deno.version}`);
  const required = Object.entries(inputs).filter(([, { required }]) => required).map(([name]) => name);
  assertEquals(Object.keys(given!), required);
});
