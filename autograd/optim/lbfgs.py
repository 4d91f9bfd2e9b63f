"""L-BFGS (Liu and Nocedal, 1989, https://doi.org/10.1007/BF01589116)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar

import numpy as np

from autograd import mode
from autograd.optim.line_search import strong_wolfe
from autograd.optim.optimizer import Array, Optimizer, Params, checked, closure_of_script


class LBFGS(Optimizer):
    """Newton's method with a Hessian estimated from the last `history_size` steps; `step` calls the closure many times.

    Liu and Nocedal, *On the limited memory BFGS method for large scale optimization*,
    https://doi.org/10.1007/BF01589116; the line search `strong_wolfe` is minFunc's. ValueError for more than one group
    of parameters; RuntimeError for another `line_search_fn`. The state, kept with the first parameter, is that of all
    parameters in one vector.
    """

    keeps_arrays = True
    formula: ClassVar[list[str]] = [
        r"s_t = \theta_t - \theta_{t-1},\quad y_t = g_t - g_{t-1},\quad \rho_t = 1 / (y_t^\top s_t)",
        r"H_t = (I - \rho_t s_t y_t^\top) H_{t-1} (I - \rho_t y_t s_t^\top) + \rho_t s_t s_t^\top",
        r"\theta_{t+1} = \theta_t - \alpha_t H_t g_t",
    ]

    def __init__(
        self,
        params: Params,
        lr: float = 1,
        max_iter: int = 20,
        max_eval: int | None = None,
        tolerance_grad: float = 1e-7,
        tolerance_change: float = 1e-9,
        history_size: int = 100,
        line_search_fn: str | None = None,
    ) -> None:
        defaults = checked(
            lr=lr,
            max_iter=max_iter,
            max_eval=max_iter * 5 // 4 if max_eval is None else max_eval,
            tolerance_grad=tolerance_grad,
            tolerance_change=tolerance_change,
            history_size=history_size,
            line_search_fn=line_search_fn,
        )
        super().__init__(params, defaults)
        if len(self.param_groups) != 1:
            raise ValueError("LBFGS doesn't support per-parameter options (parameter groups)")
        self._params = self.param_groups[0]["params"]

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """One step of up to `max_iter` moves; `closure` computes the loss and its gradients. The first loss."""
        if closure is None:
            raise TypeError("LBFGS.step() missing 1 required positional argument: 'closure'")
        group = self.param_groups[0]
        lr, tolerance, flat = float(group["lr"]), group["tolerance_change"], self._gradient
        state = self.state[self._params[0]]
        state.setdefault("func_evals", 0)
        state.setdefault("n_iter", 0)

        def evaluate() -> Any:
            with mode.enable_grad(), closure_of_script():
                return closure()

        first = evaluate()
        loss, evaluations, gradient = float(first), 1, flat()
        state["func_evals"] += 1
        done = abs(gradient).max() <= group["tolerance_grad"]
        moves = 0
        while not done and moves < group["max_iter"]:
            moves += 1
            state["n_iter"] += 1
            direction = self._direction(state, gradient, group["history_size"])
            length: Any = lr if state["n_iter"] > 1 else min(1.0, 1.0 / abs(gradient).sum()) * lr
            state.update(d=direction, t=length, prev_flat_grad=gradient, prev_loss=loss)
            slope, before = gradient.dot(direction), loss
            if slope > -tolerance:
                break
            used = 0
            if group["line_search_fn"] is not None:
                if group["line_search_fn"] != "strong_wolfe":
                    raise RuntimeError("only 'strong_wolfe' is supported")
                start = [p._array.copy() for p in self._params]

                loss, gradient, length, used = strong_wolfe(
                    partial(self._probe, evaluate, start, direction),
                    length,
                    direction,
                    loss,
                    gradient,
                    slope,
                    most=group["max_eval"] - evaluations,
                )
                state["t"] = length
                self._move(length, direction)
            else:
                self._move(length, direction)
                if moves != group["max_iter"]:
                    loss, used = float(evaluate()), 1
                    gradient = flat()
            evaluations += used
            state["func_evals"] += used
            done = (
                evaluations >= group["max_eval"]
                or abs(gradient).max() <= group["tolerance_grad"]
                or abs(direction * length).max() <= tolerance
                or abs(loss - before) < tolerance
            )
        return first

    def _probe(
        self, evaluate: Callable[[], Any], start: list[Array], direction: Array, length: Any
    ) -> tuple[float, Array]:
        """Loss and gradient after a move of `length`, which is then taken back."""
        self._move(length, direction)
        loss = float(evaluate())
        gradient = self._gradient()
        self._put(start)
        return loss, gradient

    def _gradient(self) -> Array:
        parts = [np.zeros(p._array.size, p._array.dtype) if p._grad is None else p._grad._array for p in self._params]
        return np.concatenate([part.ravel() for part in parts])

    @staticmethod
    def _direction(state: dict[str, Any], gradient: Array, history: int) -> Array:
        """Minus the gradient, times the inverse Hessian that the recorded steps give (the two-loop recursion)."""
        if state["n_iter"] == 1:
            state.update(old_dirs=[], old_stps=[], ro=[], H_diag=1)
            return -gradient
        change, move = gradient - state["prev_flat_grad"], state["d"] * state["t"]
        changes, moves, inverses = list(state["old_dirs"]), list(state["old_stps"]), list(state["ro"])
        product = change.dot(move)
        if product > 1e-10:
            if len(changes) == history:
                del changes[0], moves[0], inverses[0]
            changes.append(change)
            moves.append(move)
            inverses.append(np.asarray(1.0 / product))
            state["H_diag"] = np.asarray(product / change.dot(change))
        weights: list[Any] = [None] * history
        q = -gradient
        for i in range(len(changes) - 1, -1, -1):
            weights[i] = np.asarray(moves[i].dot(q) * inverses[i])
            q = q - weights[i] * changes[i]
        r: Array = q * state["H_diag"]
        for i in range(len(changes)):
            r = r + moves[i] * (weights[i] - changes[i].dot(r) * inverses[i])
        state.update(old_dirs=changes, old_stps=moves, ro=inverses, al=weights)
        return r

    def _move(self, length: Any, direction: Array) -> None:
        start, values, shares = 0, [], []
        for p in self._params:
            share = direction[start : start + p._array.size].reshape(p._array.shape)
            shares.append({"length": float(length), "direction": share})
            values.append(np.asarray(p._array + p._array.dtype.type(length) * share))
            start += p._array.size
        self._put(values, shares)

    def _put(self, values: list[Array], moves: list[dict[str, Any]] | None = None) -> None:
        """Writes values; `moves` tells the recorder of the length and the direction that led to each."""
        options = {k: v for k, v in self.param_groups[0].items() if k != "params"}
        held = self.state[self._params[0]]
        told = {k: held[k] for k in ("n_iter", "func_evals")}
        for place, (p, value) in enumerate(zip(self._params, values, strict=True)):
            gradient = np.zeros_like(value) if p._grad is None else p._grad._array
            self._place(p, value.copy(), gradient, told | (moves[place] if moves else {}), options)
