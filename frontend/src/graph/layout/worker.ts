import type { Visible } from "../visible";
import { layered } from "./layered";

/** Lays out large pictures off the main thread. */
self.onmessage = (message: MessageEvent<{ ticket: number; visible: Visible }>) => {
  self.postMessage({ ticket: message.data.ticket, layout: layered(message.data.visible) });
};
