/**
 * Subjects in a worker, so that code which loops, or ends its process, is given up from outside.
 *
 * @module
 */

import { Unanswered } from "../../properties/contract/ledger.ts";
import type { Subject } from "../../properties/contract/subject.ts";

/** A subject elsewhere. */
export interface Isolated {
  readonly subject: Subject;
  /** How many cases go into one message; 1 when absent. */
  readonly atOnce?: number;
  /** Ends what still computes; the next call starts afresh. */
  readonly giveUp: () => void;
  /** Ends it. */
  readonly stop: () => void | Promise<void>;
}

/** What a worker says of a subject. */
export interface Description {
  /** All but its functions. */
  readonly values: Readonly<Record<string, unknown>>;
  /** The dotted names of its functions. */
  readonly functions: readonly string[];
  /** The dotted names of objects that are of a class, "" for the subject: they may have methods of their own. */
  readonly classes: readonly string[];
}

/** A message to the worker: a module to load, or a call of one of its subjects. */
export type Request = { readonly module: string } | {
  readonly id: number;
  readonly subject: number;
  readonly name: string;
  readonly given: readonly unknown[];
};
/** A message from the worker: of a call its arguments, as they are now, and the answer or an error. */
export type Reply =
  | { readonly subjects: readonly (Description | undefined)[] }
  | { readonly ended: string }
  | { readonly id: number; readonly given: readonly unknown[]; readonly answer: unknown }
  | {
    readonly id: number;
    readonly given: readonly unknown[];
    readonly error: { readonly name: string; readonly message: string; readonly stack?: string | undefined };
  };

/** So many times a worker is started again. Deno 2.9.6 does not stop a thread that loops: each keeps a core busy. */
const RESTARTS = 3;

/** A worker with the module loaded. */
interface Running {
  readonly worker: Worker;
  readonly subjects: readonly (Description | undefined)[];
  readonly waiting: Map<number, (reply: Reply) => void>;
}

/**
 * The default export of a module, a subject or a list of them, in a worker.
 *
 * @param seconds within which it must be loaded
 * @throws (rejects) Unanswered if it cannot be loaded
 */
export async function isolated(
  module: string,
  seconds: number,
): Promise<readonly (Isolated | undefined)[]> {
  let running = begin(module, seconds), calls = 0, givenUp = 0;
  const end = (): void => void running.then(({ worker }) => worker.terminate(), () => {});
  const giveUp = (): void => {
    end();
    givenUp++;
    running = givenUp > RESTARTS
      ? Promise.reject(
        new Unanswered(`it was stopped ${givenUp} times, and is not asked any more`),
      )
      : begin(module, seconds);
    // Whoever calls next hears of it.
    running.catch(() => {});
  };
  const call = async (subject: number, name: string, given: readonly unknown[]): Promise<unknown> => {
    const asked = running, { worker, waiting } = await asked;
    const id = calls++;
    const reply = await new Promise<Reply>((resolve) => {
      waiting.set(id, resolve);
      worker.postMessage({ id, subject, name, given } satisfies Request);
    });
    waiting.delete(id);
    if ("ended" in reply) {
      if (asked === running) running = begin(module, seconds);
      running.catch(() => {});
      throw new Unanswered(reply.ended);
    }
    if (!("id" in reply)) throw new TypeError("the worker of a subject answered something else");
    // Who wrote into them is told so by the laws.
    reply.given.forEach((after, i) => overwrite(given[i], after));
    if ("error" in reply) throw errorOf(reply.error);
    return reply.answer;
  };
  return (await running).subjects.map((description, subject) =>
    description && {
      subject: rebuilt(description, (name, given) => call(subject, name, given)),
      giveUp,
      stop: end,
    }
  );
}

/** Starts a worker, which loads a module. */
function begin(module: string, seconds: number): Promise<Running> {
  const worker = new Worker(new URL("./subject_worker.ts", import.meta.url), { type: "module" });
  const waiting = new Map<number, (reply: Reply) => void>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  return new Promise<Running>((resolve, reject) => {
    const ended = (because: string): void => {
      reject(new Unanswered(because));
      for (const hear of waiting.values()) hear({ ended: because });
      worker.terminate();
    };
    timer = setTimeout(() => ended(`it was not loaded within ${seconds} s`), 1000 * seconds);
    worker.onmessage = ({ data }: MessageEvent<Reply>) => {
      if ("ended" in data) ended(data.ended);
      else if ("subjects" in data) resolve({ worker, waiting, subjects: data.subjects });
      else waiting.get(data.id)?.(data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      ended(`it ended its worker: ${event.message}`);
    };
    worker.postMessage({ module } satisfies Request);
  }).finally(() => clearTimeout(timer));
}

/** A subject whose functions are calls. */
function rebuilt(
  { values, functions, classes }: Description,
  call: (name: string, given: readonly unknown[]) => Promise<unknown>,
): Subject {
  const subject: Record<string, unknown> = ownerOf(values, classes.includes(""));
  for (const [name, value] of Object.entries(values)) {
    if (functions.some((path) => path.startsWith(`${name}.`))) {
      subject[name] = ownerOf(value as Record<string, unknown>, classes.includes(name));
    }
  }
  for (const path of functions) {
    const [name, member] = path.split(".") as [string, string?];
    const owner = member === undefined ? subject : subject[name] as Record<string, unknown>;
    owner[member ?? name] = (...given: readonly unknown[]) => call(path, given);
  }
  return subject as unknown as Subject;
}

function ownerOf(values: Readonly<Record<string, unknown>>, ofClass: boolean): Record<string, unknown> {
  return Object.assign(ofClass ? Object.create(Object.create(Object.prototype)) : {}, values);
}

/** The error as it was thrown, of its class where that is one that laws tell from others. */
function errorOf(
  { name, message, stack }: { name: string; message: string; stack?: string | undefined },
): Error {
  const kinds: Readonly<Record<string, ErrorConstructor>> = { RangeError, TypeError };
  const error = new (kinds[name] ?? Error)(message);
  return Object.assign(error, { name, ...(stack !== undefined && { stack }) });
}

/** Gives an argument the entries that its copy has after a call. */
function overwrite(before: unknown, after: unknown): void {
  if (typeof before !== "object" || before === null || typeof after !== "object" || after === null) return;
  for (const key of Object.keys(before)) if (!(key in after)) Reflect.deleteProperty(before, key);
  if (Array.isArray(before)) before.length = (after as readonly unknown[]).length;
  Object.assign(before, after);
}
