"""The data dictionary as a page that anyone can open: every register and layer, every field, what may stand in it."""

from __future__ import annotations

from html import escape

from friendly_city.city.dictionary import Field, Layer, Register, dictionary
from friendly_city.labels import Language, label

TYPES = {
    "string": ("文字", "text"), "number": ("数字", "number"), "integer": ("整数", "whole number"),
    "boolean": ("true 或 false", "true or false"), "date": ("日期 YYYY-MM-DD", "date YYYY-MM-DD"),
}  # fmt: skip
STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1d2733}"
    "table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.3rem .6rem;"
    "border-bottom:1px solid #d5dbe1}caption{text-align:left;font-weight:bold;padding:.5rem 0}code{font-size:.9em}"
)
HEADS = ("字段 Field", "含义 Meaning", "English", "可填 Allowed", "必填 Required")


def allowed(field: Field, language: Language) -> str:
    """Return what may stand in a field: type, unit, values, bounds.

    Examples
    --------
    >>> allowed(dictionary().registers["facilities"].field("floor_area_m2"), "en")
    'number, m², from 0'
    """
    zh = language == "zh"
    parts = [TYPES[field.type][0 if zh else 1]] if not field.enum else []
    if field.unit:
        parts.append(label("unit", field.unit).of(language))
    if field.enum:
        parts.append((" / " if zh else " | ").join(field.enum))
    if field.minimum is not None:
        parts.append(f"{'自' if zh else 'from '}{field.minimum}")
    if field.maximum is not None:
        parts.append(f"{'至' if zh else 'to '}{field.maximum}")
    if field.refers:
        parts.append(f"{'见' if zh else 'as in '}{field.refers}")
    return ("，" if zh else ", ").join(parts)


def dictionary_page() -> str:
    """Return the page; one file, no scripts, nothing from a network."""
    words = dictionary()
    items = [*words.items(), *words.decisions.values()]
    named = ((item.name, f"{escape(item.text.zh)} · {escape(item.text.en)}") for item in items)
    contents = "".join(f'<li><a href="#{name}"><code>{name}</code> {text}</a></li>' for name, text in named)
    return (
        '<!DOCTYPE html>\n<html lang="zh-Hans"><head><meta charset="utf-8"><title>数据字典 · Data dictionary</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style></head><body><main>'
        "<h1>数据字典 · Data dictionary</h1>"
        '<p>空单元格表示“不知道”，不表示零。<span lang="en">An empty cell means not known, never zero.</span></p>'
        f'<nav aria-label="目录"><ul>{contents}</ul></nav>{"".join(map(_table, items))}</main></body></html>\n'
    )


def _table(item: Register | Layer) -> str:
    need = "必需 required" if item.required else "可选 optional"
    heads = "".join(f'<th scope="col">{head}</th>' for head in HEADS)
    rows = "".join(map(_row, item.fields))
    title = f"{escape(item.text.zh)} · {escape(item.text.en)} · {item.file} · {need}"
    return (
        f'<section><h2 id="{item.name}"><code>{item.name}</code></h2><table><caption>{title}</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></section>"
    )


def _row(field: Field) -> str:
    cells = [escape(field.text.zh), escape(field.text.en), escape(allowed(field, "zh")), "是 yes" if field.required else ""]
    return f'<tr><th scope="row"><code>{field.name}</code></th>' + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
