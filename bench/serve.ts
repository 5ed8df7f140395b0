/**
 * The side of the protocol that answers, in a process of an implementation.
 *
 * @module
 */

import process from "node:process";
import { linesOf } from "../tools/lines.ts";
import type { Answers, Hello, Prepare, Request } from "./protocol.ts";
import { WARM_UP } from "./protocol.ts";

/** A problem that is ready. */
export interface Prepared {
  /** The losses of four steps at given noise. */
  readonly losses: readonly number[];
  /** Makes a step and reads its loss. */
  step(): Promise<void>;
  /** Gives back what it holds. */
  forget(): void;
}

/** What an implementation can do. */
export interface Served {
  prepare(request: Prepare): Promise<Prepared>;
  /** One large product, waited for: `[size, size]` by `[size, size]`. */
  product(size: number): Promise<void>;
  /** Steps with a timer in each kernel, if that is to be had. */
  profile?(step: () => Promise<void>, count: number): Promise<Answers["profile"]>;
}

/** The size of the product whose rate stands for what the machine can do. */
const LARGE = 1000;

/** What the system says this process held before it did anything; a process inherits it from the one that starts it. */
const inherited = process.resourceUsage().maxRSS;

/** The most memory that this process has held; null while that is no more than what it has inherited. */
function peakBytes(): number | null {
  const peak = process.resourceUsage().maxRSS;
  return peak > inherited ? peak * 1024 : null;
}

async function timed(act: () => Promise<void>, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < WARM_UP + count; i++) {
    const start = performance.now();
    await act();
    if (i >= WARM_UP) times.push(performance.now() - start);
  }
  return times;
}

/** Says hello, then answers until there are no more requests; what goes wrong is answered too. */
export async function serve(hello: Hello, served: Served | null): Promise<void> {
  say(hello);
  if (!served) return;
  const prepared = new Map<string, Prepared>();
  for await (const line of linesOf(Deno.stdin.readable)) {
    try {
      say(await answer(JSON.parse(line), served, prepared));
    } catch (error) {
      say({ error: (error as Error).message.split("\n")[0]! });
    }
  }
}

async function answer(
  request: Request,
  served: Served,
  prepared: Map<string, Prepared>,
): Promise<Answers[keyof Answers]> {
  const at = (id: string): Prepared => {
    const found = prepared.get(id);
    if (!found) throw new Error(`steps of ${JSON.stringify(id)} need a problem that was prepared`);
    return found;
  };
  switch (request.do) {
    case "prepare": {
      const made = await served.prepare(request);
      prepared.set(request.id, made);
      return { losses: made.losses, chosen: "" };
    }
    case "steps": {
      const { step } = at(request.id);
      return { milliseconds: await timed(step, request.count) };
    }
    case "forget":
      at(request.id).forget();
      prepared.delete(request.id);
      return {};
    case "profile": {
      if (!served.profile) throw new Error("this implementation has no kernels to time");
      return await served.profile(at(request.id).step, request.count);
    }
    case "rate": {
      // The fastest, since it stands for what the machine can do at that moment.
      const times = await timed(() => served.product(LARGE), 10);
      return { multiplyAddsPerSecond: 1000 * LARGE ** 3 / Math.min(...times) };
    }
    case "memory":
      return { peakBytes: peakBytes() };
    default:
      throw new Error(`nobody here knows how to ${JSON.stringify((request as { do: unknown }).do)}`);
  }
}

function say(message: unknown): void {
  const bytes = new TextEncoder().encode(JSON.stringify(message) + "\n");
  for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
}
