import type { FunctionComponent } from "preact";

const graph = import.meta.glob<Record<string, FunctionComponent<any>>>("../graph/GraphView.tsx", {
  eager: true,
});
const tensor = import.meta.glob<Record<string, FunctionComponent<any>>>("../tensor/TensorView.tsx", {
  eager: true,
});
const none: FunctionComponent<any> = () => null;
export const GraphView = graph["../graph/GraphView.tsx"]?.GraphView ?? none;
export const TensorView = tensor["../tensor/TensorView.tsx"]?.TensorView ?? none;
