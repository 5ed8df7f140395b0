import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import fc from "fast-check";
import { CheckpointError } from "./checkpoint_error.ts";
import { decodeSafetensors, encodeSafetensors, type NamedTensor } from "./safetensors.ts";
import "../../fixtures/suite_seed.ts";

const utf8 = new TextEncoder();

/** A file with this header, taken literally, and this many bytes of data. */
function file(header: string | Uint8Array, dataBytes = 0): Uint8Array {
  const text = typeof header === "string" ? utf8.encode(header) : header;
  const bytes = new Uint8Array(8 + text.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

/** What decoding is refused with: one line, without the file's name. */
function refusal(bytes: Uint8Array): string {
  const { message } = assertThrows(() => decodeSafetensors(bytes, "w.safetensors"), CheckpointError);
  assertMatch(message, /^w\.safetensors: [^\n\r]+$/);
  return message.slice("w.safetensors: ".length);
}

const bitsOf = (values: Float32Array): Uint32Array =>
  new Uint32Array(values.buffer, values.byteOffset, values.length);

const anyTensor = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 }).chain((shape) => {
  const size = shape.reduce((product, axis) => product * axis, 1);
  // Every bit pattern: NaN payloads, -0 and subnormal numbers among them.
  const word = fc.oneof(
    fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    fc.constantFrom(0x80000000, 1, 0x807fffff, 0x7fa12345, 0xffc00001, 0x7f800000),
  );
  return fc.array(word, { minLength: size, maxLength: size })
    .map((words) => ({ shape, values: new Float32Array(Uint32Array.from(words).buffer) }));
});
const anyName = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom("", "__proto__", "constructor", "7", 'a"b\\', "λ\n"),
).filter((name) => name !== "__metadata__");
const anyTensors: fc.Arbitrary<NamedTensor[]> = fc.uniqueArray(
  fc.tuple(anyName, anyTensor).map(([name, tensor]) => ({ name, ...tensor })),
  { selector: ({ name }) => name, maxLength: 5 },
);
const anyMetadata = fc.dictionary(anyName, fc.string({ unit: "binary" }), { maxKeys: 4 });

Deno.test("a file is the bytes that the format's description says", () => {
  const bytes = encodeSafetensors([{ name: "w", shape: [2], values: Float32Array.of(1, -2) }], { step: "3" });
  const header = '{"__metadata__":{"step":"3"},"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}} ';
  const padded = header.padEnd(Math.ceil(header.length / 8) * 8, " ");
  assertEquals(bytes.slice(0, 8), Uint8Array.of(padded.length, 0, 0, 0, 0, 0, 0, 0));
  assertEquals(new TextDecoder().decode(bytes.slice(8, -8)), padded);
  assertEquals(bytes.slice(-8), Uint8Array.of(0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0));
});

Deno.test("what is encoded decodes to the same names, shapes and metadata, and to the same bits", () => {
  fc.assert(fc.property(anyTensors, anyMetadata, fc.nat(7), (tensors, metadata, offset) => {
    const encoded = encodeSafetensors(tensors, metadata);
    assertEquals((encoded.length - tensors.reduce((sum, { values }) => sum + values.byteLength, 0)) % 8, 0);
    // As a view at any offset, since a float32 array may begin only at every fourth byte.
    const bytes = new Uint8Array(encoded.length + offset).subarray(offset);
    bytes.set(encoded);
    const decoded = decodeSafetensors(bytes, "w.safetensors");
    bytes.fill(255);
    assertEquals(decoded.metadata, metadata);
    assertEquals(new Set(decoded.tensors.keys()), new Set(tensors.map(({ name }) => name)));
    for (const { name, shape, values } of tensors) {
      const tensor = decoded.tensors.get(name)!;
      assertEquals(tensor.shape, shape);
      assertEquals(bitsOf(tensor.values), bitsOf(values));
    }
  }));
});

