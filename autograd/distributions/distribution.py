"""What every distribution has: shapes, checks of parameters and values, and the methods in terms of each other."""

from __future__ import annotations

from typing import Any, ClassVar

from autograd import mode
from autograd.distributions import constraints
from autograd.distributions.utils import broadcast_shapes, lazy_property
from autograd.tensor import Size, Tensor


class Distribution:
    """A probability distribution over events of `event_shape`, for each place of `batch_shape`.

    Parameters and values are checked (ValueError) unless `validate_args=False`.
    """

    has_rsample: Any = False
    has_enumerate_support: Any = False
    arg_constraints: ClassVar[dict[str, Any]] = {}
    support: Any = None
    _validate_args = True

    @staticmethod
    def set_default_validate_args(value: bool) -> None:
        """Whether distributions check by default."""
        if value not in (True, False):
            raise ValueError(f"validate_args must be True or False, but got {value}")
        Distribution._validate_args = value

    def __init__(self, batch_shape: Any = (), event_shape: Any = (), validate_args: bool | None = None) -> None:
        self._batch_shape = Size(batch_shape)
        self._event_shape = Size(event_shape)
        if validate_args is not None:
            self._validate_args = validate_args
        if not self._validate_args:
            return
        for name, constraint in self.arg_constraints.items():
            if constraints.is_dependent(constraint):
                continue
            if name not in self.__dict__ and isinstance(getattr(type(self), name, None), (lazy_property, property)):
                continue
            value = getattr(self, name)
            if not bool(constraint.check(value)._array.all()):
                raise ValueError(
                    f"Expected parameter {name} ({type(value).__name__} of shape {tuple(value.shape)}) of distribution "
                    f"{self!r} to satisfy the constraint {constraint!r}, but found invalid values:\n{value}"
                )

    def expand(self, batch_shape: Any, _instance: Any = None) -> Any:
        """The same distribution with its batch repeated to `batch_shape`."""
        new = self._get_checked_instance(type(self), _instance)
        shape = tuple(batch_shape)
        for name, constraint in self.arg_constraints.items():
            if name in self.__dict__:
                value = self.__dict__[name]
                kept = value.ndim - constraint.event_dim
                new.__dict__[name] = value.expand(shape + tuple(value.shape[kept:]))
        self._expand_rest(new, shape)
        new._batch_shape, new._event_shape = Size(shape), self._event_shape
        new._validate_args = self._validate_args
        return new

    def _expand_rest(self, new: Any, shape: tuple[int, ...]) -> None:
        """What a subclass has beside its parameters."""

    def _get_checked_instance(self, cls: type, _instance: Any = None) -> Any:
        return type(self).__new__(type(self)) if _instance is None else _instance

    @property
    def batch_shape(self) -> Any:
        """The shape of the batch."""
        return self._batch_shape

    @property
    def event_shape(self) -> Any:
        """The shape of one event."""
        return self._event_shape

    @property
    def mean(self) -> Any:
        """The mean."""
        raise NotImplementedError(f"{type(self).__name__} does not define mean")

    @property
    def mode(self) -> Any:
        """The most probable value."""
        raise NotImplementedError(f"{type(self)} does not implement mode")

    @property
    def variance(self) -> Any:
        """The variance."""
        raise NotImplementedError(f"{type(self).__name__} does not define variance")

    @property
    def stddev(self) -> Any:
        """The standard deviation."""
        return self.variance.sqrt()

    def sample(self, sample_shape: Any = ()) -> Any:
        """Samples of shape `sample_shape + batch_shape + event_shape`, outside the graph."""
        with mode.no_grad():
            return self.rsample(sample_shape)

    def rsample(self, sample_shape: Any = ()) -> Any:
        """Samples that are differentiable functions of the parameters; NotImplementedError where there is no way."""
        raise NotImplementedError(f"{type(self).__name__} has no reparameterised samples: use sample()")

    def log_prob(self, value: Any) -> Any:
        """The logarithm of the density, or of the probability, at `value`."""
        raise NotImplementedError(f"{type(self).__name__} does not define log_prob")

    def cdf(self, value: Any) -> Any:
        """The probability of a value not above `value`."""
        raise NotImplementedError(f"{type(self).__name__} does not define cdf")

    def icdf(self, value: Any) -> Any:
        """The inverse of `cdf`."""
        raise NotImplementedError(f"{type(self).__name__} does not define icdf")

    def enumerate_support(self, expand: bool = True) -> Any:
        """Every value of a discrete distribution, along a new first dimension."""
        raise NotImplementedError(f"{type(self).__name__} does not define enumerate_support")

    def entropy(self) -> Any:
        """The entropy, in nats."""
        raise NotImplementedError(f"{type(self).__name__} does not define entropy")

    def perplexity(self) -> Any:
        """`exp(entropy)`."""
        return self.entropy().exp()

    def _extended_shape(self, sample_shape: Any = ()) -> Any:
        return Size((*sample_shape, *self._batch_shape, *self._event_shape))

    def _validate_sample(self, value: Any) -> None:
        if not isinstance(value, Tensor):
            raise ValueError("The value argument to log_prob must be a Tensor")
        events = value.ndim - len(self._event_shape)
        if tuple(value.shape[events:]) != tuple(self._event_shape):
            raise ValueError(
                "The right-most size of value must match event_shape: "
                f"{list(value.shape)} vs {list(self._event_shape)}."
            )
        try:
            broadcast_shapes(tuple(value.shape), (*self._batch_shape, *self._event_shape))
        except RuntimeError:
            raise ValueError(
                "Value is not broadcastable with batch_shape+event_shape: "
                f"{list(value.shape)} vs {[*self._batch_shape, *self._event_shape]}."
            ) from None
        try:
            support = self.support
        except NotImplementedError:
            return
        if support is None:
            raise NotImplementedError(f"{type(self).__name__} does not define support")
        if not bool(support.check(value)._array.all()):
            raise ValueError(
                f"Expected value argument ({type(value).__name__} of shape {tuple(value.shape)}) to be within the "
                f"support ({support!r}) of the distribution {self!r}, but found invalid values:\n{value}"
            )

    def __repr__(self) -> str:
        shown = []
        for name in self.arg_constraints:
            if name in self.__dict__:
                value = self.__dict__[name]
                shown.append(f"{name}: {value if value.numel() == 1 else value.size()}")
        return f"{type(self).__name__}({', '.join(shown)})"


class ExponentialFamily(Distribution):
    """The families whose density is the exponential of a product of parameters and statistics."""
