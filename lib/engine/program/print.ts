/**
 * A recorded function as text: its operations, with their buffers and lifetimes, and the jobs that they became.
 *
 * @module
 */

import type { Job } from "../kernels/team.ts";
import type { Compiled } from "./compile.ts";
import type { Plan, PlannedBuffer } from "./plan.ts";
import type { BufferId, Operation, Trace, Value } from "./trace.ts";

const typed = ({ dtype, shape }: Pick<Value, "dtype" | "shape">): string => `${dtype}[${shape.join(",")}]`;
const named = (buffer: BufferId): string => `%${buffer}`;
const list = (values: readonly Value[], one: (value: Value) => string): string => values.map(one).join(", ");

/** An operation with the types of its inputs and outputs, for messages: `Neg float32[3] → float32[3]`. */
export const describeOperation = ({ name, inputs, outputs }: Operation): string =>
  `${name} ${list(inputs, typed)} → ${list(outputs, typed)}`;

/** Where a buffer has its memory, and from which operation to which it is needed. */
function place({ kind, from, to, slot }: PlannedBuffer, end: number): string {
  if (kind === "input" || kind === "constant") return kind;
  const where = kind === "shared" ? `slot ${slot}` : kind;
  return to === end ? `${where}, from ${from}` : `${where}, ${from} to ${to}`;
}

/** Jobs by their kernels and chunks; a job that repeats is written once. */
function jobsIn(jobs: readonly Job[]): string {
  const words = jobs.map(([kernel, chunks]) => chunks === 1 ? kernel : `${kernel} × ${chunks}`);
  const runs: { word: string; count: number }[] = [];
  for (const word of words) {
    const last = runs.at(-1);
    if (last?.word === word) last.count++;
    else runs.push({ word, count: 1 });
  }
  return runs.map(({ word, count }) => count === 1 ? word : `${count} times ${word}`).join("; ");
}

/** Lines of columns, each as wide as its widest cell. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows.reduce<number[]>(
    (so, row) => row.map((cell, i) => Math.max(cell.length, so[i] ?? 0)),
    [],
  );
  return rows.map((row) => `  ${row.map((cell, i) => cell.padEnd(widths[i]!)).join("  ").trimEnd()}`);
}

/**
 * A recorded function. An operation has a line for each of its outputs: its number, the output and its type, the kernel and
 * its inputs, the bytes, the memory and the lifetime, and the jobs, as `kernel × chunks`; `call` stands for a kernel of tfjs, and
 * `fill` for a draw, and for a kernel of ours that looks at numbers or reads a loose buffer.
 */
export function printProgram(
  trace: Trace,
  { buffers, slots }: Plan,
  { steps, jobs, bytes: own }: Compiled,
): string {
  const row = (value: Value, before: readonly string[], after: readonly string[]): string[] => {
    const planned = buffers[value.buffer]!;
    return [
      ...before,
      named(value.buffer),
      typed(value),
      ...after,
      `${planned.bytes} B`,
      place(planned, trace.operations.length),
    ];
  };
  const constants = trace.constants.map(({ buffer, tensor: { shape, dtype } }) => ({ buffer, shape, dtype }));
  const operations = trace.operations.flatMap(({ name, inputs, outputs, again }, i) => {
    const done = jobs[i] ? jobsIn(jobs[i]) : "call" in again ? "call" : "fill";
    const call = `${name}(${list(inputs, ({ buffer }) => named(buffer))})`;
    if (outputs.length === 0) return [[String(i), "", "", call, "", "", done]];
    return outputs.map((value, j) =>
      j === 0 ? [...row(value, [String(i)], [call]), done] : [...row(value, [""], [""]), ""]
    );
  });
  const bytes = (kind: PlannedBuffer["kind"]): number =>
    buffers.filter((buffer) => buffer.kind === kind).reduce((sum, buffer) => sum + buffer.bytes, 0);
  const count = jobs.reduce((sum, some) => sum + (some?.length ?? 0), 0);
  const calls = steps.filter(({ kind }) => kind === "jobs").length;
  const alone = steps.filter(({ kind }) => kind === "call" || kind === "fill").length;
  const shared = slots.reduce((sum, size) => sum + 4 * size, 0);
  return [
    "inputs",
    ...table(trace.inputs.map((value) => row(value, [], []).slice(0, 3))),
    "constants",
    ...table(constants.map((value) => row(value, [], []).slice(0, 3))),
    "operations",
    ...table(operations),
    `returns ${list(trace.outputs, ({ buffer }) => named(buffer))}`,
    `memory: ${bytes("shared")} B share ${slots.length} slots of ${shared} B together; outputs ${
      bytes("output")
    } B; loose ${bytes("loose")} B; workspace of kernels ${own.workspace} B; jobs ${own.jobs} B`,
    `steps: ${calls} calls do ${count} jobs; kernels that run by themselves: ${alone}`,
  ].join("\n");
}
