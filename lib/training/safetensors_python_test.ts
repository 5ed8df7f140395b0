import { assertEquals } from "@std/assert";
import { childCommand } from "../../tools/process.ts";
import { pythonObstacle, unlessObstacle } from "../../fixtures/python.ts";
import { decodeSafetensors, encodeSafetensors } from "./safetensors.ts";

const obstacle = await pythonObstacle("numpy", "safetensors");

/** Reads a file from standard input, prints what it holds, and then the file as Python writes it, in base64. */
const SCRIPT = `
import base64, json, sys
from safetensors.numpy import load, save
raw = sys.stdin.buffer.read()
tensors = load(raw)
size = int.from_bytes(raw[:8], "little")
metadata = json.loads(raw[8:8 + size])["__metadata__"]
print(json.dumps({
    "bits": {name: [str(t.dtype), list(t.shape), t.reshape(-1).view("uint32").tolist()] for name, t in tensors.items()},
    "again": base64.b64encode(save(tensors, metadata)).decode(),
}))
`;

unlessObstacle(obstacle, "Python's safetensors reads our files, and we read its", async () => {
  const bits = Uint32Array.of(0x3f800000, 0x80000000, 1, 0x7fa12345, 0xff800000, 0x7f7fffff);
  const tensors = [
    { name: "encoder.0.weight", shape: [2, 3], values: new Float32Array(bits.buffer) },
    { name: "β", shape: [], values: Float32Array.of(0.25) },
    { name: "nothing", shape: [0, 4], values: new Float32Array(0) },
  ];
  const metadata = { step: "12", options: '{"beta":0.2}' };
  const child = childCommand("python3", { args: ["-c", SCRIPT], stdin: "piped", stdout: "piped" })
    .spawn();
  const input = child.stdin.getWriter();
  await input.write(encodeSafetensors(tensors, metadata));
  await input.close();
  const { stdout, success } = await child.output();
  assertEquals(success, true);
  const seen: { bits: unknown; again: string } = JSON.parse(new TextDecoder().decode(stdout));
  assertEquals(seen.bits, {
    "encoder.0.weight": ["float32", [2, 3], [...bits]],
    "β": ["float32", [], [0x3e800000]],
    "nothing": ["float32", [0, 4], []],
  });

  const again = decodeSafetensors(Uint8Array.fromBase64(seen.again), "again.safetensors");
  assertEquals(again.metadata, metadata);
  for (const { name, shape, values } of tensors) {
    const tensor = again.tensors.get(name)!;
    assertEquals(tensor.shape, shape);
    assertEquals(new Uint8Array(tensor.values.buffer), new Uint8Array(values.buffer));
  }
});
