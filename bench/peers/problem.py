"""A problem as it is handed over: sizes in a request, numbers in one file that all implementations read.

The file is float32, little-endian: the parameters in order (for each layer of the encoder, then of the decoder, its
weight and its bias: [inputs, outputs]; of a convolution [height, width, inputs, outputs], of a transposed one
[height, width, outputs, inputs]), x [batch, data], the noise of the beta-VAE [batch, latent], and the columns of
stochastic GRAE* [batch] as whole numbers.
"""

import math

import numpy as np

# Objectives whose encoder gives log-deviations beside the mean.
WITH_POSTERIOR = {"beta-vae", "taylor-jacobian", "taylor-hessian"}


def conv64_shapes(width, latent, outputs):
    """The shapes of conv64's parameters: four 4 x 4 convolutions of stride 2 and two dense layers, and their mirror."""
    channels = [3, 32, 32, 64, 64]
    flat = 4 * 4 * channels[-1]
    filters = [(4, 4, fewer, more) for fewer, more in zip(channels, channels[1:])]
    encoder = [part for shape in filters for part in (shape, shape[3:])]
    encoder += [(flat, width), (width,), (width, outputs), (outputs,)]
    decoder = [(latent, width), (width,), (width, flat), (flat,)]
    return encoder + decoder + [part for shape in reversed(filters) for part in (shape, shape[2:3])]


class Problem:
    """Sizes, parameters and data of one workload."""

    def __init__(self, request):
        shape = request["shape"]
        self.objective = request["objective"]
        self.batch, self.data, self.latent = shape["batch"], shape["data"], shape["latent"]
        self.beta, self.learning_rate = shape["beta"], shape["learningRate"]
        # The constant (n/2) log 2 pi of the Gaussian's log-density.
        self.constant = 0.5 * self.data * math.log(2 * math.pi)
        width = shape["width"]
        outputs = self.latent * (2 if self.objective in WITH_POSTERIOR else 1)
        self.network = shape["network"]
        rest = np.fromfile(request["file"], dtype="<f4")

        def take(*sizes):
            nonlocal rest
            count = math.prod(sizes)
            if count > rest.size:
                raise ValueError(f"{request['file']} ends before its {sizes}")
            taken, rest = rest[:count], rest[count:]
            return taken.reshape(sizes).copy()

        if self.network == "conv64":
            shapes = conv64_shapes(width, self.latent, outputs)
        else:
            encoder = [self.data, width, width, outputs]
            decoder = [self.latent, width, width, self.data]
            shapes = [
                shape
                for sizes in (encoder, decoder)
                for inputs, size in zip(sizes, sizes[1:])
                for shape in ((inputs, size), (size,))
            ]
        self.parameters = [take(*sizes) for sizes in shapes]
        self.x = take(self.batch, self.data)
        self.noise = take(self.batch, self.latent)
        self.columns = take(self.batch).astype(np.int64)
        if rest.size:
            raise ValueError(f"{request['file']} holds {rest.size} numbers too many")
