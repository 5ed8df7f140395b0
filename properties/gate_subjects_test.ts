import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import * as v from "valibot";
import { right, wrong } from "./example/check.ts";
import type { Matrix } from "./contract/subject.ts";
import { evidenceSchema } from "./gate/evidence.ts";
import { evidenceFiles } from "./gate/files.ts";
import { subjectsEvidence } from "./gate/subjects.ts";
import { laws, type Subject, verify } from "./laws/mod.ts";
import { oracle } from "./oracle/mod.ts";

const options = { laws: ["G3", "A6"], cases: 20 };
const silent: Subject = { name: "silent", epsilon: 2 ** -53, kl: () => new Promise(() => {}) };
const { failure } = (await verify(wrong, options)).evidence[0]!;
const reports = [
  await verify(right, options),
  await verify(wrong, options),
  await verify({ ...wrong, name: "known" }, {
    ...options,
    known: [{ law: "G3", clause: failure!.says, reason: "<a mean>", until: "2999-12-31" }],
  }),
  await verify(silent, { ...options, limits: { callSeconds: 0.05 } }),
];
const held = { laws, seed: 0, cases: 20, complete: false, seconds: 1 };
const evidence = subjectsEvidence(reports, held);
const files = evidenceFiles(evidence);

Deno.test("the table has a row for each law that ran, failures whole, and what was not examined", () => {
  const markdown = files.get("evidence.md")!;
  for (
    const part of [
      "\n- my GRAE*: verified; 1 law without a clause for it",
      "\n- my GRAE* with a mean: failed; ",
      "\n- silent: unverified; ",
      `\n- my GRAE* with a mean: G3 failed: ${failure!.says}\n`,
      "\n- silent: kl is unverified: kl did not answer within 0.05 s\n",
      `\n- known: G3 fails as known, until 2999-12-31: <a mean>: ${failure!.says}\n`,
      `\`\`\`text\n${failure!.message}\n\`\`\``,
    ]
  ) assertStringIncludes(markdown, part);
  assertEquals(
    markdown.match(/^\| G3 .* \| \*\*failed\*\* \| my GRAE\* \*\*my GRAE\* with a mean\*\* .* \|$/gm)?.length,
    1,
  );
  assertEquals(markdown.match(/^\| A6 .* \| unverified \| \*\*silent\*\* \|.*$/gm)?.length, 1);
  assert(!/faults|engines/.test(markdown), markdown);
});

Deno.test("all forms say the same: JSON by its schema, JUnit XML, a page without faults and slides, a badge", () => {
  const json = JSON.parse(files.get("evidence.json")!);
  assertEquals(v.safeParse(evidenceSchema, json).issues, undefined);
  assertEquals([json.ok, json.problems.length], [false, evidence.problems.length]);
  const xml = files.get("junit.xml")!;
  assertStringIncludes(xml, '<testsuite name="my GRAE*" tests="2" failures="0" skipped="1"');
  assertStringIncludes(xml, '<testsuite name="my GRAE* with a mean" tests="2" failures="1" skipped="1"');
  assertStringIncludes(xml, '<testsuite name="known" tests="2" failures="0" skipped="2"');
  assertStringIncludes(xml, '<testsuite name="silent" tests="2" failures="1" skipped="1"');
  assertStringIncludes(xml, '<testsuite name="verify" tests="1" failures="1"');
  const page = files.get("index.html")!;
  for (
    const part of ["Known failures", "&lt;a mean&gt;", "my GRAE* with a mean", "did not answer within 0.05 s"]
  ) {
    assertStringIncludes(page, part);
  }
  assert(!/[Pp]lanted fault|line by line/.test(page));
  const sources = Object.fromEntries(laws.map(({ id, source }) => [id, source]));
  assertStringIncludes(page, `slide “${sources["G3"]}”`);
  assert(page.includes(sources["A6"]!) && !page.includes(`slide “${sources["A6"]}”`), "A6 is of no slide");
  assertStringIncludes(files.get("badge.svg")!, "<title>β-VAE laws: 1 of 2 failed</title>");
  const badge = (report: typeof reports[number]): string =>
    evidenceFiles(subjectsEvidence([report], held)).get("badge.svg")!;
  assertStringIncludes(badge(reports[0]!), "<title>β-VAE laws: verified by 1</title>");
  assertStringIncludes(badge(reports[2]!), "<title>β-VAE laws: verified by 0, 1 known to fail</title>");
  assertStringIncludes(badge(reports[3]!), "<title>β-VAE laws: unverified</title>");
});

Deno.test("a law that fails in a known clause and in another is a problem by the other, and not by the known one", async () => {
  const graeStar = (jacobian: Matrix, beta: number): number => 1.001 * oracle.volume.graeStar(jacobian, beta);
  const twice: Subject = { name: "twice", epsilon: 2 ** -53, volume: { ...oracle.volume, graeStar } };
  const clauses = (await verify(twice, options)).evidence.flatMap(({ clauses }) => clauses)
    .filter(({ failure }) => failure).map(({ says }) => says);
  assert(clauses.length > 1, clauses.join("; "));
  const known = [{ law: "G3", clause: clauses[0]!, reason: "a factor", until: "2999-12-31" }];
  const { problems } = subjectsEvidence([await verify(twice, { ...options, known })], held);
  assertEquals(problems, clauses.slice(1).map((says) => `twice: G3 failed: ${says}`));
});

Deno.test("JUnit XML skips a law only if every failure that is listed of it is as known", async () => {
  const { clauses } = (await verify(wrong, options)).evidence[0]!;
  const fails = clauses.find(({ failure }) => failure)!.says,
    passes = clauses.find(({ failure }) => !failure)!.says;
  const suite = async (...lists: readonly (readonly [clause: string, until: string])[]): Promise<string> => {
    const known = lists.map(([clause, until]) => ({ law: "G3", clause, reason: "a mean", until }));
    const xml = evidenceFiles(subjectsEvidence([await verify(wrong, { ...options, known })], held)).get(
      "junit.xml",
    )!;
    return /<testsuite name="my GRAE\* with a mean" (.*?) time/.exec(xml)![1]!;
  };
  const [failed, skipped] = ['tests="1" failures="1" skipped="0"', 'tests="1" failures="0" skipped="1"'];
  assertEquals(await suite(), failed);
  assertEquals(await suite([fails, "2999-12-31"]), skipped);
  assertEquals(await suite([fails, "2001-01-31"]), failed);
  assertEquals(await suite([fails, "2999-12-31"], [passes, "2999-12-31"]), failed);
});

Deno.test("it is said of how many laws no clause is about a subject", async () => {
  const report = await verify(right, { laws: ["G3", "A6", "A5", "U5"], cases: 5 });
  assertEquals([report.evidence.length, report.doesNotApply.length], [1, 3]);
  const { engines } = subjectsEvidence([report], held);
  assertEquals(engines.map(({ description }) => description), ["verified; 3 laws without a clause for it"]);
});
