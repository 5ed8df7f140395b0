import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { mayUseDisk, ROOT } from "../../fixtures/temporary_folder.ts";
import { BINARISE_NAMES as IN_LIBRARY, loadDigits, pixels } from "../../lib/data/mod.ts";
import { UsageError } from "../runner/options.ts";
import { BINARISE_NAMES } from "./names.ts";
import { mnistStudy } from "../mnist/study.ts";
import { compareStudy } from "../compare/study.ts";
import { metricStudy } from "../metric/study.ts";
import { samplesStudy } from "../samples/study.ts";
import { parseCommand, type Values } from "../runner/options.ts";
import { type AnyStudy, resolved, type RunOptions, savedOptions } from "../runner/study.ts";
import { loadImages } from "./options.ts";

Deno.test("the ways to make images binary have the library's names", () => {
  assertEquals<readonly string[]>(BINARISE_NAMES, IN_LIBRARY);
});

Deno.test("without options the images are the digits that come with the task", async () => {
  assertEquals(await loadImages({ data: null, limit: null }), await loadDigits());
});

Deno.test("images are made binary as an option says, and a limit keeps the first", async () => {
  const grey = await loadImages({ data: null, limit: 50 });
  const fixed = await loadImages({ data: null, binarise: "fixed", limit: 50 });
  assertEquals(pixels(fixed.train), pixels(grey.train).map((x) => x < .5 ? 0 : 1));
  const sampled = await loadImages({ data: null, binarise: "sampled", limit: 50 });
  assertEquals(sampled.train.grey!.images, grey.train.images);
  for (const part of [sampled.train, sampled.heldOut]) {
    assert(pixels(part).every((x) => x === 0 || x === 1));
  }
  assertEquals([sampled.train.count, sampled.heldOut.count], [50, 1000]);
});

Deno.test("the digits that come with the task are not to be transposed", async () => {
  await assertRejects(
    () => loadImages({ data: null, transpose: true, limit: null }),
    UsageError,
    "--transpose needs --data, since the digits that come with the task are upright; leave it out",
  );
});

Deno.test({
  name:
    "images from a folder are transposed where that is asked for, all of them (needs --allow-read=. --allow-write=.test)",
  ignore: !mayUseDisk,
  fn: async () => {
    const data = `${ROOT}/fixtures/digits`;
    const upright = await loadImages({ data }), turned = await loadImages({ data, transpose: true });
    for (const part of ["train", "heldOut"] as const) {
      const [one, other] = [pixels(upright[part]), pixels(turned[part])];
      assertEquals(one.length, other.length);
      const size = 28 * 28;
      const found = one.map((_, i) =>
        one[Math.floor(i / size) * size + i % 28 * 28 + Math.floor(i % size / 28)]!
      );
      assertEquals(other, found);
      assert(one.some((value, i) => value !== other[i]), part);
    }
  },
});

Deno.test("the images are of the data set that is named, of the size and channels that are asked for", async () => {
  const sizes = async (given: Parameters<typeof loadImages>[0]) => {
    const { train, heldOut } = await loadImages(given);
    return [
      /digits|shapes|faces/.exec(train.name)?.[0],
      train.height,
      train.width,
      train.channels ?? 1,
      train.count,
      heldOut.count,
    ];
  };
  const grey = { dataset: "shapes", size: 16, channels: 1, limit: 40 } as const;
  assertEquals(await sizes({ dataset: "mnist", limit: 7 }), ["digits", 28, 28, 1, 7, 1000]);
  assertEquals(await sizes({ dataset: "shapes" }), ["shapes", 32, 32, 3, 9000, 1000]);
  assertEquals(await sizes(grey), ["shapes", 16, 16, 1, 40, 1000]);
  assertEquals(await sizes({ dataset: "faces", limit: 9 }), ["faces", 32, 32, 3, 9, 400]);
  assertEquals((await loadImages(grey)).sha256, (await loadImages(grey)).sha256);
});

/** The options of a run that a command line asks for. */
function askedOf(study: AnyStudy, line: string): RunOptions {
  const { name: task, about, options, examples } = study;
  const parsed = parseCommand({ task, about, options, examples }, line === "" ? [] : line.split(" "));
  if (parsed.help !== null) throw new TypeError(parsed.help);
  return resolved(
    study,
    { ...parsed.values, quick: false, seed: 0 } as Values<typeof options> & RunOptions,
    parsed.given,
  );
}

const STUDIES: readonly AnyStudy[] = [mnistStudy, compareStudy, metricStudy, samplesStudy];

Deno.test("every study on images takes architectures and data sets, and its manifest brings them back", () => {
  for (const study of STUDIES) {
    const hidden = askedOf(study, "")["hidden"];
    const kept: readonly [string, Readonly<Record<string, unknown>>][] = [
      ["", { architecture: "dense", dataset: "mnist", data: null, size: null, channels: null, hidden }],
      ["--architecture conv32 --dataset shapes", { architecture: "conv32", dataset: "shapes", hidden: null }],
      ["--dataset faces --size 64 --channels 3", { dataset: "faces", size: 64, channels: 3, hidden }],
      ["--data x --size 32 --channels 1", { dataset: null, data: "x", size: 32, channels: 1 }],
      ["--hidden 7,5", { hidden: [7, 5] }],
    ];
    for (const [line, must] of kept) {
      const options = askedOf(study, line);
      assertEquals(Object.fromEntries(Object.keys(must).map((name) => [name, options[name]])), must);
      const json = JSON.parse(JSON.stringify(options));
      assertEquals(savedOptions(study, json, "manifest.json", {}), options, `${study.name} ${line}`);
    }
  }
});

Deno.test("options of images that have no meaning together are refused by every study", () => {
  const refused: readonly [string, string][] = [
    ["--data x --dataset shapes", "--dataset has no meaning beside --data"],
    ["--size 32", "--size has no meaning with the digits that come with the task"],
    ["--channels 3", "--channels has no meaning with the digits that come with the task"],
    [
      "--dataset faces --channels 1",
      "--channels must be 3 with --dataset faces, which are in colour, but it is 1",
    ],
    ["--dataset shapes --channels 2", "--channels must be 1 (grey) or 3 (red, green, blue), but it is"],
    ["--dataset cats", "--dataset must be one of mnist, shapes, faces, but it is"],
    ["--architecture conv32 --hidden 5", "--hidden has no meaning with --architecture conv32"],
  ];
  for (const study of STUDIES) {
    for (const [line, message] of refused) assertThrows(() => askedOf(study, line), UsageError, message);
  }
});
