"""What an explanation says in words, English and Korean, from one table."""

from __future__ import annotations

import math
from typing import Any

# kind → (English, Korean). The fields are filled by `explain`; Korean avoids particles that depend on a name's sound.
SENTENCES: dict[str, tuple[str, str]] = {
    "given": (
        "{element} = {value} was given: no recorded op made it.",
        "{element} = {value}: 주어진 수입니다. 기록된 연산이 만든 값이 아닙니다.",
    ),
    "earlier": (
        "{element} = {value} was there before the recording began.",
        "{element} = {value}: 기록이 시작되기 전부터 있던 값입니다.",
    ),
    "product": (
        "{element} is a dot product: {count} products add up to {value}; the largest is {largest}.",
        "{element}의 값은 내적입니다. 곱 {count}개를 더하면 {value}이며, 가장 큰 것은 {largest}입니다.",
    ),
    "patch": (
        "{element} is the kernel laid on a patch of the input: each weight times the number under it, {count} in all, "
        "add up to {value}; the largest is {largest}.",
        "{element}의 값은 커널을 입력의 한 조각에 올려놓은 것입니다. 가중치와 그 아래 수의 곱 {count}개를 더하면 "
        "{value}이며, 가장 큰 것은 {largest}입니다.",
    ),
    "times": (
        "{element} is {largest}.",
        "{element}의 값은 {largest}입니다.",
    ),
    "kept": (
        "{element} = {value} passed the gate as it is: {source} is above 0.",
        "{element} = {value}: {source} > 0이므로 문이 열려 그대로 지나갔습니다.",
    ),
    "closed": (
        "{element} is 0: {source} is not above 0, so the gate is closed.",
        "{element}의 값은 0입니다. {source}은(는) 0보다 크지 않아 문이 닫혔습니다.",
    ),
    "chosen": (
        "{element} = {value} was chosen: {source}, and {losers} others lost.",
        "{element} = {value}: {source}이(가) 뽑혔고, 나머지 {losers}개는 졌습니다.",
    ),
    "moved": (
        "{element} = {value} is {source}, only seen from another place.",
        "{element} = {value}: {source}을(를) 다른 자리에서 본 것입니다.",
    ),
    "row": (
        "{element} = {value} is {source}: the row of the table that the index names.",
        "{element} = {value}: 표에서 번호가 가리키는 행의 값 {source}입니다.",
    ),
    "dropped": (
        "{element} is 0: dropout switched {source} off in this pass.",
        "{element}의 값은 0입니다. 드롭아웃이 이번에 {source}을(를) 껐습니다.",
    ),
    "survived": (
        "{element} = {value}: dropout let {source} through and scaled it by {scale}, to make up for those it dropped.",
        "{element} = {value}: 드롭아웃이 {source}을(를) 통과시키고, 꺼진 것을 메우려고 {scale}배 했습니다.",
    ),
    "sum": (
        "{element} adds up {count} numbers to {value}; the largest share is {largest}.",
        "{element}의 값은 수 {count}개를 더한 {value}입니다. 가장 큰 몫은 {largest}입니다.",
    ),
    "mean": (
        "{element} is a mean of {count} numbers: {value}.",
        "{element}의 값은 수 {count}개의 평균 {value}입니다.",
    ),
    "function": (
        "{element} = {value} is {op} of {source}.",
        "{element} = {value}: {source}에 {op}을(를) 취한 값입니다.",
    ),
    "softmax": (
        "{element} = {value} is a share of 1: e to the power of {source}, divided by the sum of all such powers.",
        "{element} = {value}: {source}의 지수함수 값을 모든 지수함수 값의 합으로 나눈 몫입니다. 몫을 다 더하면 1입니다.",
    ),
    "normalised": (
        "{element} = {value}: {source} minus the mean {mean}, divided by the spread {spread}, then scaled and shifted.",
        "{element} = {value}: {source}에서 평균 {mean}을(를) 빼고 흩어진 정도 {spread}(으)로 나눈 뒤, 배율과 이동을 "
        "적용한 값입니다.",
    ),
    "loss": (
        "{element} = {value}: {op} adds up {count} terms; the largest is {largest}.",
        "{element} = {value}: {op}의 항 {count}개를 더한 값이며, 가장 큰 것은 {largest}입니다.",
    ),
    "gates": (
        "{element} = {value}: the output gate times tanh of the cell's memory.",
        "{element} = {value}: 출력 게이트와, 셀 기억의 tanh를 곱한 값입니다.",
    ),
    "formula": (
        "{element} = {value} is what {op} makes of its inputs, term by term.",
        "{element} = {value}: {op}이(가) 입력으로 만든 값이며, 항은 아래와 같습니다.",
    ),
    "seed": (
        "The gradient starts here: backward() put {value} at {element}, the loss's change with itself.",
        "기울기는 여기서 시작합니다. backward()가 {element}에 {value}을(를) 놓았습니다. 손실이 자기 자신에 대해 변하는 "
        "비율입니다.",
    ),
    "fan_out": (
        "{element} was used {count} times, so {count} gradients meet in it and add up: {parts} = {value}.",
        "{element}: {count}번 쓰였으므로 기울기 {count}개가 만나 더해집니다. {parts} = {value}.",
    ),
    "piled_up": (
        "The gradient of {element} was not cleared: {before} was there already, and what arrived was added: {value}.",
        "{element}의 기울기는 지워지지 않았습니다. 이미 {before}이(가) 있었고, 새로 온 기울기가 더해져 {value}입니다.",
    ),
    "cleared": (
        "The gradient of {element} is 0: zero_grad cleared it.",
        "{element}의 기울기는 0입니다. zero_grad가 지웠습니다.",
    ),
    "gradient_product": (
        "The gradient of {element} is {value}: {count} products of a gradient that arrived and the number it had been "
        "multiplied with; the largest is {largest}.",
        "{element}의 기울기는 {value}입니다. 도착한 기울기와, 앞에서 곱해졌던 수의 곱 {count}개를 더했습니다. 가장 큰 "
        "것은 {largest}입니다.",
    ),
    "per_sample": (
        "The gradient of {element} is {value}: one share per sample of the batch, {count} shares in all, because every "
        "sample used this same number; the largest is {largest}.",
        "{element}의 기울기는 {value}입니다. 모든 샘플이 이 수를 함께 썼으므로, 배치의 샘플마다 몫이 하나씩, 모두 "
        "{count}개입니다. 가장 큰 것은 {largest}입니다.",
    ),
    "broadcast": (
        "The gradient of {element} is {value}, a sum of {count} gradients: going forward this one number was copied to "
        "{count} places, so going back every copy's gradient comes home and they add up.",
        "{element}의 기울기는 기울기 {count}개의 합 {value}입니다. 앞으로 갈 때 이 수 하나가 {count}곳에 복사되었으므로, "
        "뒤로 올 때는 복사본마다의 기울기가 돌아와 더해집니다.",
    ),
    "gate_open": (
        "The gradient of {element} is {value}: the gate was open, so what arrived passes unchanged.",
        "{element}의 기울기는 {value}입니다. 문이 열려 있었으므로 도착한 기울기가 그대로 지나갑니다.",
    ),
    "gate_closed": (
        "The gradient of {element} is 0: the gate was closed, so nothing of the {arrived} that arrived gets through.",
        "{element}의 기울기는 0입니다. 문이 닫혀 있었으므로 도착한 {arrived}은(는) 지나가지 못합니다.",
    ),
    "routed": (
        "The gradient of {element} is {value}: it was the one taken, so the gradient comes back to it whole.",
        "{element}의 기울기는 {value}입니다. 앞에서 뽑혔으므로 기울기가 고스란히 돌아옵니다.",
    ),
    "not_routed": (
        "The gradient of {element} is 0: it was not taken, so it had no say in the result.",
        "{element}의 기울기는 0입니다. 뽑히지 않아 결과에 영향을 주지 못했습니다.",
    ),
    "cross_entropy": (
        "The gradient of {element} is (p − y) / N = ({p} − {y}) / {n}: how far the predicted probability is from the "
        "label, shared among the {n} samples.",
        "{element}의 기울기는 (p − y) / N = ({p} − {y}) / {n}입니다. 예측 확률이 정답과 얼마나 다른지를 샘플 {n}개로 나눈 "
        "값입니다.",
    ),
    "slope": (
        "The gradient of {element} is {value}: the {arrived} that arrived times the slope {slope} of {op} here.",
        "{element}의 기울기는 {value}입니다. 도착한 기울기 {arrived}에 이 자리에서 {op}의 기울기 {slope}을(를) 곱했습니다.",
    ),
    "gradient_sum": (
        "The gradient of {element} is {value}: {count} gradients that arrived, each times how much {op} lets this "
        "number count; the largest share is {largest}.",
        "{element}의 기울기는 {value}입니다. 도착한 기울기 {count}개에, {op}에서 이 수가 미치는 영향을 각각 곱해 "
        "더했습니다. 가장 큰 몫은 {largest}입니다.",
    ),
    "updated": (
        "{element} = {value}: it was {before}, and the step of {optimizer} changed it by {change}.",
        "{element} = {value}: {before}에서 {optimizer}의 step이 {change}만큼 바꾸었습니다.",
    ),
    "edited": (
        "{element} = {value}: the script changed it by hand, from {before}, by {change}.",
        "{element} = {value}: 스크립트가 {before}에서 {change}만큼 직접 바꾸었습니다.",
    ),
    "sgd": (
        "{optimizer} moved {element} by {value}: minus the learning rate {lr} times the gradient {gradient}.",
        "{optimizer}: {element}의 변화는 {value}입니다. 학습률 {lr}에 기울기 {gradient}을(를) 곱해 뺐습니다.",
    ),
    "momentum": (
        "{optimizer} moved {element} by {value}: minus the learning rate {lr} times the momentum buffer, which remembers "
        "past gradients.",
        "{optimizer}: {element}의 변화는 {value}입니다. 지난 기울기를 기억하는 모멘텀 버퍼에 학습률 {lr}을(를) 곱해 "
        "뺐습니다.",
    ),
    "adam": (
        "{optimizer} moved {element} by {value}: the mean of past gradients over the root of the mean of their squares, "
        "both corrected for their start at 0, times the learning rate {lr}.",
        "{optimizer}: {element}의 변화는 {value}입니다. 지난 기울기의 평균을 제곱 평균의 제곱근으로 나누고(둘 다 0에서 "
        "시작한 것을 보정), 학습률 {lr}을(를) 곱했습니다.",
    ),
    "optimizer": (
        "{optimizer} moved {element} by {value}.",
        "{optimizer}: {element}의 변화는 {value}입니다.",
    ),
    "state": (
        "{optimizer} remembers {value} as {state} of {element}.",
        "{optimizer}: {element}의 {state}(으)로 {value}을(를) 기억합니다.",
    ),
}


def say(kind: str, **facts: Any) -> dict[str, str]:
    """The sentence of a kind, by language; facts that are numbers are rounded to four digits."""
    said = {name: _said(fact) for name, fact in facts.items()}
    english, korean = SENTENCES[kind]
    return {"en": english.format(**said), "ko": korean.format(**said)}


def _said(fact: Any) -> str:
    return written(fact) if isinstance(fact, float) else str(fact)


def written(value: float) -> str:
    """A number in four digits, as in a sentence: `−0.25`."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "∞" if value > 0 else "−∞"
    text = f"{value:.4g}"
    return text.replace("-", "−")
