import type { Table } from "../command/option.ts";
import type { OptionsOf, StudyCommand } from "./options.ts";
import type { Findings, Study } from "./study.ts";

/** What watches a run. */
export interface StudyWatch {
  readonly signal?: AbortSignal;
  readonly onPart?: (name: string) => void;
}

/** How a run ended. */
export interface StudyResult<Results> {
  readonly interrupted: boolean;
  readonly folder: string;
  readonly files: readonly string[];
  readonly done: number;
  readonly findings: Findings<Results> | null;
}

export function startStudy<Options, Result, Results>(
  _study: Study<Options, Result, Results>,
  _options: Options,
  _watch: StudyWatch = {},
): Promise<StudyResult<Results>> {
  return Promise.reject(new Error("nothing runs yet"));
}

export function resumeStudy<T extends Table, Result, Results>(
  _study: Study<OptionsOf<T>, Result, Results>,
  _command: StudyCommand<T>,
  _dir: string,
  _data: string | null,
  _watch: StudyWatch = {},
): Promise<StudyResult<Results>> {
  return Promise.reject(new Error("nothing runs yet"));
}
