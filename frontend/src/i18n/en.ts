import say from "../../../autograd/tape/sentences/en.json";
import { graphEn } from "../graph/messages";
import { tensorEn } from "../tensor/messages";

/** English: the table every other language must match, key by key and placeholder by placeholder. */
export const en = {
  ...graphEn,
  ...tensorEn,
  ...say,

  "app.lesson": "Lesson",
  "app.ownScript": "Your script",
  "app.seed": "seed {seed}",
  "app.run": "Run",
  "app.stop": "Stop",
  "app.howMany": "Iterations to record",
  "app.more": "+{count}",
  "app.theme.light": "Light theme",
  "app.theme.dark": "Dark theme",
  "app.language": "한국어",

  "heading.iteration": "Iteration {n}",
  "heading.setup": "Setup",
  "heading.empty": "No iteration yet",
  "heading.phases": "Phases of this iteration",
  "heading.progress": "{phase} · {done} of {count}",

  "sample.one": "sample {n} of {count}",
  "sample.mean": "mean of {count} samples",
  "sample.previous": "Previous sample",
  "sample.next": "Next sample",

  "region.graph": "Graph",
  "region.code": "Code",
  "region.inspector": "Inspector",
  "region.parameters": "Parameters",
  "region.loss": "Loss",
  "region.player": "Player",

  "player.play": "Play",
  "player.pause": "Pause",
  "player.stepForward": "Step forward",
  "player.stepBack": "Step back",
  "player.nextPhase": "Next phase",
  "player.previousPhase": "Previous phase",
  "player.nextIteration": "Next iteration",
  "player.previousIteration": "Previous iteration",
  "player.speed": "Speed",
  "player.event": "event {event} of {events}",
  "player.timeline": "Timeline",
  "player.iterations": "Iterations",
  "player.valueText": "Iteration {iteration}: {sentence}",

  "keys.title": "Keys",
  "keys.play": "play, pause",
  "keys.event": "one event on, back",
  "keys.phase": "one phase on, back",
  "keys.iteration": "one iteration on, back",
  "keys.ends": "to the start, to the end",
  "keys.deselect": "select nothing; the Inspector follows the playhead",
  "keys.sheet": "this list",
  "keys.close": "Close",

  "code.values": "values of iteration {n}",
  "code.edit": "Edit",
  "code.cancel": "Cancel",
  "code.runThis": "Run this script",
  "code.editor": "Script",
  "code.lines": "Lines of the script",
  "code.cleared": "{count} cleared",
  "code.of": "{done} of {count}",

  "inspector.none": "Select a parameter, or an op of the graph, to see its numbers.",
  "inspector.nonfinite": "not finite",
  "inspector.absent": "not part of this iteration",

  "parameters.count": "{count} · {numbers} numbers",
  "parameters.name": "name",
  "parameters.value": "value",
  "parameters.gradient": "gradient",
  "parameters.update": "update ÷ value",
  "parameters.waiting": "waiting",
  "parameters.none": "This script has no parameter that an optimizer updates.",
  "parameters.ratio": "the update is {ratio} of the value",
  "parameters.norm": "norm {norm}",

  "loss.at": "loss {loss}",
  "loss.none": "no loss",
  "loss.valueText": "Iteration {iteration}, loss {loss}",

  "status.loading": "The first iterations are being recorded.",
  "status.recording": "Recording iteration {n}.",
  "status.failed": "The script failed: {message}",
  "status.failedAt": "The script failed at line {line}: {message}",
  "status.stopped": "Recording stopped: {message}",
  "status.stoppedByYou": "Recording was stopped. What was recorded plays on.",
  "status.finished": "The script has ended: there is nothing further to record.",
  "status.empty": "This run has recorded no event.",
  "status.offline": "The server does not answer. Is it still running?",
  "status.noRun": "This link's run is not on this server.",
} as const;

export type MessageKey = keyof typeof en;
