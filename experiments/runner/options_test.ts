import { assert, assertEquals, assertThrows } from "@std/assert";
import { askedOf } from "./command.ts";
import {
  beta,
  betas,
  distinctWholes,
  fromZero,
  type Kind,
  oneOf,
  option,
  optional,
  parseCommand,
  path,
  positive,
  shareBelowOne,
  shareOf,
  someOf,
  toggle,
  UsageError,
  valueOf,
  whole,
  wholes,
} from "./options.ts";
import { powers } from "../../fixtures/runs/powers.ts";

/** What an option x of a kind is refused with. */
const refusal = (kind: Kind<unknown>, text: string): string =>
  assertThrows(() => valueOf("x", kind, text), UsageError).message;

Deno.test("values are read by kind", () => {
  const values: readonly (readonly [Kind<unknown>, string, unknown])[] = [
    [fromZero, "0", 0],
    [positive, "1e-3", 0.001],
    [beta, ".5", 0.5],
    [shareBelowOne, "0", 0],
    [shareBelowOne, "9.9e-1", 0.99],
    [whole(0), "007", 7],
    [whole(1, 4), "4", 4],
    [wholes, "500,500", [500, 500]],
    [distinctWholes, "5,2", [5, 2]],
    [betas, ".1,1,2e1", [0.1, 1, 20]],
    [oneOf(["a", "b"]), "b", "b"],
    [someOf(["a", "b"]), "b,a", ["b", "a"]],
    [path("a folder"), "a b,ö", "a b,ö"],
    [shareOf, "1/1", [1, 1]],
    [shareOf, "2/3", [2, 3]],
  ];
  for (const [kind, text, value] of values) assertEquals(valueOf("x", kind, text), value);
});

Deno.test("what is no value of its kind is refused in a line that says what it must be", () => {
  const cases: readonly (readonly [Kind<unknown>, readonly string[], string])[] = [
    [fromZero, ["-1", "", "x", "0x1", "NaN", "1e400"], "a number from 0"],
    [positive, ["0", "-2", "Infinity", "1 "], "a number above 0"],
    [shareBelowOne, ["1", "-0.1", "1e400"], "a number from 0 to below 1"],
    [whole(1), ["0", "1.5", "-1", "1e3", "9007199254740993"], "a whole number from 1"],
    [whole(1, 4), ["5", "all"], "a whole number from 1 to 4"],
    [wholes, ["", "1,", "1;2", "0"], "whole numbers from 1, with commas between them"],
    [distinctWholes, ["2,2", "2,02"], "different whole numbers from 1, with commas between them"],
    [betas, ["1,1.0", "1,-2"], "different numbers above 0, with commas between them"],
    [
      someOf(["tanh", "identity"]),
      ["tanh,tanh", "tan,identity"],
      "different names among tanh, identity, with commas between them",
    ],
    [path("a folder"), ["a\nb", ""], "a folder without control characters"],
    [
      shareOf,
      ["0/3", "4/3", "1", "1/", "/1", "1/2/3", "1.5/3", "-1/3"],
      "I/N with whole numbers, I from 1 to N",
    ],
  ];
  /** What else is said of some, which are of a kind as such. */
  const notes: Readonly<Record<string, string>> = {
    "9007199254740993": ", which is above 9007199254740991",
    "5": ", which is above 4",
  };
  for (const [kind, texts, what] of cases) {
    for (const text of texts) {
      assertEquals(
        refusal(kind, text),
        `--x must be ${what}, but it is ${JSON.stringify(text)}${notes[text] ?? ""}`,
      );
    }
  }
  assertEquals(
    refusal(positive, "1e-50"),
    '--x must be a number above 0, but it is "1e-50", which is 0 in float32',
  );
  assertEquals(
    refusal(positive, "1e39"),
    '--x must be a number above 0, but it is "1e39", which is infinite in float32',
  );
  assertEquals(
    refusal(beta, "1e-40"),
    '--x must be a number above 0, but it is "1e-40", whose inverse is infinite in float32',
  );
  assertEquals(
    refusal(oneOf(["wasm", "native"]), "wsm"),
    '--x must be one of wasm, native, but it is "wsm"; did you mean wasm?',
  );
});

const COMMAND = {
  task: "mnist",
  about: "Trains.",
  options: {
    learningRate: option("Training", positive, 0.001, "the rate", 0.1),
    hidden: option("Model", wholes, [5, 5], "widths"),
    limit: optional("Data", whole(1), "so many", 9),
    quick: toggle("Run", "small"),
  },
  examples: [["--quick", "a look"]],
} as const;

