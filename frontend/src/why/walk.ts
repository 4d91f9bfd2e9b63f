import { useSignal } from "@preact/signals";

/** A mark that arrow keys walk over a picture before anything is asked; another question takes it home. */
export function useWalk(home: number, question: string): { cell: number; to(cell: number): void } {
  const walked = useSignal<{ question: string; cell: number } | null>(null);
  return {
    cell: walked.value?.question === question ? walked.value.cell : home,
    to(cell) {
      walked.value = { question, cell };
    },
  };
}
