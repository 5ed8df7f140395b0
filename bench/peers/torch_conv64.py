"""conv64 in PyTorch: its tensors in a memory format, its networks, and tangents pushed by hand.

The tangents of all examples go through each convolution as one batch.
"""

import torch
from torch.nn import functional

SPLIT = 12  # tensors of the encoder: four convolutions and two dense layers, each with a bias


def tensors_of(problem, channels_last):
    """Parameters and x as PyTorch has them: channels before rows and columns, whatever lies next to each other in memory."""

    def laid(image):
        return image.contiguous(memory_format=torch.channels_last if channels_last else torch.contiguous_format)

    parameters = [torch.tensor(values) for values in problem.parameters]
    for i, values in enumerate(parameters):
        if values.dim() == 4:
            # [height, width, inputs, outputs], or outputs and inputs of a transposed one: the other way round in both.
            parameters[i] = laid(values.permute(3, 2, 0, 1))
    # The dense layers at the images of 4 x 4: their rows and columns follow the channels.
    before, after, bias = 8, SPLIT + 2, SPLIT + 3
    parameters[before] = parameters[before].view(4, 4, 64, -1).permute(2, 0, 1, 3).reshape(1024, -1)
    parameters[after] = parameters[after].view(-1, 4, 4, 64).permute(0, 3, 1, 2).reshape(-1, 1024)
    parameters[bias] = parameters[bias].view(4, 4, 64).permute(2, 0, 1).reshape(1024)
    x = torch.tensor(problem.x).view(-1, 64, 64, 3).permute(0, 3, 1, 2)
    return parameters, laid(x)


def encoded(parameters, x):
    """The encoder."""
    for i in range(0, 8, 2):
        x = torch.relu(functional.conv2d(x, parameters[i], parameters[i + 1], stride=2, padding=1))
    w5, b5, w6, b6 = parameters[8:]
    return torch.addmm(b6, torch.relu(torch.addmm(b5, x.flatten(1), w5)), w6)


def decoded(parameters, z):
    """The decoder: images."""
    w1, b1, w2, b2 = parameters[:4]
    at = torch.relu(torch.addmm(b2, torch.relu(torch.addmm(b1, z, w1)), w2)).view(-1, 64, 4, 4)
    for i in range(4, 12, 2):
        at = functional.conv_transpose2d(at, parameters[i], parameters[i + 1], stride=2, padding=1)
        at = torch.relu(at) if i < 10 else at
    return at


def pushed_by_hand(parameters, z, columns=None):
    """Images, and the tangents of all latents, [batch, latent, data], or of one latent per example, [batch, 1, data]."""
    w1, b1, w2, b2 = parameters[:4]
    u = torch.addmm(b1, z, w1)
    rows = w1 if columns is None else w1[columns].unsqueeze(1)
    tangents = rows * (u > 0).to(u.dtype).unsqueeze(1)
    batch, count, width = tangents.shape
    u = torch.addmm(b2, torch.relu(u), w2)
    tangents = (tangents.view(batch * count, width) @ w2).view(batch, count, -1) * (u > 0).to(u.dtype).unsqueeze(1)
    at, tangents = torch.relu(u).view(-1, 64, 4, 4), tangents.view(-1, 64, 4, 4)
    for i in range(4, 12, 2):
        at = functional.conv_transpose2d(at, parameters[i], parameters[i + 1], stride=2, padding=1)
        tangents = functional.conv_transpose2d(tangents, parameters[i], None, stride=2, padding=1)
        if i < 10:
            mask = (at > 0).to(at.dtype)
            at = torch.relu(at)
            tangents = (tangents.unflatten(0, (batch, count)) * mask.unsqueeze(1)).flatten(0, 1)
    return at, tangents.view(batch, count, *tangents.shape[1:]).flatten(2)
