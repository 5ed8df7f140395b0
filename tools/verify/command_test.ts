import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { pythonObstacle, subjectProgram, unlessObstacle } from "../../fixtures/python.ts";
import { denoCommand, inFolder, mayUseDisk, ROOT } from "../../fixtures/temporary_folder.ts";
import deno from "../../deno.json" with { type: "json" };
import { childCommand } from "../process.ts";
import { words } from "../shell.ts";

const obstacle = !mayUseDisk || denoCommand === undefined
  ? "needs --allow-read=. --allow-write=.test --allow-run=deno"
  : await pythonObstacle("json");

/** Where the task keeps the cases that failed, in place of .grae/. */
const FAILURES = `${ROOT}/.test/failures-${crypto.randomUUID()}.json`;

/** The task with these arguments, as deno.json has it. */
const task = (...more: readonly string[]): Deno.Command => {
  const [, ...own] = deno.tasks.verify.command.replace("--allow-write=.grae", "--allow-write=.test").split(
    " ",
  );
  const args = [...more, "--failures", FAILURES];
  return childCommand(denoCommand!, {
    args: [own[0]!, "--no-prompt", ...own.slice(1), ...args],
    cwd: ROOT,
    stdout: "piped",
    stderr: "piped",
  });
};

async function verified(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const { code, stdout, stderr } = await task(...args, "--quiet").output();
  await Deno.remove(FAILURES).catch(() => {});
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)) as [string, string];
  return { code, out, err };
}

const RIGHT = "return right(mean, rawFactor)";

/** A test with a program in a folder. */
function withProgram(
  name: string,
  body: string,
  test: (file: string, folder: string) => Promise<void>,
): void {
  unlessObstacle(obstacle, name, () =>
    inFolder(async (folder) => {
      const file = `${folder}/it is.py`;
      await Deno.writeTextFile(file, subjectProgram(body));
      await test(file, folder);
    }));
}

withProgram("a right program is verified, and the status is 0", RIGHT, async (file) => {
  const { code, out, err } = await verified("--command", `python3 '${file}'`, "--law", "A6", "--cases", "20");
  assertEquals([code, err], [0, ""]);
  assertStringIncludes(out, "- mine: verified; ");
});

withProgram(
  "a wrong one fails, and prints the command that shows one case again",
  "return [2.0 * len(mean)]*len(mean)",
  async (file) => {
    const { code, out } = await verified("--command", `python3 '${file}'`, "--law", "A6");
    assertEquals(code, 1);
    assertStringIncludes(out, "does not hold: KL(q‖p)");
    const [, line] = / {2}again {5}npx --yes deno@\S+ task verify (.*)/.exec(out)!;
    const again = await verified(...words(line!)!);
    const caseOf = (text: string): string => /^ {2}case .*$/m.exec(text)![0];
    assertEquals([again.code, caseOf(again.out)], [1, caseOf(out)]);
  },
);

withProgram(
  "one that dies is unverified, with the case and its last words",
  "sys.exit('no memory')",
  async (file) => {
    const { code, out } = await verified("--command", `python3 '${file}'`, "--law", "A6");
    assertEquals(code, 1);
    assertStringIncludes(out, "- mine: unverified; ");
    assertStringIncludes(out, "ended with status 1 and gave no answer; it said: no memory\n  case      {");
    assert(!out.includes("does not hold"));
  },
);

unlessObstacle(obstacle, "what is no subject, or may not run, is one line and status 2", async () => {
  for (
    const [args, says] of [
      [
        ["--command", "python3 -c 'import nothing_of_the_kind'"],
        "verify: --command: python3 -c import nothing_of_the_kind ended with status 1 and gave no answer; it said: ",
      ],
      [
        ["--command", "no-such-program"],
        "verify: --command no-such-program is outside of what the task may run; to allow it: run  npx --yes deno@",
      ],
      [
        ["--command", "python3 'open"],
        'verify: --command must be a program and its arguments, but is "python3 \'open"',
      ],
      [
        ["--command", "python3", "--subject", "a.ts"],
        "verify: --subject and --command must not be given both",
      ],
      [[], "verify: --subject must name a module, or --command a program"],
    ] as const
  ) {
    const { code, out, err } = await verified(...args);
    assertEquals([code, out, err.trim().split("\n").length], [2, "", 1], err);
    assertStringIncludes(err, says);
  }
});

const BUSY = `
with open(os.path.join(os.path.dirname(sys.argv[0]), "pid"), "w") as file: file.write(str(os.getpid()))
while True: pass`.trim();

for (const signal of ["SIGINT", "SIGTERM", "SIGKILL"] as const) {
  // By SIGKILL this process cannot end another: it ends by itself when it asks for what to do next.
  const body = signal === "SIGKILL" ? BUSY.replace("while True: pass", "time.sleep(1)\nreturn [0.0]") : BUSY;
  withProgram(`a program that computes is ended with the task, by ${signal}`, body, async (file, folder) => {
    const child = task("--command", `python3 '${file}'`, "--law", "A6").spawn();
    const pid = await until(() => Deno.readTextFile(`${folder}/pid`).catch(() => ""));
    child.kill(signal);
    const { code } = await child.output();
    if (signal !== "SIGKILL") assertEquals(code, 130);
    const gone = await until(async () => {
      const { success } = await childCommand("sh", { args: ["-c", `kill -0 ${pid}`], stderr: "null" })
        .output();
      return success ? "" : "gone";
    });
    assertEquals(gone, "gone");
  });
}

/** The first answer that is not empty, within 20 s. */
async function until(ask: () => Promise<string>): Promise<string> {
  for (let tries = 0; tries < 200; tries++) {
    const answer = await ask();
    if (answer !== "") return answer;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return "";
}
