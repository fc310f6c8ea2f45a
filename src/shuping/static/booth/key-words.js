// The words of the page on which a trustee makes a key, Chinese first.

import { speaker } from "./texts.js";

/** @type {Record<string, [string, string]>} */
export const KEY_WORDS = {
  title: ["密钥保管人：制作密钥", "Trustee: making the key"],
  otherLanguage: ["English", "中文"],
  large: ["大字", "Large type"],
  intro: [
    "密钥在这台电脑上生成，只由您保管；发送出去的都是公开内容。",
    "Your key is made on this computer and kept by you alone; only what is public is sent.",
  ],
  loading: ["正在读取……", "Reading …"],
  computing: ["正在计算并发送……", "Computing and sending …"],
  place: ["第 {n} 号保管人，共 {m} 人，其中任意 {k} 人即可解密。", "Trustee {n} of {m}; any {k} of you can decrypt."],
  step: ["第 {n} 步，共 3 步", "Step {n} of 3"],
  progress: ["进度", "Progress"],
  trustee: ["保管人", "Trustee"],
  you: ["（您）", " (you)"],
  stepOne: ["1 种子", "1 Seed"],
  stepTwo: ["2 份额", "2 Shares"],
  stepThree: ["3 密钥", "3 Key"],
  done: ["完成", "done"],
  due: ["等待中", "waited for"],
  later: ["–", "–"],
  yourTurn: ["现在轮到您。", "It is your turn."],
  waitingFor: ["您这一步已完成。正在等待：{names}", "Your part of this step is done. Waiting for: {names}"],
  makeIntro: [
    "先生成 22 个字符的种子，这是唯一需要您保管的秘密：打印密封，或存入您自己的优盘。丢失它，您的密钥就无法恢复。",
    "First a seed of 22 characters: the one secret that you keep, on a sealed sheet or on a stick of your own. Without it your key cannot be made again.",
  ],
  make: ["生成种子", "Make my seed"],
  seed: ["您的种子", "Your seed"],
  print: ["打印保管单", "Print the sheet"],
  saveSeed: ["保存为文件", "Save as a file"],
  keepFirst: ["请先打印或保存，再继续。", "Print it or save it first, then go on."],
  kept: ["已保管好，发送公开证书", "It is kept: send my certificate"],
  compare: [
    "请各位保管人出声核对下面的指纹，完全一致才继续；不一致请停止并告知监票人。",
    "Read this fingerprint aloud with the other trustees. Go on only if all of them show the same; otherwise stop and tell the scrutineer.",
  ],
  agree: ["指纹一致，制作份额", "They agree: make my shares"],
  makeKey: ["核对份额，制作密钥", "Check the shares and make my key"],
  askSeed: ["请输入保管单上的种子，或选择种子文件。", "Type the seed from your sheet, or choose its file."],
  seedField: ["种子（22 个字符）", "Seed (22 characters)"],
  seedFile: ["种子文件", "Seed file"],
  use: ["使用这个种子", "Use this seed"],
  finished: [
    "密钥已全部制成，所有证明均已在此核对。解密时您需要保管单上的种子，或下面的密钥文件。",
    "All keys are made, and every proof was checked here. To decrypt you will need the seed on your sheet, or the key file below.",
  ],
  thirdDone: [
    "您的密钥已制成。保管单上的种子足以解密；也可以另存密钥文件。",
    "Your key is made. The seed on your sheet is enough to decrypt; you may keep the key as a file, too.",
  ],
  saveKey: ["保存密钥文件", "Save the key file"],
  forget: ["清除并结束", "Forget everything and end"],
  forgotten: ["本页已清除您的秘密。", "This page has forgotten your secret."],
  elsewhere: ["不在本页制作", "Made elsewhere"],
  elsewhereIntro: [
    "不信任本页时，请下载仪式文件，在独立网页 trustee.html 或命令行中完成这一步，再把得到的消息文件交到这里。",
    "If you do not trust this page, download the ceremony's file, take the step in the page trustee.html or on the command line, and hand the message in here.",
  ],
  saveState: ["下载仪式文件", "Download the ceremony's file"],
  messageFile: ["消息文件", "Message file"],
  sent: ["已发送。", "Sent."],
  savedMessage: [
    "消息已存为文件 {name}：请在您的页面“不在本页制作”处交上。全部交齐后，下载新的仪式文件再打开。",
    "The message is saved as {name}: hand it in on your page under “Made elsewhere”. When everybody has, download the ceremony's file again and open it here.",
  ],
  stateFile: ["仪式文件 ceremony.json", "The ceremony's file, ceremony.json"],
  which: ["您是第几号保管人", "Which trustee you are"],
  sheetTitle: ["密钥保管单", "Trustee's sheet"],
  sheetKeep: [
    "请密封保管，计票解密时使用。凭此种子即可代替您解密，不要拍照，不要交给任何人。",
    "Seal it and keep it until the count. Whoever has this seed can decrypt in your place: take no picture, give it to nobody.",
  ],
  ceremony: ["仪式编号", "Ceremony"],
  group: ["群", "Group"],
  // refusals
  unreachable: ["连不上服务器，请稍后再试。", "The server cannot be reached; try again later."],
  notACeremony: ["这不是可以使用的仪式文件。", "This is not a ceremony's file that can be used."],
  notAMessage: ["这不是消息文件。", "This is not a message file."],
  badMessage: [
    "第 {n} 号保管人的消息有误，仪式不能继续：请告知监票人，说明原因后重新开始。",
    "What trustee {n} sent does not hold. Do not go on: tell the scrutineer, who starts the ceremony over with this reason.",
  ],
  otherCertificates: [
    "第 {n} 号保管人看到的是另一组证书，有人在中间作假：请告知监票人并重新开始。",
    "Trustee {n} was shown other certificates than you: somebody in between is lying. Tell the scrutineer and start over.",
  ],
  wrongShare: [
    "第 {n} 号保管人发给您的份额与其公开内容不符：请告知监票人，说明原因后重新开始。",
    "The share that trustee {n} sent you does not fit what that trustee published. Tell the scrutineer, who starts the ceremony over with this reason.",
  ],
  wrongSeed: ["这不是第 {n} 号保管人在本次仪式中的种子。", "This is not the seed of trustee {n} in this ceremony."],
  codeLetter: ["“{n}” 不是种子中的字符（没有 0、O、I、l）。", "“{n}” is no letter of a seed (there is no 0, O, I or l)."],
  codeLength: ["种子有 22 个字符，这里是 {n} 个。", "A seed has 22 characters; here are {n}."],
};

export const say = speaker(KEY_WORDS);
