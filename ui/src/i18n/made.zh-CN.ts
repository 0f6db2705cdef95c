// Words of "How it's made", Chinese.

import type { madeEn } from "./made.en";

export const madeZh: Record<keyof typeof madeEn, string> = {
  "made.open": "怎么做的",
  "made.open.title": "做出这样一个流，最短的服务器和页面",
  "made.title": "怎样做出“{name}”",
  "made.about": "两个文件就能做出这样的流并显示出来：一行不少，也一行不多，可以直接复制。",
  "made.copy": "复制 {file}",
  "made.run": "把两个文件存进同一个文件夹，在那里运行 {command}，然后用浏览器打开 {page}，或者在这里新建一个流，填 {stream}。",
  "made.run.post": "把两个文件存进同一个文件夹，在那里运行 {command}，然后用浏览器打开 {page}。",

  "made.message.server": "路径函数里用了 yield，就是一个流：每 yield 一次就立刻发出，睡眠时也不会耽误别人。",
  "made.message.page": "EventSource 负责请求、读取和拆分事件。没有名字的事件会到 onmessage。",
  "made.answers.server": "问题用 POST 发来，回答一次几个字地发出去，用的是聊天客户端都认得的格式，最后以 [DONE] 结束。",
  "made.answers.page": "EventSource 不能 POST，所以逐块读取 fetch 的响应体。最后一个空行之后的内容，留到下一块再处理。",
  "made.monitor.server": "用事件名把两类数据放在同一条线路上。id 记着读者读到了哪里。",
  "made.monitor.page": "addEventListener 让每种事件各有去处：一个是仪表，一个是价格。",
  "made.chat.server": "每个听众有自己的队列，发来的消息放进所有队列。队列满了就跳过，内存不会越用越多。",
  "made.chat.page": "收用 EventSource，发用 POST。自己发的消息，也要等聊天室播出来才会看到。",
  "made.news.server": "每条新闻都有 id。断线回来的读者用 Last-Event-ID 报上最后一条，列表就从下一条接着发。",
  "made.news.page": "两类新闻，两个监听器。断线重连、不重复，这里一行代码都不用写。",
  "made.flaky.server": "故意每五个事件就结束一次。retry 告诉浏览器多久后回来，id 告诉服务器从哪里接着发。",
  "made.flaky.page": "浏览器会自动重连，onerror 和 onopen 只是把它显示出来。",
};
