"""python3 -m unittest discover -s properties/python"""

import json
import subprocess
import sys
import unittest
from pathlib import Path

import numpy as np

import grae_subject
from grae_subject import Arrays, answer, decoder, offers, with_gradient

HERE = Path(__file__).parent

SUBJECT = """
from grae_subject import offers, serve
import numpy as np

@offers("kl", families=["mean-field"])
def kl(family, mean, raw_factor):
    print("seen", mean.shape)
    if mean[0, 0] == 9:
        raise SystemExit("the process ends")
    return (mean**2 + np.exp(2 * raw_factor) - 1 - 2 * raw_factor).sum(-1) / 2

serve("my losses", promises=["Adam"], loss_convention={"batch": "sum"})
"""


def talk(subject, *messages):
    """The lines that a subject answers to messages, its status and what it wrote on stderr."""
    done = subprocess.run(
        [sys.executable, "-c", subject],
        input="".join(message + "\n" for message in messages),
        capture_output=True,
        text=True,
        cwd=HERE,
        timeout=60,
    )
    return [json.loads(line) for line in done.stdout.splitlines()], done.returncode, done.stderr


def asked(mean, raw_factor):
    call = {"kl": {"family": {"kind": "mean-field"}, "mean": mean, "rawFactor": raw_factor}}
    return json.dumps({"cmd": "ask", "id": 7, "calls": [call, call]})


class Serve(unittest.TestCase):
    def test_starts_answers_and_stops(self):
        (started, answered), status, stderr = talk(
            SUBJECT, '{"cmd":"start","version":1}', asked([[1.0, 0.0]], [[0.0, 0.0]]), '{"cmd":"stop"}', "not read"
        )
        self.assertEqual(
            started,
            {
                "version": 1,
                "name": "my losses",
                "epsilon": 2.0**-53,
                "capabilities": ["kl"],
                "offers": {"families": ["mean-field"]},
                "promises": ["Adam"],
                "lossConvention": {"batch": "sum"},
            },
        )
        self.assertEqual(answered, {"id": 7, "answers": [{"kl": [0.5]}, {"kl": [0.5]}]})
        self.assertEqual(status, 0)
        self.assertEqual(stderr, "seen (1, 2)\n" * 2, "what is printed is not among the answers")

    def test_ends_where_its_input_ends(self):
        self.assertEqual(talk(SUBJECT, '{"cmd":"start","version":1}')[1], 0)

    def test_a_process_that_ends_says_why(self):
        lines, status, stderr = talk(SUBJECT, asked([[9.0]], [[0.0]]))
        self.assertEqual((lines, status), ([], 1))
        self.assertIn("the process ends", stderr)

    def test_not_a_number_has_a_name(self):
        (answered,), _, _ = talk(SUBJECT, asked([["NaN"], ["Infinity"]], [[0.0], [0.0]]))
        self.assertEqual(answered["answers"][0], {"kl": ["NaN", "Infinity"]})


