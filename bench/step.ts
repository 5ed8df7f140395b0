/**
 * Times a training step of the library against the same written plainly in tfjs, in turn on the same machine.
 *
 * `deno task bench [--rounds N]`: medians with the quartiles, and the ratio to stock tfjs on its wasm engine.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { type Answer, type Request, SHAPE, type Workload, WORKLOADS } from "./shape.ts";

const rounds = Number(parseArgs(Deno.args, { string: ["rounds"], default: { rounds: "8" } })["rounds"]);
if (!Number.isInteger(rounds) || rounds < 3) {
  console.error(`bench: --rounds must be a whole number from 3, but it is ${rounds}`);
  Deno.exit(2);
}

/** A worker that has started, or null if its engine cannot start here. */
async function open(file: string, name: string): Promise<Worker | null> {
  const worker = new Worker(new URL(file, import.meta.url), { type: "module", name });
  return await new Promise((resolve) => {
    worker.onmessage = () => resolve(worker);
    worker.onerror = (event) => {
      event.preventDefault();
      console.log(`${name}: not measured (${event.message.split(";")[0]})`);
      resolve(null);
    };
  });
}

const ask = (worker: Worker, request: Request): Promise<Answer> =>
  new Promise((resolve) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.postMessage(request);
  });

const quantile = (sorted: number[], q: number): number => sorted[Math.round(q * (sorted.length - 1))]!;

const peers: [string, Worker][] = [];
for (
  const [label, file, name] of [
    ["stock tfjs, wasm", "./stock_worker.ts", "stock"],
    ["grae, wasm", "./grae_worker.ts", "wasm"],
    ["grae, native", "./grae_worker.ts", "native"],
  ] as const
) {
  const worker = await open(file, name);
  if (worker) peers.push([label, worker]);
}

const times = new Map<string, number[]>();
let leaked = 0;
for (const workload of WORKLOADS) {
  for (let round = 0; round < rounds; round++) {
    for (const [label, worker] of peers) {
      const answer = await ask(worker, { workload, steps: label.startsWith("stock") ? 2 : 5 });
      if (label.startsWith("grae")) leaked += answer.leaked;
      // The first round compiles and fills caches.
      if (round > 0) {
        times.set(`${workload} ${label}`, [...times.get(`${workload} ${label}`) ?? [], ...answer.times]);
      }
    }
  }
}

// Memory: the fastest of ours goes on alone, and what the process holds is read on the way.
const [survivor, last] = peers.at(-1)!;
for (const [, worker] of peers.slice(0, -1)) worker.terminate();
const resident: [number, number][] = [];
let taken = 0;
for (const until of [200, 1000, 2000]) {
  leaked += (await ask(last, { workload: "beta-vae", steps: until - taken })).leaked;
  taken = until;
  resident.push([until, Deno.memoryUsage().rss / 1e6]);
}
last.terminate();

const { batch, data, hidden, latent } = SHAPE;
console.log(
  `\nA training step with Adam: batch ${batch}, ${data}-${hidden}-${hidden}-${latent}, ReLU, float32.`,
);
console.log(`${Deno.build.target}, ${navigator.hardwareConcurrency} cores, deno ${Deno.version.deno}\n`);
console.log("| step | implementation | median ms | quartiles | times as fast as stock |");
console.log("| --- | --- | ---: | ---: | ---: |");
const title: Record<Workload, string> = { "beta-vae": "β-VAE", grae: "GRAE, exact" };
for (const workload of WORKLOADS) {
  const sorted = (label: string): number[] => times.get(`${workload} ${label}`)!.toSorted((a, b) => a - b);
  const stock = quantile(sorted(peers[0]![0]), 0.5);
  for (const [label] of peers) {
    const all = sorted(label);
    const median = quantile(all, 0.5);
    const quartiles = `${quantile(all, 0.25).toFixed(1)}–${quantile(all, 0.75).toFixed(1)}`;
    console.log(
      `| ${title[workload]} | ${label} | ${median.toFixed(1)} | ${quartiles} | ${
        (stock / median).toFixed(1)
      } |`,
    );
  }
}
console.log(`\nTensors leaked by the library's steps: ${leaked}.`);
const held = resident.map(([steps, megabytes]) => `${megabytes.toFixed(0)} MB after ${steps}`).join(", ");
console.log(`Memory of the process over β-VAE steps, ${survivor}: ${held}.`);
