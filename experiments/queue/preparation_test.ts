import { assert, assertEquals, assertRejects } from "@std/assert";
import { powers } from "../../fixtures/runs/powers.ts";
import { versions } from "../../tools/versions.ts";
import { makerOf } from "../runner/parts.ts";
import { standardOf } from "../runner/options.ts";
import { Preparation } from "./preparation.ts";

const options = { ...standardOf(powers().options), quick: false, seed: 0 };
const made = makerOf(
  powers(),
  { options, versions: versions(), engine: { name: "cpu" } },
  { data: { source: "", sha256: "0" } },
);
const job = { format: "grae job 1", run: "0".repeat(32), part: "n2", made, options };
const worker = (more = {}): Preparation =>
  new Preparation({
    studies: { powers: () => Promise.resolve(powers()) },
    data: null,
    threads: 1,
    mayRead: () => Promise.resolve(),
    ...more,
  });

Deno.test("a worker prepares a run once, and again for other options or data", async () => {
  let times = 0;
  const read: string[] = [];
  const one = worker({
    studies: { powers: () => Promise.resolve(powers({ sha256: `${times++ < 3 ? 0 : 1}` })) },
    mayRead: (data: string) => Promise.resolve(void read.push(data)),
  });
  const part = await one.partOf(job);
  assertEquals([part.name, times, one.engine], ["n2", 1, "tfjs cpu, plain JavaScript"]);
  assertEquals([(await one.partOf({ ...job, part: "n4" })).name, times], ["n4", 1]);
  const cubes = { ...options, power: 3 };
  const other = { ...job, options: cubes, made: { ...made, options: { ...made.options, power: 3 } } };
  assertEquals([(await one.partOf(other)).name, times], ["n2", 2]);
  assertEquals([(await one.partOf(job)).name, times, read], ["n2", 3, []]);
  await assertRejects(() => one.partOf({ ...job, options: { ...options, data: "/d" } }));
  assertEquals(read, ["/d"]);
});

Deno.test("a worker refuses in a line what it cannot do as the run asks", async () => {
  const refused: readonly (readonly [job: object, says: string, more?: object])[] = [
    [
      { ...job, format: "grae job 2" },
      'a job of the queue: its format must be "grae job 1", but it is "grae job 2"; workers and the run must be of one version of grae',
    ],
    [{ ...job, run: "../x" }, "its run must be"],
    [
      { ...job, made: { ...made, versions: { ...made.versions, grae: "0.0.1" } } },
      `the run of powers in the queue is by grae 0.0.1, but this worker has ${
        versions()["grae"]
      }; start a worker of that version`,
    ],
    [
      { ...job, made: { ...made, study: "metric" } },
      "the run of metric in the queue must be of one of powers, but is not; start a worker that has the study",
    ],
    [
      { ...job, made: { ...made, data: "1" } },
      "the run of powers in the queue is made from data with SHA-256 1, but the data here have 0",
    ],
    [
      { ...job, made: { ...made, data: "1" }, options: { ...options, data: "/there" } },
      "but the data here have 0; give the place of the run's data by --data",
    ],
    [
      { ...job, made: { ...made, options: { ...made.options, power: 3 } } },
      "the run of powers in the queue is made by {",
    ],
    [
      { ...job, options: { ...options, power: -1 } },
      "its options must be those of a run of powers, but its power ",
    ],
    [
      { ...job, part: "n9" },
      "the run of powers in the queue has the part n9, but here it has none of that name",
    ],
    [{ ...job, part: "n2" }, "no permission", {
      mayRead: () => Promise.reject(new Error("no permission")),
    }],
  ];
  for (const [asked, says, more] of refused) {
    const data = more === undefined ? asked : { ...job, options: { ...options, data: "/d" } };
    const { message } = await assertRejects(() => worker(more).partOf(data), Error, undefined, says);
    assert(message.includes(says) && !message.includes("\n"), message);
  }
});

Deno.test("a worker takes its own place of the data, and asks for no other", async () => {
  const one = worker({ data: "/here", mayRead: () => Promise.reject(new Error("asked")) });
  assertEquals((await one.partOf({ ...job, options: { ...options, data: "/there" } })).name, "n2");
});
