// Words of what is asked to be opened, and of quitting.

export const openingsEn = {
  "notice.drawing-fallback":
    "The last window never appeared, so this one is drawn in a simpler way. It may scroll less smoothly; after some starts the usual way is tried again.",
  "notice.beside":
    "Another Tapewriter is open and does not answer, so this one runs beside it. Close the other if you can.",
} as const;
