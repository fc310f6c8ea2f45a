"""The sentence of every fault in both languages; tests hold the table complete and its placeholders equal."""

from typing import Final

FAULTS: Final[dict[str, dict[str, str]]] = {
    # the file as such
    "too_large": {
        "en": "The file is larger than {limit} bytes; a scheme is a page or two of text.",
        "zh": "文件超过 {limit} 字节；方案只应是一两页文字。",
    },
    "not_utf8": {
        "en": "The file is not text in UTF-8; save it again with that encoding.",
        "zh": "文件不是 UTF-8 编码的文本；请以该编码重新保存。",
    },
    "syntax": {
        "en": "Line {line}, column {column} cannot be read as TOML; "
        "look there for a missing quote, bracket or equals sign.",
        "zh": "第 {line} 行第 {column} 列不符合 TOML 语法；请检查该处是否缺少引号、括号或等号。",
    },
    "newer_version": {
        "en": "The scheme is written in version {version} of the format; this program reads up to version {known}. "
        "Update the program.",
        "zh": "方案采用格式版本 {version}，本程序最高支持版本 {known}；请升级程序。",
    },
    # single values
    "unknown_key": {
        "en": "This key is not known; correct its name or delete it.",
        "zh": "没有这个键；请更正名称或删除。",
    },
    "missing": {"en": "This is missing; add it.", "zh": "缺少此项；请补上。"},
    "not_text": {"en": "A text in quotation marks is expected.", "zh": "此处应为带引号的文本。"},
    "not_whole": {"en": "A whole number is expected.", "zh": "此处应为整数。"},
    "not_true_false": {"en": "true or false is expected.", "zh": "此处应为 true 或 false。"},
    "not_table": {"en": "A table is expected.", "zh": "此处应为一个表。"},
    "not_list": {"en": "A list is expected.", "zh": "此处应为列表。"},
    "not_amount": {
        "en": "A number with at most {places} decimal places is expected.",
        "zh": "此处应为最多 {places} 位小数的数。",
    },
    "not_share": {
        "en": 'A share between 0 and 1 is expected, such as "1/3" or "15 %".',
        "zh": '此处应为 0 到 1 之间的比例，例如 "1/3" 或 "15 %"。',
    },
    "out_of_range": {"en": "The value has to lie between {low} and {high}.", "zh": "数值须在 {low} 与 {high} 之间。"},
    "not_one_of": {"en": "Only these values are possible: {allowed}.", "zh": "只能取以下值：{allowed}。"},
    "bad_code": {
        "en": "A code of up to {length} Latin letters, digits and underscores that begins with a letter is expected.",
        "zh": "代码须以拉丁字母开头，仅含字母、数字和下划线，最长 {length} 个字符。",
    },
    "bad_text": {
        "en": "A text on one line of 1 to {length} characters, without spaces at its ends, is expected.",
        "zh": "文本须为一行，1 至 {length} 个字符，首尾不留空格。",
    },
    "bad_colour": {
        "en": 'A colour such as "#2e7d32" is expected.',
        "zh": '颜色须写作 "#2e7d32" 的形式。',
    },
    "wrong_value": {"en": "This value cannot be used here.", "zh": "此处不能使用这个值。"},
    # what does not go together
    "weights_sum": {
        "en": "The weights sum to {total} instead of 100.",
        "zh": "各项权重之和为 {total}，应为 100。",
    },
    "grade_number": {
        "en": "The scale has {number} grades; 2 to 7 are possible.",
        "zh": "等次共有 {number} 个；应为 2 至 7 个。",
    },
    "grade_order": {
        "en": "The grades stand from best to worst, so the points may not rise: {points} after {before}.",
        "zh": "等次须由高到低排列，分值不得上升：{before} 之后出现 {points}。",
    },
    "no_points": {
        "en": "The best grade needs more points than the worst; all have {points}.",
        "zh": "最高等次的分值须大于最低等次；现均为 {points}。",
    },
    "duplicate_code": {"en": "The code “{value}” occurs twice.", "zh": "代码“{value}”重复出现。"},
    "reserved_code": {
        "en": "The code “{value}” has a fixed meaning; choose another.",
        "zh": "代码“{value}”有固定含义；请另选。",
    },
    "unknown_grade": {
        "en": "The scale has no grade “{value}”; it has: {known}.",
        "zh": "没有等次“{value}”；现有：{known}。",
    },
    "unknown_component": {
        "en": "There is no component “{value}” whose one mark comes from outside the ballot; known: {known}.",
        "zh": "没有来自测评以外的考核项目“{value}”；现有：{known}。",
    },
    "ballot_component": {
        "en": "Exactly one component has the source “ballot”; here it is {number}.",
        "zh": "须有且只有一个考核项目的来源为“ballot”；现有 {number} 个。",
    },
    "unknown_scale": {
        "en": "There is no kind of rating scale “{value}”; known: {known}.",
        "zh": "没有评分量表“{value}”；现有：{known}。",
    },
    "bands_and_scale": {
        "en": 'The scale "bands" needs tables [[band]], and no other scale has any.',
        "zh": '量表 "bands" 须有 [[band]]，其他量表不得有 [[band]]。',
    },
    "criteria_on_the_site": {
        "en": "The ballots of the site rate every entry as a whole; delete the criteria. With counts from elsewhere, "
        "python -m scoring computes by criteria.",
        "zh": "本系统的测评只对述职单位作总体评价；请删除 criterion。其他来源的票数可用 python -m scoring 按项目计算。",
    },
    "unknown_method": {
        "en": "There is no method “{value}” for the marks of a component; known: {known}.",
        "zh": "没有考核项目计分方法“{value}”；现有：{known}。",
    },
    "method_of_ballot": {
        "en": "The ballot has no method; the key scale of the table [ballot] says how its marks count.",
        "zh": "民主测评不设 method；其计分方式由 [ballot] 的 scale 规定。",
    },
    "above_scale": {
        "en": "The maximum is above {highest}, the top of the scale.",
        "zh": "maximum 高于量表最高分 {highest}。",
    },
    "missing_section": {
        "en": "A share is set but the report has no section; add a [[section]].",
        "zh": "已规定篇幅比例，但报告没有任何部分；请添加 [[section]]。",
    },
    "no_problems_section": {
        "en": 'A share is set but no section counts as problems; give one counts_as = "problems".',
        "zh": '已规定篇幅比例，但没有任何部分计为问题；请将其中一个部分设为 counts_as = "problems"。',
    },
    "min_above_max": {
        "en": "The minimum of {min} characters is above the maximum of {max}.",
        "zh": "最少字数 {min} 大于最多字数 {max}。",
    },
    "warning_too_late": {
        "en": "The warning of {warning} seconds does not fit into a speech of {limit} seconds.",
        "zh": "提示时间 {warning} 秒不短于发言时限 {limit} 秒。",
    },
    "distribution_below_floor": {
        "en": "A distribution may be shown only from {floor} ballots on, the floor of the count; not {distribution}.",
        "zh": "票数分布的公开下限 {distribution} 不得低于计票下限 {floor}。",
    },
    # rules
    "unknown_rule": {
        "en": "There is no kind of rule “{value}”; known: {known}.",
        "zh": "没有规则种类“{value}”；现有：{known}。",
    },
    "rule_order": {
        "en": "A rule that changes the score stands before every rule that proposes a grade.",
        "zh": "改变得分的规则须排在提出等次的规则之前。",
    },
    "thresholds_first": {
        "en": "A rule that changes a grade stands behind the thresholds that propose one.",
        "zh": "调整等次的规则须排在按分数提出等次的规则（thresholds）之后。",
    },
    "thresholds_twice": {
        "en": "Only one rule proposes the grade by score; delete this one.",
        "zh": "只能有一条按分数提出等次的规则；请删除本条。",
    },
    "proposal_late": {
        "en": "A rule that proposes a grade stands before every rule that changes one.",
        "zh": "提出等次的规则须排在调整等次的规则之前。",
    },
    "thresholds_order": {
        "en": "The threshold of a grade has to be higher than that of the worse grade “{worse}”.",
        "zh": "该等次的分数线须高于较低等次“{worse}”的分数线。",
    },
    "not_worse": {
        "en": "“{value}” has to be worse than “{grade}”.",
        "zh": "“{value}”须低于“{grade}”。",
    },
    "every_grade": {
        "en": "A rule about all the grades of the scale says nothing; name some of them.",
        "zh": "列出全部等次的规则没有意义；请只列出其中一部分。",
    },
    "one_limit": {
        "en": "Give either at_least or at_most, and only one of them.",
        "zh": "at_least 与 at_most 须填且只能填其中一个。",
    },
    "one_share": {
        "en": "Give either at_least or above, and only one of them.",
        "zh": "at_least 与 above 须填且只能填其中一个。",
    },
    # COUNTS.json
    "not_json": {
        "en": "Line {line}, column {column} cannot be read as JSON.",
        "zh": "第 {line} 行第 {column} 列不符合 JSON 语法。",
    },
    "duplicate_key": {"en": "The key “{value}” occurs twice.", "zh": "键“{value}”重复出现。"},
    "not_natural": {
        "en": "A whole number from 0 to {high} is expected.",
        "zh": "此处应为 0 至 {high} 的整数。",
    },
    "not_mark": {
        "en": 'A mark from 0 on, with at most nine decimal places and in quotation marks, such as "88.5", is expected.',
        "zh": '此处应为不小于 0、最多九位小数、加引号的分数，例如 "88.5"。',
    },
    "no_entries": {"en": "No entry is named.", "zh": "没有列出任何述职单位。"},
    "unknown_category": {
        "en": "The scheme has no category “{value}”; it has: {known}.",
        "zh": "方案中没有测评类别“{value}”；现有：{known}。",
    },
    "several_marks": {
        "en": "The method of this component takes one mark per entry, not a list of marks.",
        "zh": "该考核项目的计分方法每个单位只用一个分数，不能是多个分数的列表。",
    },
    "unknown_row": {
        "en": "The scheme has criteria, so a row is named after entry and criterion, such as “{example}”; "
        "“{value}” is not.",
        "zh": "方案设有评价项目，每行须以单位和项目命名，例如“{example}”；“{value}”不符合。",
    },
    "unknown_entry": {"en": "There is no entry “{value}”.", "zh": "没有编号为“{value}”的述职单位。"},
    "unknown_gate": {
        "en": "No rule of the scheme asks for “{value}”; it would be lost. Known: {known}.",
        "zh": "方案中没有规则使用“{value}”，该记录将被忽略；现有：{known}。",
    },
    # tally sheets of paper
    "returned_above_issued": {
        "en": "{returned} sheets came back but only {issued} were issued: the session is void and has to be repeated.",
        "zh": "收回 {returned} 张，多于发出的 {issued} 张：本次测评无效，须重新进行。",
    },
    "issued_sum": {
        "en": "{issued} issued sheets are not {returned} returned and {unreturned} unreturned.",
        "zh": "发出 {issued} 张，不等于收回 {returned} 张与未收回 {unreturned} 张之和。",
    },
    "void_above_returned": {
        "en": "{void} void sheets are more than the {returned} returned.",
        "zh": "废票 {void} 张，多于收回的 {returned} 张。",
    },
    "row_sum": {
        "en": "The row sums to {total}; there are {valid} valid sheets ({returned} returned, {void} void).",
        "zh": "本行合计 {total}，应等于有效票 {valid} 张（收回 {returned} 张，废票 {void} 张）。",
    },
    "row_missing": {"en": "The row of this entry is missing.", "zh": "缺少该述职单位的一行。"},
    "invalid_under_strict": {
        "en": "A row that is not valid voids its whole sheet under this scheme; {number} stand here as invalid rows.",
        "zh": "按本方案，一行无效则全票作废；此处却登记了 {number} 个无效行。",
    },
    "keyed_differently": {
        "en": "The first keying says {first}, the second {second}; look at the sheets again.",
        "zh": "第一次录入为 {first}，第二次录入为 {second}；请核对原票。",
    },
}
