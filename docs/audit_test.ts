import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { auditRows } from "../audit.ts";
import { logOf } from "../fixtures/losses/log.ts";
import { UNTOLD } from "../fixtures/losses/untold.ts";
import { denoCommand, inFolder, mayUseDisk, ROOT } from "../fixtures/temporary_folder.ts";
import { auditFile } from "../tools/audit.ts";
import { childCommand } from "../tools/process.ts";
import page from "./audit.md" with { type: "text" };

/** The page's blocks of Python by the file's name in their first line. */
const python = new Map(
  [...page.matchAll(/^```python\n# (\S+)\n(.*?)^```$/gms)].map(([, name, text]) => [name!, text!]),
);
/** What the page shows of programs. */
const shown = [...page.matchAll(/^```text\n(.*?)^```$/gms)].map(([, text]) => text!);

/** What the command line must say of each of fixtures/losses/torch_losses.py, and its status. */
const SAID: Readonly<Record<string, readonly [status: number, words: string]>> = {
  "right.npz": [0, "This is a β-VAE loss, unit-variance Gaussian, effective β = 4 ± "],
  "right-bce.npz": [0, "This is a β-VAE loss, Bernoulli, effective β = 4 ± "],
  "pixel-mean.npz": [
    1,
    "because the squared error is not halved and the reconstruction is a mean over 784 pixels",
  ],
  "not-halved.npz": [1, "effective β = 2 ± "],
  "wrong-sign.npz": [1, "the KL has the wrong sign. For β = 4 multiply the KL by −1."],
  "never-applied.npz": [1, "the KL is never applied. For β = 4 add 4 times the KL."],
  "log-sigma.npz": [1, "log σ² is taken for log σ."],
  "sigma.npz": [1, "log σ² is taken for σ."],
  "latent-mean.npz": [1, "because the KL is a mean over 8 latents. For β = 4 multiply the KL by 8."],
  "free-bits.npz": [
    1,
    "free bits: a latent's KL counts from a floor on (a floor of 0.5 nats for each latent)",
  ],
  "annealed.npz": [1, "β changes with the step"],
  "logits-as-probabilities.npz": [1, "logits are taken for probabilities"],
  "probabilities-as-logits.npz": [1, "probabilities are taken for logits"],
  "batch-mean.jsonl": [1, "the batch's mean is taken of the KL only"],
};

/** Whether Python has some packages; the reason why not, as the end of a test's name. */
async function obstacleOf(...packages: readonly string[]): Promise<string> {
  if (!mayUseDisk) return " (ignored: needs --allow-read=. --allow-write=.test)";
  if (denoCommand === undefined) return " (ignored: needs --allow-run=deno)";
  if (Deno.permissions.querySync({ name: "run", command: "python3" }).state !== "granted") {
    return " (ignored: needs --allow-run=python3)";
  }
  const command = childCommand("python3", { args: ["-c", `import ${packages.join()}`], stderr: "null" });
  const { success } = await command.output().catch(() => ({ success: false }));
  return success ? "" : ` (ignored: needs python3 with ${packages.join(" and ")})`;
}

/** Runs a program to its end. */
async function run(program: string, args: readonly string[], options: Deno.CommandOptions = {}) {
  const { code, stdout, stderr } = await childCommand(program, { cwd: ROOT, ...options, args: [...args] })
    .output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, out: out!, err: err! };
}

const audit = (folder: string, ...args: readonly string[]) =>
  run(denoCommand!, [
    "run",
    "-q",
    "--no-prompt",
    "--allow-read=.",
    `${ROOT}/tools/audit.ts`,
    ...args,
  ], {
    cwd: folder,
  });

const torch = await obstacleOf("torch", "numpy");
Deno.test({
  name: `the page's log from PyTorch shows each planted mistake by its name, as the page prints it${torch}`,
  ignore: torch !== "",
  fn: () =>
    inFolder(async (folder) => {
      for (const [name, text] of python) await Deno.writeTextFile(`${folder}/${name}`, text);
      await Deno.copyFile(`${ROOT}/fixtures/losses/torch_losses.py`, `${folder}/torch_losses.py`);
      const made = await run("python3", ["torch_losses.py", "."], { cwd: folder });
      assertEquals([made.code, made.out], [0, ""], made.err);
      const files = [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) =>
        /npz|jsonl/.test(name)
      );
      assertEquals(files.sort(), Object.keys(SAID).sort());
      for (const [file, [status, words]] of Object.entries(SAID)) {
        const { code, out, err } = await audit(folder, file, "--n", "784", "--expect-beta", "4");
        assertEquals([code, err], [status, ""], `${file}: ${out}`);
        assertStringIncludes(out, words, file);
      }
      await Deno.rename(`${folder}/pixel-mean.npz`, `${folder}/log.npz`);
      const { out } = await audit(folder, "log.npz", "--expect-beta", "4");
      assert(
        widths(out).startsWith(widths(shown[0]!)),
        `the page must show the beginning of what is printed:\n${out}`,
      );
    }),
});

