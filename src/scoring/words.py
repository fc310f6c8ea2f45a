"""The working in words, complete and equal in both languages (R82). Nothing here computes."""

from collections.abc import Mapping
from typing import Any, Final

from scoring.faults import Language

# Steps that show the counts of a category, or the marks of single raters: a reporter does not see them, for small
# categories would be told by them.
COUNTS: Final = frozenset(
    {
        *("category_mean", "category_trimmed", "category_band", "category_band_none", "category_empty"),
        *("share_count", "raters_mean", "raters_trimmed", "places", "no_place"),
    }
)

# How one item of a list is worded, and what stands between two.
_LISTS: Final[dict[str, dict[str, tuple[str, str]]]] = {
    "tally": {"en": ("{number} {grade[en]} × {points}", ", "), "zh": ("{grade[zh]} {number} 票×{points}", "，")},
    "parts": {"en": ("{category} {mean} × {weight} %", " + "), "zh": ("{category} {mean}×{weight}%", " + ")},
    "weights": {"en": ("{category} {weight} %", ", "), "zh": ("{category} {weight}%", "，")},
    "grades": {"en": ("“{en}”", " / "), "zh": ("“{zh}”", "、")},
    "entries": {"en": ("{item}", ", "), "zh": ("{item}", "、")},
    "votes": {"en": ("{number} {grade[en]}", ", "), "zh": ("{grade[zh]} {number} 票", "，")},
    "shares": {"en": ("{category} {share} %", ", "), "zh": ("{category} 类 {share}%", "，")},
    "items": {"en": ("{en} {value}", ", "), "zh": ("{zh} {value}", "，")},
    "criteria": {"en": ("“{en}”", ", "), "zh": ("“{zh}”", "、")},
    "given": {"en": ("{item}", ", "), "zh": ("{item}", "、")},
    "points": {"en": ("{item}", " + "), "zh": ("{item}", " + ")},
    "evidence": {"en": ("{item}", "; "), "zh": ("{item}", "；")},
}
_CHOICES: Final[dict[str, dict[str, dict[str, str]]]] = {
    "denominator": {
        "marks": {"en": "marks given", "zh": "有效评价"},
        "ballots": {"en": "valid ballots", "zh": "有效票"},
    },
    "test": {"at_least": {"en": "at least", "zh": "不低于"}, "above": {"en": "more than", "zh": "高于"}},
    "bound": {"at_least": {"en": "at least", "zh": "不少于"}, "at_most": {"en": "at most", "zh": "不多于"}},
}
_SHARE: Final = {
    "en": "{grades}: {bound} {share} % of {of} entries, that is {bound} {limit}",
    "zh": "{grades}{bound} {of} 个述职单位的 {share}%，即{bound} {limit} 个",
}
_HAS: Final = {"en": f"{_SHARE['en']}; by score it is {{has}}. ", "zh": f"{_SHARE['zh']}；按得分为 {{has}} 个。"}

