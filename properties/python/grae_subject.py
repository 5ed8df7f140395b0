"""A subject for grae's laws: functions in Python, held to the laws by ``deno task verify --command``.

    from grae_subject import offers, serve
    import numpy as np

    @offers("kl", families=["mean-field"])
    def kl(family, mean, raw_factor):
        return (mean**2 + np.exp(2 * raw_factor) - 1 - 2 * raw_factor).sum(-1) / 2

    serve("my losses")

Names of capabilities, the shapes of their arguments and of their answers are in docs/other-languages.md; arguments come
by name, with ``rawFactor`` as ``raw_factor``. Matrices are arrays of NumPy, or of torch or JAX: ``serve("…", arrays="torch")``.
Needs Python 3.9 and NumPy.
"""

from __future__ import annotations

import functools
import json
import math
import os
import re
import sys
import traceback
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, TextIO, Tuple

import numpy as np

__all__ = ["offers", "serve", "with_gradient", "decoder", "offered", "answer", "Arrays"]

PROTOCOL = 1
_EPSILON = {"float64": 2.0**-53, "float32": 2.0**-24}
_KINDS = ("families", "activations", "likelihoods")

_capabilities: Dict[str, Callable[..., Any]] = {}
_offers: Dict[str, List[str]] = {}


def offers(
    capability: str,
    *,
    families: Optional[Sequence[str]] = None,
    activations: Optional[Sequence[str]] = None,
    likelihoods: Optional[Sequence[str]] = None,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Says that the function below is this capability, as in ``@offers("kl", families=["mean-field"])``.

    :param families, activations, likelihoods: the kinds that the whole subject takes; all of them where nothing is said
    :raises ValueError: if another function is this capability already, or says otherwise of the kinds
    """
    if capability in _capabilities:
        raise ValueError(f"offers: {capability} must be offered once, but is offered twice")
    for name, kinds in zip(_KINDS, (families, activations, likelihoods)):
        if kinds is None:
            continue
        if _offers.setdefault(name, list(kinds)) != list(kinds):
            raise ValueError(f"offers: {name} must be the same throughout, but {capability} takes {list(kinds)}")

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        _capabilities[capability] = function
        return function

    return register


def offered() -> List[str]:
    """The capabilities that are offered so far."""
    return list(_capabilities)


class Arrays:
    """Arrays of one library and one precision: how arguments are made, and answers read.

    :param library: ``"numpy"``, ``"torch"`` or ``"jax"``
    :param dtype: ``"float64"`` or ``"float32"``
    :raises ValueError: for any other
    """

    def __init__(self, library: str = "numpy", dtype: str = "float64") -> None:
        if library not in ("numpy", "torch", "jax"):
            raise ValueError(f'arrays must be "numpy", "torch" or "jax", but is "{library}"')
        if dtype not in _EPSILON:
            raise ValueError(f'dtype must be "float64" or "float32", but is "{dtype}"')
        self.library, self.dtype = library, dtype
        if library == "torch":
            import torch

            self._make = lambda values: torch.tensor(values, dtype=getattr(torch, dtype))
        elif library == "jax":
            import jax

            jax.config.update("jax_enable_x64", dtype == "float64")
            self._make = lambda values: jax.numpy.asarray(values, dtype=dtype)
        else:
            self._make = lambda values: np.array(values, dtype=dtype)

    def array(self, values: Any) -> Any:
        """An array of nested lists of numbers; indices and sizes stay whole."""
        made = np.array(values)
        return made if made.dtype.kind == "i" else self._make(made)

    def argument(self, value: Any) -> Any:
        """An argument as functions get it: lists of numbers as arrays, everything else as it is."""
        if isinstance(value, dict):
            return {key: self.argument(entry) for key, entry in value.items()}
        if isinstance(value, list):
            return [self.argument(entry) for entry in value] if _shape(value) is None else self.array(value)
        return value


def _shape(value: Any) -> Optional[Tuple[int, ...]]:
    """The shape of nested lists of numbers; None if they have none, or are no such lists."""
    if isinstance(value, list):
        shapes = {_shape(entry) for entry in value}
        inner = shapes.pop() if shapes else ()
        return None if shapes or inner is None else (len(value), *inner)
    return () if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _plain(value: Any) -> Any:
    """An answer as JSON: arrays of whatever library as lists."""
    if hasattr(value, "detach"):  # torch
        value = value.detach().cpu().resolve_conj().numpy()
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(entry) for entry in value]
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, float)):
        return value
    if hasattr(value, "__array__"):
        return _plain(np.asarray(value).tolist())
    raise TypeError(f"an answer must be made of numbers, arrays, lists and dicts, but {type(value).__name__} is in it")


_NAMES = {math.inf: "Infinity", -math.inf: "-Infinity"}


def _spelt(value: Any) -> Any:
    """NaN and infinities by their names, which JSON has no numbers for."""
    if isinstance(value, float) and not math.isfinite(value):
        return _NAMES.get(value, "NaN")
    if isinstance(value, dict):
        return {key: _spelt(entry) for key, entry in value.items()}
    return [_spelt(entry) for entry in value] if isinstance(value, list) else value


def _numbers(value: Any) -> Any:
    """The inverse of :func:`_spelt`."""
    if value in ("NaN", "Infinity", "-Infinity"):
        return float(value)
    if isinstance(value, dict):
        return {key: _numbers(entry) for key, entry in value.items()}
    return [_numbers(entry) for entry in value] if isinstance(value, list) else value


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])([A-Z])", lambda letter: "_" + letter.group(1).lower(), name)


def answer(capability: str, given: Mapping[str, Any], arrays: Optional[Arrays] = None) -> Dict[str, Any]:
    """The answer to one call, as the protocol has it: ``{capability: value}`` or ``{"error": …}``.

    :param given: the arguments by their names in the protocol
    """
    arrays = arrays or Arrays()
    try:
        function = _capabilities[capability]
        arguments = {_snake(key): arrays.argument(_numbers(value)) for key, value in given.items()}
        return {capability: _spelt(_plain(function(**arguments)))}
    except Exception as error:  # whatever it is, the process goes on
        at = traceback.extract_tb(error.__traceback__)[-1]
        said = " ".join(str(error).split())
        message = f"{type(error).__name__}: {said} ({os.path.basename(at.filename)}:{at.lineno})"
        return {"error": {"kind": _kind(error), "message": message}}


def _kind(error: Exception) -> str:
    if isinstance(error, NotImplementedError):
        return "not offered"
    if isinstance(error, (ValueError, OverflowError)):
        return "value"
    return "type" if isinstance(error, TypeError) else "other"


def serve(
    name: str,
    *,
    arrays: str = "numpy",
    dtype: str = "float64",
    promises: Sequence[str] = (),
    difference_step: Optional[float] = None,
    **declared: Any,
) -> None:
    """Answers what the laws ask on standard input, until they stop. What functions print goes to standard error.

    :param name: of the subject, for the record
    :param arrays: the library of the arguments: ``"numpy"``, ``"torch"`` or ``"jax"``
    :param dtype: in which everything is computed; the laws allow for its rounding
    :param promises: more than every correct subject keeps, such as ``"relative volumes"``
    :param difference_step: the step of central differences, if derivatives are computed by them
    :param declared: what else a subject says of itself, such as ``loss_convention``
    """
    made = Arrays(arrays, dtype)
    # Prints, also of libraries in C, must not come between the answers.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    started: Dict[str, Any] = {
        "version": PROTOCOL,
        "name": name,
        "epsilon": _EPSILON[dtype],
        "capabilities": list(_capabilities),
        **({"offers": _offers} if _offers else {}),
        **({"promises": list(promises)} if promises else {}),
        **({"differenceStep": difference_step} if difference_step is not None else {}),
        **{_camel(key): value for key, value in declared.items()},
    }
    for line in sys.stdin:
        message = json.loads(line)
        if message["cmd"] == "stop":
            return
        if message["cmd"] == "start":
            _write(answers, started)
            continue
        found = [answer(*pair, made) for call in message["calls"] for pair in call.items()]
        _write(answers, {"id": message["id"], "answers": found})


def _camel(name: str) -> str:
    return re.sub(r"_([a-z])", lambda letter: letter.group(1).upper(), name)


def _write(stream: TextIO, message: Mapping[str, Any]) -> None:
    stream.write(json.dumps(message, allow_nan=False) + "\n")
    stream.flush()


def with_gradient(loss: Callable[..., Any]) -> Callable[..., Dict[str, Any]]:
    """A ``vaeLoss`` that gives its gradient too, by torch or JAX: ``offers("vaeLoss")(with_gradient(my_loss))``.

    :param loss: of ``x``, ``decoded``, ``mean``, ``log_variance`` and ``beta``; a number, or one an example
    """
    arguments = ("decoded", "mean", "log_variance")

    @functools.wraps(loss)
    def both(**given: Any) -> Dict[str, Any]:
        if hasattr(given["x"], "detach"):
            for name in arguments:
                given[name] = given[name].clone().requires_grad_()
            value = loss(**given)
            value.sum().backward()
            gradient = [given[name].grad for name in arguments]
        else:
            import jax

            value = loss(**given)
            total = jax.grad(lambda parts: loss(**given | parts).sum())
            gradient = list(map(total({name: given[name] for name in arguments}).get, arguments))
        return {"loss": value, "gradient": dict(zip(map(_camel, arguments), gradient))}

    return both


def decoder(network: Sequence[Mapping[str, Any]]) -> Callable[[Any], Any]:
    """The function of a network, dense layers in order, for arrays of any library: z ``[..., latent]`` to ``[..., data]``.

    It is differentiable by torch and JAX, whose arrays its weights are.
    """

    def apply(z: Any) -> Any:
        for layer in network:
            z = _activation(layer["activation"], z @ layer["weight"] + layer["bias"])
        return z

    return apply


def _activation(name: str, u: Any) -> Any:
    if name == "identity":
        return u
    if hasattr(u, "detach"):
        import torch.nn.functional as f

        return {
            "relu": f.relu,
            "leaky-relu": lambda v: f.leaky_relu(v, 0.2),
            "tanh": lambda v: v.tanh(),
            "sigmoid": lambda v: v.sigmoid(),
            "softplus": lambda v: f.softplus(v, threshold=40.0),
            "elu": f.elu,
            "gelu": f.gelu,
        }[name](u)
    if isinstance(u, np.ndarray):
        return {
            "relu": lambda v: np.maximum(v, 0),
            "leaky-relu": lambda v: np.where(v > 0, v, 0.2 * v),
            "tanh": np.tanh,
            "sigmoid": lambda v: 0.5 * (1 + np.tanh(v / 2)),
            "softplus": lambda v: np.logaddexp(v, 0),
            "elu": lambda v: np.where(v > 0, v, np.expm1(np.minimum(v, 0))),
            "gelu": lambda v: v * 0.5 * np.vectorize(math.erfc)(-v / math.sqrt(2)),
        }[name](u)
    import jax.nn

    return {
        "relu": jax.nn.relu,
        "leaky-relu": lambda v: jax.nn.leaky_relu(v, 0.2),
        "tanh": jax.numpy.tanh,
        "sigmoid": jax.nn.sigmoid,
        "softplus": jax.nn.softplus,
        "elu": jax.nn.elu,
        "gelu": lambda v: jax.nn.gelu(v, approximate=False),
    }[name](u)
