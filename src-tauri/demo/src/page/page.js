"use strict";

// Lines kept on the page: the browser reconnects for as long as the page is open, and the page must not grow with it.
const KEEP = 200;

// A message is typed within this many milliseconds, however long it is, so that it ends before the next one begins.
const TYPING_MS = 450;

const words = {
  en: {
    title: "Messages, as they come",
    about: "This page is an ordinary EventSource on {link}. Tapewriter plays the same stream.",
    connecting: "Connecting",
    open: (n) => `Live, ${n} ${n === 1 ? "message" : "messages"}`,
    waiting: "Waiting for the browser to reconnect",
    closed: "Stopped",
    lost: "Connection lost, reconnecting. Browsers do this by themselves when a stream ends.",
    refused: "The server refused the stream, so the browser has stopped trying.",
    again: "Connected again",
    stop: "Stop",
    start: "Start",
  },
  zh: {
    title: "消息随到随写",
    about: "这个页面用普通的 EventSource 接收 {link}。Tapewriter 播放的是同一个流。",
    connecting: "正在连接",
    open: (n) => `已连接，${n} 条消息`,
    waiting: "等待浏览器自动重连",
    closed: "已停止",
    lost: "连接断开，正在重连。流结束时，浏览器会自动重连。",
    refused: "服务器拒绝了这个流，浏览器不再重试。",
    again: "已重新连接",
    stop: "停止",
    start: "开始",
  },
};

const language = (navigator.language || "en").toLowerCase().startsWith("zh") ? "zh" : "en";
const text = words[language];
const byId = (id) => document.getElementById(id);
const messages = byId("messages");
const notice = byId("notice");
const state = byId("state");
const toggle = byId("toggle");
const calm = matchMedia("(prefers-reduced-motion: reduce)");

let source = null;
let received = 0;
let opened = 0;

function show(name) {
  state.dataset.state = name;
  state.textContent = name === "open" ? text.open(received) : text[name];
  toggle.textContent = name === "closed" ? text.start : text.stop;
}

function tell(sentence) {
  notice.hidden = !sentence;
  notice.textContent = sentence;
}

function append(className) {
  const scroller = document.scrollingElement;
  const atEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 80;
  const line = document.createElement("p");
  line.className = className;
  messages.append(line);
  while (messages.childElementCount > KEEP) messages.firstElementChild.remove();
  return { line, follow: () => atEnd && scroller.scrollTo(0, scroller.scrollHeight) };
}

const typing = [];
let last = 0;

function type(data) {
  const { line, follow } = append("message typing");
  typing.push({ line, rest: Array.from(data), perMs: Array.from(data).length / TYPING_MS, credit: 0 });
  if (calm.matches || document.hidden) finishTyping();
  else if (typing.length === 1) {
    last = performance.now();
    requestAnimationFrame(typeSome);
  }
  follow();
}

function typeSome(now) {
  const current = typing[0];
  if (!current) return;
  current.credit += Math.max(now - last, 1) * current.perMs;
  last = now;
  const count = Math.floor(current.credit);
  current.credit -= count;
  current.line.textContent += current.rest.splice(0, count).join("");
  if (current.rest.length === 0) {
    current.line.classList.remove("typing");
    typing.shift();
  }
  if (typing.length > 0) requestAnimationFrame(typeSome);
}

// Also when the page is hidden: no frame is drawn then, and messages must not wait for one.
function finishTyping() {
  for (const { line, rest } of typing.splice(0)) {
    line.textContent += rest.join("");
    line.classList.remove("typing");
  }
}

function start() {
  received = 0;
  opened = 0;
  finishTyping();
  messages.replaceChildren();
  tell("");
  show("connecting");
  source = new EventSource("/stream");
  source.onopen = () => {
    opened += 1;
    if (opened > 1) append("again").line.textContent = text.again;
    tell("");
    show("open");
  };
  source.onmessage = (event) => {
    received += 1;
    type(event.data);
    show("open");
  };
  source.onerror = () => {
    const refused = source.readyState === EventSource.CLOSED;
    tell(refused ? text.refused : text.lost);
    show(refused ? "closed" : "waiting");
    if (refused) source = null;
  };
}

function stop() {
  source?.close();
  source = null;
  tell("");
  show("closed");
}

document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
document.title = text.title;
byId("title").textContent = text.title;
const link = document.querySelector("#about a");
const [before, after] = text.about.split("{link}");
byId("about").replaceChildren(before, link, after);
toggle.hidden = false;
toggle.addEventListener("click", () => (source ? stop() : start()));
document.addEventListener("visibilitychange", () => document.hidden && finishTyping());
addEventListener("pagehide", stop);
addEventListener("pageshow", (event) => event.persisted && start());
start();
