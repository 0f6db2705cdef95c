// Answers with what a person could not reach or read in the window as it stands, one line for each.
// Last argument: the function to answer with.
const done = arguments[arguments.length - 1];
const near = 1.5;
const faults = new Set();
const isShown = (e) => e.checkVisibility({ visibilityProperty: true });
// What lies over everything else: under a sheet nothing is pressed, not even what was unfolded there before.
const sheet = [...document.querySelectorAll("dialog[open]")].at(-1);
const over = [...(sheet ?? document).querySelectorAll("[role=menu], .popover, .fields, .text-path, .tools.open")].filter(isShown).at(-1);
const top = over ?? sheet ?? (document.querySelector(".sidebar-veil") ? document.querySelector(".sidebar") : document.body);
const name = (e) => {
  const own = e.getAttribute("data-testid") ?? e.getAttribute("aria-label") ?? (e.textContent ?? "").trim().slice(0, 24);
  return `${e.tagName.toLowerCase()}${typeof e.className === "string" && e.className ? "." + e.className.trim().replace(/\s+/g, ".") : ""} “${own}”`;
};
const seen = (e) => {
  if (!e.checkVisibility({ visibilityProperty: true }) || e.closest("[inert]")) return false;
  // For ears only.
  for (let at = e; at; at = at.parentElement) if (getComputedStyle(at).clipPath === "inset(50%)") return false;
  // The filter of a low window folds while an entry is inspected, and is back with the focus.
  return !e.closest(".ev-filter") || e.closest(".ev-filter").offsetHeight > 0;
};
const scrolls = (style, axis) => /auto|scroll/.test(axis === "x" ? style.overflowX : style.overflowY);
// A box that a fixed or absolute one is laid out against clips it; those between do not.
const ancestors = (e) => {
  const out = [];
  let position = getComputedStyle(e).position;
  for (let at = e.parentElement; at; at = at.parentElement) {
    if (e.tagName === "DIALOG") break;
    const style = getComputedStyle(at);
    const holds = position === "fixed" ? style.transform !== "none" || /paint|strict|content|layout/.test(style.contain) || style.containerType !== "normal" : position === "absolute" ? style.position !== "static" || style.transform !== "none" : true;
    if (!holds) continue;
    out.push([at, style]);
    position = style.position;
    if (at.tagName === "DIALOG") break;
  }
  return out;
};
const clipOf = (e) => {
  const clip = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
  for (const [at, style] of ancestors(e)) {
    const box = at.getBoundingClientRect();
    const l = box.left + at.clientLeft, t = box.top + at.clientTop;
    if (style.overflowX !== "visible" && at !== document.body && at !== document.documentElement) { clip.left = Math.max(clip.left, l); clip.right = Math.min(clip.right, l + at.clientWidth); }
    if (style.overflowY !== "visible" && at !== document.body && at !== document.documentElement) { clip.top = Math.max(clip.top, t); clip.bottom = Math.min(clip.bottom, t + at.clientHeight); }
  }
  return clip;
};
// As a person would: only what has scrollbars is scrolled.
const bring = (e) => {
  for (const [at, style] of ancestors(e)) {
    const box = at.getBoundingClientRect(), r = e.getBoundingClientRect();
    if (scrolls(style, "y") && at.scrollHeight > at.clientHeight) {
      const t = box.top + at.clientTop, b = t + at.clientHeight;
      if (r.top < t || r.height > at.clientHeight) at.scrollTop += r.top - t; else if (r.bottom > b) at.scrollTop += r.bottom - b;
    }
    const r2 = e.getBoundingClientRect();
    if (scrolls(style, "x") && at.scrollWidth > at.clientWidth) {
      const l = box.left + at.clientLeft, rr = l + at.clientWidth;
      if (r2.left < l) at.scrollLeft += r2.left - l; else if (r2.right > rr) at.scrollLeft += r2.right - rr;
    }
  }
};
const places = new Map();
for (const e of document.querySelectorAll("*")) if (e.scrollHeight > e.clientHeight || e.scrollWidth > e.clientWidth) places.set(e, [e.scrollTop, e.scrollLeft]);

if (document.scrollingElement.scrollWidth > innerWidth + near) faults.add(`the page is ${document.scrollingElement.scrollWidth} wide`);

