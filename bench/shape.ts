/** The sizes that the benchmark times: batch 128, 784-500-500-8, β = 0.2. */
export const SHAPE = {
  batch: 128,
  data: 784,
  hidden: 500,
  latent: 8,
  beta: 0.2,
  learningRate: 1e-3,
} as const;

/** What is timed. */
export const WORKLOADS = ["beta-vae", "grae"] as const;
/** One of them. */
export type Workload = typeof WORKLOADS[number];

/** What a worker is asked: so many steps of one workload. */
export interface Request {
  readonly workload: Workload;
  readonly steps: number;
}

/** What a worker answers. */
export interface Answer {
  /** Milliseconds of each step. */
  readonly times: number[];
  /** The loss of the last step. */
  readonly loss: number;
  /** Tensors alive after the steps less tensors alive before. */
  readonly leaked: number;
}

/** Answers requests in a worker, one after the other, and says when it is ready. */
export function serve(answer: (request: Request) => Promise<Answer>): void {
  const scope = globalThis as unknown as {
    onmessage: (event: MessageEvent<Request>) => void;
    postMessage(message: unknown): void;
    gc?: () => void;
  };
  scope.onmessage = async ({ data }) => {
    const answered = await answer(data);
    // With --expose-gc what the process holds afterwards is what it needs, not what nobody has collected yet.
    scope.gc?.();
    scope.postMessage(answered);
  };
  scope.postMessage("ready");
}
