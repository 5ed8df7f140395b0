/**
 * Everything of tfjs that is used here and that its published interface does not promise, once. A test holds the installed
 * tfjs to it.
 *
 * @module
 */

/** Whose insides they are: the engine that tfjs has one of, the backends, and the entries of its table of kernels. */
export type Owner = "engine" | "wasm" | "cpu" | "WebGPUBackend" | "kernel" | "tensor";

/** A name within an owner that must be there. */
export interface Assumption {
  readonly owner: Owner;
  /** The path to it, from the owner: `state.gradientDepth`. */
  readonly path: string;
  /** What it must be, as `typeof` says it. */
  readonly type: "function" | "number" | "object" | "boolean";
  /** The file of this folder that uses it. */
  readonly file: string;
  /** What goes wrong without it. */
  readonly because: string;
}

const assume = (
  owner: Owner,
  path: string,
  type: Assumption["type"],
  file: string,
  because: string,
): Assumption => ({ owner, path, type, file, because });

/** All of them. */
export const ASSUMPTIONS: readonly Assumption[] = [
  assume(
    "engine",
    "gradients",
    "function",
    "gradient.ts",
    "a gradient inside a gradient would be silently wrong",
  ),
  assume(
    "engine",
    "saveTensorsForBackwardMode",
    "function",
    "gradient.ts",
    "the tape would clone what it saves: sixty kernels more in a step",
  ),
  assume("engine", "runKernelFunc", "function", "gradient.ts", "no output could have a gradient of its own"),
  assume("engine", "makeTensorFromDataId", "function", "gradient.ts", "constants could not share numbers"),
  assume("engine", "keep", "function", "gradient.ts", "what is saved would be disposed of too early"),
  assume(
    "engine",
    "state.gradientDepth",
    "number",
    "gradient.ts",
    "a gradient inside a gradient would not be seen",
  ),
  assume(
    "engine",
    "state.kernelDepth",
    "number",
    "gradient.ts",
    "what a kernel runs inside itself would be saved",
  ),
  assume(
    "engine",
    "state.tensorInfo.get",
    "function",
    "gradient.ts",
    "the backend of a tensor would not be known",
  ),
  assume(
    "engine",
    "state.tensorInfo.has",
    "function",
    "other_copy.ts",
    "a tensor of another copy of tfjs would not be seen",
  ),
  assume(
    "engine",
    "state.activeScope.track",
    "object",
    "gradient.ts",
    "terms of a loss would outlive their scope",
  ),
  assume("engine", "backendInstance", "object", "not_started.ts", "a running engine would not be seen"),
  assume("engine", "makeTensorFromTensorInfo", "function", "heap.ts", "a replay could return nothing"),
  assume("engine", "startScope", "function", "scope.ts", "scopes could not span awaits"),
  assume("engine", "endScope", "function", "scope.ts", "scopes could not span awaits"),
  assume(
    "engine",
    "state.scopeStack",
    "object",
    "watch.ts",
    "a derivative would be disposed of with its operation",
  ),
  assume("engine", "runKernel", "function", "kernel.ts", "our kernels could not be called"),
  assume("kernel", "kernelFunc", "function", "replace_kernel.ts", "no kernel could be replaced"),
  assume("tensor", "dataId", "object", "gradient.ts", "numbers could not be shared"),
  assume(
    "wasm",
    "wasm.tfjs.disposeData",
    "function",
    "heap.ts",
    "kernels with packed weights would not see new numbers",
  ),
  assume(
    "wasm",
    "wasm.tfjs.registerTensor",
    "function",
    "heap.ts",
    "kernels with packed weights would not see new numbers",
  ),
  assume("wasm", "dataIdMap.get", "function", "heap.ts", "tensors could not be found on the heap"),
  assume("wasm", "dataIdMap.delete", "function", "allocator.ts", "a tensor without memory would stay known"),
  assume("wasm", "getMemoryOffset", "function", "heap.ts", "tensors could not be found on the heap"),
  assume("wasm", "makeOutput", "function", "heap.ts", "kernels would have no memory for results"),
  assume("wasm", "disposeData", "function", "heap.ts", "memory could not be given back"),
  assume("wasm", "incRef", "function", "alias.ts", "copies could not share numbers"),
  assume("wasm", "refCount", "function", "overwrite.ts", "numbers that others use would be written over"),
  assume("wasm", "move", "function", "allocator.ts", "a full heap would be written past its end"),
  assume("wasm", "write", "function", "allocator.ts", "a kernel that fails would leave its tensors behind"),
  assume("wasm", "readSync", "function", "replace_kernel.ts", "a loss that reads numbers could be recorded"),
  assume("cpu", "data.get", "function", "cpu.ts", "our kernels could not read tensors"),
  assume("cpu", "makeTensorInfo", "function", "cpu.ts", "our kernels could not make tensors"),
  assume("cpu", "firstUse", "boolean", "cpu.ts", "tfjs would print an advertisement"),
  assume(
    "WebGPUBackend",
    "prototype.runWebGPUProgram",
    "function",
    "webgpu.ts",
    "what the device reports would not be thrown",
  ),
  assume(
    "WebGPUBackend",
    "prototype.read",
    "function",
    "webgpu.ts",
    "what the device reports would not be thrown",
  ),
];

/**
 * Those that do not hold, each as a sentence.
 *
 * @param owners the insides of the tfjs that is installed; an owner that is left out is not looked at
 * @param version its version, for the sentence
 */
export function brokenAssumptions(
  owners: Readonly<Partial<Record<Owner, unknown>>>,
  version: string,
): string[] {
  return ASSUMPTIONS.filter(({ owner }) => owner in owners).flatMap(
    ({ owner, path, type, file, because }) => {
      const found = path.split(".").reduce<unknown>(
        (so, name) => (so as Record<string, unknown> | null | undefined)?.[name],
        owners[owner],
      );
      return found !== null && typeof found === type ? [] : [
        `tfjs ${version}: ${owner}.${path} must be a ${type}, but is ${
          found === null ? "null" : typeof found
        }; without it ` +
        `${because}. Look at lib/engine/backend/${file}, or stay with the version before`,
      ];
    },
  );
}
