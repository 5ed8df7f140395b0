"""The six objectives in PyTorch, each with its derivatives by torch.func or written by hand.

A loss is a function (parameters, x, noise, columns) of a problem: the mean over the batch of what one example costs.
"""

import torch
import torch_conv64
from torch.func import jacfwd, jvp, vmap


def network(parameters, at):
    """Three dense layers, ReLU between them."""
    w1, b1, w2, b2, w3, b3 = parameters
    hidden = torch.relu(torch.addmm(b1, at, w1))
    hidden = torch.relu(torch.addmm(b2, hidden, w2))
    return torch.addmm(b3, hidden, w3)


def one(parameters, z):
    """The decoder for one example, [latent] to [data]."""
    w1, b1, w2, b2, w3, b3 = parameters
    hidden = torch.relu(z @ w1 + b1)
    hidden = torch.relu(hidden @ w2 + b2)
    return hidden @ w3 + b3


def hidden_by_hand(parameters, z, columns=None):
    """The last hidden values, and their tangents along all latents, or along one latent per example."""
    w1, b1, w2, b2, _, _ = parameters
    u = torch.addmm(b1, z, w1)
    # What goes into the first layer are unit vectors, so what comes out are rows of its weight.
    rows = w1 if columns is None else w1[columns].unsqueeze(1)
    tangents = rows * (u > 0).to(u.dtype).unsqueeze(1)
    batch, count, width = tangents.shape
    u = torch.addmm(b2, torch.relu(u), w2)
    tangents = (tangents.view(batch * count, width) @ w2).view(batch, count, -1)
    return torch.relu(u), tangents * (u > 0).to(u.dtype).unsqueeze(1)


def pushed_by_hand(parameters, z, columns=None):
    """g(z) and the tangents of all latents, [batch, latent, data], or of one latent per example, [batch, 1, data]."""
    hidden, tangents = hidden_by_hand(parameters, z, columns)
    w3, b3 = parameters[4:]
    batch, count, width = tangents.shape
    return torch.addmm(b3, hidden, w3), (tangents.view(batch * count, width) @ w3).view(batch, count, -1)


def pushed_by_jacfwd(parameters, z, columns=None):
    """The same by torch.func."""
    if columns is not None:
        unit = torch.nn.functional.one_hot(columns, z.shape[1]).to(z.dtype)
        value, tangents = jvp(lambda at: network(parameters, at), (z,), (unit,))
        return value, tangents.unsqueeze(1)

    def twice(at):
        value = one(parameters, at)
        return value, value

    # The compiler cannot follow a view into vmap.
    jacobian, value = vmap(jacfwd(twice, has_aux=True))(z.clone())
    return value, jacobian.mT


def second_by_jvp(parameters, z, x, deviation):
    """tr(H Sigma) of log p(x | g(z)) by second directional derivatives, true ones, along all columns of L."""

    def log_density(at):
        return -0.5 * (x - network(parameters, at)).square().sum(1)

    def along(direction):
        return jvp(lambda at: jvp(log_density, (at,), (direction,))[1], (z,), (direction,))[1]

    directions = torch.eye(z.shape[1], dtype=z.dtype).unsqueeze(1) * deviation
    return vmap(along)(directions).sum(0)


def log_determinant(matrix, how):
    """log|A| of symmetric positive definite matrices."""
    if how == "slogdet":
        return torch.linalg.slogdet(matrix)[1]
    return 2 * torch.linalg.cholesky_ex(matrix)[0].diagonal(dim1=-2, dim2=-1).log().sum(-1)


def loss_of(problem, form, determinant):
    """The problem's loss; form is "func" or "hand"."""
    beta, latent = problem.beta, problem.latent
    pushed = pushed_by_hand if form == "hand" else pushed_by_jacfwd
    encode = decode = network
    split = 6
    if problem.network == "conv64":
        encode, decode, pushed = torch_conv64.encoded, torch_conv64.decoded, torch_conv64.pushed_by_hand
        split = torch_conv64.SPLIT

    def energy(x, g):
        return 0.5 * (x - g).square().flatten(1).sum(1)

    def posterior(parameters, x):
        output = encode(parameters[:split], x)
        mean, log_deviation = output[:, :latent], output[:, latent:]
        kl = 0.5 * (torch.exp(2 * log_deviation) + mean.square() - 1 - 2 * log_deviation).sum(1)
        return mean, torch.exp(log_deviation), beta * kl + problem.constant

    def beta_vae(parameters, x, noise, _columns):
        mean, deviation, rest = posterior(parameters, x)
        g = decode(parameters[split:], mean + deviation * noise)
        return (energy(x, g) + rest).mean()

    def taylor_jacobian(parameters, x, _noise, _columns):
        mean, deviation, rest = posterior(parameters, x)
        g, tangents = pushed(parameters[split:], mean)
        curvature = 0.5 * (deviation.square() * tangents.square().sum(2)).sum(1)
        return (energy(x, g) + curvature + rest).mean()

    def taylor_hessian(parameters, x, noise, columns):
        if form == "hand":
            # ReLU bends nowhere but at its kink, so the second derivative of g is 0 almost everywhere.
            return taylor_jacobian(parameters, x, noise, columns)
        mean, deviation, rest = posterior(parameters, x)
        g = network(parameters[6:], mean)
        trace = second_by_jvp(parameters[6:], mean, x, deviation)
        return (energy(x, g) - 0.5 * trace + rest).mean()

    def regularised(volume):
        def loss(parameters, x, _noise, columns):
            h = encode(parameters[:split], x)
            g, cost = volume(parameters[split:], h, columns)
            return (energy(x, g) + 0.5 * beta * (h.square().sum(1) + cost)).mean()

        return loss

    def grae(parameters, h, _columns):
        g, tangents = pushed(parameters, h)
        gram = tangents @ tangents.mT
        return g, log_determinant(torch.eye(latent) + gram / beta, determinant)

    def grae_star(parameters, h, _columns):
        g, tangents = pushed(parameters, h)
        return g, torch.log1p(tangents.square().sum(2) / beta).sum(1)

    def grae_star_stochastic(parameters, h, columns):
        g, tangents = pushed(parameters, h, columns)
        return g, latent * torch.log1p(tangents.square().sum((1, 2)) / beta)

    return {
        "beta-vae": beta_vae,
        "taylor-jacobian": taylor_jacobian,
        "taylor-hessian": taylor_hessian,
        "grae": regularised(grae),
        "grae-star": regularised(grae_star),
        "grae-star-stochastic": regularised(grae_star_stochastic),
    }[problem.objective]
