// Looks at the page as it is, and answers with what is wrong: axe's rules, and what those do not ask.
const [done] = arguments;

/** By WCAG 2.0 to 2.2, A and AA, and what is good practice. */
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"];

const options = {
  runOnly: { type: "tag", values: TAGS },
  // Off unless it is asked for, and a part of 2.2 AA.
  rules: { "target-size": { enabled: true } },
  resultTypes: ["violations"],
  // Selectors cost more than all rules together; `named` says enough.
  selectors: false,
  elementRef: true,
  iframes: false,
  // It reads all style sheets again, for a rule about the way a phone is held.
  preload: false,
};

/** What leads to an element, for a person who reads the fault. */
function named(element) {
  const id = element.dataset?.testid ? `[data-testid=${element.dataset.testid}]` : element.id ? `#${element.id}` : "";
  return `${element.localName}${element.className && typeof element.className === "string" ? `.${element.className.trim().split(/\s+/).join(".")}` : ""}${id}`;
}

/** What a modal sheet covers cannot be reached. */
const modal = [...document.querySelectorAll("dialog:modal")].at(-1);

function seen(element) {
  return (!modal || modal.contains(element)) && element.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true });
}

/** What takes the focus says what it is and what it is called. */
function unnamed() {
  const faults = [];
  const plain = new Set(["div", "span", "p", "canvas", "section", "li"]);
  for (const element of document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")) {
    if (!seen(element) || element.closest("[inert], [aria-hidden=true]") || element.disabled) continue;
    // Reached by script alone, as a place to read on from.
    const place = element.getAttribute("tabindex") === "-1" && !/^(button|input|select|textarea|a)$/.test(element.localName) && !element.hasAttribute("role");
    if (!place && plain.has(element.localName) && !element.hasAttribute("role") && !(element.localName === "section" && element.hasAttribute("aria-label"))) faults.push(`no role: ${named(element)}`);
    if (!place && axe.commons.text.accessibleText(element).trim() === "") faults.push(`no name: ${named(element)}`);
    if (element.tabIndex > 0) faults.push(`an order of its own: ${named(element)}`);
  }
  return faults;
}

/** What an attribute names is there. */
function dangling() {
  const faults = [];
  for (const attribute of ["aria-labelledby", "aria-describedby", "aria-controls", "aria-activedescendant", "aria-owns", "aria-errormessage", "for"]) {
    for (const element of document.querySelectorAll(`[${attribute}]`)) {
      if (!seen(element)) continue;
      for (const id of element.getAttribute(attribute).split(/\s+/)) if (id !== "" && !document.getElementById(id)) faults.push(`${attribute} names what is not there, ${id}: ${named(element)}`);
    }
  }
  return faults;
}

/** What is wrong in a field is tied to it. */
function untied() {
  return [...document.querySelectorAll("[aria-invalid=true]")]
    .filter((field) => seen(field) && !(field.getAttribute("aria-describedby") ?? "").split(/\s+/).some((id) => document.getElementById(id)?.textContent.trim()))
    .map((field) => `invalid, and nothing says why: ${named(field)}`);
}

/** Nothing that can be pressed is inside of something that can be pressed. */
function nested() {
  return [...document.querySelectorAll("button button, a button, button a, button input, [role=menuitem] button")].filter(seen).map((element) => `inside of another: ${named(element)}`);
}

/** Red, green, blue and how much of it, of a colour as the browser tells it. */
function parts(colour) {
  const [r = 0, g = 0, b = 0, a = 1] = (colour.match(/[\d.]+/g) ?? []).map(Number);
  return { r, g, b, a };
}

function luminance({ r, g, b }) {
  const [red, green, blue] = [r, g, b].map((part) => (part / 255 <= 0.03928 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** What is behind an element: its own colour, over that of what it stands on. */
function ground(element) {
  if (!element) return { r: 255, g: 255, b: 255, a: 1 };
  const { r, g, b, a } = parts(getComputedStyle(element).backgroundColor);
  if (a === 1) return { r, g, b, a };
  const under = ground(element.parentElement);
  return { r: r * a + under.r * (1 - a), g: g * a + under.g * (1 - a), b: b * a + under.b * (1 - a), a: 1 };
}

/** How a thing looks, as far as it can tell that it is chosen. */
function looks(element) {
  const label = element.nextElementSibling ?? element;
  return [element, label].flatMap((each) =>
    ["", "::before", "::after"].map((part) => {
      const style = getComputedStyle(each, part || null);
      return [style.color, style.backgroundColor, style.borderColor, style.borderWidth, style.outlineStyle, style.outlineWidth, style.fontWeight, style.clipPath, style.left, style.backgroundImage, style.maskImage].join(" ");
    }),
  ).join("; ");
}

/**
 * Where colours are forced axe reads those that the style sheets name, and not those that are drawn. So it is asked
 * here: letters stand out from what is behind them, and what is chosen still looks otherwise than what is not.
 */
function forced() {
  const faults = [];
  const letters = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const seenBefore = new Set();
  while (letters.nextNode()) {
    const element = letters.currentNode.parentElement;
    if (letters.currentNode.data.trim() === "" || seenBefore.has(element) || !seen(element) || element.closest(":disabled, .hidden, [aria-hidden=true]")) continue;
    seenBefore.add(element);
    const [ink, paper] = [luminance(parts(getComputedStyle(element).color)), luminance(ground(element))];
    const ratio = (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
    if (ratio < 4.5) faults.push(`forced colours: ${ratio.toFixed(2)} : 1, ${named(element)}`);
  }
  const chosen = "[aria-pressed=true], [aria-selected=true], [aria-checked=true], [aria-current=true], input:checked";
  const groups = "[role=tablist], [role=menu], [role=listbox], [role=radiogroup], .ev-chips, .replay-speeds, ul, [role=grid]";
  for (const group of document.querySelectorAll(groups)) {
    const on = [...group.querySelectorAll(chosen)].find((each) => seen(each) && each.closest(groups) === group);
    const off = on && [...group.querySelectorAll(on.tagName)].find((each) => !each.matches(chosen) && each.className === on.className && seen(each) && each.closest(groups) === group && !each.matches(":disabled"));
    if (!off) continue;
    const whole = (each) => looks(each) + looks(each.closest("label, li, [role=row]") ?? each);
    if (whole(on) === whole(off)) faults.push(`forced colours: what is chosen looks like what is not, ${named(on)}`);
  }
  return faults;
}

/** What axe does not ask. */
function ours() {
  // Names are read from the tree that axe makes of the page, and takes down again when it has run.
  axe.setup(document);
  try {
    return [...unnamed(), ...dangling(), ...untied(), ...nested()];
  } finally {
    axe.teardown();
  }
}

if (matchMedia("(forced-colors: active)").matches) done(forced());
else {
  axe
    .run(document, options)
    .then(({ violations }) => {
      const faults = violations.flatMap(({ id, help, nodes }) =>
        nodes.map((node) => {
          const why = (node.any[0] ?? node.all[0] ?? node.none[0])?.message ?? "";
          return `${id} (${help}): ${named(node.element)}\n        ${node.html.slice(0, 160)}\n        ${why}`;
        }),
      );
      done([...faults, ...ours()]);
    })
    .catch((reason) => done([`the audit failed: ${reason}`]));
}