Deno.test("every truncation, and every added byte, is rejected", () => {
  fc.assert(
    fc.property(anyTensors, anyMetadata, (tensors, metadata) => {
      const bytes = encodeSafetensors(tensors, metadata);
      for (let length = 0; length < bytes.length; length++) refusal(bytes.subarray(0, length));
      refusal(Uint8Array.of(...bytes, 0));
    }),
    { numRuns: 30 },
  );
});

Deno.test("no bytes at all make decoding end otherwise than with tensors or a CheckpointError", () => {
  const outcome = (bytes: Uint8Array): void => {
    try {
      decodeSafetensors(bytes, "w.safetensors");
    } catch (error) {
      assert(error instanceof CheckpointError, String(error));
    }
  };
  fc.assert(fc.property(fc.uint8Array(), outcome));
  fc.assert(fc.property(fc.json(), fc.nat(16), (json, data) => outcome(file(json, data))));
  const entry = fc.record({
    dtype: fc.constantFrom<unknown>("F32", "F64", 1, null),
    shape: fc.oneof(fc.array(fc.integer({ min: -1, max: 3 })), fc.jsonValue()),
    data_offsets: fc.oneof(fc.array(fc.integer({ min: -1, max: 16 })), fc.jsonValue()),
  }, { requiredKeys: [] });
  fc.assert(
    fc.property(fc.dictionary(anyName, entry), fc.nat(16), (header, data) => {
      outcome(file(JSON.stringify(header), data));
    }),
  );
  fc.assert(fc.property(anyTensors, fc.nat(), fc.integer({ min: 1, max: 255 }), (tensors, at, mask) => {
    const bytes = encodeSafetensors(tensors, {});
    bytes[at % bytes.length]! ^= mask;
    outcome(bytes);
  }));
});

Deno.test("a deeply nested header is refused, not a crash", () => {
  refusal(file('{"a":'.repeat(100_000)));
  refusal(file(`${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`));
});

Deno.test("a text of 50 million characters is read", () => {
  const log = "x".repeat(5e7);
  assertEquals(decodeSafetensors(encodeSafetensors([], { log }), "w").metadata["log"]?.length, log.length);
});

const entry = (shape: string, begin: number, end: number, dtype = '"F32"'): string =>
  `{"dtype":${dtype},"shape":${shape},"data_offsets":[${begin},${end}]}`;

const BEYOND = new Uint8Array(16);
new DataView(BEYOND.buffer).setBigUint64(0, 2n ** 63n, true);

