"""Test vectors for the functions of a module, without Deno: GRAE_SUBJECT=my_losses python3 -m pytest test_vectors.py"""

import importlib
import json
import os
from pathlib import Path

import numpy as np
import pytest

import grae_subject

importlib.import_module(os.environ.get("GRAE_SUBJECT", "numpy_losses"))
DTYPE = os.environ.get("GRAE_DTYPE", "float64")
ARRAYS = grae_subject.Arrays(os.environ.get("GRAE_ARRAYS", "numpy"), DTYPE)
FILE = json.loads((Path(__file__).parents[1] / "vectors" / "vectors.json").read_text("utf-8"))
TESTS = [
    pytest.param(group["capability"], test, id=f"{group['law']}-{group['capability']}-{test['id']}")
    for group in FILE["groups"]
    if group["capability"] in grae_subject.offered()
    for test in group["tests"]
]


def compare(found, expected, tolerance):
    if isinstance(expected, dict):
        found = found if isinstance(found, dict) else {"loss": found}
        if not found.keys() & expected.keys():
            pytest.skip(f"the answer has no {', '.join(expected)}")
        for name in found.keys() & expected.keys():
            compare(found[name], expected[name], tolerance[name] if isinstance(tolerance, dict) else tolerance)
    elif tolerance is not None:
        error = np.abs(np.asarray(found, float) - np.asarray(expected, float))
        assert (error <= np.asarray(tolerance, float)).all(), f"found {found}, expected {expected}, within {tolerance}"


@pytest.mark.parametrize("capability, test", TESTS)
def test_vector(capability, test):
    answer = grae_subject.answer(capability, test["given"], ARRAYS)
    if answer.get("error", {}).get("kind") == "not offered":
        pytest.skip(answer["error"]["message"])
    assert capability in answer, answer
    compare(answer[capability], test["expected"], test["tolerance"][DTYPE])
