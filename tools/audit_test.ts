import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { toFileUrl } from "@std/path";
import type { LogRow } from "../audit.ts";
import { join, npyOf, zip } from "../fixtures/data_files.ts";
import { PLANTED } from "../fixtures/losses/judge.ts";
import { type Draw, logOf } from "../fixtures/losses/log.ts";
import { denoCommand, inFolder, mayUseDisk, onDisk, ROOT } from "../fixtures/temporary_folder.ts";
import { findObstacle, visit } from "../fixtures/visit.ts";
import { encodeSafetensors } from "../lib/training/safetensors.ts";
import { auditFile, auditText } from "./audit.ts";
import { auditPage } from "./audit/page.tsx";
import { countOutcomes } from "./audit/planted.ts";
import { childCommand, permission } from "./process.ts";

const DRAW: Draw = { seed: 4, pixels: 6, latents: 3, beta: 4, rows: 120, noise: 0, float32: true };
const NAME = "mean over pixels beside a summed KL";
const rows = (name = NAME, draw = DRAW): readonly LogRow[] =>
  logOf(PLANTED.find((one) => one.name === name)!, draw).rows;

/** A log by the names of columns. */
const HEAD = ["loss", "sse", "mu_0", "mu_1", "mu_2", "logvar_0", "logvar_1", "logvar_2"];
const numbersOf = ({ loss, sse, mean, spread }: LogRow): number[] => [
  loss,
  sse!,
  ...Array.from(mean!),
  ...Array.from(spread!.values),
];
const csvOf = (all: readonly LogRow[]): string =>
  [HEAD.join(), ...all.map((row) => numbersOf(row).join())].join("\n") + "\n";

/** The same rows in every format. */
function formats(all: readonly LogRow[]): Record<string, string | Uint8Array> {
  const count = all.length;
  const loss = all.map((row) => row.loss), sse = all.map((row) => row.sse!);
  const mu = all.flatMap(({ mean }) => Array.from(mean!));
  const logvar = all.flatMap(({ spread }) => Array.from(spread!.values));
  const npy = (values: readonly number[], ...shape: number[]): Uint8Array =>
    npyOf("<f8", shape, new Uint8Array(Float64Array.from(values).buffer));
  const jsonLines = all.map(({ loss, sse, mean, spread }) =>
    JSON.stringify({ loss, sse, mu: Array.from(mean!), logvar: Array.from(spread!.values) })
  );
  const tensor = (name: string, values: readonly number[], ...shape: number[]) => (
    { name, shape, values: Float32Array.from(values) }
  );
  return {
    "log.csv": csvOf(all),
    "quoted.csv": `\ufeff${
      csvOf(all).replaceAll("\n", "\r\n").replace(HEAD.join(), HEAD.map((h) => `"${h}"`).join())
    }`,
    "log.jsonl": jsonLines.join("\n"),
    "log.npz": zip({
      "loss.npy": npy(loss, count),
      "sse.npy": npy(sse, count),
      "mu.npy": npy(mu, count, 3),
      "logvar.npy": npy(logvar, count, 3),
    }),
    "log.safetensors": encodeSafetensors([
      tensor("loss", loss, count),
      tensor("sse", sse, count, 1),
      tensor("mu", mu, count, 3),
      tensor("logvar", logvar, count, 3),
    ], {}),
    "float64.safetensors": doubles({ loss, sse, mu, logvar }, count),
  };
}

/** A safetensors file of float64, as NumPy's users write it. */
function doubles(arrays: Readonly<Record<string, readonly number[]>>, count: number): Uint8Array {
  let end = 0;
  const places = Object.entries(arrays).map(([name, values]) => {
    const [begin, width] = [end, values.length / count];
    end += 8 * values.length;
    return [name, {
      dtype: "F64",
      shape: width === 1 ? [count] : [count, width],
      data_offsets: [begin, end],
    }];
  });
  const header = new TextEncoder().encode(JSON.stringify(Object.fromEntries(places)));
  const values = Float64Array.from(Object.values(arrays).flat());
  return join(
    new Uint8Array(BigUint64Array.of(BigInt(header.length)).buffer),
    header,
    new Uint8Array(values.buffer),
  );
}

