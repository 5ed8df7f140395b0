"""Requests and answers, one JSON object a line; an answer that holds "error" says why there is no other."""

import json
import os
import sys
import time

# Steps that are made and not timed: after a pause caches are cold and threads asleep.
WARM_UP = 1


def peak_memory():
    """The most memory that this process has held, in bytes; None where the system does not say."""
    try:
        with open("/proc/self/status", encoding="ascii") as status:
            lines = dict(line.split(":", 1) for line in status)
        return int(lines["VmHWM"].split()[0]) * 1024
    except (OSError, KeyError):
        return None


def milliseconds_of(step, count):
    """How long each of some steps takes, each with its loss read."""
    times = []
    for i in range(WARM_UP + count):
        start = time.perf_counter()
        step()
        if i >= WARM_UP:
            times.append(1e3 * (time.perf_counter() - start))
    return times


def best_of(candidates, wanted):
    """The fastest of the ways to make a step, by name; of those that do not run, the first one's reason is raised.

    A way is a function that gives (step, losses of four steps at given noise).
    """
    best, reason = None, None
    for name, build in candidates.items():
        if wanted not in (None, name):
            continue
        try:
            step, losses = build()
            took = sorted(milliseconds_of(step, 7))[3]
        except Exception as error:  # A compiler that cannot compile one way may compile another.
            reason = reason or error
            continue
        if best is None or took < best[0]:
            best = (took, name, step, losses)
    if best is None:
        raise reason
    return best[1:]


def serve(hello, candidates_of, rate):
    """Answers until there are no more requests.

    candidates_of(request) gives the ways to make a step; rate() multiply-adds a second of a large product.
    """
    # Whatever else prints must not come between the answers.
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def say(answer):
        out.write(json.dumps(answer) + "\n")
        out.flush()

    say(hello)
    prepared = {}
    for line in sys.stdin:
        request = json.loads(line)
        try:
            do = request["do"]
            if do == "prepare":
                chosen, step, losses = best_of(candidates_of(request), request.get("candidate"))
                prepared[request["id"]] = step
                say({"losses": losses, "chosen": chosen})
            elif do == "steps":
                say({"milliseconds": milliseconds_of(prepared[request["id"]], request["count"])})
            elif do == "forget":
                del prepared[request["id"]]
                say({})
            elif do == "rate":
                say({"multiplyAddsPerSecond": rate()})
            elif do == "memory":
                say({"peakBytes": peak_memory()})
            else:
                raise ValueError(f"nobody here knows how to {do}")
        except Exception as error:
            lines = str(error).strip().splitlines() or [""]
            say({"error": f"{type(error).__name__}: {lines[0]}"})
