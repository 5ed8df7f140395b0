import { assertEquals } from "@std/assert";
import { onDisk } from "../../fixtures/temporary_folder.ts";
import type { Report } from "../../laws.ts";
import { type KeptFailure, readFailures, writeFailures } from "./failures_file.ts";

/** What a report has of laws: the token of a failure, or null where a law held. */
const report = (subject: string, laws: Readonly<Record<string, string | null>>): Report => ({
  subject,
  evidence: Object.entries(laws).map(([law, token]) => ({
    law,
    ...(token !== null && { failure: { token } }),
  })),
} as unknown as Report);

onDisk(
  "failures are kept until their law holds for their subject; of laws and subjects that were not asked, they stay",
  async (folder) => {
    const file = `${folder}/deep/failures.json`;
    const kept = (subject: string, law: string, token: string): KeptFailure => ({ subject, law, token });
    const leave = async (...reports: readonly Report[]): Promise<readonly KeptFailure[]> => {
      await writeFailures(file, await readFailures(file), reports);
      return await readFailures(file);
    };
    assertEquals(await leave(report("a", { G1: null })), []);
    const [first, other] = [kept("a", "G1", "0.1.2.a"), kept("b", "G1", "0.3.4.b")];
    assertEquals(await leave(report("a", { G1: "0.1.2.a", G3: null }), report("b", { G1: "0.3.4.b" })), [
      first,
      other,
    ]);
    assertEquals(await leave(report("a", { G3: "1.5.6.a" })), [first, other, kept("a", "G3", "1.5.6.a")]);
    // What resolved nothing has no token, and is no failure to try first.
    assertEquals(await leave(report("a", { G3: "" })), [first, other]);
    assertEquals(await leave(report("a", { G1: "0.7.8.a" })), [other, kept("a", "G1", "0.7.8.a")]);
    assertEquals(await leave(report("a", { G1: null }), report("b", { G3: null })), [other]);
    assertEquals(await leave(report("b", { G1: null })), []);
  },
);
