/**
 * The worker of `deno task verify`, in which a module's subjects are: a module to start, not to import.
 *
 * @module
 */

import { entriesOf, holdsFunctions } from "../../properties/contract/coverage.ts";
import type { Description, Reply, Request } from "./isolated.ts";

const scope = self as unknown as {
  postMessage(reply: Reply): void;
  onmessage: (event: MessageEvent<Request>) => void;
  close(): void;
};

// Results alone go to stdout.
console.log = console.info = console.debug = console.error;
Object.assign(Deno, {
  exit(code: number = Deno.exitCode): never {
    // The end of a worker is no event for those who wait.
    scope.postMessage({ ended: `it ended its process with status ${code}` });
    scope.close();
    throw new Error("ended");
  },
});

let exported: readonly unknown[] = [];

scope.onmessage = async ({ data }) => {
  if ("module" in data) {
    try {
      exported = [(await import(data.module)).default].flat();
      scope.postMessage({ subjects: exported.map(described) });
    } catch (error) {
      scope.postMessage({ ended: `it cannot be loaded: ${error}` });
    }
    return;
  }
  const { id, subject, name, given } = data;
  try {
    const parts = name.split("."), owner = parts.slice(0, -1).reduce(member, exported[subject]);
    const capability = member(owner, parts.at(-1)!) as (...given: readonly unknown[]) => unknown;
    scope.postMessage({ id, given, answer: await Reflect.apply(capability, owner, given) });
  } catch (error) {
    const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
    scope.postMessage({ id, given, error: { name, message, stack } });
  }
};

function member(owner: unknown, name: string): unknown {
  return Reflect.get(owner as object, name);
}

/** What can be sent of a subject: all but its functions, of which the names are; undefined if it is no object. */
function described(subject: unknown): Description | undefined {
  if (typeof subject !== "object" || subject === null) return undefined;
  const functions: string[] = [], classes: string[] = [];
  const sent = (owner: object, path: string): Record<string, unknown> => {
    if (Object.getPrototypeOf(owner) !== Object.prototype) classes.push(path);
    const values: Record<string, unknown> = {};
    for (const [name, value] of entriesOf(owner)) {
      const at = path === "" ? name : `${path}.${name}`;
      if (typeof value === "function") functions.push(at);
      else if (path === "" && !Array.isArray(value) && holdsFunctions(value)) {
        values[name] = sent(value as object, at);
      } else if (isData(value)) values[name] = value;
    }
    return values;
  };
  return { values: sent(subject, ""), functions, classes };
}

/** Whether a value can be sent. */
function isData(value: unknown): boolean {
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}
