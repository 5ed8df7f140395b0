import * as tf from "@tensorflow/tfjs-core";

/** An open memory scope. */
export interface Scope {
  /** Disposes of every tensor made since the scope was opened, except kept ones and those in `survivors`. */
  close(survivors?: readonly tf.Tensor[]): void;
}

/** Opens a memory scope that may span awaits, where `tidy` cannot. Scopes close in reverse order of opening. */
export function openScope(): Scope {
  tf.engine().startScope();
  return { close: (survivors = []) => tf.engine().endScope([...survivors]) };
}
