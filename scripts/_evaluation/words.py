"""How figures, kinds and changes of an evaluation are written in Vietnamese."""

from retrieval.evaluation.bootstrap import Verdict
from retrieval.evaluation.results import Report
from retrieval.evaluation.run import Way

_COUNTS = ("questions", "judged_replies")

FIGURES = {
    "questions": "số câu hỏi",
    "hit_at_1": "hit@1",
    "hit_at_5": "hit@5",
    "hit_at_10": "hit@10",
    "mrr_at_10": "MRR@10",
    "ndcg_at_10": "nDCG@10",
    "answer_in_quote": "đáp án nằm trong trích dẫn",
    "judged_replies": "số câu trả lời được chấm",
    "right": "trả lời đúng hoặc từ chối đúng",
    "refusal_auroc": "AUROC từ chối",
    "refusal_precision_at_recall_80": "độ chính xác khi từ chối đúng 80 %",
    "refusal_precision": "độ chính xác của từ chối",
    "refusal_recall": "độ phủ của từ chối",
    "p50_ms": "p50 (ms)",
    "p95_ms": "p95 (ms)",
}
COLUMNS = {
    "questions": "câu",
    "hit_at_1": "hit@1",
    "hit_at_5": "hit@5",
    "mrr_at_10": "MRR",
    "answer_in_quote": "trích",
    "right": "đúng",
    "refusal_auroc": "AUROC",
    "refusal_precision_at_recall_80": "CX@80",
    "refusal_recall": "phủ",
    "p95_ms": "p95",
}
LEGS = {"hybrid": "kết hợp", "dense": "ngữ nghĩa", "sparse": "từ khóa"}
LEGEND = (
    "Đơn vị: %, riêng p95 là mili giây. hit@1, hit@5: văn bản đúng đứng đầu, trong năm văn bản "
    "đầu. trích: đáp án nằm trong trích dẫn.",
    "đúng: trả lời đúng, hoặc từ chối câu mà văn bản không nói đến. AUROC, CX@80: phân biệt câu "
    "phải từ chối; độ chính xác khi từ chối đúng 80 %.",
    "phủ: tỷ lệ câu phải từ chối đã được từ chối. Dấu *: chỉ chấm được ít hơn một nửa số câu.",
)
VERDICTS = {
    Verdict.SAME: "không đổi",
    Verdict.NOISE: "trong khoảng nhiễu",
    Verdict.BETTER: "tốt hơn",
    Verdict.WORSE: "kém hơn",
}
_KINDS = {
    "percentage": "tỷ lệ",
    "duration": "thời hạn",
    "count": "số lượng",
    "how_many": "số lượng",
    "target": "mục tiêu",
    "earlier": "mức trước đó",
    "when": "khi nào",
    "who": "ai, cơ quan nào",
    "where": "ở đâu",
    "why": "vì sao",
    "steps": "cách làm, các bước",
    "how": "cách làm, các bước",
    "condition": "điều kiện",
    "list": "liệt kê",
    "definition": "là gì",
    "what": "là gì",
    "verdict": "đúng hay sai",
    "yes_no": "có hay không",
    "anything": "loại khác",
    "no_answer": "văn bản không nói đến",
}


def kind(name: str) -> str:
    """Return a kind of question as people call it; one that a set named itself as it is."""
    return _KINDS.get(name, name)


def way(asked: Way) -> str:
    """Return a way of asking, "kết hợp, không dấu"."""
    return LEGS[asked.legs] + (", không dấu" if asked.stripped else "")


def number(value: float, digits: int = 1) -> str:
    """Write a number with a decimal comma and points between thousands."""
    return f"{value:,.{digits}f}".translate(str.maketrans(",.", ".,"))


def cell(name: str, report: Report) -> str:
    """Write a figure of a report, with a star where it is of less than half of the questions."""
    few = name in ("right", "answer_in_quote") and 2 * report.judged_replies < report.questions
    return shown(name, getattr(report, name)) + ("*" if few and report.judged_replies else "")


def shown(name: str, value: float | None) -> str:
    """Write a figure of a report: shares in hundredths, times in milliseconds."""
    if value is None:
        return "–"
    if name in _COUNTS:
        return number(value, 0)
    return number(value, 0) if name.endswith("_ms") else number(100 * value)


def precisely(name: str, value: float) -> str:
    """Write a figure as exactly as it is compared: hundredths of a per cent, tenths of a ms."""
    if name in _COUNTS:
        return number(value, 0)
    return number(value) if name.endswith("_ms") else number(100 * value, 2)


def signed(share: float) -> str:
    """Write a change in points with its sign."""
    points = round(100 * share, 1)
    return "0,0" if points == 0 else f"{'+' if points > 0 else '−'}{number(abs(points))}"
