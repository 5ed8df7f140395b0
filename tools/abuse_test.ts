import { assert, assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import { denoCommand, inFolder, mayUseDisk } from "../fixtures/temporary_folder.ts";
import { suiteKey as key } from "../fixtures/suite_seed.ts";
import { abuse, type AbuseOptions, type Abuser, countsOf, faultText, isFault, tableOf } from "./abuse.ts";
import { abusers } from "./abuse/abusers.ts";
import { flip } from "./abuse/flips.ts";
import { double, kill } from "./abuse/kills.ts";
import { endlessData, fewDescriptors, fullStreams } from "./abuse/limits.ts";
import { type Bench, benchOf, bitsOf, small, type Subject } from "./abuse/subject.ts";
import { Draws, type End, judged, type Kind, KINDS, type Try } from "./abuse/verdict.ts";

const granted = (command: string): boolean =>
  Deno.permissions.querySync({ name: "run", command }).state === "granted";
const NEEDS = "(needs Linux, --allow-read=. --allow-write=.test --allow-run=deno,sh)";
const ignore = !mayUseDisk || denoCommand === undefined || !granted("sh") || Deno.build.os !== "linux";
const options = (given: Partial<AbuseOptions> = {}): AbuseOptions => ({
  count: 60,
  seed: 1,
  only: KINDS,
  // The others take seconds each.
  on: ["powers"],
  number: null,
  ...given,
});

// The task ok tries more, on all programs.
Deno.test({
  name: `10 flips, kills, doubles, fills and starves of a small study show no fault ${NEEDS}`,
  ignore,
  fn: () =>
    inFolder(async (place) => {
      const tries = await abuse(options({ count: 10 }), abusers(place, options().on), place);
      assertEquals(tries.length, 10);
      assertEquals(tries.filter(isFault).map((one) => faultText(one, 1)).join("\n"), "");
      assertEquals(new Set(tries.map(({ kind }) => kind)), new Set(KINDS));
    }),
});

Deno.test("tries are shared out among the kinds that are asked for", () => {
  for (const count of [5, 7, 60, 500, 501]) {
    const counts = countsOf(options({ count }));
    assertEquals(KINDS.reduce((sum, kind) => sum + counts[kind], 0), count);
    assert(KINDS.every((kind) => counts[kind] > 0), JSON.stringify(counts));
  }
  assertEquals(countsOf(options({ count: 100 })), { flips: 68, kills: 12, doubles: 8, fills: 6, starves: 6 });
  assertEquals(countsOf(options({ count: 40, only: ["kills", "doubles"] })), {
    flips: 0,
    kills: 24,
    doubles: 16,
    fills: 0,
    starves: 0,
  });
});

Deno.test("numbers are drawn in their range, the same for the same key", () => {
  const [draws, again] = [new Draws(key(1)), new Draws(key(1))];
  const drawn = Array.from({ length: 200 }, () => draws.below(7));
  assertEquals(Array.from({ length: 200 }, () => again.below(7)), drawn);
  assertEquals(new Set(drawn), new Set([0, 1, 2, 3, 4, 5, 6]));
  assert(Array.from({ length: 200 }, () => draws.share()).every((share) => share >= 0 && share < 1));
});

Deno.test("only one line that names the file, or the right bits, is no fault", async () => {
  const verdictOf = async (end: End, differs: string | null = null) =>
    (await judged(end, "runs/x", () => Promise.resolve(differs))).verdict;
  const line = "powers: runs/x/parts/n1.json: it is damaged; delete it\n";
  assertEquals(await verdictOf({ status: 1, said: line }), "refused");
  assertEquals(await verdictOf({ status: 0, said: "" }), "same");
  assertEquals(await verdictOf({ status: 0, said: "" }, "results.json is another"), "silent");
  assertEquals(await verdictOf({ status: 1, said: "powers: it is damaged\n" }), "other");
  assertEquals(await verdictOf({ status: 1, said: line + line }), "other");
  assertEquals(await verdictOf({ status: 1, said: "" }), "other");
  assertEquals(await verdictOf({ status: null, said: "" }), "other");
  assertEquals(await verdictOf({ status: null, said: "", hung: true }), "other");
  const { stack } = new Error("runs/x");
  assertEquals(await verdictOf({ status: 1, said: `powers: ${stack}\n` }), "trace");
  // Also beside right bits.
  assertEquals(await verdictOf({ status: 0, said: `error: Uncaught (in promise) ${stack}` }), "trace");
});

/** A bench of the small study whose subject is another. */
const planted = (bench: Bench, change: Partial<Subject>): Bench => ({
  ...bench,
  subject: { ...bench.subject, ...change },
});

Deno.test({
  name: `a subject that swallows damage, prints a stack trace or says two lines is reported ${NEEDS}`,
  ignore,
  fn: () =>
    inFolder(async (place) => {
      const bench = await benchOf(small(), `${place}/powers`);
      const powersOf = async (change: Partial<Subject>, count = 30): Promise<readonly Try[]> => {
        const one = planted(bench, change);
        const flips: Abuser = (folder, draws) => flip(one, folder, draws);
        const tries = await abuse(options({ count, only: ["flips"] }), { flips }, place);
        // What a process of its own or the report did is not of this subject; pages and manifests have times too, and nothing reads
        // the small study's own files.
        return tries.filter(({ what }) =>
          !/in a process|by the report|report\.html|turns\d|manifest\.json bit/.test(what)
        );
      };
      const sound = await powersOf({});
      assertEquals(sound.filter(isFault), []);
      assertEquals(new Set(sound.map(({ verdict }) => verdict)), new Set(["refused", "same"]));
      // The same seed does the same.
      assertEquals((await powersOf({})).map(({ what }) => what), sound.map(({ what }) => what));
      const ending = (status: number, said: string) => ({ resume: () => Promise.resolve({ status, said }) });
      const swallowed = await powersOf(ending(0, ""));
      assert(swallowed.length > 10);
      assertEquals(swallowed.filter(({ verdict }) => verdict !== "silent"), []);
      const traced = await powersOf(ending(1, `powers: ${new Error("no").stack}\n`));
      assertEquals(new Set(traced.map(({ verdict }) => verdict)), new Set(["trace"]));
      const lines = await powersOf(ending(1, `powers: ${place} is damaged\nin two lines\n`));
      assertEquals(new Set(lines.map(({ verdict }) => verdict)), new Set(["other"]));
      // A subject that damages what it refuses.
      const spoiling = await powersOf({
        resume: async (out, further) => {
          const end = await bench.subject.resume(out, further);
          if (end.status !== 0) await Deno.writeTextFile(`${out}/parts/n2.json`, "{}");
          return end;
        },
      }, 60);
      assert(spoiling.some(({ what, verdict }) => verdict === "other" && what.includes("put back")));

      const table = tableOf([...swallowed, ...traced]);
      assertEquals(table.split("\n").length, 4);
      const { number } = swallowed[0]!;
      assert(
        faultText(swallowed[0]!, 1).endsWith(` task abuse --seed 1 --only flips --number ${number}\n`),
      );
      const [again] = await abuse(
        options({ only: ["flips"], number }),
        { flips: (folder, draws) => flip(planted(bench, ending(0, "")), folder, draws) },
        place,
      );
      assertEquals(again, swallowed[0]);
    }),
});

/** The address of a program with this code. */
async function program(path: string, code: string): Promise<string> {
  await Deno.writeTextFile(path, code);
  return new URL(`file://${path}`).href;
}

Deno.test({
  name:
    `a full stdout, few descriptors and endless data must be refused by a line that names the folder ${NEEDS}`,
  ignore,
  fn: () =>
    inFolder(async (place) => {
      const code = `try {
          Deno.stdout.writeSync(new Uint8Array(9));
          if (Deno.args.at(-1) === "fail") throw new Error();
        } catch {
          console.error("mnist: no room");
          Deno.exit(1);
        }`;
      const nameless = await program(`${place}/nameless.ts`, code);
      const nothing = new Map();
      const triesOf = async (kind: Kind, does: typeof fewDescriptors, args: string[], count: number) => {
        const subject = { ...small(), name: "mnist", program: nameless, startArgs: () => args };
        const bench = {
          ...{ subject, whole: place, half: place, other: place, seen: "", duration: 1, peak: 2 ** 30 },
          bits: { whole: nothing, further: nothing, other: nothing },
        };
        const abuser: Abuser = (folder, draws) => does(bench, folder, draws);
        return await abuse(options({ count, only: [kind] }), { [kind]: abuser }, place);
      };
      const full = "mnist: stdout on /dev/full";
      const nameAll = [
        ...(await triesOf("fills", fullStreams, [], 12)).filter(({ what }) => what === full),
        ...(await triesOf("starves", fewDescriptors, ["fail"], 8)).filter(({ why }) =>
          !why.startsWith("Deno")
        ),
        ...await triesOf("starves", endlessData, ["fail"], 8),
      ];
      const formats = ["train-images-idx3-ubyte", "x_train.npy", "digits.csv"];
      assertEquals(
        new Set(nameAll.map(({ what }) => what.replace(/\d+$|.* as /, ""))),
        new Set([full, "mnist: ulimit -n ", ...formats]),
      );
      for (const { verdict, why } of nameAll) {
        assertEquals(verdict, "other");
        assertStringIncludes(why, "a refusal must name");
      }
      const read = await triesOf("starves", endlessData, [], 2);
      assertEquals(read.map(({ verdict }) => verdict), ["silent", "silent"]);
    }),
});

Deno.test({
  name: `a program without a lock, and one that throws, is reported when it is doubled or killed ${NEEDS}`,
  ignore,
  fn: () =>
    inFolder(async (place) => {
      const subject = {
        ...small(),
        startArgs: (out: string, seed = 0) => [out, String(seed)],
        resumeArgs: (out: string) => [out, "0"],
        program: await program(
          `${place}/lockless.ts`,
          `const [out, seed] = Deno.args;
          await new Promise((resolve) => setTimeout(resolve, 300));
          Deno.mkdirSync(out, { recursive: true });
          Deno.writeTextFileSync(out + "/manifest.json", "{}");
          Deno.writeTextFileSync(out + "/weights", seed === "1" ? "1" : "0");`,
        ),
      };
      const made = async (name: string, weights: string) => {
        await Deno.mkdir(`${place}/${name}`);
        await Deno.writeTextFile(`${place}/${name}/manifest.json`, "{}");
        await Deno.writeTextFile(`${place}/${name}/weights`, weights);
        return await bitsOf(`${place}/${name}`);
      };
      const [whole, other] = [await made("whole", "0"), await made("other", "1")];
      assertNotEquals(whole, other);
      const bench = {
        ...{ subject, whole: `${place}/whole`, half: `${place}/whole`, other: `${place}/other` },
        ...{ bits: { whole, further: whole, other }, seen: "", duration: 400, peak: 0 },
      };
      const all = (one: typeof bench) => ({
        doubles: (folder: string, draws: Draws) => double(one, folder, draws),
        kills: (folder: string, draws: Draws) => kill(one, folder, draws),
      });
      const triesOf = async (kind: Kind, one: typeof bench, count: number): Promise<readonly Try[]> =>
        await abuse(options({ count, only: [kind] }), all(one), place);
      const doubled = await triesOf("doubles", bench, 8);
      assert(doubled.some(({ verdict }) => verdict === "silent"), tableOf(doubled));
      const throwing = {
        ...bench,
        subject: {
          ...subject,
          program: await program(`${place}/throwing.ts`, 'throw new Error("planted");'),
        },
      };
      const killed = await triesOf("kills", throwing, 3);
      assertEquals(new Set(killed.map(({ verdict }) => verdict)), new Set(["trace"]));
    }),
});
