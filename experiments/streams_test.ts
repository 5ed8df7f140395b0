import { assertEquals } from "@std/assert";
import * as compare from "./compare/parts.ts";
import * as fit from "./digits/fit.ts";
import * as images from "./images/models.ts";
import * as figures from "./mnist/figures.ts";
import * as mnist from "./mnist/training.ts";
import * as distance from "./samples/distance.ts";
import * as samples from "./samples/models.ts";
import * as uniqueness from "./uniqueness/parts.ts";

/** What is drawn from the key of one seed, by its stream. */
const FIT = [fit.INITIAL, fit.ORDER, fit.NOISE, fit.PIXELS];
const STREAMS: Readonly<Record<string, readonly number[]>> = {
  mnist: [...FIT, mnist.SCORES, figures.SAMPLES],
  compare: [...FIT, compare.JUDGED, compare.TRACKED, compare.CONTRACTED],
  images: [...FIT, images.JUDGED, images.VOTES, images.SAMPLES],
  samples: [...FIT, samples.PRIOR, samples.AGGREGATE, distance.CLASSIFIER, distance.HALVES],
  classifier: [distance.INITIAL, distance.ORDER],
  uniqueness: [
    uniqueness.TRUTH,
    uniqueness.EXAMPLES,
    uniqueness.START,
    uniqueness.STEPS,
    uniqueness.TURNS,
  ],
};

for (const [study, streams] of Object.entries(STREAMS)) {
  Deno.test(`no two things of a seed are drawn from one stream: ${study}`, () => {
    assertEquals(streams.filter((stream) => !(Number.isInteger(stream) && stream >= 0)), []);
    assertEquals(new Set(streams).size, streams.length, `${streams}`);
  });
}
