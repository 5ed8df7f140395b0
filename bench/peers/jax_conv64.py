"""conv64 in JAX: its networks, and tangents pushed by hand. Images are [batch, height, width, channels].

The tangents of all examples go through each convolution as one batch.
"""

import jax
import jax.numpy as jnp
from jax import lax

SPLIT = 12  # arrays of the encoder: four convolutions and two dense layers, each with a bias
AXES = ("NHWC", "HWIO", "NHWC")


def encoded(parameters, x):
    """The encoder; x is [batch, data]."""
    at = x.reshape(-1, 64, 64, 3)
    for i in range(0, 8, 2):
        made = lax.conv_general_dilated(at, parameters[i], (2, 2), ((1, 1), (1, 1)), dimension_numbers=AXES)
        at = jax.nn.relu(made + parameters[i + 1])
    w5, b5, w6, b6 = parameters[8:]
    return jax.nn.relu(at.reshape(at.shape[0], -1) @ w5 + b5) @ w6 + b6


def by_convolution(at, weight):
    """A transposed convolution as a convolution of an image with zeros between its pixels."""
    return lax.conv_transpose(at, weight, (2, 2), "SAME", dimension_numbers=AXES, transpose_kernel=True)


def by_product(at, weight):
    """The same as one product, whose patches of 4 x 4 are added where they overlap: two rows and columns of each."""
    batch, height, width, channels = at.shape
    outputs = weight.shape[2]
    made = at.reshape(-1, channels) @ weight.reshape(-1, channels).T
    made = made.reshape(batch, height, width, 2, 2, 2, 2, outputs)
    # Row 2 i + a - 1 of the image has row a of patch i: a = 2 p + q lies in pair i + p, at q.
    padded = sum(
        jnp.pad(made[:, :, :, p, :, s], ((0, 0), (p, 1 - p), (s, 1 - s)) + 3 * ((0, 0),)) for p in (0, 1) for s in (0, 1)
    )
    whole = padded.transpose(0, 1, 3, 2, 4, 5).reshape(batch, 2 * height + 2, 2 * width + 2, outputs)
    return whole[:, 1:-1, 1:-1]


def networks(transposed):
    """The decoder, and its value with the tangents of all latents or of one latent per example."""

    def decoded(parameters, z):
        w1, b1, w2, b2 = parameters[:4]
        at = jax.nn.relu(jax.nn.relu(z @ w1 + b1) @ w2 + b2).reshape(-1, 4, 4, 64)
        for i in range(4, 12, 2):
            at = transposed(at, parameters[i]) + parameters[i + 1]
            at = jax.nn.relu(at) if i < 10 else at
        return at.reshape(at.shape[0], -1)

    def pushed_by_hand(parameters, z, columns=None):
        w1, b1, w2, b2 = parameters[:4]
        u = z @ w1 + b1
        rows = w1[None] if columns is None else w1[columns][:, None]
        tangents = rows * (u > 0)[:, None]
        batch, count, width = tangents.shape
        u = jax.nn.relu(u) @ w2 + b2
        tangents = (tangents.reshape(batch * count, width) @ w2).reshape(batch, count, -1) * (u > 0)[:, None]
        at, tangents = jax.nn.relu(u).reshape(-1, 4, 4, 64), tangents.reshape(-1, 4, 4, 64)
        for i in range(4, 12, 2):
            at = transposed(at, parameters[i]) + parameters[i + 1]
            tangents = transposed(tangents, parameters[i])
            if i < 10:
                split = tangents.reshape(batch, count, *tangents.shape[1:])
                tangents = (split * (at > 0)[:, None]).reshape(tangents.shape)
                at = jax.nn.relu(at)
        return at.reshape(batch, -1), tangents.reshape(batch, count, -1)

    return decoded, pushed_by_hand


WAYS = {"convolutions": networks(by_convolution), "products": networks(by_product)}
