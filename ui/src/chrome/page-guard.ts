// Keeps the web view from acting as a browser: no menu of its own, no file opened in place of the page, no way out.
// Files that are dropped are taken by DropTarget.

import { isTyping } from "./keys";

export function keepToThePage(): void {
  addEventListener("contextmenu", (event) => {
    // Copy and paste are what the native menu is good for.
    const selected = getSelection()?.isCollapsed === false;
    if (!selected && !isTyping(event.target)) event.preventDefault();
  });
  for (const name of ["dragover", "drop"] as const) {
    addEventListener(name, (event) => {
      // Text dragged into a field is typing; anything else would be opened in place of the page.
      const isText = event.dataTransfer?.types.includes("text/plain") && !event.dataTransfer.types.includes("Files");
      if (!(isText && isTyping(event.target))) event.preventDefault();
    });
  }
  addEventListener("submit", (event) => event.preventDefault());
}
