// Looks at the page as it is, and answers with what is wrong: axe's rules, and what those do not ask.
// Arguments: the rules of axe to run, all where none are named; the function to answer with.
const [only, done] = arguments;

/** By WCAG 2.0 to 2.2, A and AA, and what is good practice. */
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"];

const options = {
  runOnly: only.length > 0 ? { type: "rule", values: only } : { type: "tag", values: TAGS },
  // Off unless it is asked for, and a part of 2.2 AA.
  rules: only.length > 0 ? {} : { "target-size": { enabled: true } },
  resultTypes: ["violations"],
  // Selectors cost more than all rules together; `named` says enough.
  selectors: false,
  elementRef: true,
  iframes: false,
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

axe
  .run(document, options)
  .then(({ violations }) => {
    const faults = violations.flatMap(({ id, help, nodes }) =>
      nodes.map((node) => {
        const why = (node.any[0] ?? node.all[0] ?? node.none[0])?.message ?? "";
        return `${id} (${help}): ${named(node.element)}\n        ${node.html.slice(0, 160)}\n        ${why}`;
      }),
    );
    done(only.length > 0 ? faults : [...faults, ...ours()]);
  })
  .catch((reason) => done([`the audit failed: ${reason}`]));
