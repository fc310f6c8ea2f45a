// The words of the page that makes slips, and of the slips, Chinese first.

import { speaker } from "./texts.js";

/** @type {Record<string, [string, string]>} */
export const SLIP_WORDS = {
  title: ["制作票条", "Making slips"],
  otherLanguage: ["English", "中文"],
  large: ["大字", "Large type"],
  intro: [
    "投票码在这台电脑上生成并打印，服务器只得到其公开部分。谁留下票条的副本，谁就能用它投票：打印后请清除。",
    "The codes are made and printed on this computer; the server gets their public halves only. Whoever keeps a copy of a slip can vote with it: print, then wipe.",
  ],
  category: ["票类", "Category"],
  slips: ["票条张数（含备用）", "Slips, spare ones included"],
  paper: ["纸质票张数", "Paper ballots"],
  exists: [
    "服务器已有一份名单；新名单会取代它，此前的票条作废。",
    "The server holds a list already; a new one replaces it, and slips printed before become worthless.",
  ],
  make: ["生成票条", "Make the slips"],
  making: ["正在生成 {n} / {m}", "making {n} of {m}"],
  sending: ["正在提交公开名单……", "sending the public list …"],
  drawing: ["正在排版 {n} / {m}", "laying out {n} of {m}"],
  sent: ["公开名单已提交：{n} 张。请立即打印。", "The public list is taken in: {n} slips. Print them now."],
  saved: [
    "公开名单已存为 public-credentials.json：请交给服务器。请立即打印。",
    "The public list is saved as public-credentials.json: hand it to the server. Print the slips now.",
  ],
  print: ["打印票条", "Print the slips"],
  wipe: ["已全部印好，清除", "They are printed: wipe"],
  wipeEarly: ["还没有打印。", "They are not printed yet."],
  wiped: [
    "本页已清除全部投票码。请当面清点票条，按类装箱封存，并清空打印机的记忆。",
    "This page has forgotten every code. Count the slips in front of two people, seal them in the box of their category, and empty the printer's memory.",
  ],
  total: ["共 {n} 张，{m} 页", "{n} slips on {m} pages"],
  taskFile: ["任务文件 slips-task.json", "The task's file, slips-task.json"],
  elsewhere: ["不在本页制作", "Made elsewhere"],
  elsewhereIntro: [
    "不信任本页时，请下载任务文件，在独立网页 slips.html 或命令行中制作。",
    "If you do not trust this page, download the task's file and make the slips in the page slips.html or on the command line.",
  ],
  saveTask: ["下载任务文件", "Download the task's file"],
  scan: ["扫码投票，或在下列地址输入投票码：", "Scan to vote, or type the code at:"],
  secret: ["一人一张，请勿拍照转让。", "One each; do not copy it or pass it on."],
  // refusals
  noNumbers: ["请填写张数：每类 0 至 {n} 张，至少一张。", "Give the numbers: 0 to {n} slips a category, at least one in all."],
  notATask: ["这不是可以使用的任务文件。", "This is not a task's file that can be used."],
  unreachable: ["连不上服务器，票条没有生效，请再试一次。", "The server cannot be reached; these slips are not valid. Try again."],
};

export const say = speaker(SLIP_WORDS);
