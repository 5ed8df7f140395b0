"""PyTorch as a peer: torch_peer.py eager|compile func|hand THREADS."""

import sys
import time

from serve import serve

try:
    import torch
except ImportError:
    print('{"absent": "the Python package torch is not installed"}')
    sys.exit(0)

from problem import Problem
from torch_conv64 import tensors_of
from torch_losses import loss_of

MODE, FORM, THREADS = sys.argv[1], sys.argv[2], int(sys.argv[3])
torch.set_num_threads(THREADS)
if MODE == "compile":
    # Each problem compiles the same functions anew; the limit on that is meant for shapes that never settle.
    import torch._dynamo

    torch._dynamo.config.recompile_limit = 1000


class Setting:
    """A problem's tensors."""

    def __init__(self, request, channels_last):
        self.problem = Problem(request)
        if self.problem.network == "conv64":
            self.parameters, self.x = tensors_of(self.problem, channels_last)
        else:
            self.parameters = [torch.tensor(values) for values in self.problem.parameters]
            self.x = torch.tensor(self.problem.x)
        self.given = (torch.tensor(self.problem.noise), torch.tensor(self.problem.columns))

    def drawn(self):
        """Noise and columns of this step."""
        problem = self.problem
        return torch.randn(problem.batch, problem.latent), torch.randint(problem.latent, (problem.batch,))


def with_optimiser(setting, loss, optimiser):
    """A step by PyTorch's own Adam; the loss and its gradient are compiled where that is asked for."""
    parameters = [p.requires_grad_() for p in setting.parameters]
    adam = torch.optim.Adam(parameters, lr=setting.problem.learning_rate, **{optimiser: True})
    evaluate = torch.compile(loss) if MODE == "compile" else loss

    def step(at=None):
        value = evaluate(parameters, setting.x, *(at or setting.drawn()))
        value.backward()
        adam.step()
        adam.zero_grad(set_to_none=True)
        return value.item()

    return step


def whole(setting, loss):
    """A step compiled as one, Adam included."""
    parameters = setting.parameters
    first = [torch.zeros_like(p) for p in parameters]
    second = [torch.zeros_like(p) for p in parameters]
    taken = torch.zeros(())
    rate = setting.problem.learning_rate

    @torch.compile
    def update(at):
        gradients, value = torch.func.grad_and_value(loss)(parameters, setting.x, *(at or setting.drawn()))
        taken.add_(1)
        correct_first, correct_second = 1 - 0.9**taken, 1 - 0.999**taken
        for p, m, v, gradient in zip(parameters, first, second, gradients):
            next_m = 0.9 * m + 0.1 * gradient
            next_v = 0.999 * v + 0.001 * gradient * gradient
            m.copy_(next_m)
            v.copy_(next_v)
            p.sub_(rate / correct_first * next_m / ((next_v / correct_second).sqrt() + 1e-8))
        return value

    return lambda at=None: update(at).item()


def candidates_of(request):
    """The ways to make a step of a problem, by name."""
    determinants = ("cholesky", "slogdet") if request["objective"] == "grae" else (None,)
    optimisers = ("fused", "foreach") if MODE == "eager" else ("fused", "whole")
    formats = ("channels last", "channels first") if request["shape"]["network"] == "conv64" else (None,)

    def build(determinant, optimiser, memory):
        setting = Setting(request, memory == "channels last")
        loss = loss_of(setting.problem, FORM, determinant)
        step = whole(setting, loss) if optimiser == "whole" else with_optimiser(setting, loss, optimiser)
        return step, [step(setting.given) for _ in range(4)]

    names = {"fused": "fused Adam", "foreach": "foreach Adam", "whole": "whole step compiled"}
    return {
        ", ".join(filter(None, (determinant, names[optimiser], memory))): (
            lambda d=determinant, o=optimiser, m=memory: build(d, o, m)
        )
        for determinant in determinants
        for optimiser in optimisers
        for memory in formats
    }


def rate():
    """Multiply-adds a second of a large product."""
    size = 1000
    a, b = torch.rand(size, size), torch.rand(size, size)
    times = []
    for _ in range(11):
        start = time.perf_counter()
        a @ b
        times.append(time.perf_counter() - start)
    # The fastest, since it stands for what the machine can do at that moment.
    return size**3 / min(times)


def blas():
    """What computes products, as PyTorch was built."""
    return "MKL" if torch.backends.mkl.is_available() else "OpenBLAS or another, as PyTorch was built"


serve(
    {"versions": {"torch": torch.__version__}, "threads": torch.get_num_threads(), "blas": blas()},
    candidates_of,
    rate,
)
