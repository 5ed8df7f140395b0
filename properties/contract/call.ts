/**
 * How a law calls a capability: with copies of its arguments, for kinds that the subject takes, and with refusals told from
 * other errors.
 *
 * Copies, not frozen originals: frozen arrays raise an error in strict code only, typed arrays cannot be frozen, and a right
 * answer that was computed in place should be examined all the same.
 *
 * @module
 */

import type { Capability } from "./capability.ts";
import { Refusal, Unanswered, Violation } from "./ledger.ts";
import { inTime, requireInTime } from "./limits.ts";
import type { Run } from "./replay.ts";
import type { Offers, Subject } from "./subject.ts";

/** A subject that wrote into an argument of a capability. */
export class ArgumentChanged extends Violation {
  /** The capability is `changed`; `at` is where, as `a[0][1]`. */
  constructor(readonly changed: Capability, at: string, after: unknown, before: unknown) {
    super(
      `the subject changed its argument: ${at} of ${changed}`,
      String(after),
      String(before),
      0,
      "arguments belong to the caller: copy what is written to",
    );
  }
}

type Call = (...given: readonly unknown[]) => unknown;

/**
 * The capability as laws call it.
 *
 * @param run names the capabilities that are known to write into their arguments, whose answers are examined all the same, and has the time
 * @throws Unanswered for an answer after its time, or none
 */
export function guarded(
  subject: Subject,
  name: Capability,
  call: Call,
  { changing = [], time }: Pick<Run, "changing" | "time"> = {},
): Call {
  const known = changing.includes(name);
  return (...given) => {
    const lacking = kindNotTaken(subject.offers, name, given);
    if (lacking !== undefined) throw new Refusal(`it does not offer ${lacking}`);
    const handed = given.map(copied);
    const done = (): void => {
      if (known) return;
      const at = firstChange(handed, given, "arguments");
      if (at) throw new ArgumentChanged(name, at.path, at.after, at.before);
    };
    const failed = (error: unknown): never => {
      if (error instanceof Unanswered) throw error;
      done();
      throw (namesKind(given) ? refusalOf(error) : undefined) ?? error;
    };
    let answer: unknown;
    const began = performance.now();
    try {
      answer = call(...handed);
    } catch (error) {
      return failed(error);
    }
    if (answer instanceof Promise) {
      return (time ? inTime(time, name, answer) : answer).then((value: unknown) => {
        done();
        return plain(value);
      }, failed);
    }
    if (time) requireInTime(time, name, began);
    done();
    return plain(answer);
  };
}

/** An answer with its typed arrays as plain ones. */
function plain(answer: unknown): unknown {
  if (typeof answer !== "object" || answer === null) return answer;
  if (ArrayBuffer.isView(answer)) return Array.from(answer as unknown as ArrayLike<number>);
  if (Array.isArray(answer)) return typeof answer[0] === "object" ? answer.map(plain) : answer;
  return Object.fromEntries(Object.entries(answer).map(([key, entry]) => [key, plain(entry)]));
}

/** Words by which an error says that something is not taken. */
const refusing =
  /\b(?:not|only)\b.*\b(?:offer|support|implement)(?:s|ed)?\b|\b(?:unsupported|unimplemented|unoffered)\b/i;

/** Names of errors that somebody has worded; others are worded by the language or by a package: "unsupported operand". */
const worded: readonly string[] = ["Error", "RangeError", "ValueError"];

/**
 * The refusal that an error is, if it says so: by its name (`NotOffered`, `NotSupportedError`, `NotImplementedError`), or, of an `Error`,
 * `RangeError` or `ValueError`, in its message that something is not, or only something is, offered, supported or implemented. Any other
 * error is a fault, and so is this one where the arguments name no kind that could be refused: a matrix is no kind.
 */
function refusalOf(error: unknown): Refusal | undefined {
  if (!(error instanceof Error)) return undefined;
  const says = /^Not(?:Offered|Supported|Implemented)/.test(error.name) ||
    (worded.includes(error.name) && refusing.test(error.message));
  return says ? new Refusal(error.message, { cause: error }) : undefined;
}

/** True iff plain data names a family, a likelihood, a law of one latent or an activation. */
function namesKind(value: unknown): boolean {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return false;
  return Object.entries(value).some(([key, entry]) =>
    typeof entry === "string" ? key === "kind" || key === "activation" : namesKind(entry)
  );
}

/** Capabilities of which the family of a model is no part, although a model names one. */
const familyless: readonly string[] = [
  "objectives.grae",
  "objectives.grae-block",
  "objectives.grae-star",
  "objectives.grae-star-stochastic",
];

/** A family, likelihood or activation among the arguments that the subject says it does not take. */
function kindNotTaken(
  offers: Offers | undefined,
  name: Capability,
  given: readonly unknown[],
): string | undefined {
  if (offers === undefined) return undefined;
  const taken: Record<string, readonly string[] | undefined> = {
    activation: offers.activations && ["identity", ...offers.activations],
    likelihood: offers.likelihoods,
    family: familyless.includes(name) ? undefined : offers.families,
  };
  const lacks = (key: string, kind: string): string | undefined =>
    taken[key]?.includes(kind) === false ? `the ${key} ${kind}` : undefined;
  const search = (value: unknown, key: string): string | undefined => {
    if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) {
      return key === "activation" ? lacks(key, String(value)) : undefined;
    }
    if (Array.isArray(value) && typeof value[0] === "number") return undefined;
    const kind: unknown = Reflect.get(value, "kind");
    const lacking = typeof kind === "string" ? lacks(key, kind) : undefined;
    if (lacking !== undefined) return lacking;
    for (const [inner, entry] of Object.entries(value)) {
      const found = search(entry, inner);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  for (const [at, value] of given.entries()) {
    const found = search(value, at === 0 ? firstArgument(name) : "");
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The key of `offers` that the first argument of a capability belongs to; empty where it names no kind. */
function firstArgument(name: Capability): string {
  if (name === "kl" || name === "covariance" || name === "sample" || name === "optimalCovariance") {
    return "family";
  }
  return name === "logDensity" || name === "logDensityGradient" || name === "curvature" ? "likelihood" : "";
}

/** A copy of plain data. */
function copied(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return typeof value[0] === "number" ? value.slice() : value.map(copied);
  if (ArrayBuffer.isView(value)) return structuredClone(value);
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, copied(entry)]));
}

interface Change {
  readonly path: string;
  readonly after: unknown;
  readonly before: unknown;
}

/** The first place in which two values of plain data differ; undefined where they are equal. */
function firstChange(after: unknown, before: unknown, path: string): Change | undefined {
  if (typeof before !== "object" || before === null) {
    return Object.is(after, before) ? undefined : { path, after, before };
  }
  if (typeof after !== "object" || after === null) return { path, after, before };
  // Arrays have their indices for keys; most of what is handed over is rows of numbers.
  const indexed = Array.isArray(before) && Array.isArray(after);
  const keys = indexed ? before : Object.keys(before), found = indexed ? after : Object.keys(after);
  if (keys.length !== found.length) {
    return { path, after: `${found.length} entries`, before: `${keys.length} entries` };
  }
  for (let i = 0; i < keys.length; i++) {
    const key = indexed ? i : keys[i];
    const then: unknown = Reflect.get(before, key), now: unknown = Reflect.get(after, key);
    if (Object.is(then, now)) continue;
    const change = firstChange(now, then, `${path}[${key}]`);
    if (change) return change;
  }
  return undefined;
}
