/**
 * The slides of the talk line by line: which laws check each sentence and formula.
 *
 * @module
 */

/** A sentence or formula of a slide. */
export interface SlideLine {
  /** In quotation marks as it is printed, else in the notation of the laws. */
  readonly says: string;
  /** Ids of the laws that check it. */
  readonly laws: readonly string[];
  /** Why no law checks it, or how it is read. */
  readonly note?: string;
}

/** A slide, by its title as printed. */
export interface Slide {
  readonly title: string;
  readonly lines: readonly SlideLine[];
}

/** Whether a law, by its id, is none of the talk: on the implementation (A), or on losses (V) and penalties (J) as people write them, on scores (D), on likelihoods (L), or on runs (R). */
export function isOfOurs(id: string): boolean {
  return /^[AVJDLR]/.test(id);
}

/** Lines, each with the ids of its laws, with spaces between them, and after a colon the note. */
type Rows = Readonly<Record<string, string>>;

const slide = (title: string, rows: Rows): Slide => ({
  title,
  lines: Object.entries(rows).map(([says, row]) => {
    const [, laws, note] = /^([\w ]*)(?:: (.+))?$/.exec(row)!;
    return { says, laws: laws === "" ? [] : laws!.split(" "), ...(note !== undefined && { note }) };
  }),
});

/** Every slide whose sentences or formulas are known to this project, in the order of the talk. */
export const slides: readonly Slide[] = [
  slide("Latent variable models and Uniqueness", {
    "With a prior N(0, I) and R orthogonal, the decoders g and g∘Rᵀ have the same marginal p(x)": "U1",
    "ELBO(r#q, g∘r⁻¹) = ELBO(q, g)": "U2",
    "Maps that preserve the prior: rotations, and maps that are not linear": "U8",
    "“transformations that act separately on each latent”": "U10",
  }),
  slide("Example: Isotropic Gaussian prior and orthogonal transforms", {
    "“r#p mean-field iff all variances equal”":
      "U3 X3: true if it is read as: for every rotation r; false for one r that does not mix all latents",
    "“q ∈ Q ⇒ r#q ∉ Q”": "X4 U3: the hypothesis of uniqueness, read as: for all mean-field Gaussians",
    "The theorem of Darmois and Skitovitch: y = Ru is independent only if R mixes none but Gaussian latents":
      "U4",
    "“Models with non-Gaussian factorised posteriors will not have non-uniqueness to orthogonal transforms”":
      "X5 U4: true of every R that mixes a non-Gaussian latent; false if only some latents are non-Gaussian",
  }),
  slide("Choice of Q can lead to uniqueness", {
    "If the maximiser over Q̃ = {r#q} ∪ Q is unique and lies in Q, and r#q* ∉ Q, rotating the model lowers the best ELBO":
      "U7",
    "With mean-field Gaussians a rotation costs the ELBO": "U5",
    "With the full Gaussian family it costs nothing": "U6",
    "“holds when Q̃ is convex”": "U9: the completion of the mean-field Gaussians by rotations is not convex",
    "Trained models: a mean-field posterior recovers W up to a signed permutation, a full one does not": "E5",
  }),
  slide("How does variational family regularize the local geometry", {
    "Taylor (Hessian) loss: −log p(x|h) − ½ tr(H_f Σ) + β KL": "T1 T2 T5 T6",
    "Taylor (Jacobian) loss: −log p(x|h) + ½ tr(GΣ) + β KL, with G = −JᵀH_pJ": "T1 T2 T4 T5 T6",
  }),
  slide("Taylor approximation around μ", {
    "H_f = JᵀH_pJ + Σ_k (∂log p/∂g_k) ∇²g_k": "T3",
    "H_f = JᵀH_pJ for decoders that are piecewise linear": "T4",
    "The order of the error": "T2",
  }),
  slide("We can further reduce the approximation", {
    "Gaussian likelihood: H_p = −I/σ²": "H1",
    "Bernoulli likelihood: H_p in the mean and in the logits": "H2 H3",
    "“diagonal for pixel-wise independent models”":
      "H1 H3: mixed differences of log p are 0 for both likelihoods",
    "−tr(JᵀH_pJΣ) = ‖(−H_p)^½ J Σ^−½‖²_F": "X1 H4: true with Σ^½",
  }),
  slide("Gaussian p(z) and q(z|x)", {
    "“H_p ≈ −I for Bern(g(z))”": "X2 H2: false if g are the logits, true in the limit if g is the mean",
    "Σ* = (I + G/β)⁻¹ minimises ½ tr(GΣ) + β KL": "S1 S2",
    "With the full Hessian: Σ* = (I − H_f/β)⁻¹": "S5 S6",
    "Eigenvalues of Σ*: β/(β + s_i²)": "S3",
    "Optima of the mean-field, block-diagonal and isotropic families": "S4",
    "Trained models: σ_k² ≈ β/(β + ‖J_{:k}‖²)": "E1",
  }),
  slide("Gaussian p(z), q(z|x), p(x|z)", {
    "GRAE: ½‖x − g(h)‖² + (β/2)‖h‖² + (β/2) log|I + JᵀJ/β|": "G2 G8",
    "Its regulariser: rotations, the limits of small and of large β, dead latents": "G5 G6 G7 G9",
    "GRAE*: the upper bound with Σ_i log(1 + ‖J_{:i}‖²/β)": "G1 G3",
    "“Sampling one column of Jacobian per iteration”":
      "G4: read as one column per example and iteration; one for the whole batch has the same mean and is a planted fault",
  }),
  slide("MNIST", {
    "|JᵀJ| of models with block posteriors, β/d/b = .2/8/2, .4/8/2, .6/12/2, 1/8/2": "E2",
  }),
  slide("Comparison of objectives", {
    "β-VAE, Taylor, GRAE and GRAE* track each other over β": "E3",
  }),
  slide("Samples", {
    "Samples of models that the objectives trained are alike": "E4",
  }),
];
