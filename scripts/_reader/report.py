"""What is told of a training: what it learns from, its curve, its figures, and the model's card."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from scripts._reader.figures import Figures
from scripts._reader.preparation import Prepared
from scripts._reader.sources import source
from scripts._reader.training import Settings, Trained

Card = dict[str, object]


def card_of(prepared: Prepared, settings: Settings, trained: Trained, now: datetime) -> Card:
    """Return what a model says of itself: sources with counts and terms, settings, figures."""
    learned = {
        name: {"rows": rows, "terms": source(name).terms}
        for name, rows in prepared.counts.items()
        if not name.startswith(settings.draw.without)
    }
    return {
        "made_on": f"{now:%Y-%m-%d}",
        "sources": learned,
        "steps": trained.steps,
        "seconds": round(trained.seconds),
        "settings": asdict(settings),
        "held_out": trained.figures.as_json(),
        "held_out_by_source": {name: one.as_json() for name, one in trained.by_source.items()},
        "curve": list(trained.curve),
    }


def print_material(prepared: Prepared) -> None:
    """Print how many questions come from where, and why others do not."""
    arrays = prepared.arrays
    print(
        f"{_count(len(arrays))} câu hỏi trên {_count(arrays.real)} đoạn; "
        f"giữ lại {_count(int(arrays.held_out.sum()))} câu để đo."
    )
    for name, rows in prepared.counts.items():
        print(f"  {name:22}{_count(rows):>8}  {source(name).terms}")
    for reason, rows in prepared.left_out.items():
        print(f"  bỏ {_count(rows)}: {reason}")


def print_progress(what: str, values: Mapping[str, Any]) -> None:
    """Print a step or early figures in one line."""
    if what == "figures":
        read, minutes = _count(values["read"]), values["seconds"] / 60
        told = _told(Figures(**{name: values[name] for name in Figures.__slots__}))
        print(f"sau {read} lượt đọc ({_decimal(minutes, 1)} phút): {told}", flush=True)
    else:
        parts = ", ".join(
            f"{name} {_decimal(values[key], 3)}"
            for key, name in (("listwise", "chọn đoạn"), ("each", "từng đoạn"), ("span", "chữ"))
        )
        share = _decimal(100 * values["share"], 1)
        print(f"bước {_count(values['step'])} ({share} %): sai số {parts}", flush=True)


def print_figures(trained: Trained) -> None:
    """Print the figures at the end, of all and by source."""
    print(f"Trên văn bản giữ lại: {_told(trained.figures)}")
    for name, figures in trained.by_source.items():
        print(f"  {name:22}{_count(figures.questions):>6} câu: {_told(figures)}")


def _told(figures: Figures) -> str:
    rates = (
        ("đúng đoạn", figures.first),
        ("trùng chữ", figures.f1),
        ("có/không", figures.verdict),
        ("nhận đúng", figures.sure),
        ("nhận nhầm", figures.false),
    )
    parts = [f"{name} {_decimal(100 * rate, 1)} %" for name, rate in rates if rate is not None]
    if figures.auroc is not None:
        parts.insert(1, f"AUROC {_decimal(figures.auroc, 3)}")
    return ", ".join(parts) or "không có câu nào"


def _count(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _decimal(number: float, places: int) -> str:
    return f"{number:.{places}f}".replace(".", ",")