const write = (path: string, content: string | Uint8Array): Promise<void> =>
  typeof content === "string" ? Deno.writeTextFile(path, content) : Deno.writeFile(path, content);

onDisk(
  "a log says the same as CSV, JSON lines, NPZ and safetensors, quoted, with a byte order mark",
  async (folder) => {
    for (const [name, content] of Object.entries(formats(rows()))) {
      await write(`${folder}/${name}`, content);
      const { verdict: { words, rows } } = await auditFile(`${folder}/${name}`, {
        pixels: 6,
        expectedBeta: 4,
      });
      assertEquals(rows, 120, name);
      assertStringIncludes(words, "This is a β-VAE loss, unit-variance Gaussian, effective β = 12 ± ", name);
      assertStringIncludes(
        words,
        "because the squared error is not halved and the reconstruction is a mean over 6 pixels. For β = 4 multiply the KL by 0.3333.",
        name,
      );
    }
  },
);

/** Logs that cannot be read, and why. */
const BROKEN: Readonly<Record<string, readonly [content: string | Uint8Array, why: string]>> = {
  "empty.csv": ["", "must be a table with a header, but it is empty"],
  "header.csv": [`${HEAD.join()}\n`, "must have rows below its header, but has none"],
  "numbers.csv": [
    "1,2\n3,4\n",
    "its first line must name the columns, but has numbers; the names are loss; sse or bce",
  ],
  "semicolons.csv": [
    csvOf(rows()).replaceAll(",", ";"),
    'must have commas between its cells, but its header has ";": save it with commas',
  ],
  "tabs.csv": [csvOf(rows()).replaceAll(",", "\t"), "but its header has tabs: save it with commas"],
  "ragged.csv": [
    csvOf(rows()).replace(/,[^,\n]*\n$/, "\n"),
    "row 120 (line 121) must have 8 cells as the header, but has 7",
  ],
  "nan.csv": [
    `${HEAD.join()}\n1,2,3,4,5,6,7,8\n1,2,3,nan,5,6,7,8\n`,
    'row 2 (line 3): mu_1 must be a finite number, but it is "nan"',
  ],
  "infinite.csv": [
    `${HEAD.join()}\ninf,2,3,4,5,6,7,8\n`,
    'row 1 (line 2): loss must be a finite number, but it is "inf"',
  ],
  "missing.csv": [
    `${HEAD.join()}\n1,,3,4,5,6,7,8\n`,
    "row 1 (line 2): sse must be a finite number, but it is empty",
  ],
  "quote.csv": [`${HEAD.join()}\n1,"2,3,4,5,6,7,8\n`, "row 1 (line 2): quotes are not closed on it"],
  "twice.csv": [
    "loss,sse,mu_0,mu_0\n1,2,3,4\n",
    'columns must have different names, but "mu_0" is both column 3 and 4',
  ],
  "same.csv": [
    "loss,sse,mu_0,mu0\n1,2,3,4\n",
    "columns must have different names, but number 0 of mu0 is there twice",
  ],
  "lossless.csv": ["sse,mu_0,logvar_0\n1,2,3\n", "must have a column loss, but has sse, mu_0, logvar_0"],
  "gap.csv": [
    "loss,sse,mu_0,mu_2,logvar_0\n1,2,3,4,5\n",
    "columns mu_… must be numbered without gaps, but mu_1 lacks",
  ],
  "two.csv": [
    "loss,sse,mu_0,logvar_0,std_0\n1,2,3,4,5\n",
    "must say σ in one way, but has logvar_… and std_…: leave one out",
  ],
  "spreadless.csv": [
    "loss,sse,mu_0\n1,2,3\n",
    "row 1 (line 2): μ and σ go together, but the log has no σ: log it as logvar_0",
  ],
  "mse.csv": [
    "loss,mse,kl\n1,2,3\n",
    "row 1 (line 2): mse is a mean over pixels, whose number must be given as --n",
  ],
  "latin.csv": [
    Uint8Array.of(...new TextEncoder().encode(`${HEAD.join()}\n`), 0xe9, 10),
    "line 2 must be UTF-8, but is not",
  ],
  "batch.csv": [
    "loss,sse,kl,batch\n1,2,3,a\n2,2,3,a\n",
    "row 2 (line 3): rows of batch a must have its one loss, but have 1 and 2",
  ],
  "empty.jsonl": ["\n \n", "must have a JSON object on each line, but it is empty"],
  "text.jsonl": ["loss\n", "row 1 (line 1) must be JSON, but is not: "],
  "list.jsonl": ["[1]\n", "row 1 (line 1) must be a JSON object, but it is [1]"],
  "nan.jsonl": [
    '{"loss": 1, "sse": NaN, "kl": 1}\n',
    "row 1 (line 1): numbers must be finite, but there is NaN",
  ],
  "null.jsonl": [
    '{"loss": 1, "sse": null, "kl": 1}\n',
    "row 1 (line 1): sse must be a finite number, but it is null",
  ],
  "short.jsonl": [
    '{"loss":1,"sse":1,"mu":[1,2],"logvar":[1,2]}\n\n{"loss":1,"sse":1,"mu":[1],"logvar":[1,2]}\n',
    "row 2 (line 3): mu_1 must be a finite number, but it is not there",
  ],
  "long.jsonl": [
    '{"loss":1,"sse":1,"mu":[1],"logvar":[1]}\n{"loss":1,"sse":1,"mu":[1,2],"logvar":[1]}\n',
    "row 2 (line 2) must have the lists of row 1, but has mu_1 too",
  ],
  "log.txt": ["loss\n1\n", "must be a log as .csv, .jsonl, .npz or .safetensors, by the end of its name"],
  "empty.npz": ["", "must hold arrays, but it is empty"],
  "text.npz": ["loss", "must be a .npz archive, but it does not begin with PK"],
  "text.safetensors": ["loss", "must begin with the length of its header"],
  "lossless.npz": [
    zip({ "mu.npy": npyOf("<f8", [1], new Uint8Array(8)) }),
    "must have an array loss, but has mu",
  ],
  "short.npz": [
    zip({
      "loss.npy": npyOf("<f8", [2], new Uint8Array(16)),
      "mu.npy": npyOf("<f8", [1, 2], new Uint8Array(16)),
    }),
    "mu must have 2 rows as loss has, but its shape is [1, 2]",
  ],
  "scalar.npz": [
    zip({ "loss.npy": npyOf("<f8", [], new Uint8Array(8)) }),
    "loss must be an array [rows] of one row or more, but its shape is []",
  ],
  "nan.npz": [
    zip({
      "loss.npy": npyOf("<f8", [1], new Uint8Array(Float64Array.of(NaN).buffer)),
      "sse.npy": npyOf("<f8", [1], new Uint8Array(8)),
    }),
    "row 1: loss must be a finite number, but it is NaN",
  ],
};

