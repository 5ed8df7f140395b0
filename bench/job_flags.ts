import { permission } from "../tools/process.ts";
import { isPython } from "./implementation.ts";
import type { BenchOptions } from "./options.ts";

/** Whether options may start a Python interpreter. */
const needsPeers = ({ sections, implementations }: BenchOptions): boolean =>
  implementations.some(isPython) &&
  sections.some((section) => ["steps", "growth", "memory"].includes(section));

/** The permissions that the job needs: its folder, to start `deno` and perhaps a Python, and which BLAS is chosen. */
export function jobFlags(options: BenchOptions): string[] {
  const programs = needsPeers(options) ? ["deno", options.peers] : ["deno"];
  return [
    permission("run", programs),
    permission("read", [options.out]),
    permission("write", [options.out]),
    "--allow-env=GRAE_BLAS",
  ];
}
