"""What is said of each kind of finding: what happened, with its numbers, and what to do; in English and Korean."""

from __future__ import annotations

LANGUAGES = ("en", "ko")

# kind → (message, advice) in each of LANGUAGES. The names in braces are the finding's own fields and its evidence.
SENTENCES: dict[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "missing_zero_grad": (
        (
            "This backward added its gradient (norm {added:.3g}) to one that a step had already used (norm "
            "{before:.3g}): {parameter}.grad is now the sum (norm {after:.3g}).",
            "Call optimizer.zero_grad() once per iteration, before backward().",
        ),
        (
            "이번 backward의 기울기(노름 {added:.3g})가 step이 이미 쓴 기울기(노름 {before:.3g})에 더해져, "
            "{parameter}.grad에는 둘의 합(노름 {after:.3g})이 들어 있습니다.",
            "반복마다 backward() 전에 optimizer.zero_grad()를 한 번 부르세요.",
        ),
    ),
    "step_without_backward": (
        (
            "{optimizer}.step() ran, but since its last step no backward had reached any of its {parameters} "
            "parameters: {updated} of them moved, by old gradients.",
            "Call loss.backward() before each optimizer.step().",
        ),
        (
            "{optimizer}.step()이 실행되었지만, 지난 step 뒤로 매개변수 {parameters}개 가운데 어느 것에도 backward가 "
            "닿지 않았습니다. 옛 기울기로 움직인 것은 {updated}개입니다.",
            "optimizer.step()마다 그 앞에서 loss.backward()를 부르세요.",
        ),
    ),
    "step_before_backward": (
        (
            "{optimizer}.step() ran before backward(): none of its {parameters} parameters had a gradient yet, so none "
            "moved.",
            "Put optimizer.step() after loss.backward().",
        ),
        (
            "{optimizer}.step()이 backward()보다 먼저 실행되어, 매개변수 {parameters}개에 아직 기울기가 없었고 "
            "아무것도 움직이지 않았습니다.",
            "optimizer.step()을 loss.backward() 뒤에 두세요.",
        ),
    ),
    "cleared_before_step": (
        (
            "The gradients that backward() made were cleared before {optimizer}.step() could use them, so none of its "
            "{parameters} parameters learned from them.",
            "Call zero_grad() before backward(), not between backward() and step().",
        ),
        (
            "backward()가 만든 기울기가 {optimizer}.step()이 쓰기도 전에 지워져, 매개변수 {parameters}개가 하나도 "
            "배우지 못했습니다.",
            "zero_grad()를 backward()와 step() 사이가 아니라 backward() 앞에서 부르세요.",
        ),
    ),
    "optimizer_of_another_model": (
        (
            "{optimizer} was given {parameters} parameters ({first}, …) and none of them gets a gradient: the model "
            "that the loss comes from is another one.",
            "Build the optimizer from the parameters of the model that you train.",
        ),
        (
            "{optimizer}에 준 매개변수 {parameters}개({first} 등)에는 기울기가 오지 않습니다. 손실을 계산한 모델은 "
            "다른 모델입니다.",
            "지금 학습하는 모델의 매개변수로 옵티마이저를 만드세요.",
        ),
    ),
    "nonfinite_forward": (
        (
            "{op} made {bad} from finite ones (between {low:.4g} and {high:.4g}): the first on the way to the loss.",
            "Keep its input where {op} is defined (clamp it, add a small number), or use a stable loss on logits.",
        ),
        (
            "{op} 연산이 유한한 수({low:.4g}에서 {high:.4g} 사이)로부터 {bad}를 만들었습니다. "
            "손실로 가는 길에서 처음 생긴 곳입니다.",
            "입력을 {op} 연산이 정의된 범위에 두거나(clamp, 작은 수 더하기), 로짓을 받는 안정된 손실을 쓰세요.",
        ),
    ),
    "nonfinite_parameter": (
        (
            "{parameter} holds {bad} before this iteration's first op.",
            "Look at the step before: a learning rate that is too high makes parameters overflow.",
        ),
        (
            "이 반복이 시작될 때 이미 {parameter}에 {bad}가 들어 있습니다.",
            "바로 앞의 step을 보세요. 학습률이 너무 크면 매개변수가 넘칩니다.",
        ),
    ),
    "nonfinite_data": (
        (
            "The data holds {bad} among the {size} of {name}, which {op} read.",
            "Clean the data before training: remove or fill what is missing.",
        ),
        (
            "{op} 연산이 읽은 데이터 {name}의 수 {size}개 가운데 {bad}가 있습니다.",
            "학습 전에 데이터를 정리해, 빠진 값을 지우거나 채우세요.",
        ),
    ),
    "nonfinite_backward": (
        (
            "The backward of {op} made {bad} among the gradients, though the loss was finite; its "
            "inputs lay between {low:.4g} and {high:.4g}.",
            "The slope of {op} is infinite there: add a small number to its input, or clip it.",
        ),
        (
            "손실은 유한한데 {op} 연산의 backward가 기울기에 {bad}를 만들었습니다. 그 입력은 "
            "{low:.4g}에서 {high:.4g} 사이였습니다.",
            "그곳에서 {op} 연산의 기울기가 무한합니다. 입력에 작은 수를 더하거나 범위를 잘라 내세요.",
        ),
    ),
    "nonfinite_update": (
        (
            "The update of {parameter} left {bad}; its gradient's norm was {gradient:.3g}.",
            "Lower the learning rate, or clip the gradients before the step.",
        ),
        (
            "{parameter}의 갱신이 {bad}를 남겼습니다. 그때 기울기의 노름은 {gradient:.3g}입니다.",
            "학습률을 낮추거나 step 전에 기울기를 자르세요.",
        ),
    ),
    "softmax_twice": (
        (
            "Softmax is taken twice: its probabilities go into cross-entropy (line {loss_line}), which takes the "
            "softmax itself, so with {classes} classes the loss can never fall below {floor:.3f}.",
            "Give CrossEntropyLoss the raw outputs (logits) and leave this softmax out.",
        ),
        (
            "softmax가 두 번 계산됩니다. 그 확률이 들어가는 교차 엔트로피({loss_line}행)가 softmax를 스스로 "
            "계산하므로, 클래스가 {classes}개일 때 손실은 {floor:.3f} 아래로 내려갈 수 없습니다.",
            "CrossEntropyLoss에는 softmax를 빼고 모델의 출력(로짓)을 그대로 주세요.",
        ),
    ),
    "log_softmax_twice": (
        (
            "log_softmax is taken twice: cross-entropy (line {loss_line}) takes it itself; the numbers stay the same.",
            "Leave this log_softmax out, or use NLLLoss after it.",
        ),
        (
            "log_softmax가 두 번 계산됩니다. 교차 엔트로피({loss_line}행)가 스스로 계산하며, 수는 달라지지 않습니다.",
            "이 log_softmax를 빼거나, 그 뒤에 NLLLoss를 쓰세요.",
        ),
    ),
    "sigmoid_twice": (
        (
            "Sigmoid is taken twice: BCEWithLogitsLoss (line {loss_line}) takes it itself.",
            "Give BCEWithLogitsLoss the raw outputs (logits) and leave this sigmoid out.",
        ),
        (
            "sigmoid가 두 번 계산됩니다. BCEWithLogitsLoss({loss_line}행)가 sigmoid를 스스로 계산합니다.",
            "BCEWithLogitsLoss에는 sigmoid를 빼고 모델의 출력(로짓)을 그대로 주세요.",
        ),
    ),
    "logits_for_probabilities": (
        (
            "BCELoss takes probabilities, but what it got comes from {op} (line {made_line}), which can give any "
            "number.",
            "Use BCEWithLogitsLoss, or put a sigmoid before BCELoss.",
        ),
        (
            "BCELoss는 확률을 받지만, 여기 들어온 것은 어떤 수든 될 수 있는 {op} 연산의 결과({made_line}행)입니다.",
            "BCEWithLogitsLoss를 쓰거나 BCELoss 앞에 sigmoid를 두세요.",
        ),
    ),
}


def bad_numbers(nan: int, infinite: int, language: str) -> str:
    """“2 NaN and 1 infinite number”, of those there are."""
    if language == "ko":
        return "와 ".join(text for count, text in ((nan, f"NaN {nan}개"), (infinite, f"무한대 {infinite}개")) if count)
    words = f"{infinite} infinite number{'s' if infinite > 1 else ''}"
    return " and ".join(text for count, text in ((nan, f"{nan} NaN"), (infinite, words)) if count)
