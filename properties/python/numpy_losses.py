"""A subject in NumPy: deno task verify --command "python3 properties/python/numpy_losses.py"."""

import numpy as np
from grae_subject import offers, serve


@offers("kl")
def kl(family, mean, raw_factor):
    if family["kind"] != "mean-field":
        raise NotImplementedError("only mean-field is offered")
    return (mean**2 + np.exp(2 * raw_factor) - 1 - 2 * raw_factor).sum(-1) / 2


@offers("volume.graeStar")
def grae_star(jacobian, beta):
    return beta / 2 * np.log1p((jacobian**2).sum(0) / beta).sum()


@offers("volume.grae")
def grae(jacobian, beta):
    return beta / 2 * np.log1p(np.linalg.svd(jacobian, compute_uv=False) ** 2 / beta).sum()


@offers("logDensity")
def log_density(likelihood, x, g):
    if likelihood["kind"] == "bernoulli":
        return (x * g - np.logaddexp(0, g)).sum(-1)
    variance = likelihood["variance"]
    return -((x - g) ** 2 / variance + np.log(2 * np.pi * variance)).sum(-1) / 2


@offers("vaeLoss")
def vae_loss(x, decoded, mean, log_variance, beta):
    reconstruction = ((x - decoded) ** 2).sum(-1).mean() / 2
    divergence = (mean**2 + np.exp(log_variance) - 1 - log_variance).sum(-1).mean() / 2
    return {"loss": reconstruction + beta * divergence, "reconstruction": reconstruction, "kl": divergence}


if __name__ == "__main__":
    serve("losses in NumPy", promises=["relative volumes", "graded determinants"])
