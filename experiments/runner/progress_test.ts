import { assert, assertEquals } from "@std/assert";
import { progress, stderrDisplay } from "./progress.ts";

/** A display that keeps what is written, with a clock that is set by hand. */
function display({ terminal = true, columns = 200, quiet = false } = {}) {
  const written: string[] = [];
  const clock = { ms: 0 };
  const on = {
    terminal,
    quiet,
    columns: () => columns,
    now: () => clock.ms,
    write: (text: string) => void written.push(text),
  };
  return { written, clock, on };
}

const NOW = "epoch 2/3 │ loss 34.57 │ 12,346 images/s";
const FULL = `███████████░░░░░░░░░  55% │ 8s left │ ${NOW}`;

Deno.test("a terminal gets one line with bar, share, time left and what the run is at", () => {
  const { written, clock, on } = display();
  const shown = progress(90, 0, on);
  clock.ms = 10_000;
  shown.update(50, NOW);
  assertEquals(written, [`\r\x1b[K${FULL}`]);
});

Deno.test("the line is shorter than the terminal is wide: the bar shrinks first, then the words are cut", () => {
  for (const columns of [0, 1, 2, 10, 30, 40, 60, 70, 80, FULL.length, FULL.length + 1]) {
    const { written, clock, on } = display({ columns });
    const shown = progress(90, 0, on);
    clock.ms = 10_000;
    shown.update(50, NOW);
    const line = written[0]!.slice("\r\x1b[K".length);
    assert(line.length <= Math.max(0, columns - 1), line);
    const bar = line.match(/^[█░]*/)![0].length;
    if (columns > FULL.length) assertEquals(line, FULL);
    else if (columns >= 70) assertEquals([line.endsWith(NOW), bar < 20], [true, true]);
    else if (columns >= 40) assert(line.includes(" 55% │ 8s left │ epoch 2/3") && bar === 4, line);
  }
});

Deno.test("a terminal is drawn on at most 10 times a second, and at the last step whatever the time", () => {
  const { written, clock, on } = display();
  const shown = progress(1000, 0, on);
  for (let step = 1; step <= 1000; step++) {
    clock.ms += 1;
    shown.update(step, "at it");
  }
  assertEquals(written.length, 11);
  assert(written.at(-1)!.includes(" 100% "));
  // A tenth of a second apart, all are.
  const apart = display();
  const seldom = progress(1000, 0, apart.on);
  for (let step = 1; step <= 10; step++) {
    apart.clock.ms += 100;
    seldom.update(step, "at it");
  }
  assertEquals(apart.written.length, 10);
});

Deno.test("time left counts from the work that was done before, and begins with the first that is done", () => {
  const { written, clock, on } = display();
  const shown = progress(400, 200, on);
  shown.update(200, "at it");
  assertEquals(written, [`\r\x1b[K██████████░░░░░░░░░░  50% │ at it`]);
  for (
    const [step, ms, left] of [[300, 60_000, "1m left"], [350, 4_000_000, "22m 13s left"], [
      400,
      1e7,
      "0s left",
    ]]
  ) {
    clock.ms = ms as number;
    shown.update(step as number, "at it");
    assert(written.at(-1)!.includes(` │ ${left} │ `), written.at(-1));
  }
});

Deno.test("elsewhere there are plain lines: each tenth of the way, no bar, no control characters", () => {
  const { written, clock, on } = display({ terminal: false, columns: 20 });
  const shown = progress(95, 0, on);
  for (let step = 1; step <= 95; step++) {
    clock.ms += 100;
    shown.update(step, "at it");
  }
  shown.end();
  assertEquals(written.length, 10);
  assertEquals([written[0], written[9]], ["10% │ 9s left │ at it\n", "100% │ 0s left │ at it\n"]);
});

Deno.test("a run that goes on has plain lines for the tenths that remain only", () => {
  const { written, on } = display({ terminal: false });
  const shown = progress(100, 75, on);
  for (let step = 76; step <= 100; step++) shown.update(step, "");
  assertEquals(written.map((line) => line.split(" ")[0]), ["80%", "90%", "100%"]);
});

Deno.test("quiet shows nothing at all", () => {
  for (const terminal of [true, false]) {
    const { written, on } = display({ terminal, quiet: true });
    const shown = progress(2, 0, on);
    shown.update(1, "");
    shown.note("a note");
    shown.update(2, "");
    shown.end();
    assertEquals(written, []);
  }
});

Deno.test("a note takes the place of the bar, which is drawn again below it", () => {
  const { written, clock, on } = display();
  const shown = progress(90, 0, on);
  shown.note("first");
  clock.ms = 10_000;
  shown.update(50, NOW);
  shown.note("second");
  assertEquals(written, ["\r\x1b[Kfirst\n", `\r\x1b[K${FULL}`, `\r\x1b[Ksecond\n${FULL}`]);
  const plain = display({ terminal: false });
  progress(90, 0, plain.on).note("third");
  assertEquals(plain.written, ["third\n"]);
});

Deno.test("at the end the last state is drawn and its line ended, once, and only if there is one", () => {
  const { written, clock, on } = display();
  const shown = progress(90, 0, on);
  clock.ms = 5_000;
  shown.update(10, "");
  clock.ms = 5_001;
  shown.update(20, "");
  assertEquals(written.length, 1);
  shown.end();
  shown.end();
  assertEquals(written.length, 3);
  assert(written[1]!.includes(" 22% "), written[1]);
  assertEquals(written[2], "\n");
  const unused = display();
  progress(90, 0, unused.on).end();
  assertEquals(unused.written, []);
});

Deno.test("the display of this process needs no permission", () => {
  const { quiet, columns, now, terminal } = stderrDisplay(true);
  assertEquals([quiet, typeof terminal], [true, "boolean"]);
  assert(columns() > 0 && now() <= now());
});
