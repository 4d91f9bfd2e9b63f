"""Arithmetic and element-wise ops."""

from __future__ import annotations

from typing import Any

from cases.case import POSITIVE, UNIT, A, Case, Wrong, ints

INSIDE = (-0.95, 0.95)


def integers_in_place(T: Any) -> Any:
    x = ints(T, 12, -18, 7)
    x.gcd_(ints(T, 8, 12, 5)).lcm_(ints(T, 3, 4, 5)).bitwise_left_shift_(2).bitwise_right_shift_(1)
    return x.bitwise_and_(30).bitwise_or_(1).bitwise_xor_(ints(T, 5, 6, 7)).bitwise_not_().floor_divide_(2)


def words(text: str) -> list[str]:
    return text.split()


CASES = [
    Case("add", (A, A), lambda T, a, b: a + b),
    Case("add_broadcast", (A, (4,)), lambda T, a, b: a + b),
    Case("add_column", ((3, 1), (1, 4)), lambda T, a, b: a + b),
    Case("add_scalar", (A,), lambda T, a: 2 + a),
    Case("add_alpha", (A, A), lambda T, a, b: T.add(a, b, alpha=3)),
    Case("sub", (A, (4,)), lambda T, a, b: a - b),
    Case("sub_alpha", (A, A), lambda T, a, b: T.sub(a, b, alpha=0.5)),
    Case("rsub", (A,), lambda T, a: 1.5 - a),
    Case("mul", (A, (3, 1)), lambda T, a, b: a * b),
    Case("mul_scalar", (A,), lambda T, a: 3 * a * 0.5),
    Case("mul_zero_dim", (A, ()), lambda T, a, b: a * b),
    Case("div", (A, (A, POSITIVE)), lambda T, a, b: a / b),
    Case("div_scalar", (A,), lambda T, a: a / 3),
    Case("rdiv", ((A, POSITIVE),), lambda T, a: 2 / a),
    Case("pow_2", (A,), lambda T, a: a**2),
    Case("pow_3", (A,), lambda T, a: a**3),
    Case("pow_half", ((A, POSITIVE),), lambda T, a: a**0.5),
    Case("pow_0", (A,), lambda T, a: a**0),
    Case("pow_tensor", ((A, POSITIVE), A), lambda T, a, b: a**b),
    Case("pow_of_number", (A,), lambda T, a: 2**a),
    Case("maximum", (A, A), lambda T, a, b: T.maximum(a, b)),
    Case("minimum", (A, (4,)), lambda T, a, b: T.minimum(a, b)),
    Case("maximum_ties", (A,), lambda T, a: T.maximum(a, a * 1), rough=True),
    Case("remainder", (A,), lambda T, a: a % 0.7, rough=True),
    Case("neg", (A,), lambda T, a: -a),
    Case("exp", (A,), lambda T, a: a.exp()),
    Case("expm1", (A,), lambda T, a: T.expm1(a)),
    Case("log", ((A, POSITIVE),), lambda T, a: a.log()),
    Case("log2", ((A, POSITIVE),), lambda T, a: a.log2()),
    Case("log10", ((A, POSITIVE),), lambda T, a: a.log10()),
    Case("log1p", ((A, POSITIVE),), lambda T, a: a.log1p()),
    Case("sqrt", ((A, POSITIVE),), lambda T, a: a.sqrt()),
    Case("rsqrt", ((A, POSITIVE),), lambda T, a: a.rsqrt()),
    Case("reciprocal", ((A, POSITIVE),), lambda T, a: a.reciprocal()),
    Case("abs", (A,), lambda T, a: abs(a)),
    Case("sign", (A,), lambda T, a: a.sign(), rough=True),
    Case("floor", (A,), lambda T, a: a.floor(), rough=True),
    Case("ceil", (A,), lambda T, a: a.ceil(), rough=True),
    Case("round", (A,), lambda T, a: a.round(), rough=True),
    Case("trunc", (A,), lambda T, a: a.trunc(), rough=True),
    Case("sin", (A,), lambda T, a: a.sin()),
    Case("cos", (A,), lambda T, a: a.cos()),
    Case("tan", ((A, (-1.0, 1.0)),), lambda T, a: a.tan()),
    Case("square", (A,), lambda T, a: T.square(a), composed=True),
    Case("clamp", (A,), lambda T, a: a.clamp(-0.5, 1)),
    Case("clamp_min", (A,), lambda T, a: a.clamp(min=0.2), composed=True),
    Case("where", (A, (4,)), lambda T, a, b: T.where(a > 0, a, b)),
    Case("where_number", (A,), lambda T, a: T.where(a > 0, a, 0.5)),
    Case("masked_fill", (A,), lambda T, a: a.masked_fill(a > 0, -3.0)),
    Case("lerp", (A, A), lambda T, a, b: T.lerp(a, b, 0.3)),
    Case("clone", (A,), lambda T, a: a.clone()),
    Case("erf", (A,), lambda T, a: T.erf(a)),
    Case("cast", (A,), lambda T, a: a.to(T.float32).to(T.float64), rough=True, tolerance=1e-6),
    Case("sinh", (A,), lambda T, a: a.sinh()),
    Case("cosh", (A,), lambda T, a: T.cosh(a)),
    Case("asin", ((A, INSIDE),), lambda T, a: a.asin() + T.arcsin(a), composed=True),
    Case("acos", ((A, INSIDE),), lambda T, a: a.acos() + T.arccos(a), composed=True),
    Case("atan", (A,), lambda T, a: a.atan() + T.arctan(a), composed=True),
    Case("asinh", (A,), lambda T, a: a.asinh() + T.arcsinh(a), composed=True),
    Case("acosh", ((A, (1.1, 3.0)),), lambda T, a: a.acosh() + T.arccosh(a), composed=True),
    Case("atanh", ((A, INSIDE),), lambda T, a: a.atanh() + T.arctanh(a), composed=True),
    Case("exp2", (A,), lambda T, a: T.exp2(a)),
    Case("erfc", (A,), lambda T, a: a.erfc()),
    Case("erfc_far", ((A, (2.0, 5.0)),), lambda T, a: T.special.erfc(a)),
    Case("erfinv", ((A, INSIDE),), lambda T, a: T.erfinv(a)),
    Case("i0", ((A, (-4.0, 9.0)),), lambda T, a: T.i0(a), single=1e-4),
    Case("i1", ((A, (-4.0, 12.0)),), lambda T, a: T.special.i1(a), single=1e-4),
    Case("i0e", (A,), lambda T, a: T.special.i0e(a), composed=True),
    Case("i1e", (A,), lambda T, a: T.special.i1e(a), composed=True),
    Case("sinc", (A,), lambda T, a: a.sinc()),
    Case("logit", ((A, UNIT),), lambda T, a: a.logit()),
    Case("logit_eps", ((A, UNIT),), lambda T, a: T.special.logit(a, eps=0.2)),
    Case("frac", (A,), lambda T, a: a.frac()),
    Case("deg2rad", (A,), lambda T, a: T.deg2rad(a), composed=True),
    Case("rad2deg", (A,), lambda T, a: T.rad2deg(a), composed=True),
    Case("nan_to_num", (A,), lambda T, a: T.nan_to_num((a / (a > 0)) * 1, nan=0.5, posinf=2, neginf=-3), rough=True),
    Case("positive", (A,), lambda T, a: T.positive(+a) * 1),
    Case("sgn", (A,), lambda T, a: T.sgn(a.detach())),
    Case("fix", (A,), lambda T, a: T.fix(a), rough=True),
    Case("expit", (A,), lambda T, a: T.special.expit(a)),
    Case("entr", ((A, POSITIVE),), lambda T, a: T.special.entr(a), composed=True),
    Case("ndtr", (A,), lambda T, a: T.special.ndtr(a), composed=True),
    Case("atan2", (A, (4,)), lambda T, a, b: T.atan2(a, b)),
    Case("arctan2", (A, A), lambda T, a, b: a.arctan2(b)),
    Case("hypot", (A, (3, 1)), lambda T, a, b: T.hypot(a, b)),
    Case("logaddexp", (A, A), lambda T, a, b: T.logaddexp(a, b)),
    Case("logaddexp2", (A, (4,)), lambda T, a, b: a.logaddexp2(b)),
    Case("fmod", (A, (A, POSITIVE)), lambda T, a, b: T.fmod(a, b), rough=True),
    Case("fmod_number", (A,), lambda T, a: a.fmod(0.7)),
    Case("copysign", (A, A), lambda T, a, b: T.copysign(a, b)),
    Case("copysign_number", (A,), lambda T, a: a.copysign(-1.0)),
    Case("fmax", (A, A), lambda T, a, b: T.fmax(a, b)),
    Case("fmin", (A, (4,)), lambda T, a, b: a.fmin(b)),
    Case("float_power", ((A, POSITIVE),), lambda T, a: T.float_power(a, 2.5), composed=True),
    Case("ldexp", (A,), lambda T, a: T.ldexp(a, T.tensor([1, 2, 0, 3])), composed=True),
    Case("frexp", (A,), lambda T, a: T.frexp(a).mantissa),
    Case("frexp_exponent", (A,), lambda T, a: a.frexp()[1]),
    Case("addcmul", (A, (4,), A), lambda T, a, b, c: T.addcmul(a, b, c, value=0.5)),
    Case("addcdiv", (A, A, (A, POSITIVE)), lambda T, a, b, c: a.addcdiv(b, c, value=2)),
    Case("lerp_far", (A, A), lambda T, a, b: a.lerp(b, 0.8)),
    Case("lerp_tensor", (A, A, (4,)), lambda T, a, b, w: T.lerp(a, b, w)),
    Case("clamp_tensors", (A, (4,), A), lambda T, a, b, c: T.clamp(a, b, c)),
    Case("clamp_tensor_min", (A, (4,)), lambda T, a, b: a.clip(min=b)),
    Case("clamp_min_function", (A,), lambda T, a: T.clamp_min(a, 0.1)),
    Case("clamp_max_function", (A,), lambda T, a: a.clamp_max(0.1)),
    Case("nextafter", (A, A), lambda T, a, b: T.nextafter(a.detach(), b.detach()), tolerance=0),
    Case("heaviside", (A, A), lambda T, a, b: T.heaviside(a.detach().round(), b.detach())),
    Case("gcd", (), lambda T: T.gcd(ints(T, 12, -18, 0), ints(T, 8, 12, 5))),
    Case("lcm", (), lambda T: T.lcm(ints(T, 12, -18, 0), ints(T, 8, 12, 5))),
    Case("left_shift", (), lambda T: T.bitwise_left_shift(ints(T, 1, -2, 3), 3) + (ints(T, 1, 2, 3) << 1)),
    Case("right_shift", (), lambda T: T.bitwise_right_shift(ints(T, 100, -7, 3), 1) + (ints(T, 8, 4, 3) >> ints(T, 1))),
    Case("signbit", (A,), lambda T, a: T.signbit(a)),
    Case("isposinf", (A,), lambda T, a: T.isposinf(a.detach() / (a.detach() > 0))),
    Case("isneginf", (A,), lambda T, a: T.isneginf(a.detach() / (a.detach() > 0))),
    Case("isreal", (A,), lambda T, a: T.isreal(a)),
    Case("comparisons", (A, A), lambda T, a, b: T.less(a, b) | (a <= 0) | T.greater_equal(a, b) & T.not_equal(a, b)),
    *(
        Case(f"{name}_in_place", ((A, UNIT),), lambda T, a, name=name: getattr(a * 1, name)())
        for name in words(
            "abs_ acos_ asin_ atan_ ceil_ cos_ erf_ erfinv_ exp_ exp2_ expm1_ floor_ frac_ log_ "
            "log10_ log1p_ log2_ logit_ neg_ reciprocal_ round_ rsqrt_ sigmoid_ sign_ sin_ sinc_ "
            "sinh_ sqrt_ tan_ tanh_ trunc_ arccos_ arcsin_ cosh_ erfc_ i0_ negative_ fix_ absolute_"
        )
    ),
    *(
        Case(f"{name}_in_place", ((A, UNIT), (A, UNIT)), lambda T, a, b, name=name: getattr(a * 1, name)(b), rough=True)
        for name in words(
            "add_ sub_ mul_ div_ pow_ remainder_ fmod_ atan2_ hypot_ copysign_ multiply_ subtract_ divide_"
        )
    ),
    *(
        Case(f"{name}_in_place", (A, A), lambda T, a, b, name=name: getattr(a.detach() * 1, name)(b.detach()))
        for name in words("eq_ ne_ lt_ le_ gt_ ge_ greater_ less_ not_equal_ nextafter_ logical_and_ logical_or_")
    ),
    *(
        Case(f"{name}_in_place", ((A, UNIT),), lambda T, a, name=name: getattr(a.detach() * 1, name)())
        for name in words("sgn_ asinh_ atanh_ deg2rad_ rad2deg_ square_ arccosh_ arcsinh_ arctanh_ logical_not_")
    ),
    Case("integers_in_place", (), lambda T: integers_in_place(T)),
    Case("cumsum_in_place", (A,), lambda T, a: (a * 1).cumsum_(1), composed=True),
    Case("tril_in_place", (A,), lambda T, a: (a * 1).tril_().t_() + (a * 2).transpose_(0, 1), composed=True),
    Case("unsqueeze_in_place", (A,), lambda T, a: (a * 1).unsqueeze_(0).squeeze_(0), composed=True),
    Case("addcmul_in_place", (A, A, A), lambda T, a, b, c: (a * 1).addcmul_(b, c, value=2)),
    Case("lerp_in_place", (A, A), lambda T, a, b: (a * 1).lerp_(b, 0.25)),
    Case("clamp_in_place", (A,), lambda T, a: (a * 1).clamp_(-0.5, 0.5)),
]

