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
            "이번 backward의 그래디언트(노름 {added:.3g})가 step이 이미 쓴 그래디언트(노름 {before:.3g})에 더해져, "
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
            "닿지 않았습니다. 옛 그래디언트로 움직인 것은 {updated}개입니다.",
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
            "{optimizer}.step()이 backward()보다 먼저 실행되어, 매개변수 {parameters}개에 아직 그래디언트가 없었고 "
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
            "backward()가 만든 그래디언트가 {optimizer}.step()이 쓰기도 전에 지워져, 매개변수 {parameters}개가 하나도 "
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
            "{optimizer}에 준 매개변수 {parameters}개({first} 등)에는 그래디언트가 오지 않습니다. 손실을 계산한 모델은 "
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
            "손실은 유한한데 {op} 연산의 backward가 그래디언트에 {bad}를 만들었습니다. 그 입력은 "
            "{low:.4g}에서 {high:.4g} 사이였습니다.",
            "그곳에서 {op} 연산의 그래디언트가 무한합니다. 입력에 작은 수를 더하거나 범위를 잘라 내세요.",
        ),
    ),
    "nonfinite_update": (
        (
            "The update of {parameter} left {bad}; its gradient's norm was {gradient:.3g}.",
            "Lower the learning rate, or clip the gradients before the step.",
        ),
        (
            "{parameter}의 갱신이 {bad}를 남겼습니다. 그때 그래디언트의 노름은 {gradient:.3g}입니다.",
            "학습률을 낮추거나 step 전에 그래디언트를 자르세요.",
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
    "broadcast_in_loss": (
        (
            "{op} compares shapes {left} and {right}: broadcasting makes {terms} terms out of {samples} samples, so "
            "every prediction is compared with every target.",
            "Give both the same shape: squeeze(1) the predictions or unsqueeze(1) the targets.",
        ),
        (
            "{op} 연산이 크기 {left}와 {right}를 비교합니다. 브로드캐스팅 때문에 샘플 {samples}개에서 항 {terms}개가 "
            "생겨 모든 예측이 모든 정답과 비교됩니다.",
            "두 텐서의 크기를 같게 하세요. 예측에 squeeze(1), 또는 정답에 unsqueeze(1)을 쓰면 됩니다.",
        ),
    ),
    "unused_parameter": (
        (
            "{parameter} was given to be trained, but no op reads it, so it never gets a gradient (parameters like "
            "this: {parameters}).",
            "Use it in forward(), or remove it.",
        ),
        (
            "{parameter}: 학습하도록 주어졌지만 어떤 연산도 읽지 않아 그래디언트가 오지 않습니다(이런 매개변수 "
            "{parameters}개).",
            "forward()에서 쓰거나 지우세요.",
        ),
    ),
    "result_unused": (
        (
            "{node} reads {parameter}, but what it makes never reaches the loss, so no gradient comes back "
            "(parameters like this: {parameters}).",
            "Let the loss depend on it, or leave the layer out.",
        ),
        (
            "{node} 연산이 {parameter}의 값을 읽지만 그 결과가 손실에 닿지 않아 그래디언트가 돌아오지 않습니다(이런 "
            "매개변수 {parameters}개).",
            "손실이 그 결과를 쓰게 하거나 그 층을 빼세요.",
        ),
    ),
    "detached_parameter": (
        (
            "{node} reads {parameter}, but its result was cut from the graph (detach or no_grad), so no gradient comes "
            "back (parameters like this: {parameters}).",
            "Leave out the detach() or no_grad() between this layer and the loss.",
        ),
        (
            "{node} 연산이 {parameter}의 값을 읽지만 그 결과가 그래프에서 "
            "끊겨(detach 또는 no_grad) 그래디언트가 돌아오지 "
            "않습니다(이런 매개변수 {parameters}개).",
            "이 층과 손실 사이의 detach()나 no_grad()를 빼세요.",
        ),
    ),
    "frozen_parameter": (
        (
            "The optimizer was given {parameter}, but requires_grad is False: it stays as it is (parameters like this: "
            "{parameters}).",
            "Set requires_grad to True to train it, or give the optimizer only what is to be trained.",
        ),
        (
            "옵티마이저에 {parameter} 텐서를 주었지만 requires_grad가 False라서 변하지 않습니다(이런 매개변수 "
            "{parameters}개).",
            "학습하려면 requires_grad를 True로 하고, 아니면 학습할 것만 옵티마이저에 주세요.",
        ),
    ),
    "parameter_without_optimizer": (
        (
            "{parameter} gets gradients, but no optimizer was given it, so it never moves (parameters like this: "
            "{parameters}).",
            "Give it to the optimizer; keep layers in nn.ModuleList, so that model.parameters() finds them.",
        ),
        (
            "{parameter}: 그래디언트는 오지만 어느 옵티마이저에도 주어지지 않아 움직이지 않습니다(이런 매개변수 "
            "{parameters}개).",
            "옵티마이저에 주세요. 층은 nn.ModuleList에 담아야 model.parameters()가 찾습니다.",
        ),
    ),
    "dead_relu": (
        (
            "{dead} of the {units} units of {node} were zero for all {samples} samples of {iterations} iterations: no "
            "gradient passes through them.",
            "Lower the learning rate, look at the initial biases, or use LeakyReLU.",
        ),
        (
            "{node}의 유닛 {units}개 가운데 {dead}개가 반복 {iterations}번의 샘플 {samples}개 모두에서 0이었습니다. "
            "그곳으로는 그래디언트가 지나가지 않습니다.",
            "학습률을 낮추거나, 처음 편향을 살피거나, LeakyReLU를 쓰세요.",
        ),
    ),
    "vanishing_gradient": (
        (
            "The gradient fades over {layers} layers: per element it is {first:.2g} at {parameter} and {last:.2g} at "
            "{last_parameter}, {ratio:.1g} times as much.",
            "Use ReLU with He initialisation, normalisation layers or residual connections.",
        ),
        (
            "그래디언트가 층 {layers}개를 거치며 사라집니다. 원소 하나에 {parameter}에서는 {first:.2g}, "
            "{last_parameter}에서는 {last:.2g}로, {ratio:.1g}배입니다.",
            "ReLU와 He 초기화, 정규화 층, 또는 잔차 연결을 쓰세요.",
        ),
    ),
    "exploding_gradient": (
        (
            "The gradient grows over {layers} layers: per element it is {first:.2g} at {parameter} and {last:.2g} at "
            "{last_parameter}, {ratio:.1g} times as much.",
            "Start with smaller weights, clip the gradients, or add normalisation layers.",
        ),
        (
            "그래디언트가 층 {layers}개를 거치며 커집니다. 원소 하나에 {parameter}에서는 {first:.2g}, "
            "{last_parameter}에서는 {last:.2g}로, {ratio:.1g}배입니다.",
            "가중치를 더 작게 시작하거나, 그래디언트를 자르거나, 정규화 층을 넣으세요.",
        ),
    ),
    "large_update": (
        (
            "Each step changes {parameter} by {ratio:.2g} of its size (median of the last {iterations} iterations); "
            "about 0.001 is usual.",
            "Lower the learning rate.",
        ),
        (
            "step마다 {parameter} 값이 자기 크기의 {ratio:.2g}배만큼 변합니다(마지막 반복 {iterations}번의 중앙값). "
            "보통은 0.001 정도입니다.",
            "학습률을 낮추세요.",
        ),
    ),
    "small_update": (
        (
            "No step of {iterations} changed {parameter} by more than {ratio:.2g} of its size; about 0.001 is usual.",
            "Raise the learning rate.",
        ),
        (
            "반복 {iterations}번 동안 {parameter} 값이 한 번에 자기 크기의 {ratio:.2g}배보다 많이 변한 적이 없습니다. "
            "보통은 0.001 정도입니다.",
            "학습률을 높이세요.",
        ),
    ),
    "rising_loss": (
        (
            "The loss rises: from about {start:.3g} in the first third of {iterations} iterations to {end:.3g} in the "
            "last.",
            "Lower the learning rate: each step jumps over the valley.",
        ),
        (
            "손실이 커집니다. 반복 {iterations}번의 처음 3분의 1에서는 약 {start:.3g}, 마지막 3분의 1에서는 "
            "{end:.3g}입니다.",
            "학습률을 낮추세요. step마다 골짜기를 뛰어넘고 있습니다.",
        ),
    ),
    "flat_loss": (
        (
            "The loss stays where it is: about {start:.4g} in the first third of {iterations} iterations and {end:.4g} "
            "in the last.",
            "Check the learning rate, that the gradients are not zero, and that inputs and labels belong together.",
        ),
        (
            "손실이 그대로입니다. 반복 {iterations}번의 처음 3분의 1에서 약 {start:.4g}, 마지막 3분의 1에서 {end:.4g}"
            "입니다.",
            "학습률, 그래디언트가 0이 아닌지, 입력과 정답이 짝이 맞는지 확인하세요.",
        ),
    ),
    "training_mode_while_evaluating": (
        (
            "{node} ({op}) ran in training mode, though nothing is learned from these {nodes} ops.",
            "Call model.eval() before evaluating, and model.train() after it.",
        ),
        (
            "배우는 것이 없는 연산 {nodes}개 안에서 {node}({op})가 학습 모드로 실행되었습니다.",
            "평가하기 전에 model.eval()을, 평가한 뒤에 model.train()을 부르세요.",
        ),
    ),
    "evaluation_mode_while_training": (
        (
            "The model was trained in evaluation mode: {layer} does not do what it does in training (layers like this: "
            "{layers}).",
            "Call model.train() before training.",
        ),
        (
            "모델이 평가 모드로 학습되었습니다. {layer} 층이 학습할 때처럼 동작하지 않습니다(이런 층 {layers}개).",
            "학습하기 전에 model.train()을 부르세요.",
        ),
    ),
    "evaluation_with_graph": (
        (
            "This evaluation built a graph of {nodes} ops that kept {saved} tensors for a backward that never comes.",
            "Evaluate inside with torch.no_grad():, which saves memory and time.",
        ),
        (
            "이 평가는 오지 않을 backward를 위해 연산 {nodes}개의 그래프를 만들고 텐서 {saved}개를 붙잡아 두었습니다.",
            "with torch.no_grad(): 안에서 평가하면 메모리와 시간이 절약됩니다.",
        ),
    ),
    "labels_outside_classes": (
        (
            "A label is {label}, but the model has {classes} outputs: labels go from 0 to {largest}.",
            "Count labels from 0, or give the last layer as many outputs as there are classes.",
        ),
        (
            "정답 라벨에 {label}이 있지만 모델의 출력은 {classes}개입니다. 라벨은 0부터 {largest}까지입니다.",
            "라벨을 0부터 세거나, 마지막 층의 출력 수를 클래스 수와 같게 하세요.",
        ),
    ),
    "outside_zero_and_one": (
        (
            "BCELoss takes probabilities, but {outside} of the {size} numbers that {op} gave it lie outside 0 and 1 "
            "(between {low:.3g} and {high:.3g}).",
            "Use BCEWithLogitsLoss, or put a sigmoid before BCELoss.",
        ),
        (
            "BCELoss는 확률을 받지만 {op} 연산이 준 수 {size}개 가운데 {outside}개가 0과 1 사이를 "
            "벗어납니다({low:.3g}에서 {high:.3g} 사이).",
            "BCEWithLogitsLoss를 쓰거나 BCELoss 앞에 sigmoid를 두세요.",
        ),
    ),
    "changed_in_place": (
        (
            "backward() needed what {op} (line {made_line}) had saved, but it was changed in place since.",
            "Write x = x + 1 in place of x += 1, or change the tensor after backward().",
        ),
        (
            "backward()에는 {op} 연산({made_line}행)이 저장한 값이 필요한데, 그 값이 그 사이 제자리에서 바뀌었습니다.",
            "x += 1 대신 x = x + 1로 쓰거나, backward() 뒤에 바꾸세요.",
        ),
    ),
    "edited_before_backward": (
        (
            "{parameter} was changed after {op} (line {made_line}) had saved it and before that op's backward, so the "
            "gradients are those of other numbers.",
            "Change parameters after backward(), not between forward and backward.",
        ),
        (
            "{op} 연산({made_line}행)이 저장한 뒤 그 backward가 실행되기 전에 "
            "{parameter} 값이 바뀌어, 그래디언트가 다른 "
            "수의 것이 되었습니다.",
            "매개변수는 forward와 backward 사이가 아니라 backward() 뒤에 바꾸세요.",
        ),
    ),
}


def bad_numbers(nan: int, infinite: int, language: str) -> str:
    """“2 NaN and 1 infinite number”, of those there are."""
    if language == "ko":
        return "와 ".join(text for count, text in ((nan, f"NaN {nan}개"), (infinite, f"무한대 {infinite}개")) if count)
    words = f"{infinite} infinite number{'s' if infinite > 1 else ''}"
    return " and ".join(text for count, text in ((nan, f"{nan} NaN"), (infinite, words)) if count)