for (const [name, [content, why]] of Object.entries(BROKEN)) {
  onDisk(`${name} is refused in a line that says: ${why}`, async (folder) => {
    await write(`${folder}/${name}`, content);
    const error = await assertRejects(() => auditFile(`${folder}/${name}`, {}), Error);
    assert(["DataError", "CheckpointError"].includes(error.name), `${error}`);
    assertStringIncludes(error.message, `${name}`);
    assertStringIncludes(error.message, why);
    assert(!error.message.includes("\n"), error.message);
  });
}

onDisk("a line of a log has at most 8,388,608 letters", async (folder) => {
  const log = (letters: number): string =>
    `loss,sse,kl\n${rows("KL as logged").map(({ loss, sse, kl }) => [loss, sse, kl].join()).join("\n")}\n`
      .replace(/.*\n$/, (last) => `${last.slice(0, -1).padEnd(letters)}\n`);
  await write(`${folder}/long.csv`, log(2 ** 23));
  assertEquals((await auditFile(`${folder}/long.csv`, {})).verdict.rows, 120);
  await write(`${folder}/longer.csv`, log(2 ** 23 + 1));
  const { message } = await assertRejects(() => auditFile(`${folder}/longer.csv`, {}), Error);
  assertStringIncludes(message, "line 121 must have at most 8388608 letters");
});

