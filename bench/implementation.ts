/**
 * The implementations that are compared, and how each is started.
 *
 * @module
 */

import { fromFileUrl } from "@std/path";
import { blasCandidates } from "../lib/engine/blas/blas.ts";
import { RELEASE_FILE } from "../lib/engine/blas/advice.ts";
import { permission } from "../tools/process.ts";
import type { Start } from "./child.ts";
import type { Shape } from "./shape.ts";
import type { Pace } from "./turns.ts";
import type { Workload } from "./workload.ts";

/** The ids, in the order of the tables. */
export const IMPLEMENTATIONS = [
  "grae-native",
  "grae-wasm",
  "grae-webgpu",
  "before-native",
  "before-wasm",
  "stock",
  "jax-js",
  "torch-eager-hand",
  "torch-eager-func",
  "torch-compile-hand",
  "torch-compile-func",
  "jax-hand",
  "jax-func",
] as const;
/** One of them. */
export type ImplementationId = typeof IMPLEMENTATIONS[number];

/** What tables call them. */
export const NAMES: Readonly<Record<ImplementationId, string>> = {
  "grae-native": "grae, native",
  "grae-wasm": "grae, wasm",
  "grae-webgpu": "grae, webgpu",
  "before-native": "grae before, native",
  "before-wasm": "grae before, wasm",
  "stock": "stock tfjs, wasm",
  "jax-js": "jax-js, wasm",
  "torch-eager-hand": "PyTorch, by hand",
  "torch-eager-func": "PyTorch, torch.func",
  "torch-compile-hand": "PyTorch compiled, by hand",
  "torch-compile-func": "PyTorch compiled, torch.func",
  "jax-hand": "JAX, by hand",
  "jax-func": "JAX, jacfwd",
};

/** What implementations and their turns depend on. */
export interface Surroundings {
  /** The folder of the problems' files. */
  readonly problems: string;
  /** A Python interpreter. */
  readonly python: string;
  /** Whether a WebGPU adapter that is a program will do. */
  readonly softwareWebgpu: boolean;
  /** An earlier checkout of the library, whose steps are timed too; null for none. */
  readonly before: string | null;
  /** How long turns last. */
  readonly pace: Pace;
}

/** Whether an implementation is the library of an earlier checkout. */
export const isBefore = (id: ImplementationId): boolean => id.startsWith("before-");
/** Whether an implementation is one to compare with, and not the library, of this checkout or an earlier one. */
export const isPeer = (id: ImplementationId): boolean => !id.startsWith("grae-") && !isBefore(id);
/** Whether an implementation runs in Python. */
export const isPython = (id: string): boolean =>
  id.startsWith("torch-") || (id.startsWith("jax-") && id !== "jax-js");

/**
 * Whether an implementation has a form of its own of a workload: without a Jacobian both forms are the same. Of conv64 tangents
 * are pushed by hand alone.
 */
export function offers(
  id: ImplementationId,
  workload: Workload,
  { network }: Pick<Shape, "network">,
): boolean {
  return !(id.endsWith("-func") && (workload === "beta-vae" || network === "conv64"));
}

/** The thread settings that make a difference to an implementation. */
export function settingsOf(id: ImplementationId, settings: readonly number[]): readonly number[] {
  return id === "stock" || id === "jax-js" || id === "grae-webgpu" ? settings.slice(0, 1) : settings;
}

const place = (file: string): string => fromFileUrl(new URL(file, import.meta.url));

/**
 * The command that starts an implementation with a given number of threads.
 *
 * @throws RangeError for the library of an earlier checkout, if its folder is not given
 */
export function startOf(id: ImplementationId | "grae-cpu", threads: number, around: Surroundings): Start {
  const count = String(threads);
  const [kind, ...form] = id.split("-") as [string, ...string[]];
  if (isPython(id)) {
    return {
      program: around.python,
      args: ["-B", place(`./peers/${kind}_peer.py`), ...form, count],
      env: { OMP_NUM_THREADS: count, MKL_NUM_THREADS: count, OPENBLAS_NUM_THREADS: count },
    };
  }
  const deno = (flags: readonly string[], ...rest: string[]): Start => ({
    program: "deno",
    args: ["run", "--no-prompt", ...flags, ...rest],
    env: { OPENBLAS_NUM_THREADS: count, OMP_NUM_THREADS: count },
  });
  const read = permission("read", [around.problems]);
  if (id === "stock") return deno([read], place("./stock_worker.ts"));
  if (id === "jax-js") return deno([read], place("./jax_js_worker.ts"));
  const software = id === "grae-webgpu" && around.softwareWebgpu ? ["software"] : [];
  if (kind === "before" && around.before === null) {
    throw new RangeError(`startOf: ${id} needs the folder of an earlier checkout (--before DIR)`);
  }
  const worker = kind === "before" ? `${around.before}/bench/grae_worker.ts` : place("./grae_worker.ts");
  const blas = blasCandidates();
  const flags = form[0] !== "native" ? [read] : [
    permission("read", [around.problems, RELEASE_FILE]),
    ...(blas.length > 0 ? [permission("ffi", blas)] : []),
    "--allow-env=GRAE_BLAS,GRAE_THREADS,OPENBLAS_CORETYPE",
  ];
  return deno(flags, worker, form[0]!, count, ...software);
}
