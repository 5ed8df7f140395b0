/**
 * What a part of a study of samples leaves.
 *
 * @module
 */

import type { SampledModel } from "../../properties/laws/trained.ts";

/** What real digits, and a decoder that has learned nothing, are apart from real digits. */
export interface MeasuredYardstick {
  readonly kind: "yardstick";
  readonly accuracy: number;
  readonly floor: number;
  readonly untrained: number;
  /** Images on each side of a distance. */
  readonly images: number;
}

/** Some of a model's samples: a byte for each pixel, image after image, row by row, in base64. */
export interface ShownDigits {
  /** Pixels in a row. */
  readonly width: number;
  /** Rows of an image. */
  readonly height: number;
  /** At z ~ N(0, I). */
  readonly prior: string;
  /** At z from the aggregate posterior; as many. */
  readonly aggregate: string;
}

/** What a trained model's samples are apart from real digits. */
export interface MeasuredModel extends SampledModel {
  readonly kind: "model";
  readonly digits: ShownDigits;
}

/** A model that diverged. */
export interface FailedModel extends Pick<SampledModel, "objective" | "beta" | "seed"> {
  readonly kind: "failed";
  /** Why there are no samples. */
  readonly failure: string;
}

/** What a part leaves. */
export type PartResult = MeasuredYardstick | MeasuredModel | FailedModel;
