/**
 * The page of the laws: the gate's own page, made anew from its `evidence.json`, and never from the HTML beside that.
 *
 * @module
 */

import type { FC } from "hono/jsx";
import { evidenceSchema, type GateEvidence } from "../../properties/gate/evidence.ts";
import { EvidenceBody } from "../../properties/gate/page.tsx";
import { taskCommand } from "../../tools/shell.ts";
import { readJson } from "./gather.ts";
import { minute, versionList } from "./run_page.tsx";

/** Reads the gate's folder. @throws (rejects) DataError if the file is missing or not the gate's */
export const gatherEvidence = (path: string): Promise<GateEvidence> =>
  readJson({ path, name: path }, "evidence.json", evidenceSchema);

/** Whether a run ended after the gate did: its evidence cannot know of it. */
export const isNewer = (
  { manifest: { ended } }: { manifest: { ended: string | null } },
  evidence: GateEvidence | null,
) => evidence !== null && ended !== null && Date.parse(ended) > Date.parse(evidence.ended);

/** Where there is no evidence. */
export const Unchecked: FC = () => (
  <>
    The laws have not been checked for this site: <code>{taskCommand("gate")}</code> does it.
  </>
);

/** The content of the page. */
export const Laws: FC<{ readonly evidence: GateEvidence | null }> = ({ evidence }) =>
  evidence === null
    ? (
      <p>
        <Unchecked />
      </p>
    )
    : (
      <>
        <p class="quiet">{minute(evidence.ended)}; {versionList(evidence.versions)}</p>
        <EvidenceBody evidence={evidence} />
      </>
    );
