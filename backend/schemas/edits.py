"""Edits, as the API takes them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator
from typing_extensions import TypeAliasType

_Finite = Annotated[float, Field(allow_inf_nan=False)]
Values = TypeAliasType("Values", "_Finite | list[Values]")

_EXAMPLES: list[JsonValue] = [
    {"at": "1:", "kind": "value", "target": "w", "index": [0], "value": 0.5},
    {"at": "1:", "kind": "lr", "value": 0.01, "until": 3},
    {"at": "1:", "kind": "skip_zero_grad"},
]


class EditSpec(BaseModel):
    """One change: a parameter's values (`value`), the learning rate (`lr`), no `zero_grad` or no step for a while."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": _EXAMPLES})

    at: str = Field(max_length=100, description="The moment just after which it is made: a position.")
    kind: Literal["value", "lr", "skip_zero_grad", "skip_step"]
    target: str | None = Field(default=None, max_length=500, description="For `value`: the parameter's name.")
    index: list[Annotated[int, Field(ge=0, lt=1 << 31)]] | None = Field(
        default=None, max_length=16, description="For `value`: the element; without it, the whole parameter."
    )
    value: Values | None = Field(default=None, description="For `value` and `lr`: numbers, nested as the shape is.")
    until: int | None = Field(
        default=None, ge=0, lt=1 << 31, description="For the others: the last iteration it holds for; else to the end."
    )

    @model_validator(mode="after")
    def _fits(self) -> EditSpec:
        if self.kind == "value" and (self.target is None or self.value is None or self.until is not None):
            raise ValueError("an edit of kind value needs target and value, and has no until")
        if self.kind != "value" and (self.target is not None or self.index is not None):
            raise ValueError(f"an edit of kind {self.kind} has neither target nor index")
        if self.kind == "lr" and not (isinstance(self.value, float) and self.value >= 0):
            raise ValueError("an edit of kind lr needs a value, a number of at least 0")
        if self.kind.startswith("skip") and self.value is not None:
            raise ValueError(f"an edit of kind {self.kind} has no value")
        return self


Edits = Annotated[list[EditSpec], Field(max_length=100)]


class Branch(BaseModel):
    """What is to be different, and how far to record at once (else as far as the run it branches off)."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"edits": [example]} for example in _EXAMPLES]}
    )

    edits: Annotated[list[EditSpec], Field(min_length=1, max_length=100)]
    iterations: int | None = Field(default=None, ge=1, le=100_000)
