import type { JSX } from "preact";
import * as icons from "../app/icons";
import { jump, step } from "../app/keys";
import { togglePlay } from "../app/session";
import { clock, here, playing, revision, speed, tape } from "../app/state";
import { type MessageKey, t } from "../i18n";
import { SPEEDS } from "../player/player";
import { formatCount } from "../tensor/format";

function Press({
  name,
  keys,
  icon,
  act,
}: {
  name: MessageKey;
  keys: string;
  icon: JSX.Element;
  act: () => void;
}): JSX.Element {
  return (
    <button
      type="button"
      class="press"
      aria-label={t(name)}
      aria-keyshortcuts={keys}
      title={t(name)}
      onClick={act}
    >
      {icon}
    </button>
  );
}

export function Transport(): JSX.Element {
  const name: MessageKey = playing.value ? "player.pause" : "player.play";
  return (
    <div class="transport">
      <div class="presses">
        <Press
          name="player.previousIteration"
          keys="Control+ArrowLeft"
          icon={<icons.PreviousIteration />}
          act={jump.previousIteration}
        />
        <Press
          name="player.previousPhase"
          keys="Shift+ArrowLeft"
          icon={<icons.PreviousPhase />}
          act={jump.previousPhase}
        />
        <Press name="player.stepBack" keys="ArrowLeft" icon={<icons.StepBack />} act={() => step(-1)} />
        <button
          type="button"
          class="press play"
          aria-label={t(name)}
          aria-keyshortcuts="Space"
          title={t(name)}
          onClick={togglePlay}
        >
          {playing.value ? <icons.Pause /> : <icons.Play />}
        </button>
        <Press name="player.stepForward" keys="ArrowRight" icon={<icons.StepForward />} act={() => step(1)} />
        <Press
          name="player.nextPhase"
          keys="Shift+ArrowRight"
          icon={<icons.NextPhase />}
          act={jump.nextPhase}
        />
        <Press
          name="player.nextIteration"
          keys="Control+ArrowRight"
          icon={<icons.NextIteration />}
          act={jump.nextIteration}
        />
      </div>
      <div class="pace">
        <select
          aria-label={t("player.speed")}
          value={speed.value}
          onChange={(event) => clock.dispatch({ type: "speed", speed: Number(event.currentTarget.value) })}
        >
          {SPEEDS.map((pace) => (
            <option key={pace} value={pace}>
              {pace}×
            </option>
          ))}
        </select>
        <Where />
      </div>
    </div>
  );
}

function Where(): JSX.Element {
  revision.value;
  const events = tape.value.events;
  return (
    <span class="where">
      {events > 0 &&
        t("player.event", { event: formatCount(Math.max(0, here.value)), events: formatCount(events) })}
    </span>
  );
}
