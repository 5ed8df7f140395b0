"""The six objectives in JAX, each with its derivatives by jax.jacfwd and jax.jvp or written by hand.

A loss is a function (parameters, x, noise, columns) of a problem: the mean over the batch of what one example costs.
"""

import jax
import jax.numpy as jnp
import jax_conv64


def network(parameters, at):
    """Three dense layers, ReLU between them; for one example or a batch."""
    w1, b1, w2, b2, w3, b3 = parameters
    hidden = jax.nn.relu(at @ w1 + b1)
    hidden = jax.nn.relu(hidden @ w2 + b2)
    return hidden @ w3 + b3


def pushed_by_hand(parameters, z, columns=None):
    """g(z) and the tangents of all latents, [batch, latent, data], or of one latent per example, [batch, 1, data]."""
    w1, b1, w2, b2, w3, b3 = parameters
    u = z @ w1 + b1
    # What goes into the first layer are unit vectors, so what comes out are rows of its weight.
    rows = w1[None] if columns is None else w1[columns][:, None]
    tangents = rows * (u > 0)[:, None]
    batch, count, width = tangents.shape
    u = jax.nn.relu(u) @ w2 + b2
    # One product for the tangents of all latents and examples.
    tangents = (tangents.reshape(batch * count, width) @ w2).reshape(batch, count, -1) * (u > 0)[:, None]
    value = jax.nn.relu(u) @ w3 + b3
    return value, (tangents.reshape(batch * count, -1) @ w3).reshape(batch, count, -1)


def pushed_by_jacfwd(parameters, z, columns=None):
    """The same by jax.jacfwd, or jax.jvp where one column is wanted."""
    if columns is not None:
        unit = jax.nn.one_hot(columns, z.shape[1], dtype=z.dtype)
        value, tangents = jax.jvp(lambda at: network(parameters, at), (z,), (unit,))
        return value, tangents[:, None]

    def twice(at):
        value = network(parameters, at)
        return value, value

    jacobian, value = jax.vmap(jax.jacfwd(twice, has_aux=True))(z)
    return value, jacobian.mT


def second_by_jvp(parameters, z, x, deviation):
    """tr(H Sigma) of log p(x | g(z)) by second directional derivatives, true ones, along all columns of L."""

    def log_density(at):
        return -0.5 * jnp.square(x - network(parameters, at)).sum(1)

    def along(direction):
        return jax.jvp(lambda at: jax.jvp(log_density, (at,), (direction,))[1], (z,), (direction,))[1]

    directions = jnp.eye(z.shape[1], dtype=z.dtype)[:, None] * deviation
    return jax.vmap(along)(directions).sum(0)


def log_determinant(matrix, how):
    """log|A| of symmetric positive definite matrices."""
    if how == "slogdet":
        return jnp.linalg.slogdet(matrix)[1]
    return 2 * jnp.log(jnp.diagonal(jnp.linalg.cholesky(matrix), axis1=-2, axis2=-1)).sum(-1)


def loss_of(problem, form, determinant, way):
    """The problem's loss; form is "func" or "hand", way that of conv64's transposed convolutions."""
    beta, latent = problem.beta, problem.latent
    pushed = pushed_by_hand if form == "hand" else pushed_by_jacfwd
    encode = decode = network
    split = 6
    if problem.network == "conv64":
        encode, split = jax_conv64.encoded, jax_conv64.SPLIT
        decode, pushed = jax_conv64.WAYS[way]

    def energy(x, g):
        return 0.5 * jnp.square(x - g).sum(1)

    def posterior(parameters, x):
        output = encode(parameters[:split], x)
        mean, log_deviation = output[:, :latent], output[:, latent:]
        kl = 0.5 * (jnp.exp(2 * log_deviation) + jnp.square(mean) - 1 - 2 * log_deviation).sum(1)
        return mean, jnp.exp(log_deviation), beta * kl + problem.constant

    def beta_vae(parameters, x, noise, _columns):
        mean, deviation, rest = posterior(parameters, x)
        g = decode(parameters[split:], mean + deviation * noise)
        return (energy(x, g) + rest).mean()

    def taylor_jacobian(parameters, x, _noise, _columns):
        mean, deviation, rest = posterior(parameters, x)
        g, tangents = pushed(parameters[split:], mean)
        curvature = 0.5 * (jnp.square(deviation) * jnp.square(tangents).sum(2)).sum(1)
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
            return (energy(x, g) + 0.5 * beta * (jnp.square(h).sum(1) + cost)).mean()

        return loss

    def grae(parameters, h, _columns):
        g, tangents = pushed(parameters, h)
        gram = tangents @ tangents.mT
        return g, log_determinant(jnp.eye(latent) + gram / beta, determinant)

    def grae_star(parameters, h, _columns):
        g, tangents = pushed(parameters, h)
        return g, jnp.log1p(jnp.square(tangents).sum(2) / beta).sum(1)

    def grae_star_stochastic(parameters, h, columns):
        g, tangents = pushed(parameters, h, columns)
        return g, latent * jnp.log1p(jnp.square(tangents).sum((1, 2)) / beta)

    return {
        "beta-vae": beta_vae,
        "taylor-jacobian": taylor_jacobian,
        "taylor-hessian": taylor_hessian,
        "grae": regularised(grae),
        "grae-star": regularised(grae_star),
        "grae-star-stochastic": regularised(grae_star_stochastic),
    }[problem.objective]
