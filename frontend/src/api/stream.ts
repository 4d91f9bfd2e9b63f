import { api, Refused } from "./client";
import type { Run } from "./types";

export interface Listener {
  run(run: Run): void;
  segment(bytes: ArrayBuffer): void;
  /** The iteration from which on a new connection is to send; 0 sends the setup too. */
  next(): number;
}

const RETRY = 500;
const SLOWEST = 8000;
/** After so many connections that never opened, a proxy is in the way: ask instead of listening. */
const PATIENCE = 2;

/** Follows a run until closed; comes back when the connection is lost. */
export function follow(id: string, listener: Listener): () => void {
  let closed = false;
  let socket: WebSocket | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let setup = false;

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
        listener.run(JSON.parse(data) as Run);
      } else listener.segment(data as ArrayBuffer);
    };
    socket.onclose = () => {
      if (closed) return;
      failures++;
      const next = failures > PATIENCE ? poll : connect;
      timer = setTimeout(next, Math.min(RETRY * 2 ** (failures - 1), SLOWEST));
    };
  };

  const poll = async (): Promise<void> => {
    try {
      const latest = await api.run(id);
      if (!setup) {
        setup = true;
        await api.segment(id, "setup").then(listener.segment, () => {});
      }
      for (let n = listener.next(); n < latest.iterations && !closed; n++)
        listener.segment(await api.segment(id, n));
      if (!closed) listener.run(latest);
    } catch (error) {
      if (error instanceof Refused && error.status === 404) return;
      // The server is away: the next turn asks again.
    }
    if (!closed) timer = setTimeout(poll, RETRY * 2);
  };

  connect();
  return () => {
    closed = true;
    clearTimeout(timer);
    socket?.close();
  };
}
