"""torch's divergences, densities and factorisations as a subject.

    deno task verify --command "python3 properties/packages/torch_distributions.py float32"
"""

import sys
from pathlib import Path

import torch
from torch.distributions import Bernoulli, Independent, MultivariateNormal, Normal, kl_divergence

sys.path.insert(0, str(Path(__file__).parents[1] / "python"))
from grae_subject import offers, serve


def factor(family, latent, raw):
    """L ``[batch, latent, latent]`` of raw factors ``[batch, raw]``: log of the diagonal, then what is below it, row by row."""
    size = {"isotropic": 1, "mean-field": 1, "full": latent}.get(family["kind"], family.get("size"))
    logs = 1 if family["kind"] == "isotropic" else latent
    l = torch.diag_embed(raw[:, :logs].exp().expand(-1, latent))
    rows, columns = torch.tril_indices(latent, latent, -1)
    inside = rows // size == columns // size
    l[:, rows[inside], columns[inside]] = raw[:, logs:]
    return l


def posterior(family, mean, raw):
    if family["kind"] == "mean-field":
        return Independent(Normal(mean, raw.exp()), 1)
    return MultivariateNormal(mean, scale_tril=factor(family, mean.shape[-1], raw))


@offers("kl")
def kl(family, mean, raw_factor):
    q = posterior(family, mean, raw_factor)
    zero, one = torch.zeros_like(mean), torch.ones_like(mean)
    if isinstance(q, MultivariateNormal):
        return kl_divergence(q, MultivariateNormal(zero, scale_tril=torch.diag_embed(one)))
    return kl_divergence(q, Independent(Normal(zero, one), 1))


@offers("covariance")
def covariance(family, latent, raw_factor):
    zero = torch.zeros(len(raw_factor), latent, dtype=raw_factor.dtype)
    return MultivariateNormal(zero, scale_tril=factor(family, latent, raw_factor)).covariance_matrix


@offers("sample")
def sample(family, mean, raw_factor, seed, count):
    torch.manual_seed(seed)
    return posterior(family, mean[None], raw_factor[None]).sample((count,))[:, 0]


def log_probability(likelihood, x, g):
    if likelihood["kind"] == "bernoulli":
        return Bernoulli(logits=g).log_prob(x)
    return Normal(g, likelihood["variance"] ** 0.5).log_prob(x)


@offers("logDensity")
def log_density(likelihood, x, g):
    return log_probability(likelihood, x, g).sum(-1)


@offers("logDensityGradient")
def log_density_gradient(likelihood, x, g):
    g.requires_grad_()
    return torch.autograd.grad(log_probability(likelihood, x, g).sum(), g)[0]


@offers("cholesky")
def cholesky(a):
    return [torch.linalg.cholesky(matrix) for matrix in a]


@offers("logDeterminant")
def log_determinant(a):
    return torch.stack([torch.linalg.slogdet(matrix)[1] for matrix in a])


@offers("logDeterminantGradient")
def log_determinant_gradient(a, cotangent):
    a.requires_grad_()
    return torch.autograd.grad(torch.linalg.slogdet(a)[1], a, cotangent)[0]


@offers("inverse")
def inverse(a):
    return [torch.linalg.inv(matrix) for matrix in a]


@offers("solve")
def solve(a, b):
    return [torch.linalg.solve(matrix, right) for matrix, right in zip(a, b)]


dtype = sys.argv[1] if len(sys.argv) > 1 else "float64"
serve(f"torch {torch.__version__}, {dtype}", arrays="torch", dtype=dtype)
