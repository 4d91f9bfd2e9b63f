"""What an explanation says in words, English and Korean, from one table."""

from __future__ import annotations

import math
from typing import Any

# kind → (English, Korean). The fields are filled by `telling`; the Korean puts no particle after a name or a number,
# whose last sound is not known here.
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
        "{element} = {value}: 내적입니다. 곱 {count}개를 더했고, 그중 가장 큰 것은 {largest}입니다.",
    ),
    "product_and_bias": (
        "{element} is a dot product plus a bias: {count} products and the bias add up to {value}; the largest "
        "of all is "
        "{largest}.",
        "{element} = {value}: 내적에 편향을 더한 값입니다. 곱 {count}개와 편향을 더했고, 그중 가장 큰 것은 "
        "{largest}입니다.",
    ),
    "patch": (
        "{element} is the kernel laid on a patch of the input: each weight times the number under it, {count} in all, "
        "add up to {value}; the largest is {largest}.",
        "{element} = {value}: 커널을 입력의 한 조각에 올려놓은 것입니다. 가중치와 그 아래 수의 곱 {count}개를 더했고, "
        "그중 가장 큰 것은 {largest}입니다.",
    ),
    "times": ("{element} is {largest}.", "{element}: {largest}입니다."),
    "kept": (
        "{element} = {value} passed the gate as it is: {source} is above 0.",
        "{element} = {value}: 문이 열려 있어 그대로 지나갔습니다. {source}, 0보다 큽니다.",
    ),
    "closed": (
        "{element} is 0: {source} is not above 0, so the gate is closed.",
        "{element} = 0: 문이 닫혀 있습니다. {source}, 0보다 크지 않습니다.",
    ),
    "chosen": (
        "{element} = {value} was chosen: {source} won against {losers} others.",
        "{element} = {value}: 겨뤄서 뽑힌 값입니다. {source}, 진 수는 {losers}개입니다.",
    ),
    "place": (
        "{element} = {value} is a place: where the chosen number stands, counted from 0.",
        "{element} = {value}: 뽑힌 수가 있는 자리입니다. 0부터 셉니다.",
    ),
    "moved": (
        "{element} = {value} is {source}, only seen from another place.",
        "{element} = {value}: 같은 수를 다른 자리에서 본 것입니다. {source}.",
    ),
    "row": (
        "{element} = {value} is {source}: the row of the table that the index names.",
        "{element} = {value}: 번호가 가리키는 표의 행에서 왔습니다. {source}.",
    ),
    "dropped": (
        "{element} is 0: dropout switched it off in this pass; it was {source}.",
        "{element} = 0: 드롭아웃이 이번에 껐습니다. 원래는 {source}.",
    ),
    "survived": (
        "{element} = {value}: dropout let {source} through and scaled it by {scale}, to make up for those it dropped.",
        "{element} = {value}: 드롭아웃을 통과했고, 꺼진 것을 메우려고 {scale}배가 되었습니다. 원래는 {source}.",
    ),
    "sum": (
        "{element} adds up {count} numbers to {value}; the largest share is {largest}.",
        "{element} = {value}: 수 {count}개의 합입니다. 가장 큰 몫은 {largest}입니다.",
    ),
    "added": ("{element} is {parts} = {value}.", "{element} = {value}: {parts}입니다."),
    "mean": (
        "{element} = {value} is a mean of {count} numbers.",
        "{element} = {value}: 수 {count}개의 평균입니다.",
    ),
    "function": (
        "{element} = {value} is {op} of {source}.",
        "{element} = {value}: {op}({source})의 값입니다.",
    ),
    "softmax": (
        "{element} = {value} is a share of 1: e to the power of {source}, divided by the sum of all such powers.",
        "{element} = {value}: 전체 1에서 차지하는 몫입니다. 지수함수의 값을 모든 지수함수 값의 합으로 나눕니다. "
        "{source}.",
    ),
    "log_softmax": (
        "{element} = {value} is the logarithm of a probability, {p}: e to this logit's power, divided by "
        "the sum of all "
        "such powers.",
        "{element} = {value}: 확률 {p}의 로그입니다. 확률은 이 로짓의 지수함수 값을 모든 지수함수 값의 "
        "합으로 나눈 것입니다.",
    ),
    "normalised": (
        "{element} = {value}: {source} minus the mean {mean}, divided by the spread {spread}, then scaled and shifted.",
        "{element} = {value}: 평균 {mean}만큼 뺀 뒤 흩어진 정도(나누는 수 {spread})로 나누고, 배율과 이동을 적용한 "
        "값입니다. {source}.",
    ),
    "loss": (
        "{element} = {value}: {op} adds up {count} terms; the largest is {largest}.",
        "{element} = {value}: {op}의 항 {count}개를 더한 값입니다. 가장 큰 것은 {largest}입니다.",
    ),
    "attention": (
        "{element} = {value} mixes the {count} values it looks at, each weighed by its share of attention; the largest "
        "is {largest}.",
        "{element} = {value}: 바라보는 값 {count}개를 주의(attention)의 몫만큼 섞었습니다. 가장 큰 것은 "
        "{largest}입니다.",
    ),
    "memory": (
        "{element} = {value}: what the forget gate kept of the memory, plus what the input gate let in.",
        "{element} = {value}: 망각 게이트가 남긴 기억에, 입력 게이트가 들여보낸 것을 더한 값입니다.",
    ),
    "gates": (
        "{element} = {value}: the output gate times tanh of the cell's memory.",
        "{element} = {value}: 출력 게이트와, 셀 기억의 tanh를 곱한 값입니다.",
    ),
    "formula": (
        "{element} = {value} is what {op} makes of its inputs, term by term.",
        "{element} = {value}: {op} 연산이 입력으로 만든 값이며, 항은 아래와 같습니다.",
    ),
    "seed": (
        "The gradient starts here: backward() put {value} at {element}, the loss's change with itself.",
        "그래디언트는 여기서 시작합니다. backward()가 {element} 자리에 놓은 수는 "
        "{value}, 손실이 자기 자신에 대해 변하는 "
        "비율입니다.",
    ),
    "fan_out": (
        "{element} was used {count} times, so {count} gradients meet in it and add up: {parts} = {value}.",
        "{element}: {count}번 쓰였으므로 그래디언트 {count}개가 만나 더해집니다. {parts} = {value}.",
    ),
    "piled_up": (
        "The gradient of {element} was not cleared: {before} was there already, and what arrived was added: {value}.",
        "{element}: 그래디언트가 지워지지 않았습니다. 이미 있던 {before}에 새로 온 그래디언트가 더해져 {value}입니다.",
    ),
    "clipped": (
        "The gradient of {element} is {value}: clipping scaled it from {before}, as all of this tensor, by {factor}.",
        "{element}: 그래디언트 {value}. 클리핑이 이 텐서의 그래디언트 전체를 {factor}배로 줄였습니다. 원래 {before}.",
    ),
    "clamped": (
        "The gradient of {element} is {value}: it was {before}, and clipping keeps every number within {bound} of 0.",
        "{element}: 그래디언트 {value}. 원래 {before}, 클리핑이 모든 수의 크기를 {bound} 이하로 눌렀습니다.",
    ),
    "hooked": (
        "The gradient of {element} is {value}: a hook changed it by {change} on its way; it was {before}.",
        "{element}: 그래디언트 {value}. 원래 {before}, 지나가는 길에 훅이 {change}만큼 바꾸었습니다.",
    ),
    "changed": (
        "The gradient of {element} is {value}: the script changed it by {change} before the step; it was {before}.",
        "{element}: 그래디언트 {value}. 원래 {before}, 스크립트가 step 전에 {change}만큼 바꾸었습니다.",
    ),
    "cleared": (
        "The gradient of {element} is 0: zero_grad cleared it.",
        "{element}: 그래디언트가 0입니다. zero_grad가 지웠습니다.",
    ),
    "gradient_product": (
        "The gradient of {element} is {value}: {count} products of a gradient that arrived and the number it had been "
        "multiplied with; the largest is {largest}.",
        "{element}: 그래디언트 {value}. 도착한 그래디언트와, 앞에서 곱해졌던 수의 "
        "곱 {count}개를 더했습니다. 가장 큰 것은 "
        "{largest}입니다.",
    ),
    "gradient_of_product": (
        "The gradient of {element} is {largest}: the gradient that arrived times the number it had been multiplied "
        "with.",
        "{element}: 그래디언트 {largest}. 도착한 그래디언트와, 앞에서 곱해졌던 수의 곱입니다.",
    ),
    "per_sample": (
        "The gradient of {element} is {value}: one share per sample of the batch, {count} shares in all, because every "
        "sample used this same number; the largest is {largest}.",
        "{element}: 그래디언트 {value}. 모든 샘플이 이 수를 함께 썼으므로, 배치의 샘플마다 몫이 하나씩 모두 "
        "{count}개입니다. "
        "가장 큰 것은 {largest}입니다.",
    ),
    "broadcast": (
        "The gradient of {element} is {value}, a sum of {count} gradients: going forward this one number was copied to "
        "{count} places, so going back every copy's gradient comes home and they add up.",
        "{element}: 그래디언트 {value}, 그래디언트 {count}개의 합입니다. 앞으로 "
        "갈 때 이 수 하나가 {count}곳에 복사되었으므로, "
        "뒤로 올 때 복사본마다의 그래디언트가 돌아와 더해집니다.",
    ),
    "gate_open": (
        "The gradient of {element} is {value}: the gate was open, so what arrived passes unchanged.",
        "{element}: 그래디언트 {value}. 문이 열려 있었으므로 도착한 그래디언트가 그대로 지나갑니다.",
    ),
    "gate_closed": (
        "The gradient of {element} is 0: the gate was closed, so nothing of the {arrived} that arrived gets through.",
        "{element}: 그래디언트 0. 문이 닫혀 있었으므로, 도착한 그래디언트({arrived})가 지나가지 못합니다.",
    ),
    "mask_open": (
        "The gradient of {element} is {value}: dropout let this number through going forward, so the {arrived} that "
        "arrived passes too, scaled by the same {scale}.",
        "{element}: 그래디언트 {value}. 드롭아웃이 앞에서 이 수를 통과시켰으므로, 도착한 그래디언트({arrived})도 같은 "
        "{scale}배로 지나갑니다.",
    ),
    "mask_closed": (
        "The gradient of {element} is 0: dropout switched this number off, so it had no say and learns nothing here.",
        "{element}: 그래디언트 0. 드롭아웃이 이 수를 껐으므로 결과에 영향이 없고, 여기서 배우는 것도 없습니다.",
    ),
    "routed": (
        "The gradient of {element} is {value}: it was the one taken, so the gradient comes back to it whole.",
        "{element}: 그래디언트 {value}. 앞에서 뽑혔으므로 그래디언트가 고스란히 돌아옵니다.",
    ),
    "not_routed": (
        "The gradient of {element} is 0: it was not taken, so it had no say in the result.",
        "{element}: 그래디언트 0. 뽑히지 않아 결과에 영향을 주지 못했습니다.",
    ),
    "cross_entropy": (
        "The gradient of {element} is (p − y) / N = ({p} − {y}) / {n} = {value}: how far the predicted probability is "
        "from the label, over the number of samples.",
        "{element}: 그래디언트 (p − y) / N = ({p} − {y}) / {n} = {value}. 예측 확률이 정답과 얼마나 다른지를 "
        "샘플 수로 나눈 "
        "값입니다.",
    ),
    "passed": (
        "The gradient of {element} is {value}: {op} passes the gradient that arrived on as it is.",
        "{element}: 그래디언트 {value}. {op} 연산은 도착한 그래디언트를 그대로 넘겨줍니다.",
    ),
    "turned": (
        "The gradient of {element} is {value}: {op} subtracts this number, so the gradient {arrived} turns its sign.",
        "{element}: 그래디언트 {value}. {op} 연산에서 빼는 수이므로, 도착한 그래디언트({arrived})의 부호가 바뀝니다.",
    ),
    "error": (
        "The gradient of {element} is {largest}: how far the prediction is off, shared among all numbers of the loss "
        "as {op} has it.",
        "{element}: 그래디언트 {largest}. 예측이 얼마나 빗나갔는지를, {op}에 따라 손실의 모든 수로 나눈 값입니다.",
    ),
    "slope": (
        "The gradient of {element} is {value}: the {arrived} that arrived times the slope {slope} of {op} here.",
        "{element}: 그래디언트 {value}. 도착한 그래디언트({arrived})에, 이 "
        "자리에서 {op}의 기울기({slope})를 곱했습니다.",
    ),
    "gradient_sum": (
        "The gradient of {element} is {value}: {count} gradients that arrived, each times how much {op} lets this "
        "number count; the largest share is {largest}.",
        "{element}: 그래디언트 {value}. 도착한 그래디언트 {count}개에, {op} "
        "안에서 이 수가 미치는 영향을 각각 곱해 더했습니다. "
        "가장 큰 몫은 {largest}입니다.",
    ),
    "numeric": (
        "Nudged by {nudge} to either side, the loss changes at the rate {value}; the gradient is "
        "{gradient}: they agree "
        "to {digits} digits.",
        "양쪽으로 {nudge}만큼 움직여 보면 손실은 {value}의 비율로 변합니다. 그래디언트는 {gradient}, {digits}자리까지 "
        "일치합니다.",
    ),
    "numeric_corner": (
        "However small the nudge, a unit (a ReLU, a maximum) changes sides: the loss has a corner here, and no slope.",
        "아무리 조금 움직여도 어떤 유닛(ReLU나 최댓값)의 상태가 바뀝니다. 손실이 여기서 꺾여 있어 기울기를 "
        "잴 수 없습니다.",
    ),
    "numeric_refused": (
        "The loss cannot be tried with another number here. {reason}",
        "여기서는 다른 수로 손실을 다시 계산해 볼 수 없습니다. {reason}",
    ),
    "updated": (
        "{element} = {value}: it was {before}, and the step of {optimizer} changed it by {change}.",
        "{element} = {value}: 원래 {before}, {optimizer}의 step이 {change}만큼 바꾸었습니다.",
    ),
    "edited": (
        "{element} = {value}: the script changed it by hand, from {before}, by {change}.",
        "{element} = {value}: 원래 {before}, 스크립트가 직접 {change}만큼 바꾸었습니다.",
    ),
    "sgd": (
        "{optimizer} moved {element} by {value}: minus the learning rate {lr} times the gradient {gradient}.",
        "{optimizer}: {element}의 변화 {value}. 학습률({lr})과 그래디언트({gradient})의 곱을 뺐습니다.",
    ),
    "sgd_decay": (
        "{optimizer} moved {element} by {value}: minus the learning rate {lr} times the gradient {gradient}, to which "
        "weight decay adds {decay} times the value itself.",
        "{optimizer}: {element}의 변화 {value}. 그래디언트({gradient})에 가중치 감쇠(값의 {decay}배)를 더하고, "
        "학습률({lr})을 "
        "곱해 뺐습니다.",
    ),
    "momentum": (
        "{optimizer} moved {element} by {value}: minus the learning rate {lr} times the momentum buffer, which "
        "remembers past gradients.",
        "{optimizer}: {element}의 변화 {value}. 지난 그래디언트를 기억하는 모멘텀 버퍼에 학습률({lr})을 곱해 뺐습니다.",
    ),
    "adam": (
        "{optimizer} moved {element} by {value}: the mean of past gradients over the root of the mean of their "
        "squares, both corrected for their start at 0, times the learning rate {lr}.",
        "{optimizer}: {element}의 변화 {value}. 지난 그래디언트의 평균을 제곱 평균의 제곱근으로 나누고(둘 다 "
        "0에서 시작한 것을 "
        "보정), 학습률({lr})을 곱해 뺐습니다.",
    ),
    "optimizer": (
        "{optimizer} moved {element} by {value}; the gradient was {gradient} and the learning rate {lr}.",
        "{optimizer}: {element}의 변화 {value}. 그래디언트 {gradient}, 학습률 {lr}입니다.",
    ),
    "state": (
        "{optimizer} remembers {value} as the {state} of {element}.",
        "{optimizer}: {element}의 {state} = {value}. 다음 step까지 기억하는 값입니다.",
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
