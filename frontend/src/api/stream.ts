import { api } from "./client";
import type { Run } from "./types";

export interface Listener {
  run(run: Run): void;
  segment(bytes: ArrayBuffer): void;
  /** The iteration from which on a new connection is to send; 0 sends the setup too. */
  next(): number;
}

const OVER = new Set(["finished", "failed", "stopped"]);
const RETRY = 500;
const SLOWEST = 8000;
/** After so many connections that never opened, a proxy is in the way: ask instead of listening. */
const PATIENCE = 3;

/** Follows a run until closed; comes back when the connection is lost. */
export function follow(id: string, listener: Listener): () => void {
  let closed = false;
  let socket: WebSocket | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let latest: Run | null = null;

  const connect = (): void => {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    socket = new WebSocket(
      `${scheme}://${location.host}/api/runs/${encodeURIComponent(id)}/stream?after=${listener.next()}`,
    );
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }) => {
      if (closed) return;
      failures = 0;
      if (typeof data === "string") {
        latest = JSON.parse(data) as Run;
        listener.run(latest);
      } else listener.segment(data as ArrayBuffer);
    };
    socket.onclose = () => {
      // Of a run that is over and here to its end, nothing more will come.
      if (closed || (latest && OVER.has(latest.status) && listener.next() >= latest.iterations)) return;
      failures++;
      const next = failures > PATIENCE ? poll : connect;
      timer = setTimeout(next, Math.min(RETRY * 2 ** (failures - 1), SLOWEST));
    };
  };

  const poll = async (): Promise<void> => {
    try {
      latest = await api.run(id);
      for (let n = listener.next(); n < latest.iterations && !closed; n++)
        listener.segment(await api.segment(id, n));
      if (!closed) listener.run(latest);
    } catch {
      // The server is away: the next turn asks again.
    }
    if (!closed && !(latest && OVER.has(latest.status))) timer = setTimeout(poll, RETRY * 2);
  };

  connect();
  return () => {
    closed = true;
    clearTimeout(timer);
    socket?.close();
  };
}
