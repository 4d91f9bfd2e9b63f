import type { JSX } from "preact";

/** Drawn for this page; each is the word beside it, so screen readers skip them. */
function Icon({
  children,
  size = 20,
}: {
  children: JSX.Element | JSX.Element[];
  size?: number;
}): JSX.Element {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 20 20"
      fill="currentColor"
      aria-hidden="true"
      focusable="false"
    >
      {children}
    </svg>
  );
}

export const Mark = (): JSX.Element => (
  <svg class="mark" width="28" height="20" viewBox="0 0 28 20" aria-hidden="true" focusable="false">
    <path class="mark-back" d="M11.5 4v12L2 10z" />
    <path class="mark-play" d="M15 3v14l12-7z" />
  </svg>
);

export const Play = (): JSX.Element => (
  <Icon>
    <path d="M6 3.6v12.8a.6.6 0 0 0 .9.5l10.2-6.4a.6.6 0 0 0 0-1L6.9 3.1a.6.6 0 0 0-.9.5z" />
  </Icon>
);
export const Pause = (): JSX.Element => (
  <Icon>
    <path d="M5 3h3.4v14H5zM11.6 3H15v14h-3.4z" />
  </Icon>
);
export const StepForward = (): JSX.Element => (
  <Icon>
    <path d="M9 4.5v11l8-5.5z" />
    <path opacity=".45" d="M4.5 4.5h2v11h-2z" />
  </Icon>
);
export const StepBack = (): JSX.Element => (
  <Icon>
    <path d="M11 4.5v11L3 10z" />
    <path opacity=".45" d="M13.5 4.5h2v11h-2z" />
  </Icon>
);
export const NextPhase = (): JSX.Element => (
  <Icon>
    <path d="M4 4.5v11l8.5-5.5z" />
    <path d="M13.4 4.5h2v11h-2z" />
  </Icon>
);
export const PreviousPhase = (): JSX.Element => (
  <Icon>
    <path d="M16 4.5v11L7.5 10z" />
    <path d="M4.6 4.5h2v11h-2z" />
  </Icon>
);
export const NextIteration = (): JSX.Element => (
  <Icon>
    <path d="M2 4.8v10.4l7-5.2z" />
    <path d="M8.8 4.8v10.4l7-5.2z" />
    <path d="M16.2 4.5h2v11h-2z" />
  </Icon>
);
export const PreviousIteration = (): JSX.Element => (
  <Icon>
    <path d="M18 4.8v10.4l-7-5.2z" />
    <path d="M11.2 4.8v10.4l-7-5.2z" />
    <path d="M1.8 4.5h2v11h-2z" />
  </Icon>
);
export const Check = (): JSX.Element => (
  <Icon size={14}>
    <path d="M3 10.5 8 16l9.5-11-1.7-1.4L7.9 12.8 4.7 9z" />
  </Icon>
);
export const Caret = (): JSX.Element => (
  <Icon size={12}>
    <path d="M3 6.5h14L10 14.5z" />
  </Icon>
);
export const Sun = (): JSX.Element => (
  <Icon size={18}>
    <path d="M10 6a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM9.2 1h1.6v3H9.2zM9.2 16h1.6v3H9.2zM1 9.2h3v1.6H1zM16 9.2h3v1.6h-3zM3 4.2 4.2 3l2.1 2.1-1.2 1.2zM13.7 14.9l1.2-1.2L17 15.8 15.8 17zM3 15.8l2.1-2.1 1.2 1.2L4.2 17zM13.7 5.1 15.8 3 17 4.2l-2.1 2.1z" />
  </Icon>
);
export const Moon = (): JSX.Element => (
  <Icon size={18}>
    <path d="M16.8 12.3A7.3 7.3 0 0 1 7.7 3.2a.5.5 0 0 0-.7-.6 8.2 8.2 0 1 0 10.4 10.4.5.5 0 0 0-.6-.7z" />
  </Icon>
);
export const Chevron = (): JSX.Element => (
  <Icon size={16}>
    <path d="m4.2 13.2-1.4-1.4L10 4.6l7.2 7.2-1.4 1.4L10 7.4z" />
  </Icon>
);
