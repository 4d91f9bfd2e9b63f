import say from "../../../autograd/tape/sentences/ko.json";
import { graphKo } from "../graph/messages";
import { tensorKo } from "../tensor/messages";
import type { MessageKey } from "./en";

/**
 * Korean. Sentences use the 합니다 form, labels are nouns; names from the script stay as they are. Particles that
 * depend on a name's last sound (이/가, 을/를) are avoided: a name may be anything.
 */
export const ko: Record<MessageKey, string> = {
  ...graphKo,
  ...tensorKo,
  ...say,

  "app.lesson": "수업",
  "app.ownScript": "내 스크립트",
  "app.seed": "시드 {seed}",
  "app.run": "실행",
  "app.stop": "중지",
  "app.howMany": "기록할 반복 수",
  "app.more": "+{count}",
  "app.theme.light": "밝은 테마",
  "app.theme.dark": "어두운 테마",
  "app.language": "English",

  "heading.iteration": "반복 {n}",
  "heading.setup": "준비",
  "heading.empty": "아직 반복 없음",
  "heading.phases": "이 반복의 단계",
  "heading.progress": "{phase} · {done} / {count}",

  "sample.one": "샘플 {n} / {count}",
  "sample.mean": "샘플 {count}개의 평균",
  "sample.previous": "이전 샘플",
  "sample.next": "다음 샘플",

  "region.graph": "그래프",
  "region.code": "코드",
  "region.inspector": "살펴보기",
  "region.parameters": "파라미터",
  "region.loss": "손실",
  "region.player": "재생기",

  "player.play": "재생",
  "player.pause": "일시정지",
  "player.stepForward": "한 사건 앞으로",
  "player.stepBack": "한 사건 뒤로",
  "player.nextPhase": "다음 단계",
  "player.previousPhase": "이전 단계",
  "player.nextIteration": "다음 반복",
  "player.previousIteration": "이전 반복",
  "player.speed": "속도",
  "player.event": "사건 {event} / {events}",
  "player.timeline": "타임라인",
  "player.iterations": "반복 눈금",
  "player.valueText": "반복 {iteration}: {sentence}",

  "keys.title": "단축키",
  "keys.play": "재생, 일시정지",
  "keys.event": "한 사건 앞으로, 뒤로",
  "keys.phase": "한 단계 앞으로, 뒤로",
  "keys.iteration": "한 반복 앞으로, 뒤로",
  "keys.ends": "처음으로, 끝으로",
  "keys.deselect": "선택 해제: 살펴보기가 재생 위치를 따라갑니다",
  "keys.sheet": "이 목록",
  "keys.close": "닫기",

  "code.values": "반복 {n}의 값",
  "code.edit": "편집",
  "code.cancel": "취소",
  "code.runThis": "이 스크립트 실행",
  "code.editor": "스크립트",
  "code.lines": "스크립트의 줄",
  "code.cleared": "{count}개 비움",
  "code.of": "{done} / {count}",

  "inspector.none": "파라미터나 그래프의 연산을 고르면 그 숫자가 보입니다.",
  "inspector.nonfinite": "유한하지 않음",
  "inspector.absent": "이 반복에 없음",

  "parameters.count": "{count}개 · 숫자 {numbers}개",
  "parameters.name": "이름",
  "parameters.value": "값",
  "parameters.gradient": "그래디언트",
  "parameters.update": "변화 ÷ 값",
  "parameters.waiting": "대기",
  "parameters.none": "이 스크립트에는 optimizer가 바꾸는 파라미터가 없습니다.",
  "parameters.ratio": "변화는 값의 {ratio}배",
  "parameters.norm": "노름 {norm}",

  "loss.at": "손실 {loss}",
  "loss.none": "손실 없음",
  "loss.valueText": "반복 {iteration}, 손실 {loss}",

  "status.loading": "처음 몇 번의 반복을 기록하고 있습니다.",
  "status.recording": "반복 {n}까지 기록하고 있습니다.",
  "status.failed": "스크립트가 실패했습니다: {message}",
  "status.failedAt": "스크립트가 {line}번 줄에서 실패했습니다: {message}",
  "status.stopped": "기록이 멈췄습니다: {message}",
  "status.stoppedByYou": "기록을 중지했습니다. 지금까지의 기록은 계속 볼 수 있습니다.",
  "status.finished": "스크립트가 끝났습니다. 더 기록할 것이 없습니다.",
  "status.empty": "이 실행에는 기록된 사건이 없습니다.",
  "status.offline": "서버가 응답하지 않습니다. 아직 켜져 있습니까?",
  "status.noRun": "이 링크의 실행 기록은 이 서버에 없습니다.",
};
