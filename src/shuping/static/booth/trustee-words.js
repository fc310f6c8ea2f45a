// The trustee page's own words, Chinese first.

import { KEY_WORDS } from "./key-words.js";
import { speaker } from "./texts.js";

/** @type {Record<string, [string, string]>} */
export const TRUSTEE_WORDS = {
  title: ["密钥保管人：解密合计", "Trustee: decrypting the sum"],
  otherLanguage: ["English", "中文"],
  large: ["大字", "Large type"],
  intro: [
    "密钥只在这台电脑上使用，不会发送，也不会保存。您解密的只是全部选票的合计（以及全部意见，如有），不是任何一张选票。",
    "Your key is used on this computer only; it is neither sent nor stored. You decrypt only the sum of all ballots (and all opinions together, if there are some), never a single ballot.",
  ],
  file: ["选择您的密钥文件或种子文件", "Choose your key file, or the seed's file"],
  seedField: ["或者输入保管单上的种子", "Or type the seed from your sheet"],
  useSeed: ["使用这个种子", "Use this seed"],
  tasksFile: ["任务文件 tasks.json", "The tasks' file, tasks.json"],
  elsewhere: ["不在本页解密", "Decrypted elsewhere"],
  elsewhereIntro: [
    "不信任本页时，请下载任务文件，在独立网页 trustee.html 或命令行中解密，再把得到的文件交到这里。",
    "If you do not trust this page, download the tasks' file, decrypt in the page trustee.html or on the command line, and hand the result in here.",
  ],
  saveTasks: ["下载任务文件", "Download the tasks' file"],
  sharesFile: ["解密结果 shares.json", "The result, shares.json"],
  reading: ["正在核对……", "Checking …"],
  ready: ["密钥核对无误：第 {n} 号保管人。", "The key fits: trustee number {n}."],
  category: ["票类", "Category"],
  opinions: ["意见", "Opinions"],
  cast: ["投票张数", "Ballots cast"],
  state: ["状态", "State"],
  print: ["指纹", "Fingerprint"],
  compare: [
    "请与会场屏幕上的指纹和张数核对，一致再解密。",
    "Compare fingerprints and numbers with the hall screen before you decrypt.",
  ],
  decrypt: ["解密合计", "Decrypt the sums"],
  waiting: ["等待解密", "to be decrypted"],
  alreadyDone: ["此前已完成", "done before"],
  working: ["正在计算 {n} / {m}", "computing {n} of {m}"],
  sending: ["正在提交", "sending"],
  kept: ["连不上服务器，正在自动重试", "the server cannot be reached; trying again"],
  busy: ["服务器正忙，正在自动重试", "the server is busy; trying again"],
  done: ["已完成并提交", "done and sent"],
  computed: ["已完成", "done"],
  finishedFile: [
    "您的部分已存为 shares.json，请在您的解密页面交上。密钥没有发送，本页已将其清除。",
    "Your part is saved as shares.json; hand it in on your page. The key was not sent and this page has forgotten it.",
  ],
  finished: [
    "您的部分已经完成。密钥没有发送，本页已将其清除；请取走您的密钥盘。",
    "Your part is done. The key was not sent and this page has forgotten it; take your stick with you.",
  ],
  nothing: ["现在没有需要您解密的内容。", "There is nothing for you to decrypt at present."],
  unreachable: ["连不上服务器，请稍后再试。", "The server cannot be reached; try again later."],
  again: ["再试一次", "Try again"],
  // refusals
  noCeremony: [
    "密钥不是在浏览器中制作的，请选择密钥文件。",
    "The keys were not made in browsers: choose your key file.",
  ],
  notTasks: ["这不是任务文件。", "This is not a tasks' file."],
  notShares: ["这不是解密结果文件。", "This is not a file of decryption results."],
  notInFile: ["文件中没有这一类", "not in the file"],
  notACeremony: KEY_WORDS.notACeremony,
  badMessage: KEY_WORDS.badMessage,
  otherCertificates: KEY_WORDS.otherCertificates,
  wrongShare: KEY_WORDS.wrongShare,
  wrongSeed: KEY_WORDS.wrongSeed,
  codeLetter: KEY_WORDS.codeLetter,
  codeLength: KEY_WORDS.codeLength,
  notAKey: ["这不是可以使用的密钥文件。{n}", "This is not a key file that can be used. {n}"],
  halves: ["密钥文件的两半不相符，文件可能已损坏。", "The two halves of this key do not belong together; the file may be damaged."],
  wrongOwner: [
    "这把密钥不是本次测评第 {n} 个席位的密钥。请检查是否拿错了文件，或登录了别人的账号。",
    "This is not the key of place {n} of this ballot. Is it the right file, and are you signed in as yourself?",
  ],
  belowFloor: [
    "不解密：只有 {n} 张票，少于 {m} 张；合计会暴露个人的选择。",
    "not decrypted: {n} ballots, fewer than {m}; the sum would show what single voters marked",
  ],
  fewOpinions: [
    "不打开：只有 {n} 条意见，少于 {m} 条。",
    "not opened: {n} opinions, fewer than {m}",
  ],
  wrongOpinions: ["不打开：其中有的不是按规定密封的意见。{n}", "not opened: something among them is no sealed opinion. {n}"],
  wrongElection: ["不解密：测评数据有误。{n}", "not decrypted: the election is not in order. {n}"],
  wrongTrustees: ["不解密：保管人名单与公钥不符。{n}", "not decrypted: the list of trustees does not make the public key. {n}"],
  wrongTally: ["不解密：加密的合计有误。{n}", "not decrypted: the encrypted sum is not in order. {n}"],
};

export const say = speaker(TRUSTEE_WORDS);
