import { assert, assertEquals, assertMatch } from "@std/assert";
import * as v from "valibot";
import { count, finite, manifestSchema, resultsSchema, schemaProblem, time } from "./run.ts";

Deno.test("what is wrong with a value is said by its path, what it must be, and what it is", () => {
  const schema = v.strictObject({
    format: v.literal("grae run 2"),
    size: v.object({ count, share: v.pipe(finite, v.minValue(0)) }),
    started: time,
  });
  const right = { format: "grae run 2", size: { count: 1, share: 0.5 }, started: "2020-01-01T00:00:00Z" };
  assertEquals(schemaProblem(schema, right), null);
  const { format: _, ...without } = right;
  for (
    const [value, problem] of [
      [{ ...right, format: "grae run 1" }, 'its format must be "grae run 2", but it is "grae run 1"'],
      [without, "its format is missing"],
      [
        { ...right, size: { count: 1.5, share: 0 } },
        "its size.count must be a whole number from 0, but it is 1.5",
      ],
      [{ ...right, size: { count: 1, share: -1 } }, "its size.share must be >=0, but it is -1"],
      [{ ...right, size: { count: 1, share: NaN } }, "its size.share must be a finite number, but it is NaN"],
      [{ ...right, size: [] }, "its size.count is missing"],
      [{ ...right, size: "large" }, 'its size must be Object, but it is "large"'],
      [{ ...right, started: "soon" }, 'its started must be a time, but it is "soon"'],
      [{ ...right, more: 1 }, "its more has no meaning here"],
      ["text", 'it must be Object, but it is "text"'],
    ] as const
  ) {
    assertEquals(schemaProblem(schema, value), problem);
  }
});

Deno.test("results have a bounded number of figures and tables, and texts of bounded length", () => {
  const sha256 = "0".repeat(64);
  const figure = { file: "a.svg", sha256, title: "A", caption: "B" };
  const page = {
    title: "A",
    question: "B",
    answer: "C",
    caveat: "D",
    figures: [figure],
    tables: [],
    failed: [],
  };
  const whole = { format: "grae results 3", sha256, study: "metric", results: [], numbers: {}, page };
  const problem = (change: object): string | null =>
    schemaProblem(resultsSchema, { ...whole, page: { ...page, ...change } });
  const long = "x".repeat(4001), table = { ...figure, file: "a.csv" };
  assertEquals([problem({}), problem({ answer: long.slice(1) })], [null, null]);
  assertMatch(
    problem({ answer: long })!,
    /^its page\.answer must be a text of at most 4000 letters, but it is /,
  );
  const captions = problem({ figures: [{ ...figure, caption: long }] })!;
  assertMatch(captions, /^its page\.figures\.0\.caption must be a text of at most 4000 letters, but/);
  assertMatch(problem({ failed: [{ name: "n", reason: long }] })!, /^its page\.failed\.0\.reason must be/);
  for (const change of [{ figures: Array(201).fill(figure) }, { tables: Array(201).fill(table) }]) {
    assertMatch(problem(change)!, /^its page\.\w+ must be a list of at most 200, but it is /);
    assert(problem(change)!.length < 200);
  }
  assert(problem({ answer: long })!.length < 200);
  // At the bounds, and just beyond.
  assertEquals(problem({ figures: Array(200).fill(figure), tables: Array(200).fill(table) }), null);
  const withFile = (change: object): string | null => problem({ figures: [{ ...figure, ...change }] });
  assertEquals([100, 101].map((length) => withFile({ file: `${"x".repeat(length)}.svg` })), [
    null,
    `its page.figures.0.file must be a plain file name, but it is "${"x".repeat(99)}…`,
  ]);
  assertEquals(withFile({ file: ".svg" }) === null, false);
  assertEquals([1, 1 - Number.EPSILON].map((width) => withFile({ width })), [
    null,
    `its page.figures.0.width must be >=1, but it is ${1 - Number.EPSILON}`,
  ]);
});

Deno.test("a manifest's numbers are from 0, its checksums of 64 digits, and it has a sitting at least", () => {
  const sha256 = "0".repeat(64);
  const sitting = { engine: "e", host: "h", from: 0, to: 0 };
  const whole = {
    ...{ format: "grae run 2", sha256, study: "metric", status: "complete", options: {} },
    ...{ engine: { name: "wasm", description: "w" }, versions: {}, data: null, parts: 0 },
    ...{
      started: "2020-01-01T00:00:00Z",
      ended: null,
      seconds: 0,
      peakMemory: 0,
      sittings: [sitting],
      results: sha256,
    },
  };
  const problem = (change: object): string | null => schemaProblem(manifestSchema, { ...whole, ...change });
  assertEquals(problem({}), null);
  assertEquals(
    problem({ parts: 2 ** 53 - 1, seconds: Number.MAX_VALUE, sittings: [sitting, sitting] }),
    null,
  );
  assertEquals(problem({ parts: 2 ** 53 })?.startsWith("its parts must be a whole number from 0"), true);
  for (
    const [change, says] of [
      [{ parts: -1 }, "its parts must be a whole number from 0, but it is -1"],
      [{ peakMemory: -1 }, "its peakMemory must be a whole number from 0, but it is -1"],
      [{ seconds: -Number.MIN_VALUE }, "its seconds must be >=0, but it is -5e-324"],
      [{ seconds: Infinity }, "its seconds must be a finite number, but it is Infinity"],
      [{ sittings: [] }, "its sittings must be >=1, but it is 0"],
      [
        { sittings: [{ ...sitting, from: -1 }] },
        "its sittings.0.from must be a whole number from 0, but it is -1",
      ],
      [
        { results: "0".repeat(63) },
        `its results must be 64 hexadecimal digits, but it is "${"0".repeat(63)}"`,
      ],
      [{ sha256: "0".repeat(65) }, `its sha256 must be 64 hexadecimal digits, but it is "${"0".repeat(65)}"`],
      [{ sha256: "A".repeat(64) }, `its sha256 must be 64 hexadecimal digits, but it is "${"A".repeat(64)}"`],
    ] as const
  ) assertEquals(problem(change), says);
});
