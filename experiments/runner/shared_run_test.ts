import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { again, begin, json, LEFT, names, optionsOf, read, study } from "../../fixtures/runs/powers_run.ts";
import { powersProcess } from "../../fixtures/powers_process.ts";
import { denoCommand, inFolder, mayUseDisk, onDisk } from "../../fixtures/temporary_folder.ts";
import { DataError } from "../../lib/data/mod.ts";
import type { RunEnd, Watch } from "./run.ts";
import { listParts, type Share, startShare } from "./shared_run.ts";

const NEEDS = "(needs --allow-read=. --allow-write=.test --allow-run=deno)";
const ignore = !mayUseDisk || denoCommand === undefined;

/** Does a share of the small study in a folder. */
const share = (out: string, part: Share, one = study(), given = {}, watch: Watch = {}): Promise<RunEnd> =>
  startShare(one, optionsOf(given), { engine: "wasm", out, share: part }, watch);

/** The files of a run, with their bytes; but for those that have times in them. */
async function bytesOf(out: string): Promise<Record<string, string>> {
  const files = [
    ...names(out).filter((name) => name !== "parts"),
    ...names(`${out}/parts`).map((name) => `parts/${name}`),
  ];
  const texts = await Promise.all(
    files.map(async (file): Promise<[string, string]> => [file, await read(out, file)]),
  );
  return Object.fromEntries(texts.map(([file, text]) => [file, /manifest|report/.test(file) ? "" : text]));
}

onDisk(
  "shares in any order leave the files of one process alone, and the last of them concludes",
  async (folder) => {
    await begin(`${folder}/alone`, study({ keeps: true }));
    const alone = await bytesOf(`${folder}/alone`);
    const shown: (readonly string[])[] = [];
    const watch: Watch = { onStart: ({ lines }) => void shown.push(lines) };
    for (const order of [[1, 2, 3], [3, 1, 2], [2, 3, 1]]) {
      const out = `${folder}/${order.join("")}`, made: string[] = [];
      const ends: RunEnd[] = [];
      for (const index of order) {
        ends.push(await share(out, [index, 3], study({ made, keeps: true }), {}, watch));
      }
      assertEquals(ends.map(({ status }) => status), ["shared", "shared", "complete"]);
      assertEquals(made.toSorted(), ["n1", "n2", "n3", "n4"]);
      assertEquals(
        shown.splice(0),
        order.map((i) => [`share ${i} of 3: ${i === 1 ? 2 : 1} of the parts`, "powers have no unit"]),
      );
      assertEquals(ends[2]!.conclusion?.results, [1, 4, 9, 16]);
      assertEquals(await bytesOf(out), alone);
      const { status, sittings } = await json(out, "manifest.json");
      assertEquals([status, sittings.length, sittings[0].from, sittings[3].to], ["complete", 4, 0, 10]);
      // One that comes late finds nothing to do, and changes nothing.
      const manifest = await read(out, "manifest.json");
      assertEquals((await share(out, [2, 3], study({ made }))).status, "complete");
      assertEquals([made.length, await read(out, "manifest.json")], [4, manifest]);
    }
  },
);

onDisk("of shares at once, each part is done once, and exactly one process concludes", async (folder) => {
  for (let round = 0; round < 12; round++) {
    const out = `${folder}/${round}`, made: string[] = [];
    let concluded = 0;
    const counted = study({ made, conclude: () => void concluded++ });
    // The second share is asked for twice, as by a scheduler that starts a job again.
    const ends = await Promise.all(
      [1, 2, 2, 3, 4].map((index) => share(out, [index, 4], counted, { pause: 20 * (round % 3) })),
    );
    assertEquals([made.toSorted(), concluded], [["n1", "n2", "n3", "n4"], 1]);
    assertEquals(ends.filter(({ conclusion }) => conclusion !== null).length, 1);
    assertEquals((await json(out, "manifest.json")).status, "complete");
    assertEquals(names(out), LEFT);
    assertEquals(names(`${out}/parts`), ["n1.json", "n2.json", "n3.json", "n4.json"]);
  }
});

onDisk("a run that shares left undone is interrupted, and --resume does the rest", async (folder) => {
  const out = `${folder}/run`, made: string[] = [];
  await share(out, [2, 2], study({ made }));
  assertEquals([(await json(out, "manifest.json")).status, made], ["interrupted", ["n2", "n4"]]);
  const abort = new AbortController();
  const stop = { signal: abort.signal, onNote: (line: string) => line.startsWith("n1 ") && abort.abort() };
  assertEquals((await share(out, [1, 2], study({ made }), {}, stop)).status, "interrupted");
  assertEquals(made, ["n2", "n4", "n1"]);
  const end = await again(out, study({ made }));
  assertEquals([end.status, end.conclusion?.results, made.length], ["complete", [1, 4, 9, 16], 4]);
});

