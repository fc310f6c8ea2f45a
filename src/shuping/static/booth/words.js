// The booth's own words, Chinese first. What is voted on, and the grades, come from the election.

import { speaker } from "./texts.js";

/** @type {Record<string, [string, string]>} */
export const WORDS = {
  title: ["民主测评", "Evaluation ballot"],
  otherLanguage: ["English", "中文"],
  large: ["大字", "Large type"],
  // the code
  enterTitle: ["请输入票条上的投票码", "Enter the code on your slip"],
  enterHelp: [
    "22 个字母和数字，区分大小写。它不会离开这部手机。",
    "22 letters and digits; capitals and small letters differ. It never leaves this phone.",
  ],
  code: ["投票码", "Code"],
  continue: ["继续", "Continue"],
  codeLength: ["应有 22 个字符，现在是 {n} 个；请对照票条。", "22 characters are needed, here are {n}; compare with your slip."],
  codeLetter: ["投票码里没有“{n}”，请对照票条。", "“{n}” never stands in a code; compare with your slip."],
  looking: ["正在查找您的选票……", "Looking for your ballot …"],
  offline: ["连不上服务器，正在自动重试。", "The server cannot be reached; trying again."],
  otherCode: ["换一张票条", "Use another slip"],
  // before, after
  beforeTitle: ["投票还没有开始", "Voting has not begun"],
  beforeText: ["请不要关闭本页，开始后会自动出现选票。", "Leave this page open; the ballot will appear."],
  closedTitle: ["投票已经结束", "Voting has closed"],
  closedText: ["已经收到的选票会计入结果。", "Ballots already received will be counted."],
  // the ballot
  formHelp: [
    "请给每一行选一个等次。本人参加述职的，自己那一行请选“{n}”。",
    "Mark one grade in each row. If you are among those reviewed, mark “{n}” in your own row.",
  ],
  progress: ["已评 {n} / {m}", "{n} of {m} marked"],
  review: ["检查选票", "Review"],
  missing: ["还有 {n} 行没有评：", "{n} not yet marked:"],
  reviewTitle: ["请检查您的选票", "Check your ballot"],
  straight: [
    "所有 {m} 行都是“{n}”。这是您的本意吗？如果是，可以直接投出。",
    "All {m} rows say “{n}”. Is that what you mean? If so, send it as it is.",
  ],
  change: ["修改", "Change"],
  back: ["返回修改", "Back"],
  send: ["投出选票", "Send ballot"],
  // sending
  sending: ["正在加密并投出……", "Encrypting and sending …"],
  keptTitle: ["还没有发出", "Not sent yet"],
  kept: ["连不上服务器。", "The server cannot be reached."],
  busy: ["服务器正忙。", "The server is busy."],
  waitsTitle: ["请稍候", "One moment"],
  waits: [
    "您的上一张选票正在进入票箱，最多 20 秒；这一张随后自动投出。",
    "Your ballot before this one is on its way into the box, for 20 seconds at most; this one follows by itself.",
  ],
  kept2: [
    "加密的选票保存在这部手机上，会自动再次发送；请不要关闭本页。重复发送只算一张票。",
    "The encrypted ballot is kept on this phone and is sent again by itself; leave this page open. Sent twice, it is one ballot.",
  ],
  again: ["现在再发一次", "Send again now"],
  attempts: ["已尝试 {n} 次", "Attempts: {n}"],
  // received
  receivedTitle: ["选票已收到", "Your ballot was received"],
  tracker: ["查票码", "Tracker"],
  trackerHelp: [
    "20 秒内它会出现在公示板上。它只证明选票在票箱里，看不出您怎么投的。",
    "Within 20 seconds it is on the public board. It shows that your ballot is in the box, never how you voted.",
  ],
  board: ["打开公示板", "Open the public board"],
  revote: ["投票结束前可以重新投票，以最后一次为准。", "You may vote again until closing; the last one counts."],
  voteAgain: ["重新投票", "Vote again"],
  // who sees what
  noticeTitle: ["保存了什么，谁能看到什么", "What is stored, and who can see what"],
  notice1: [
    "保存：加密的选票和投票码的公开部分。不保存姓名、手机、网络地址和时间。没有人知道哪张票条在谁手里。",
    "Stored: the encrypted ballot and your code's public half. Not stored: name, phone, network address, time. Nobody knows who holds which slip.",
  ],
  notice2: [
    "没有人能单独打开选票：服务器和几位密钥保管人一起，也只打开合计。",
    "Nobody can open ballots alone: server and trustees together open only the sum.",
  ],
  notice3: ["所有人看到：查票码和投票张数。", "Everybody sees trackers and the number of ballots."],
  notice4: [
    "评议委员会、监票人、密钥保管人和审计人员看到：每类票的合计。",
    "The committee, scrutineers, trustees and auditors see category totals.",
  ],
  notice5: [
    "述职人看到：自己的总分和等次；票多的类别（一般 20 张起）还有分布。",
    "A reporter sees the own score and grade, and the spread in large categories (as a rule 20 ballots).",
  ],
  notice6: [
    "挡不住旁边看您屏幕的人，也挡不住手机里的恶意软件。",
    "Whoever looks at your screen, or malware on the phone, can see your marks.",
  ],
  more: ["逐项说明", "Item by item"],
  fingerprint: ["选票指纹", "Fingerprint"],
  // when something is wrong
  refusedTitle: ["选票没有被接受", "The ballot was not accepted"],
  brokenTitle: ["这个浏览器无法投票", "This browser cannot vote"],
  brokenText: ["请换一部手机，或领取纸质选票。", "Use another phone, or ask for a paper ballot."],
  wrongTracker: ["服务器回复了另一个查票码，请给监票人看。", "The server answered with another tracker; show this to a scrutineer."],
};

export const say = speaker(WORDS);