onDisk(
  "other columns, std_ and var_, a mean square and one KL are read; what is not read is named",
  async (folder) => {
    const plain = rows("½ sse + β KL");
    const head = ["epoch", "loss", "mse", "mu[0]", "mu[1]", "mu[2]", "std0", "std1", "std2"];
    const lines = plain.map(({ loss, sse, mean, spread }, i) =>
      [i, loss, sse! / 6, ...Array.from(mean!), ...Array.from(spread!.values, (s) => Math.exp(s / 2))].join()
    );
    await write(`${folder}/std.csv`, [head.join(), ...lines].join("\n"));
    const { verdict, unused } = await auditFile(`${folder}/std.csv`, { pixels: 6, expectedBeta: 4 });
    assertEquals([verdict.asExpected, verdict.rows, unused], [true, 120, ["epoch"]], verdict.words);
    assertStringIncludes(
      auditText("std.csv", verdict, unused),
      "std.csv: 120 rows, 6 pixels, 3 latents, not read: epoch\n\nThis is",
    );
    const one = rows("KL as logged").map(({ loss, sse, kl }) => JSON.stringify({ loss, sse, kl })).join("\n");
    await write(`${folder}/kl.jsonl`, one);
    const { verdict: logged } = await auditFile(`${folder}/kl.jsonl`, { expectedBeta: 4 });
    assertEquals([logged.asExpected, logged.latents], [true, null], logged.words);
  },
);

Deno.test("the page shows the verdict, the formulas, the picture and the rows that are explained least; all is escaped", async () => {
  const { auditRows } = await import("../audit.ts");
  const verdict = auditRows(rows("another term that no log has"), { pixels: 6, expectedBeta: 4 });
  const html = await auditPage("<b>.csv", verdict);
  for (
    const part of [
      "Audit of &lt;b&gt;.csv",
      "This is not a β-VAE loss: it is not made of these pieces.",
      "½ Σ (x − x̂)² + 4 · ½ Σ (μ² + σ² − log σ² − 1)",
      'aria-label="The loss of each row over its explanation"',
      "Rows that are explained least",
    ]
  ) assertStringIncludes(html, part);
  assert(!html.includes("<b>.csv"));
  const unknown = auditRows([], {});
  assert(!(await auditPage("a.csv", unknown)).includes("<svg"));
});

Deno.test("random logs are counted by their outcome, each seed the same log again; none is false", () => {
  const lines: string[] = [], count = () => countOutcomes(PLANTED.length, 700, (line) => lines.push(line));
  const counts = count();
  assertEquals(Object.values(counts).reduce((sum, one) => sum + one, 0), PLANTED.length);
  assertEquals([counts.false, lines], [0, []]);
  assert(counts.right > PLANTED.length / 2, JSON.stringify(counts));
  assertEquals(count(), counts);
});