onDisk("a part that fails is kept with its reason, and what is left is concluded", async (folder) => {
  const out = `${folder}/run`, given = { diverge: true };
  const first = await share(out, [1, 2], study(), given);
  assertEquals([first.status, first.failed.map(({ name }) => name)], ["shared", ["n3"]]);
  const last = await share(out, [2, 2], study(), given);
  assertEquals([last.status, last.failed.map(({ name }) => name)], ["failed", ["n3"]]);
  assertEquals(last.conclusion?.results, [1, 4, 16]);
});

onDisk("a share of another run is refused, and so is a folder that holds something else", async (folder) => {
  const out = `${folder}/run`;
  await share(out, [1, 2]);
  for (
    const [one, given, why] of [
      [study(), { power: 3 }, "its option power is 2, and 3 is asked for; choose another --out"],
      [
        study({ sha256: "1" }),
        {},
        'its SHA-256 of the data is "0", and "1" is asked for; choose another --out',
      ],
    ] as const
  ) {
    const { message } = await assertRejects(() => share(out, [2, 2], one, given), DataError);
    assertEquals(message, `${out}: to do a share, its run must be the one asked for, but ${why}`);
  }
  // Where the data are may differ between machines.
  assertEquals((await share(out, [2, 2], study(), { data: "elsewhere" })).status, "complete");
  await Deno.mkdir(`${folder}/other`);
  await Deno.writeTextFile(`${folder}/other/letter.txt`, "dear");
  await assertRejects(
    () => share(`${folder}/other`, [1, 2]),
    DataError,
    "must be new or empty, but it holds letter.txt",
  );
  assertEquals(names(`${folder}/other`), ["letter.txt"]);
});

onDisk("the parts are listed in their order, with their weights", async (folder) => {
  const parts = await listParts(study(), optionsOf(), "wasm");
  assertEquals(parts, [1, 2, 3, 4].map((n) => ({ name: `n${n}`, weight: n })));
  assertEquals(names(folder), []);
});

Deno.test({
  name:
    `processes share a folder; one that is killed is started again, and all ends with the same bytes ${NEEDS}`,
  ignore: ignore || Deno.build.os === "windows",
  fn: () =>
    inFolder(async (place) => {
      const pause = ["--pause", "300", "--quiet"];
      assertEquals((await powersProcess(place, ...pause, "--out", `${place}/alone`).ended).code, 0);
      const alone = await bytesOf(`${place}/alone`);
      const out = `${place}/shared`;
      const job = (index: number) =>
        powersProcess(place, "--pause", "300", "--part", `${index}/3`, "--out", out);
      const [third, first, second] = [job(3), job(1), job(2)];
      await first.seen("n1 in 1 turns");
      first.child.kill("SIGKILL");
      await first.ended;
      const others = await Promise.all([third.ended, second.ended]);
      assertEquals(others.map(({ code }) => code), [0, 0], others.map(({ stderr }) => stderr).join());
      assertEquals(names(out).includes("results.json"), false);
      const whole = await powersProcess(place, "--part", "1/3", "--pause", "300", "--out", out).ended;
      assertEquals(whole.code, 0, whole.stderr);
      assert(whole.stderr.endsWith("They add up to 30.\nThere are more numbers.\n"), whole.stderr);
      assertEquals(await bytesOf(out), alone);
    }),
});

Deno.test({
  name: `a run alone and shares of it keep each other out ${NEEDS}`,
  ignore,
  fn: () =>
    inFolder(async (place) => {
      const out = `${place}/run`;
      const job = powersProcess(place, "--pause", "1500", "--part", "1/2", "--out", out);
      await job.seen("share 1 of 2: 2 of the parts");
      const { code, stderr } = await powersProcess(place, "--resume", out, "--quiet").ended;
      assertEquals(
        [code, stderr],
        [1, `powers: ${out}: is being written by processes that share it: wait for the end, or stop it\n`],
      );
      const ended = await job.ended;
      assertEquals(ended.code, 0);
      // No library is permitted.
      assertMatch(
        ended.stderr,
        /^share 1 of 2: 2 of the parts\nno BLAS is in use, .*\npowers have no unit$/m,
      );
      const listed = await powersProcess(place, "--list-parts").ended;
      assertEquals([listed.code, listed.stdout], [0, "n1\t1\nn2\t2\nn3\t3\nn4\t4\n"]);
    }),
});
