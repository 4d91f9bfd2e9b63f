"""Run a lesson and print its first losses as JSON.

    python losses.py LESSON.py DATA COUNT            under the `torch` that is installed
    python losses.py LESSON.py DATA COUNT --backplay under our own core

Each loss is read where the script calls `backward`, so the script runs unchanged.
"""

import json
import os
import runpy
import sys


class Enough(Exception):
    pass


def losses(script: str, data: str, count: int) -> list[float]:
    import torch

    found: list[float] = []
    backward = torch.Tensor.backward

    def record(self, *args, **kwargs):
        if len(found) == count:
            raise Enough
        found.append(float(self.item()))
        return backward(self, *args, **kwargs)

    script = os.path.abspath(script)
    os.chdir(data)
    torch.Tensor.backward = record
    try:
        runpy.run_path(script, run_name="__main__")
    except Enough:
        pass
    finally:
        torch.Tensor.backward = backward
    return found


if __name__ == "__main__":
    if "--backplay" in sys.argv:
        import autograd.compat

        autograd.compat.install()
    print(json.dumps(losses(sys.argv[1], sys.argv[2], int(sys.argv[3]))))
