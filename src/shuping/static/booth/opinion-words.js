// The words of the part of the booth in which opinions are written, Chinese first.

import { speaker } from "./texts.js";

/** @type {Record<string, [string, string]>} */
export const OPINION_WORDS = {
  title: ["写几句意见（可以不写）", "Add an opinion, if you like"],
  what: [
    "意见在手机上加密后单独发出，与您的选票和票条没有联系。投票结束后满十条才一起打开，不满十条则不打开、全部删除。",
    "It is sealed in your phone and sent by itself, without your ballot or slip. After voting all are opened together, and only if there are ten; otherwise all are deleted unread.",
  ],
  who: [
    "一位监票人先读，可以删去个别意见并说明理由；然后查看计票结果的人能看到全部，各单位能看到关于自己的。",
    "A scrutineer reads them first and may remove some, with a reason. Then those who see the count read all, and each unit those about itself.",
  ],
  warning: [
    "原文照录：文风或所述事情可能让人认出您。",
    "They are shown word for word: your style, or what you tell, can show who you are.",
  ],
  entry: ["关于哪个单位", "About which unit"],
  choose: ["请选择", "Choose"],
  text: ["意见", "Opinion"],
  left: ["还可以写约 {n} 字", "{n} characters left"],
  over: ["超出约 {n} 字，请缩短。", "{n} characters too many: shorten it."],
  send: ["加密发出", "Seal and send"],
  sent: ["已收到 {n} 条意见。", "Opinions received: {n}."],
  waiting: [
    "还有 {n} 条将在一分钟内发出；请不要关闭本页。",
    "{n} on the way, sent within a minute; leave this page open.",
  ],
  used: ["这张票条能写的意见已经写完。", "No more opinions can be written with this slip."],
  getting: ["正在准备……", "Getting ready …"],
};

export const say = speaker(OPINION_WORDS);