const INTERACTIVE = "button, input, select, textarea, a[href], summary, [tabindex], [role=tab], [role=menuitem], [role=option]";
for (const e of top.querySelectorAll(INTERACTIVE)) {
  if (!seen(e)) continue;
  // Rows of a long list are made as it is scrolled: that they lie half behind its head is how they move.
  if (e.closest(".ev-layer, .wi-layer")) continue;
  // Twice, for what is made as it is scrolled to moves.
  bring(e);
  bring(e);
  const r = e.getBoundingClientRect();
  if (r.width === 0 || r.height === 0) { if (!e.matches("textarea")) faults.add(`${name(e)} has no size`); continue; }
  const clip = clipOf(e);
  const large = !e.matches("button, input, select, a[href], summary");
  const cutX = Math.max(clip.left - r.left, r.right - clip.right), cutY = Math.max(clip.top - r.top, r.bottom - clip.bottom);
  if (cutX > near && !(large && r.width > clip.right - clip.left)) faults.add(`${name(e)} is cut by ${Math.round(cutX)} at a side`);
  if (cutY > near && !large && r.height <= clip.bottom - clip.top) faults.add(`${name(e)} is cut by ${Math.round(cutY)} above or below`);
  const left = Math.max(r.left, clip.left), right = Math.min(r.right, clip.right);
  const above = Math.max(r.top, clip.top), below = Math.min(r.bottom, clip.bottom);
  const covers = (x, y) => {
    const hit = document.elementFromPoint(left + (right - left) * x, above + (below - above) * y);
    const itself = hit && (e.contains(hit) || (large && hit.contains(e)) || e.labels?.[0]?.contains(hit) || (hit === e.parentElement && getComputedStyle(e).pointerEvents === "none"));
    return itself ? null : hit ? name(hit) : "nothing";
  };
  // Something small may lie over a part of a large box: a field, a tip.
  const cover = large && (covers(0.1, 0.5) === null || covers(0.5, 0.1) === null) ? null : covers(0.5, 0.5);
  if (cover) faults.add(`${name(e)} is covered by ${cover}`);
}

// Words that are cut without being said: not with an ellipsis, and not where one can scroll.
const walker = document.createTreeWalker(top, NodeFilter.SHOW_TEXT);
for (let node = walker.nextNode(); node; node = walker.nextNode()) {
  const e = node.parentElement;
  if (!node.data.trim() || !e || !seen(e) || e.closest("select, option, .ev-layer, .wi-layer, textarea, svg, .code-field pre, .status:not(.unfolded) .figures")) continue;
  const range = document.createRange();
  range.selectNodeContents(node);
  const r = range.getBoundingClientRect();
  if (r.width === 0) continue;
  for (let at = e, first = true; at; at = at.parentElement, first = false) {
    const style = getComputedStyle(at);
    if (at !== top && style.position === "fixed") { if (r.right > innerWidth + near || r.left < -near) faults.add(`words “${node.data.trim().slice(0, 30)}” reach out of the window`); break; }
    const box = at.getBoundingClientRect();
    const right = box.left + at.clientLeft + at.clientWidth, bottom = box.top + at.clientTop + at.clientHeight;
    if (style.display !== "inline" && style.overflowX !== "visible") {
      if (scrolls(style, "x")) break;
      if (r.right > right + near && style.textOverflow !== "ellipsis") { faults.add(`words “${node.data.trim().slice(0, 30)}” are cut by ${Math.round(r.right - right)} at the side of ${name(at)}`); break; }
      if (r.right > right + near) break;
    }
    if (style.display !== "inline" && style.overflowY !== "visible") {
      if (scrolls(style, "y")) break;
      if (r.bottom > bottom + 4 && style.webkitLineClamp === "none") { faults.add(`words “${node.data.trim().slice(0, 30)}” are cut by ${Math.round(r.bottom - bottom)} below ${name(at)}`); break; }
    }
    if (at === document.body && (r.right > innerWidth + near || r.bottom > innerHeight + near)) faults.add(`words “${node.data.trim().slice(0, 30)}” reach out of the window`);
  }
}
// Siblings of a row that lie over each other.
for (const row of top.querySelectorAll(".address, .tabs, .tablist, .tools, .scene-tools, .status, .replay, .composer-box, footer, .ev-bar, .ev-said, .job-line, .notice-bar, .opening-head, .sheet-head, .card .actions, .setting > .row")) {
  if (!seen(row)) continue;
  const parts = [...row.children].filter((e) => seen(e) && e.getClientRects().length > 0 && !/absolute|fixed/.test(getComputedStyle(e).position));
  for (let a = 0; a < parts.length; a += 1) for (let b = a + 1; b < parts.length; b += 1) {
    const p = parts[a].getBoundingClientRect(), q = parts[b].getBoundingClientRect();
    const x = Math.min(p.right, q.right) - Math.max(p.left, q.left), y = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
    if (x > near && y > near) faults.add(`${name(parts[a])} and ${name(parts[b])} lie over each other`);
  }
}
const page = document.querySelector("#page");
if (top === document.body && page && page.clientHeight < (document.querySelector(".composer, .replay, .notice-bar, .job-line, .insecure, .status.unfolded") ? 92 : 170)) faults.add(`the page has ${page.clientHeight} pixels`);
for (const [e, [y, x]] of places) { e.scrollTop = y; e.scrollLeft = x; }
done([...faults]);