class Answers(unittest.TestCase):
    def setUp(self):
        self.capabilities = dict(grae_subject._capabilities)
        grae_subject._capabilities.clear()
        grae_subject._offers.clear()

    def tearDown(self):
        grae_subject._capabilities.clear()
        grae_subject._capabilities.update(self.capabilities)

    def raised(self, error):
        @offers("logDeterminant")
        def log_determinant(a):
            raise error

        found = answer("logDeterminant", {"a": [[[1.0]]]})["error"]
        grae_subject._capabilities.clear()
        self.assertRegex(found["message"], rf"^{type(error).__name__}: no \(test_grae_subject\.py:\d+\)$")
        return found["kind"]

    def test_errors_have_kinds(self):
        kinds = [self.raised(error("no")) for error in (ValueError, TypeError, NotImplementedError, RuntimeError)]
        self.assertEqual(kinds, ["value", "type", "not offered", "other"])
        self.assertEqual(self.raised(np.linalg.LinAlgError("no")), "value")

    def test_arguments_are_arrays_of_the_precision_and_sizes_stay_whole(self):
        seen = {}

        @offers("jacobianColumns")
        def jacobian_columns(network, z, columns):
            seen.update(network=network, z=z, columns=columns)
            return z

        network = [{"weight": [[1.0, 2.0]], "bias": [0.0, 0.0], "activation": "tanh"}]
        given = {"network": network, "z": [[0.1]], "columns": [0, 1]}
        found = answer("jacobianColumns", given, Arrays(dtype="float32"))
        self.assertEqual((seen["z"].dtype, seen["network"][0]["weight"].shape), (np.float32, (1, 2)))
        self.assertEqual((seen["columns"].dtype.kind, seen["network"][0]["activation"]), ("i", "tanh"))
        self.assertEqual(found, {"jacobianColumns": [[float(np.float32(0.1))]]})

    def test_matrices_of_several_sizes_are_a_list(self):
        @offers("cholesky")
        def cholesky(a):
            self.assertIsInstance(a, list)
            return [np.linalg.cholesky(matrix) for matrix in a]

        found = answer("cholesky", {"a": [[[4.0]], [[1.0, 0.0], [0.0, 9.0]]]})
        self.assertEqual(found, {"cholesky": [[[2.0]], [[1.0, 0.0], [0.0, 3.0]]]})

    def test_an_answer_of_another_type_is_named(self):
        offers("logDensity")(lambda likelihood, x, g: "one")
        found = answer("logDensity", {"likelihood": {"kind": "bernoulli"}, "x": [[1.0]], "g": [[0.0]]})
        self.assertIn("an answer must be made of numbers, arrays, lists and dicts, but str is in it", str(found))

    def test_a_capability_is_offered_once_and_kinds_are_those_of_the_subject(self):
        offers("kl", families=["full"])(lambda **_: 0)
        with self.assertRaisesRegex(ValueError, "kl must be offered once"):
            offers("kl")
        with self.assertRaisesRegex(ValueError, r"families must be the same throughout, but sample takes \['block'\]"):
            offers("sample", families=["block"])

    def test_arrays_refuse_what_they_do_not_know(self):
        with self.assertRaisesRegex(ValueError, 'arrays must be "numpy", "torch" or "jax", but is "cupy"'):
            Arrays("cupy")
        with self.assertRaisesRegex(ValueError, 'dtype must be "float64" or "float32", but is "int8"'):
            Arrays(dtype="int8")


def squares(x, decoded, mean, log_variance, beta):
    return 0.5 * ((x - decoded) ** 2).sum(-1) + 0.5 * beta * (mean**2 + log_variance).sum(-1)


ACTIVATIONS = ["identity", "relu", "leaky-relu", "tanh", "sigmoid", "softplus", "elu", "gelu"]


class Libraries(unittest.TestCase):
    def values(self, library):
        arrays = Arrays(library)
        z = [[-3.0], [-0.5], [0.0], [0.25], [50.0]]
        layers = [[{"weight": [[1.0, -0.5]], "bias": [0.25, 0.0], "activation": name}] for name in ACTIVATIONS]
        outputs = [decoder(arrays.argument(layer))(arrays.argument(z)) for layer in layers]
        return np.array([grae_subject._plain(output) for output in outputs])

    def test_numpy_has_every_activation(self):
        values = self.values("numpy")
        self.assertEqual(values.shape, (8, 5, 2))
        # gelu(0.25) by the error function; elu(-2.75); leaky-relu(-2.75).
        np.testing.assert_allclose(values[7, 2, 0], 0.25 * 0.5987063256829237, rtol=1e-12)
        np.testing.assert_allclose(values[6, 0, 0], np.exp(-2.75) - 1, rtol=1e-12)
        self.assertEqual(values[2, 0, 0], -2.75 * 0.2)

    def test_gradients_of_a_loss(self):
        given = {"x": [[1.0, 2.0]], "decoded": [[0.5, 0.0]], "mean": [[3.0]], "logVariance": [[0.0]], "beta": 2.0}
        for library in ("torch", "jax"):
            with self.subTest(library):
                try:
                    __import__(library)
                except ImportError:
                    self.skipTest(f"needs {library}")
                arguments = {grae_subject._snake(k): Arrays(library).argument(v) for k, v in given.items()}
                found = grae_subject._plain(with_gradient(squares)(**arguments))
                gradient = {"decoded": [[-0.5, -2.0]], "mean": [[6.0]], "logVariance": [[1.0]]}
                self.assertEqual(found, {"loss": [11.125], "gradient": gradient})

    def test_torch_and_jax_agree_with_numpy(self):
        for library in ("torch", "jax"):
            with self.subTest(library):
                try:
                    __import__(library)
                except ImportError:
                    self.skipTest(f"needs {library}")
                np.testing.assert_allclose(self.values(library), self.values("numpy"), rtol=1e-12, atol=1e-15)


if __name__ == "__main__":
    unittest.main()