const REFUSED: readonly (readonly [string, Uint8Array, string])[] = [
  [
    "no bytes",
    new Uint8Array(0),
    "must begin with the length of its header in 8 bytes, but the file has 0 bytes: it is cut short",
  ],
  [
    "a header longer than the file",
    file('{"a":1}').subarray(0, 12),
    "its header must have the 7 bytes that it says, but 4 bytes follow: it is cut short, or no safetensors file",
  ],
  [
    "a length beyond any file",
    BEYOND,
    "its header must have at most 100000000 bytes, but it says 9223372036854775808: no safetensors file",
  ],
  [
    "a header that is not UTF-8",
    file(Uint8Array.of(0x7b, 0xff, 0x7d)),
    "its header must be UTF-8, but it is not",
  ],
  [
    "a header of spaces before JSON",
    file(' {"a":1}'),
    'its header must be a JSON object that begins with "{", but it begins with " "',
  ],
  [
    "a header that is not JSON",
    file("{a"),
    "its header must be JSON, but it is not: Expected property name or '}' in JSON at position 1 (line 1 column 2)",
  ],
  [
    "a name given twice",
    file(`{"a":${entry("[1]", 0, 4)},"a":${entry("[1]", 0, 4)}}`, 4),
    'names must differ, but "a" is there twice',
  ],
  [
    "a name given twice in different spelling, after a quote and a backslash",
    file('{"__metadata__":{"q":"\\\\\\"{","\\u0062\\\\":"","b\\\\":""}}'),
    'names must differ, but "b\\\\" is there twice',
  ],
  [
    "metadata that are not strings",
    file('{"__metadata__":{"step":3}}'),
    'metadata must be strings, but "step" is 3',
  ],
  [
    "metadata that are not an object",
    file('{"__metadata__":[]}'),
    "metadata must be an object of strings, but it is []",
  ],
  ["a tensor that is no object", file('{"a":null}'), 'tensor "a" must be an object, but it is null'],
  [
    "another type",
    file(`{"a":${entry("[1]", 0, 8, '"F64"')}}`, 8),
    'tensor "a" must have dtype "F32", but it has "F64"',
  ],
  ["no type", file('{"a":{}}'), 'tensor "a" must have dtype "F32", but it has none'],
  [
    "a shape that is none",
    file(`{"a":${entry("[1.5]", 0, 4)}}`, 4),
    'the shape of tensor "a" must be a list of whole numbers, but it is [1.5]',
  ],
  [
    "offsets that are none",
    file('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}', 4),
    'the data_offsets of tensor "a" must be two whole numbers, but it is [0]',
  ],
  [
    "offsets beyond the data",
    file(`{"a":${entry("[2]", 0, 8)}}`, 4),
    'tensor "a" needs bytes 0 to 8 of the data, but the data have 4 bytes: the file is cut short',
  ],
  [
    "overlapping tensors",
    file(`{"a":${entry("[2]", 0, 8)},"b":${entry("[1]", 4, 8)}}`, 8),
    'the data of tensor "b" must begin where those before end, at byte 8, but begin at byte 4',
  ],
  [
    "a hole",
    file(`{"a":${entry("[1]", 4, 8)}}`, 8),
    'the data of tensor "a" must begin where those before end, at byte 0, but begin at byte 4',
  ],
  [
    "a shape of another size",
    file(`{"a":${entry("[2,3]", 0, 20)}}`, 20),
    'tensor "a" of shape [2,3] must have 24 bytes, but it has 20',
  ],
  [
    "offsets that run backwards",
    file(`{"a":${entry("[]", 0, -4)}}`, 4),
    'the data_offsets of tensor "a" must be two whole numbers, but it is [0,-4]',
  ],
  [
    "bytes after the last tensor",
    file(`{"a":${entry("[]", 0, 4)}}`, 6),
    "the tensors have 4 bytes of data, but 6 follow the header",
  ],
];
for (const [what, bytes, message] of REFUSED) {
  Deno.test(`refused: ${what}`, () => assertEquals(refusal(bytes), message));
}

Deno.test("a long value in a corrupt header is quoted in part only", () => {
  assert(refusal(file(`{"a":"${"x".repeat(9999)}"}`)).length < 150);
  // With its quotes a text of 58 letters has 60 characters.
  for (const letters of [58, 59, 9999]) {
    const text = "x".repeat(letters);
    const shown = letters === 58 ? `"${text}"` : `"${"x".repeat(56)}...`;
    assertEquals(refusal(file(`{"a":"${text}"}`)), `tensor "a" must be an object, but it is ${shown}`);
  }
});

Deno.test("tensors that no file can hold are refused before anything is written", () => {
  const tensor = (name: string, shape: number[], size: number): NamedTensor => ({
    name,
    shape,
    values: new Float32Array(size),
  });
  const refused = (tensors: NamedTensor[], message: string): void => {
    assertEquals(assertThrows(() => encodeSafetensors(tensors, {}), TypeError).message, message);
  };
  refused(
    [tensor("a", [2, 3], 5)],
    'encodeSafetensors: tensor "a" of shape [2,3] must have 6 values, but it has 5',
  );
  refused(
    [tensor("a", [-1, -1], 1)],
    'encodeSafetensors: the shape of tensor "a" must be a list of whole numbers, but it is [-1,-1]',
  );
  refused(
    [tensor("a", [], 1), tensor("a", [], 1)],
    'encodeSafetensors: names must differ, but "a" is there twice',
  );
  refused([tensor("__metadata__", [], 1)], 'encodeSafetensors: a tensor cannot be named "__metadata__"');
  refused(
    [tensor("\ud800", [], 1)],
    'encodeSafetensors: names and metadata must be well-formed text, but "\\ud800" is not',
  );
});
