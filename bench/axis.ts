/** The sizes that grow, one at a time. */
export const AXIS_NAMES = ["latent", "data", "batch", "width"] as const;
/** One of them. */
export type Axis = typeof AXIS_NAMES[number];
