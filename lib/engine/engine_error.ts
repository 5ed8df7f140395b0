/** Thrown when an engine cannot start here: one line with the reason. */
export class EngineError extends Error {
  /** The class name, so that it survives minification. */
  override readonly name = "EngineError";
}
