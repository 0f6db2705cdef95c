// Under a locale like `C` WebKitGTK names a language that is none, and a library that asks Intl for it when it is loaded
// (uPlot does) would take the page down with it. Imported before everything else.

/** Gives `navigator` a language that Intl takes, where its own is not one. The interface does not ask it anyway. */
export function guardLanguage(navigator: Navigator): void {
  try {
    Intl.getCanonicalLocales(navigator.language);
  } catch {
    Object.defineProperty(navigator, "language", { value: "en-US", configurable: true });
  }
}

guardLanguage(navigator);