/** A text without the widths of its intervals, in which versions of PyTorch differ. */
const widths = (text: string): string => text.replaceAll(/± [\d.e−]*\d/g, "± …");

/** What is said of pythae's losses, as the page's table has it. */
const PYTHAE: Readonly<Record<string, string>> = {
  "vae-mse.npz": "This is a β-VAE loss, unit-variance Gaussian, effective β = 1 ± ",
  "vae-bce.npz": "This is a β-VAE loss, Bernoulli, effective β = 1 ± ",
  "beta-vae.npz": "This is a β-VAE loss, unit-variance Gaussian, effective β = 4 ± ",
  "disentangled.npz": "This is not a β-VAE loss: the KL is held at a capacity (10 |KL − 8|).",
  "info-vae.jsonl": "This is not a β-VAE loss: it is not made of these pieces.",
  "beta-tc-vae.jsonl": "This is not a β-VAE loss: it is not made of these pieces.",
};

const pythae = await obstacleOf("pythae", "torch");
Deno.test({
  name: `losses of pythae are what its documentation says of them${pythae}`,
  ignore: pythae !== "",
  fn: () =>
    inFolder(async (folder) => {
      await Deno.writeTextFile(`${folder}/write_log.py`, python.get("write_log.py")!);
      await Deno.copyFile(`${ROOT}/fixtures/losses/pythae_losses.py`, `${folder}/pythae_losses.py`);
      const made = await run("python3", ["pythae_losses.py", "."], { cwd: folder });
      assertEquals(made.code, 0, made.err);
      for (const [file, words] of Object.entries(PYTHAE)) {
        const { verdict } = await auditFile(`${folder}/${file}`, { pixels: 784 });
        assertStringIncludes(verdict.words, words, file);
      }
    }),
});

const keras = await obstacleOf("keras", "numpy");
Deno.test({
  name: `the page's log from Keras holds what was given${keras}`,
  ignore: keras !== "",
  fn: () =>
    inFolder(async (folder) => {
      for (const [name, text] of python) await Deno.writeTextFile(`${folder}/${name}`, text);
      const program = `
import keras, numpy as np
from write_log_keras import write_log
r = np.random.default_rng(0)
mu, logvar = [keras.ops.convert_to_tensor(r.normal(size=(200, 4)) * s, "float32") for s in (1.5, 1)]
x = keras.ops.convert_to_tensor(r.random((200, 6, 6)) < 0.4, "float32")
xhat = keras.ops.convert_to_tensor(r.random((200, 6, 6)) * 0.9 + 0.05, "float32")
def loss(x, xhat, mu, logvar):
    bce = keras.ops.mean(keras.losses.binary_crossentropy(x, xhat))
    return bce - 0.5 * keras.ops.mean(1 + logvar - mu**2 - keras.ops.exp(logvar))
write_log("log.npz", loss, x, xhat, mu, logvar)
`;
      const made = await run("python3", ["-c", program], { cwd: folder });
      assertEquals(made.code, 0, made.err);
      const { code, out } = await audit(folder, "log.npz", "--expect-beta", "1");
      assertEquals(code, 1);
      assertStringIncludes(out, "This is a β-VAE loss, Bernoulli, effective β = 9 ± ");
      assertStringIncludes(out, "a mean over 36 pixels and the KL is a mean over 4 latents");
    }),
});

Deno.test("what the page shows of rows that do not tell is what an audit says", () => {
  const constant = UNTOLD.find(({ name }) => name === "σ the same in all rows")!;
  const draw = { seed: 1, pixels: 12, latents: 4, beta: 4, rows: 100, noise: 0, float32: false };
  assertEquals(`${auditRows(logOf(constant, draw).rows).words}\n`, shown[1]);
});

Deno.test("the snippets of Python have ten lines at most", () => {
  assertEquals([...python.keys()], ["write_log.py", "write_log_keras.py"]);
  for (const [name, text] of python) {
    assert(text.split("\n").filter((line) => line !== "").length <= 10, name);
  }
});
