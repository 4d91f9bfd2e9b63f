/** What is selected: a tensor (a picture, a chip) or an op or box. */
export type Selection = { tensor: string } | { node: string };