STEPS: Final[dict[str, dict[str, str]]] = {
    # the ballot
    "category_mean": {
        "en": "Category {category[code]} ({category[en]}): {tally} = {points}; {marks} marks given, {no_opinion} "
        "without opinion, {invalid} invalid, {ballots} valid ballots. The mean over the marks is {by_marks}, over "
        "the ballots {by_ballots}; the scheme takes the {denominator}: {mean}.",
        "zh": "{category[code]} 类（{category[zh]}）：{tally}，合计 {points} 分；有效评价 {marks}，"
        "未表态 {no_opinion}，无效 {invalid}，有效票 {ballots}。按有效评价平均 {by_marks}，按有效票平均 {by_ballots}；"
        "方案规定按{denominator}计算：{mean}。",
    },
    "category_empty": {
        "en": "Category {category[code]} ({category[en]}): {marks} grades were marked on {ballots} valid ballots.",
        "zh": "{category[code]} 类（{category[zh]}）：{ballots} 张有效票中有效评价为 {marks}。",
    },
    "category_trimmed": {
        "en": "Category {category[code]} ({category[en]}): {tally}; {marks} marks given, {ballots} valid ballots. Of "
        "more than {trim} marks one highest ({highest}) and one lowest ({lowest}) are dropped: {points} points over "
        "the other {number} {denominator}: {mean}.",
        "zh": "{category[code]} 类（{category[zh]}）：{tally}；有效评价 {marks}，有效票 {ballots}。评价多于 {trim} 个，"
        "去掉一个最高分（{highest}）和一个最低分（{lowest}）："
        "其余合计 {points} 分，按{denominator}（减去两个后为 {number}）平均：{mean}。",
    },
    "category_band": {
        "en": "Category {category[code]} ({category[en]}): {votes}; {marks} marks given, {ballots} valid ballots. "
        "{grades}: {share} % of the {denominator}, which reaches {at_least} %: {points} points.",
        "zh": "{category[code]} 类（{category[zh]}）：{votes}；有效评价 {marks}，有效票 {ballots}。"
        "{grades}占{denominator}的 {share}%，达到 {at_least}%：得 {points} 分。",
    },
    "category_band_none": {
        "en": "Category {category[code]} ({category[en]}): {votes}; {marks} marks given, {ballots} valid ballots. "
        "Over the {denominator}, no band of the scheme holds: there is no value.",
        "zh": "{category[code]} 类（{category[zh]}）：{votes}；有效评价 {marks}，有效票 {ballots}。"
        "按{denominator}计算，不符合方案的任何分档，没有得分。",
    },
    "criteria_sum": {
        "en": "Category {category[code]} ({category[en]}), the criteria added up: {items}; together {mark}.",
        "zh": "{category[code]} 类（{category[zh]}）各评价项目相加：{items}；合计 {mark}。",
    },
    "criteria_mean": {
        "en": "Category {category[code]} ({category[en]}), the mean of the criteria: {items}; mean {mark}.",
        "zh": "{category[code]} 类（{category[zh]}）各评价项目平均：{items}；平均 {mark}。",
    },
    "criteria_missing": {
        "en": "Category {category[code]} ({category[en]}) has no value for {criteria}; the others do not stand in "
        "for it, and the category is not counted.",
        "zh": "{category[code]} 类（{category[zh]}）缺少{criteria}的得分；不以其他项目代替，该类不计票。",
    },
    "category_withheld": {
        "en": "Category {category[code]} ({category[en]}) fell short of the floor and is not counted alone.",
        "zh": "{category[code]} 类（{category[zh]}）票数低于下限，不单独计票。",
    },
    "category_merged": {
        "en": "Category {category[code]} ({category[en]}) was too small and voted with category {other[code]}; the "
        "weights of both are taken together.",
        "zh": "{category[code]} 类（{category[zh]}）人数过少，并入 {other[code]} 类投票，权重合并计算。",
    },
    "category_absent": {
        "en": "Category {category[code]} ({category[en]}) did not rate this entry.",
        "zh": "{category[code]} 类（{category[zh]}）未对该单位进行测评。",
    },
    "redistributed": {
        "en": "The weight of what is not counted goes to the others in proportion: {weights}.",
        "zh": "未计票类别的权重按比例分给其余类别：{weights}。",
    },
    "ballot": {"en": "The ballot: {parts} = {mark}.", "zh": "民主测评：{parts} = {mark}。"},
    "ballot_held": {
        "en": "The ballot gives no mark: the organiser's scheme holds the result until this is settled.",
        "zh": "民主测评不能得出得分：按方案规定暂缓，待主办单位处理。",
    },
    # components and score
    "component": {
        "en": "{component[en]}: {mark} × {weight} % = {part}.",
        "zh": "{component[zh]}：{mark}×{weight}% = {part}。",
    },
    "component_missing": {
        "en": "The mark for “{component[en]}” is missing; nothing is assumed for it.",
        "zh": "缺少“{component[zh]}”的分数，不作推定。",
    },
    "component_too_high": {
        "en": "The mark {mark} for “{component[en]}” is above {highest}, the top of the scale; it is not used.",
        "zh": "“{component[zh]}”分数 {mark} 超过量表最高分 {highest}，不予采用。",
    },
    "raters_mean": {
        "en": "{component[en]}: the mean of {number} marks ({given}) is {mean}.",
        "zh": "{component[zh]}：{number} 个评分（{given}）平均 {mean}。",
    },
    "raters_trimmed": {
        "en": "{component[en]}: {given}. Of more than {trim} marks one highest ({highest}) and one lowest ({lowest}) "
        "are dropped; the mean of the other {number} is {mean}.",
        "zh": "{component[zh]}：{given}。评分多于 {trim} 个，去掉一个最高分（{highest}）和一个最低分（{lowest}）；"
        "其余 {number} 个平均 {mean}。",
    },
    "places": {
        "en": "{component[en]}: places {given}. The first has {maximum} points, each further place {per_place} % of "
        "them less: {points}; the mean is {mean}.",
        "zh": "{component[zh]}：名次 {given}。第一名 {maximum} 分，每降一名减其 {per_place}%：{points}；平均 {mean}。",
    },
    "no_place": {
        "en": "{component[en]}: {given} are not all places, which count from 1; nothing is assumed for them.",
        "zh": "{component[zh]}：{given} 不全是名次（名次从 1 起），不作推定。",
    },
    "ratio": {
        "en": "{component[en]}: own {own} ÷ best {best} × {maximum} = {value}.",
        "zh": "{component[zh]}：本单位 {own}÷最高 {best}×{maximum} = {value}。",
    },
    "no_best": {
        "en": "{component[en]}: the best mark is not known while marks are missing, or it is 0; nothing is assumed.",
        "zh": "{component[zh]}：尚有分数缺失或最高分为 0，最高分无法确定，不作推定。",
    },
    "deduction": {
        "en": "{component[en]}: {number} on record, {each} points each, at most {limit}: {points} points off.",
        "zh": "{component[zh]}：记录 {number} 项，每项扣 {each} 分，最多扣 {limit} 分：扣 {points} 分。",
    },
    "rounded": {
        "en": "The exact score is {exact}; rounded once, half up: {score}.",
        "zh": "精确得分 {exact}；最后一次四舍五入：{score}。",
    },
    "no_score": {
        "en": "There is no score, because something above is missing.",
        "zh": "因以上内容有缺，没有得分。",
    },
    # from score to grade
    "threshold": {
        "en": "The score {score} reaches {at_least}: “{grade[en]}” is proposed.",
        "zh": "得分 {score} 达到 {at_least} 分：建议等次“{grade[zh]}”。",
    },
    "threshold_none": {
        "en": "The score {score} reaches no threshold of the scheme.",
        "zh": "得分 {score} 未达到方案规定的任何分数线。",
    },
    "share_count": {
        "en": "{grades} together: category {shares}; weighted {share} %.",
        "zh": "{grades}合计：{shares}；加权 {share}%。",
    },
    "share": {
        "en": "{grades} together have {test} {limit} %: “{grade[en]}” is proposed.",
        "zh": "{grades}合计{test} {limit}%：建议等次“{grade[zh]}”。",
    },
    "share_missed": {
        "en": "{grades} together do not have {test} {limit} %.",
        "zh": "{grades}合计未达到“{test} {limit}%”的要求。",
    },
    "share_open": {
        "en": "What share {grades} together have cannot be said without the ballot.",
        "zh": "没有测评结果，无法计算{grades}的比例。",
    },
    "gate": {
        "en": "{component[en]} is {mark}, below {at_least}: “{grade[en]}” is proposed instead.",
        "zh": "{component[zh]} {mark} 分，低于 {at_least} 分：改为建议“{grade[zh]}”。",
    },
    "gate_open": {
        "en": "“{needed[en]}” needs {component[en]} of at least {at_least}; that mark is missing.",
        "zh": "“{needed[zh]}”要求{component[zh]}不低于 {at_least} 分，但缺少该项分数。",
    },
    "requirement": {
        "en": "Nothing is on record under “{gate}”, which the grade needs: “{grade[en]}” is proposed instead.",
        "zh": "“{gate}”项下没有记录，而该等次以此为条件：改为建议“{grade[zh]}”。",
    },
    "veto": {
        "en": "On record under “{gate}”: {evidence}. Whatever the score, “{grade[en]}” is proposed.",
        "zh": "“{gate}”项下有记录：{evidence}。不论得分，建议“{grade[zh]}”。",
    },
    "satisfaction": {
        "en": "{grades} together have {share} %, weighted by category; below {at_least} % “{grade[en]}” is proposed.",
        "zh": "{grades}按类别加权合计 {share}%，低于 {at_least}%：建议“{grade[zh]}”。",
    },
    "satisfaction_open": {
        "en": "Whether {grades} together reach {at_least} % cannot be said without the ballot.",
        "zh": "没有测评结果，无法判断{grades}合计是否达到 {at_least}%。",
    },
    # the distribution, in an entry's working and for the committee
    "distribution_lowered": {
        "en": _SHARE["en"] + ". This entry is among the lowest scores: “{grade[en]}” is proposed instead.",
        "zh": _SHARE["zh"] + "。该单位得分位于末端：改为建议“{grade[zh]}”。",
    },
    "distribution_report_here": {
        "en": _SHARE["en"] + ". This entry is concerned; its proposal is left to the committee.",
        "zh": _SHARE["zh"] + "。涉及该单位，由会议研究决定。",
    },
    "distribution_tie_here": {
        "en": _SHARE["en"] + ". Equal scores stand at the cut, this entry's among them: nothing is guessed.",
        "zh": _SHARE["zh"] + "。分界处得分相同，该单位在内：不作推定。",
    },
    "distribution_open_here": {
        "en": _SHARE["en"] + ". That cannot be settled while this entry is open.",
        "zh": _SHARE["zh"] + "。该单位尚未确定，暂不能处理。",
    },
    "distribution_impossible_here": {
        "en": _SHARE["en"] + ". No change of proposals can reach that.",
        "zh": _SHARE["zh"] + "。调整建议等次无法达到该比例。",
    },
    "distribution_lower": {
        "en": _HAS["en"] + "The lowest scores are lowered: {entries}.",
        "zh": _HAS["zh"] + "得分最低的单位下调：{entries}。",
    },
    "distribution_report": {
        "en": _HAS["en"] + "Concerned, to be settled by the committee: {entries}.",
        "zh": _HAS["zh"] + "涉及以下单位，由会议研究决定：{entries}。",
    },
    "distribution_tie": {
        "en": _HAS["en"] + "Equal scores stand at the cut, to be settled by the committee: {entries}.",
        "zh": _HAS["zh"] + "分界处得分相同，由会议研究决定：{entries}。",
    },
    "distribution_open": {
        "en": _HAS["en"] + "It cannot be settled while these entries are open: {entries}.",
        "zh": _HAS["zh"] + "以下单位尚未确定，暂不能处理：{entries}。",
    },
    "distribution_impossible": {
        "en": _HAS["en"] + "No change of proposals can reach that; concerned: {entries}.",
        "zh": _HAS["zh"] + "调整建议等次无法达到该比例；涉及：{entries}。",
    },
    "undetermined": {
        "en": "No grade is proposed: it is undetermined, and the committee decides.",
        "zh": "不提出建议等次：尚不能确定，由会议研究决定。",
    },
}


def sentence(step: Mapping[str, Any], lang: Language) -> str:
    """One step of a working, as its JSON, in words."""
    parameters = {key: _value(key, value, lang) for key, value in step["parameters"].items()}
    return STEPS[step["code"]][lang].format(**parameters)


def _value(key: str, value: Any, lang: Language) -> Any:
    if isinstance(value, list):
        item, between = _LISTS[key][lang]
        return between.join(item.format(**part) if isinstance(part, dict) else item.format(item=part) for part in value)
    return _CHOICES[key][value][lang] if key in _CHOICES else value
