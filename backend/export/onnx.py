"""The forward graph of a moment as an ONNX model: parameters are initializers with the moment's values.

The model computes one iteration's forward as the script ran it, of the shapes it ran with: data are its inputs, what no
op uses further (a loss, above all) its outputs.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.tape.segment import Array
from backend.export.twins import TWINS, NoTwin, Op

if TYPE_CHECKING:
    from autograd import tape

OPSET = 20
_IR = 10  # the file format that runtimes of the opset's time read
_PRODUCER = "backplay"
_INSIDE = frozenset({"parameter", "buffer", "constant"})


class NotInstalled(Exception):
    """The package that writes ONNX is not there; the message says how to get it."""


class Writer:
    """Collects an ONNX graph's nodes and constants."""

    def __init__(self, tensors: dict[str, dict[str, Any]]) -> None:
        self.tensors = tensors
        self.used: set[str] = set()  # what some op reads
        self.nodes: list[Any] = []
        self.initializers: list[Any] = []
        self._constants: dict[tuple[str, tuple[int, ...], bytes], str] = {}
        self._numbers = count()

    def element(self, dtype: str) -> int:
        """ONNX's number for a dtype. Raises NoTwin."""
        from onnx import helper

        try:
            return int(helper.np_dtype_to_tensor_dtype(np.dtype(dtype)))
        except (TypeError, KeyError) as error:
            raise NoTwin(f"ONNX has no tensors of {dtype}.") from error

    def fresh(self, near: str) -> str:
        """A name that no tensor of the tape has."""
        return f"{near}/{next(self._numbers)}"

    def add(
        self, near: str, type: str, inputs: Sequence[str], outputs: Sequence[str] | None = None, **attributes: Any
    ) -> str:
        """Write a node; its first output's name."""
        from onnx import helper

        outputs = [self.fresh(near)] if outputs is None else list(outputs)
        inputs = list(inputs)
        while inputs and not inputs[-1]:
            inputs.pop()
        self.nodes.append(helper.make_node(type, inputs, outputs, name=self.fresh(near), **attributes))
        return outputs[0]

    def constant(self, value: Array) -> str:
        """The name of an initializer that holds `value`; equal ones are shared."""
        key = (value.dtype.str, value.shape, value.tobytes())
        known = self._constants.get(key)
        if known is None:
            known = self._constants[key] = self.fresh("constant")
            self.hold(known, value)
        return known

    def hold(self, name: str, value: Array) -> None:
        """An initializer of that name."""
        from onnx import numpy_helper

        self.initializers.append(numpy_helper.from_array(np.ascontiguousarray(value).reshape(value.shape), name))

    def info(self, name: str) -> Any:
        """A tensor of the tape as ONNX declares it."""
        from onnx import helper

        tensor = self.tensors[name]
        return helper.make_tensor_value_info(name, self.element(tensor["dtype"]), tensor["shape"])


def onnx(moment: tape.Moment) -> bytes:
    """The model's bytes. Raises NoTwin where an op has none, NotInstalled without the package."""
    return bytes(model(moment).SerializeToString())


def model(moment: tape.Moment) -> Any:
    """The `onnx.ModelProto`; every tensor of the tape keeps its id as its name. Raises as `onnx` does."""
    try:
        import onnx as package
        from onnx import helper
    except ImportError as error:
        raise NotInstalled("Writing ONNX needs the package onnx: pip install 'backplay[onnx]'.") from error
    nodes = _forward(moment)
    if not nodes:
        raise NoTwin("There is no forward op around this moment, so there is nothing to write as ONNX.")
    writer = Writer(moment.structure.tensors)
    results = {name for node in nodes for name in node["outputs"]}
    used = list(dict.fromkeys(name for node in nodes for name in node["inputs"]))
    writer.used.update(used)
    inputs = []
    for name in used:
        if name in results:
            continue
        held = moment.tensors[name]
        value = held.value if held.kind in _INSIDE else None
        if value is None:
            inputs.append(writer.info(name))
        else:
            writer.hold(name, value)
    for node in nodes:
        op = Op(writer, node)
        write = TWINS.get(node["op"])
        if write is None:
            raise op.none()
        try:
            write(op)
        except (KeyError, IndexError, TypeError, ValueError) as error:
            # A setting of the op that its twin was not written for, such as one of a newer recorder.
            raise op.none("a setting of it is not known here") from error
    written = {name for one in writer.nodes for name in one.output}
    made = [name for node in nodes for name in node["outputs"] if name in written]
    ends = [name for name in made if name not in writer.used]
    between = [name for name in made if name in writer.used]
    graph = helper.make_graph(
        writer.nodes,
        "setup" if moment.iteration is None else f"iteration {moment.iteration}",
        inputs,
        [writer.info(name) for name in ends],
        writer.initializers,
        value_info=[writer.info(name) for name in between],
    )
    whole = helper.make_model(
        graph,
        producer_name=_PRODUCER,
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=_IR,
    )
    try:
        package.checker.check_model(whole)
    except (package.checker.ValidationError, ValueError) as error:
        raise NoTwin(f"This graph cannot be written as ONNX: {str(error).splitlines()[0]}") from error
    return whole


def _forward(moment: tape.Moment) -> list[dict[str, Any]]:
    """The ops of the iteration's forward, and those whose results they use; an update by hand is none of them."""
    nodes: list[dict[str, Any]] = moment.structure.body["nodes"]
    wanted = {
        event["node"]
        for event in moment.structure.events
        if event["kind"] == "forward" and event["phase"] not in ("backward", "step")
    }
    read: set[str] = set()
    found = []
    for node in reversed(nodes):
        if node["id"] in wanted or not read.isdisjoint(node["outputs"]):
            found.append(node)
            read.update(node["inputs"])
    return found[::-1]
