import { assert, assertEquals } from "@std/assert";
import { progress, type ProgressState, stderrDisplay } from "./progress.ts";

const state = (step: number, more: Partial<ProgressState> = {}): ProgressState => ({
  step,
  loss: 34.5678,
  terms: { reconstruction: 30.01, kl: 4.5578 },
  imagesPerSecond: 12345.6,
  ...more,
});

/** A display that keeps what is written, with a clock that is set by hand. */
function display({ terminal = true, columns = 200, quiet = false } = {}) {
  const written: string[] = [];
  const clock = { ms: 0 };
  return {
    written,
    clock,
    display: {
      terminal,
      quiet,
      columns: () => columns,
      now: () => clock.ms,
      write: (text: string) => void written.push(text),
    },
  };
}

const FULL =
  "███████████░░░░░░░░░  55% │ epoch 2/3 │ loss 34.57 │ 12,346 images/s │ 8s left │ reconstruction 30.01, kl 4.558";

Deno.test("a terminal gets one line with bar, share, epoch, loss, images per second, time left and terms", () => {
  const { written, clock, display: on } = display();
  const shown = progress({ total: 90, epochs: 3 }, on);
  clock.ms = 10_000;
  shown.update(state(50));
  assertEquals(written, [`\r\x1b[K${FULL}`]);
});

Deno.test("the line is cut to one less than the width, so that no terminal wraps it", () => {
  for (const columns of [0, 1, 2, 10, 30, 80, FULL.length, FULL.length + 1]) {
    const { written, clock, display: on } = display({ columns });
    const shown = progress({ total: 90, epochs: 3 }, on);
    clock.ms = 10_000;
    shown.update(state(50));
    assertEquals(written, [`\r\x1b[K${FULL.slice(0, Math.max(0, columns - 1))}`]);
  }
});

Deno.test("a terminal is drawn on at most 10 times a second, and at the last step whatever the time", () => {
  const { written, clock, display: on } = display();
  const shown = progress({ total: 1000, epochs: 1 }, on);
  for (let step = 1; step <= 1000; step++) {
    clock.ms += 1;
    shown.update(state(step));
  }
  assertEquals(written.length, 11);
  assert(written.at(-1)!.includes(" 100% "));
});

Deno.test("time left counts from the step at which this process began, and begins with its first step", () => {
  const { written, clock, display: on } = display();
  const shown = progress({ total: 400, epochs: 4, start: 200 }, on);
  shown.update(state(200));
  assert(!written[0]!.includes("left"), written[0]);
  for (
    const [step, ms, left] of [[300, 60_000, "1m left"], [350, 4_000_000, "22m 13s left"], [
      400,
      1e7,
      "0s left",
    ]]
  ) {
    clock.ms = ms as number;
    shown.update(state(step as number));
    assert(written.at(-1)!.includes(` │ ${left} │ `), written.at(-1));
  }
});

Deno.test("elsewhere there are plain lines: each tenth of the way, no bar, no control characters", () => {
  const { written, clock, display: on } = display({ terminal: false, columns: 20 });
  const shown = progress({ total: 95, epochs: 5 }, on);
  for (let step = 1; step <= 95; step++) {
    clock.ms += 100;
    shown.update(state(step));
  }
  shown.done();
  assertEquals(written.length, 10);
  assertEquals(
    written[0],
    "10% │ epoch 1/5 │ loss 34.57 │ 12,346 images/s │ 9s left │ reconstruction 30.01, kl 4.558\n",
  );
  assertEquals(
    written[9],
    "100% │ epoch 5/5 │ loss 34.57 │ 12,346 images/s │ 0s left │ reconstruction 30.01, kl 4.558\n",
  );
});

Deno.test("a run that goes on has plain lines for the tenths that remain only", () => {
  const { written, display: on } = display({ terminal: false });
  const shown = progress({ total: 100, epochs: 1, start: 75 }, on);
  for (let step = 76; step <= 100; step++) shown.update(state(step));
  assertEquals(written.map((line) => line.split(" ")[0]), ["80%", "90%", "100%"]);
});

Deno.test("quiet shows nothing at all", () => {
  for (const terminal of [true, false]) {
    const { written, display: on } = display({ terminal, quiet: true });
    const shown = progress({ total: 2, epochs: 1 }, on);
    shown.update(state(1));
    shown.note("a note");
    shown.update(state(2));
    shown.done();
    assertEquals(written, []);
  }
});

Deno.test("a note takes the place of the bar, which is drawn again below it", () => {
  const { written, clock, display: on } = display();
  const shown = progress({ total: 90, epochs: 3 }, on);
  shown.note("first");
  clock.ms = 10_000;
  shown.update(state(50));
  shown.note("second");
  assertEquals(written, ["\r\x1b[Kfirst\n", `\r\x1b[K${FULL}`, `\r\x1b[Ksecond\n${FULL}`]);
  const plain = display({ terminal: false });
  progress({ total: 90, epochs: 3 }, plain.display).note("third");
  assertEquals(plain.written, ["third\n"]);
});

Deno.test("when done, the last state is drawn and its line ended, once, and only if there is one", () => {
  const { written, clock, display: on } = display();
  const shown = progress({ total: 90, epochs: 3 }, on);
  clock.ms = 5_000;
  shown.update(state(10));
  clock.ms = 5_001;
  shown.update(state(20));
  assertEquals(written.length, 1);
  shown.done();
  shown.done();
  assertEquals(written.length, 3);
  assert(written[1]!.includes(" 22% "), written[1]);
  assertEquals(written[2], "\n");

  const unused = display();
  progress({ total: 90, epochs: 3 }, unused.display).done();
  assertEquals(unused.written, []);
});

Deno.test("an epoch is shown until its last step has been made, and 100% not before the end", () => {
  const { written, clock, display: on } = display();
  const shown = progress({ total: 300, epochs: 3 }, on);
  for (const step of [0, 1, 100, 101, 200, 299, 300]) {
    clock.ms += 1000;
    shown.update(state(step));
  }
  const beginnings = written.map((line) => line.match(/(\d+)% │ epoch (\d)\/3/)!.slice(1).join(" "));
  assertEquals(beginnings, ["0 1", "0 1", "33 1", "33 2", "66 2", "99 3", "100 3"]);
});

Deno.test("numbers that are not finite, tiny, huge or negative are shown as they are", () => {
  const { written, clock, display: on } = display({ terminal: false });
  const shown = progress({ total: 1, epochs: 1 }, on);
  clock.ms = 1;
  shown.update(
    state(1, { loss: NaN, imagesPerSecond: 0.25, terms: { a: -1234567, b: 1.5e-7, c: 0, d: Infinity } }),
  );
  assertEquals(written, [
    "100% │ epoch 1/1 │ loss NaN │ 0 images/s │ 0s left │ a -1.235e+6, b 1.500e-7, c 0.000, d Infinity\n",
  ]);
});

Deno.test("the display of this process needs no permission", () => {
  const { quiet, columns, now, terminal } = stderrDisplay(true);
  assertEquals(quiet, true);
  assertEquals(typeof terminal, "boolean");
  assert(columns() > 0);
  assert(now() <= now());
});
