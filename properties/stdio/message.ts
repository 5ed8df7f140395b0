/**
 * Messages to a subject in another process, and from it: JSON, one a line, as `protocol.schema.json` says.
 *
 * @module
 */

import { Ajv2020, type ValidateFunction } from "ajv";
import type { Capability } from "../contract/capability.ts";
import schema from "./protocol.schema.json" with { type: "json" };

/** What a subject says of itself. */
export interface Started {
  readonly version: 1;
  readonly name: string;
  readonly epsilon: number;
  readonly capabilities: readonly string[];
  /** What else a subject may say, under the names of the type `Subject`. */
  readonly [declared: string]: unknown;
}

/** A call by its capability: `{ kl: { family, mean, rawFactor } }`. */
export type Call = Readonly<Record<string, unknown>>;
/** An answer by its capability, or the error that the call raised. */
export type Answer =
  | {
    readonly error: { readonly kind: "value" | "type" | "not offered" | "other"; readonly message: string };
  }
  | { readonly [capability: string]: unknown };
/** The answers to a message, in the order of its calls. */
export interface Answered {
  readonly id: number;
  readonly answers: readonly Answer[];
}

/** A part of the schema, as far as sizes need it. */
interface Part {
  readonly $ref?: string;
  readonly axes?: readonly string[];
  readonly positional?: readonly string[];
  readonly properties?: Readonly<Record<string, Part>>;
  readonly additionalProperties?: Part | boolean;
}

const parts: Readonly<Record<string, Part>> = schema.$defs as unknown as Record<string, Part>;
const calls = parts.call!.properties!, answers = parts.answer!.properties!;

const ajv = new Ajv2020({ allowUnionTypes: true });
ajv.addVocabulary(["axes", "positional"]);
ajv.addSchema(schema, "protocol");
// Of answers that came together, each is checked by itself.
ajv.addSchema({
  $defs: {
    envelope: {
      ...schema.$defs.answered,
      properties: { id: { type: "integer" }, answers: { type: "array", items: { type: "object" } } },
    },
  },
}, "own");
const validator = (name: string): ValidateFunction =>
  ajv.getSchema(`${name === "envelope" ? "own" : "protocol"}#/$defs/${name}`)!;

/** What is wrong with a message of that name; undefined if nothing. */
export function problem(
  name: "start" | "ask" | "stop" | "started" | "answered" | "envelope" | "answer" | "refused",
  message: unknown,
): string | undefined {
  const validate = validator(name);
  if (validate(message)) return undefined;
  const { instancePath, message: must } = validate.errors![0]!;
  return `${instancePath === "" ? "it" : instancePath.slice(1).replaceAll("/", ".")} ${must}`;
}

/** Names of whole numbers; every other number is a float. */
const whole: ReadonlySet<string> = new Set(
  [
    "version",
    "id",
    "latent",
    "columns",
    "column",
    "block",
    "size",
    "seed",
    "count",
    "steps",
    "warmUp",
    "leaked",
  ],
);

/** A message as a line. Floats have a point or an exponent, 17 digits where it takes them, and NaN and infinities are strings. */
export function written(message: unknown, key = ""): string {
  if (typeof message === "number") {
    if (!Number.isFinite(message)) return `"${message}"`;
    if (whole.has(key)) return `${message}`;
    const text = Object.is(message, -0) ? "-0" : `${message}`;
    return /[.e]/.test(text) ? text : `${text}.0`;
  }
  if (typeof message !== "object" || message === null) return JSON.stringify(message);
  if (Array.isArray(message)) return `[${message.map((entry) => written(entry, key)).join(",")}]`;
  const entries = Object.entries(message).filter(([, entry]) =>
    entry !== undefined && typeof entry !== "function"
  );
  return `{${entries.map(([name, entry]) => `${JSON.stringify(name)}:${written(entry, name)}`).join(",")}}`;
}

/** An answer with NaN and infinities in place of their names. */
export function numbersOf(value: unknown): unknown {
  if (value === "NaN" || value === "Infinity" || value === "-Infinity") return Number(value);
  if (Array.isArray(value)) return value.map(numbersOf);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, numbersOf(entry)]));
}

/** A call of a capability with arguments in their order in the type `Subject`. */
export function callOf(capability: Capability, given: readonly unknown[]): Call {
  const names = calls[capability]?.positional;
  return {
    [capability]: names === undefined
      ? given[0]
      : Object.fromEntries(names.map((name, i) => [name, given[i]])),
  };
}

/** Whether the protocol has such a capability. */
export const isCallable = (name: string): name is Capability => Object.hasOwn(calls, name);

/** What is wrong with an answer to a call, its kind or a size; undefined if nothing. */
export function answerProblem(call: Call, answer: Answer): string | undefined {
  const [[capability, given]] = Object.entries(call) as [[string, unknown]];
  if ("error" in answer) return problem("refused", answer);
  if (!Object.hasOwn(answer, capability)) {
    return `it must answer ${capability}, but answers ${Object.keys(answer)}`;
  }
  const wrong = problem("answer", answer);
  if (wrong !== undefined) return wrong;
  const sizes = new Map<string, number | undefined>();
  eachArray(calls[capability]!, given, (axis, size) => {
    // What is handed over may be of two sizes on purpose.
    sizes.set(axis, sizes.has(axis) && sizes.get(axis) !== size ? undefined : size);
  });
  let found: string | undefined;
  eachArray(answers[capability]!, answer[capability as keyof Answer], (axis, size) => {
    if (!sizes.has(axis)) sizes.set(axis, size);
    const expected = sizes.get(axis);
    if (expected === undefined || size === expected) return;
    found ??= `${capability} must have ${axis} = ${expected}, but it has ${size}`;
  });
  return found;
}

/** The size of every array in a value whose schema names its axes. */
function eachArray(part: Part, value: unknown, seen: (axis: string, size: number) => void): void {
  const measure = (axes: readonly string[], array: unknown): void => {
    const [axis, ...inner] = axes;
    if (axis === undefined || !Array.isArray(array)) return;
    seen(axis, array.length);
    for (const entry of array) measure(inner, entry);
  };
  if (part.axes) return measure(part.axes, value);
  if (part.$ref !== undefined) return eachArray(parts[part.$ref.replace("#/$defs/", "")]!, value, seen);
  const { properties = {}, additionalProperties } = part;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return;
  for (const [name, entry] of Object.entries(value)) {
    const inner = properties[name] ?? additionalProperties;
    if (typeof inner === "object") eachArray(inner, entry, seen);
  }
}