const noBrowser = await findObstacle(mayUseDisk, denoCommand);
Deno.test({
  name: `a browser shows the page no wider than a phone, light and dark, and loads nothing${
    noBrowser && ` (ignored: ${noBrowser})`
  }`,
  ignore: noBrowser !== "",
  fn: () =>
    inFolder(async (folder) => {
      const { auditRows } = await import("../audit.ts");
      const long = "a-name-that-goes-on-without-a-break-".repeat(4);
      const verdict = auditRows(rows("another term that no log has"), { pixels: 6, expectedBeta: 4 });
      await write(`${folder}/audit.html`, await auditPage(`${long}.csv`, verdict));
      const read = `({
        overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
        paper: getComputedStyle(document.body).backgroundColor,
        points: document.querySelectorAll("svg path").length,
      })`;
      const [seen] = await visit<{ overflow: number; paper: string; points: number }>(denoCommand!, folder, [{
        url: toFileUrl(`${folder}/audit.html`).href,
        ready: "svg",
        read,
        steps: [{ width: 390, scheme: "light" }, { width: 390, scheme: "dark" }],
      }]);
      const [, light, dark] = seen!.readings;
      assertEquals([light!.overflow, dark!.overflow, seen!.heard], [0, 0, []]);
      assert(light!.paper !== dark!.paper && light!.points >= 120, JSON.stringify(light));
    }),
});

const mayRun = mayUseDisk && denoCommand !== undefined;
const NEEDS = " (needs --allow-read=. --allow-write=.test --allow-run=deno)";

Deno.test({
  name:
    `the task's status is 0 for what was meant, 1 for another loss, 2 for a log that cannot be read${NEEDS}`,
  ignore: !mayRun,
  fn: () =>
    inFolder(async (folder) => {
      await write(`${folder}/right.csv`, csvOf(rows("½ sse + β KL")));
      await write(`${folder}/wrong.csv`, csvOf(rows()));
      await write(`${folder}/short.csv`, csvOf(rows().slice(0, 5)));
      await write(`${folder}/broken.csv`, "loss;sse\n");
      const audit = async (...args: readonly string[]) => {
        const { code, stdout, stderr } = await childCommand(denoCommand!, {
          args: [
            "run",
            "-q",
            "--no-prompt",
            "--allow-read=.",
            permission("write", [`${folder}/out`]),
            "tools/audit.ts",
            ...args,
          ],
          cwd: ROOT,
        }).output();
        const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
        return { code, out: out!, err: err! };
      };
      const at = (name: string): string => `${folder}/${name}`;
      const [right, wrong, short, broken, absent, none, json] = await Promise.all([
        audit(at("right.csv"), "--expect-beta", "4", "--out", at("out")),
        audit(at("wrong.csv"), "--n", "6", "--expect-beta", "4"),
        audit(at("short.csv")),
        audit(at("broken.csv")),
        audit(at("absent.csv")),
        audit(),
        audit(at("right.csv"), "--json"),
      ]);
      assertEquals([right.code, right.err], [0, ""]);
      assert(right.out.endsWith(`${at("out/audit.html")}\n${at("out/audit.json")}\n`), right.out);
      assertStringIncludes(await Deno.readTextFile(at("out/audit.html")), "effective β = 4");
      assertEquals(
        (JSON.parse(await Deno.readTextFile(at("out/audit.json"))) as { kind: string }).kind,
        "beta-vae",
      );
      assertEquals([wrong.code, wrong.err], [1, ""]);
      assertStringIncludes(wrong.out, "\nNot as meant: the effective β is 12, not 4.\n");
      assertEquals([short.code, short.err], [1, ""]);
      assertStringIncludes(short.out, "This cannot be identified from these rows: there are 5");
      assertEquals([broken.code, broken.out], [2, ""]);
      assertEquals(
        broken.err,
        `audit: ${
          at("broken.csv")
        }: must have commas between its cells, but its header has ";": save it with commas\n`,
      );
      assertEquals([absent.code, absent.out], [2, ""]);
      assertStringIncludes(absent.err, "No such file or directory");
      assertEquals([none.code, none.err], [
        2,
        "audit: a log, FILE, or a program, --command, must be given, and not both\n",
      ]);
      assertEquals((JSON.parse(json.out) as { beta: { value: number } }).beta.value.toFixed(4), "4.0000");
    }),
});