Deno.test("a command line gives values, defaults, those of --quick, and the names of those that were given", () => {
  const parsed = (line: string) => parseCommand(COMMAND, line.split(" ").filter(Boolean));
  assertEquals(parsed(""), {
    help: null,
    values: { learningRate: 0.001, hidden: [5, 5], limit: null, quick: false },
    given: new Set(),
    operand: "",
  });
  assertEquals(parsed("--quick --hidden=3"), {
    help: null,
    values: { learningRate: 0.1, hidden: [3], limit: 9, quick: true },
    given: new Set(["quick", "hidden"]),
    operand: "",
  });
});

Deno.test("a command line that cannot be followed is refused in one line", () => {
  for (
    const [line, why] of [
      ["--limt 3", "--limit"],
      ["--limit 3 --limit 4", "--limit is given twice; give it once"],
      ["--limit", "argument missing"],
      ["--quick=yes", "--quick"],
      ["--no-quick", "unknown option '--no-quick'"],
      ["train", "too many arguments"],
      ["-- --quick", "too many arguments"],
    ] as const
  ) {
    const { message } = assertThrows(() => parseCommand(COMMAND, line.split(" ")), UsageError);
    assert(message.includes(why) && !message.includes("\n"), message);
  }
});

Deno.test("help goes before all else, and names every option with its default, the examples and the grants", () => {
  const help = parseCommand(COMMAND, ["--limit", "x", "--help"]).help ?? "";
  for (
    const text of [
      "npx --yes deno@2.9.6 task mnist [options]",
      "--learning-rate <NUMBER>  the rate (default 0.001; 0.1 with --quick)",
      "--limit <N>               so many (9 with --quick)",
      "Training:",
      "\n  npx --yes deno@2.9.6 task mnist --quick",
      "\nPermissions:\n  Grants:",
    ]
  ) assert(help.includes(text), `${text} is not in ${help}`);
  assert(help.split("\n").every((line) => line.length <= 100));
  // A command without a task has no grants, and ends with its examples.
  const alone = parseCommand({ ...COMMAND, task: "another" }, ["--help"]).help ?? "";
  assert(alone.endsWith("\n  # a look\n  npx --yes deno@2.9.6 task another --quick\n"), alone);
});

const study = powers();

Deno.test("beside --resume stand only options of a sitting, the data, and those that may be extended", () => {
  const words = (line: string): string[] => line.split(" ");
  const asked = askedOf(study, words("--resume r --threads 1 --quiet --data d --turns 3 --retry-failed"));
  if (asked.help !== null) throw new Error("the command line asks for no help");
  assertEquals([asked.folder, asked.threads, asked.quiet, asked.data], ["r", 1, true, "d"]);
  for (
    const [line, left] of [["--resume r --power 3 --seed 1", "--power, --seed"], [
      "--resume r --quick",
      "--quick",
    ]]
  ) {
    const { message } = assertThrows(() => askedOf(study, words(line!)), UsageError);
    assert(message.endsWith(`leave out ${left}`), message);
  }
  assertThrows(() => askedOf(study, ["--retry-failed"]), UsageError, "--retry-failed goes with --resume");
});

Deno.test("the nearest name is found whatever the case of its letters", () => {
  const kind = someOf(["G1", "G2x"]);
  for (const text of ["g2X", "G2y"]) {
    assertThrows(() => valueOf("law", kind, text), UsageError, "did you mean G2x?");
  }
});

Deno.test("a value that stands by itself is required where a command takes one, and refused elsewhere", () => {
  const options = { n: optional("The log", whole(1), "pixels") };
  const command = { task: "audit", about: "Audits.", options, examples: [] };
  const taking = { ...command, operand: { name: "FILE", about: "a log" } };
  const { operand, values } = { operand: null, values: null, ...parseCommand(taking, ["a.csv", "--n", "3"]) };
  assertEquals([operand, values], ["a.csv", { n: 3 }]);
  assertThrows(() => parseCommand(taking, []), UsageError, "missing required argument 'FILE'");
  assertThrows(() => parseCommand(taking, ["a.csv", "b.csv"]), UsageError, "too many arguments");
  assertThrows(() => parseCommand(command, ["a.csv"]), UsageError, "too many arguments");
  assert(parseCommand(taking, ["--help"]).help!.includes("task audit FILE [options]"));
});