WRONG = [
    Wrong("add_sizes", lambda T: T.ones(2) + T.ones(3)),
    Wrong("add_in_place_grows", lambda T: T.ones(1).add_(T.ones(3))),
    Wrong("add_in_place_type", lambda T: T.ones(2, dtype=T.int64).add_(0.5)),
    Wrong("sub_bools", lambda T: T.tensor([True]) - T.tensor([True])),
    Wrong("neg_bool", lambda T: -T.tensor([True])),
    Wrong("pow_negative", lambda T: T.tensor([2]) ** -1),
    Wrong("add_text", lambda T: T.ones(2) + "a"),
    Wrong("compare_sizes", lambda T: T.ones(2) > T.ones(3)),
    Wrong("clamp_nothing", lambda T: T.ones(2).clamp()),
    Wrong("bitwise_floats", lambda T: T.ones(2) & T.ones(2)),
    Wrong("invert_floats", lambda T: ~T.ones(2)),
    Wrong("gcd_floats", lambda T: T.gcd(T.ones(2), T.ones(2))),
    Wrong("shift_floats", lambda T: T.bitwise_left_shift(T.ones(2), 1)),
    Wrong("atan2_sizes", lambda T: T.atan2(T.ones(2), T.ones(3))),
    Wrong("fmod_zero", lambda T: T.fmod(T.tensor([1]), 0)),
    Wrong("addcdiv_ints", lambda T: T.addcdiv(T.ones(2), T.tensor([1, 2]), T.tensor([1, 2]))),
    Wrong("lerp_types", lambda T: T.lerp(T.ones(2), T.ones(2, dtype=T.float64), 0.5)),
    Wrong("heaviside_types", lambda T: T.heaviside(T.ones(2), T.tensor([1, 2]))),
    Wrong("sin_in_place_ints", lambda T: T.tensor([1]).sin_()),
    Wrong("leaf_in_place", lambda T: T.ones(2, requires_grad=True).add_(1)),
    Wrong("leaf_unsqueeze", lambda T: T.ones(2, requires_grad=True).unsqueeze_(0)),
    Wrong("item_many", lambda T: T.ones(2).item()),
    Wrong("bool_many", lambda T: bool(T.ones(2))),
    Wrong("bool_none", lambda T: bool(T.ones(0))),
    Wrong("len_zero_dim", lambda T: len(T.tensor(1.0))),
    Wrong("iterate_zero_dim", lambda T: list(T.tensor(1.0))),
    Wrong("index_of_float", lambda T: [1, 2][T.tensor(1.0)]),
    Wrong("tensor_ragged", lambda T: T.tensor([[1], [1, 2]])),
    Wrong("tensor_text", lambda T: T.tensor("a")),
    Wrong("full_text", lambda T: T.tensor([None])),
    Wrong("ints_require_grad", lambda T: T.tensor([1], requires_grad=True)),
    Wrong("arange_sign", lambda T: T.arange(3, 0)),
    Wrong("arange_step", lambda T: T.arange(0, 3, 0)),
    Wrong("zeros_negative", lambda T: T.zeros(-1)),
    Wrong("linspace_negative", lambda T: T.linspace(0, 1, -1)),
    Wrong("from_numpy_list", lambda T: T.from_numpy([1.0])),
    Wrong("numpy_of_graph", lambda T: T.ones(1, requires_grad=True).numpy()),
    Wrong("new_tensor_ints", lambda T: T.tensor([1]).new_tensor([1], requires_grad=True)),
]
