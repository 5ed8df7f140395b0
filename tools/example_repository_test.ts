import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { parse } from "@std/yaml";
import action from "../action.yml" with { type: "text" };
import project from "../deno.json" with { type: "json" };
import workflow from "../fixtures/package/repository/.github/workflows/laws.yml" with { type: "text" };
import own from "../fixtures/package/repository/package.json" with { type: "json" };
import { denoCommand, inFolder, mayUseDisk, ROOT } from "../fixtures/temporary_folder.ts";
import { childCommand } from "./process.ts";

/** The parts of an action and of a workflow that are read here. */
interface Action {
  readonly inputs: Readonly<Record<string, { readonly required?: boolean; readonly default?: string }>>;
  readonly runs: {
    readonly steps: readonly [{ readonly env: Record<string, string>; readonly run: string }];
  };
}
interface Workflow {
  readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[] }>>;
}
interface Step {
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string>>;
}

const { inputs, runs: { steps: [step] } } = parse(action) as Action;
const { jobs } = parse(workflow) as Workflow;
const { uses, with: given = {} } = jobs.summary!.steps.at(-1)!;

Deno.test("the example repository takes the package and its action in this version, and gives what the action requires", () => {
  assertEquals(uses, `OWNER/grae@v${project.version}`);
  assertEquals(own.devDependencies["@grae/grae"], project.version);
  const required = Object.keys(inputs).filter((name) => inputs[name]!.required);
  assertEquals(Object.keys(given), required);
});

/** Runs the action as its workflow calls it, on the repository with a file changed. */
async function runAction(workspace: string, change: (loss: string) => string) {
  const folder = `${ROOT}/fixtures/package/repository`;
  for (const name of ["loss.ts", "subject.ts", "package.json"]) {
    const text = await Deno.readTextFile(`${folder}/${name}`);
    await Deno.writeTextFile(`${workspace}/${name}`, name === "loss.ts" ? change(text) : text);
  }
  const value = (name: string): string => given[name] ?? inputs[name]!.default ?? "";
  const env = Object.fromEntries(
    Object.entries(step.env).map((
      [variable, text],
    ) => [variable, text.replace(/\$\{\{ inputs\.([\w-]+) \}\}/, (_, name: string) => value(name))]),
  );
  const summary = `${workspace}/summary.md`;
  const { code, stderr } = await childCommand("sh", {
    // Deno as it is permitted here, without npm.
    cwd: workspace,
    args: ["-e", "-c", step.run.replace(`npx --yes deno@${project.denoVersion}`, denoCommand!)],
    env: {
      ...env,
      GITHUB_WORKSPACE: workspace,
      GITHUB_ACTION_PATH: ROOT,
      // As no runner's, the repository's path may have a comma, which permissions cannot name.
      RUNNER_TEMP: ".",
      GITHUB_STEP_SUMMARY: summary,
      GITHUB_OUTPUT: `${workspace}/output`,
    },
  }).output();
  const said = new TextDecoder().decode(stderr);
  return { code, said, summary: await Deno.readTextFile(summary).catch(() => said) };
}

Deno.test({
  name:
    "the example repository's workflow verifies its loss and leaves the table in the summary; one that averages over entries fails (needs --allow-read=. --allow-write=.test --allow-run=deno,sh)",
  ignore: !mayUseDisk ||
    ["sh", "deno"].some((command) =>
      Deno.permissions.querySync({ name: "run", command }).state !== "granted"
    ),
  fn: async () => {
    await inFolder(async (workspace) => {
      const right = await runAction(workspace, (loss) => loss);
      assertEquals(right.code, 0, right.said);
      assertStringIncludes(right.summary, "- my VAE's loss: verified;");
      assertMatch(right.summary, /^\| V\d .* \|$/m);
    });
    await inFolder(async (workspace) => {
      const wrong = await runAction(workspace, (loss) => {
        const changed = loss.replace("** 2)) / 2;", "** 2)) / 2 / row.length;");
        assert(changed !== loss);
        return changed;
      });
      assertEquals(wrong.code, 1, wrong.said);
      assertStringIncludes(wrong.summary, "- my VAE's loss: failed");
    });
  },
});
