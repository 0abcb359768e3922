"""Telling data about single people when they turn up in a register: column names, numbers, addresses, labelled names.

A screen, not a proof: it knows what such columns are usually called in Chinese and English, Chinese resident identity
numbers (18 digits with a day of birth and check digit, GB 11643), mobile and area-code telephone numbers, e-mail addresses,
and names that follow a label such as 姓名 or 家长. Full-width digits and digits in groups are read too. Identity numbers of 15
digits have no check digit and are not told from other numbers. Values are never repeated.
"""

from __future__ import annotations

import re
from datetime import date
from functools import partial

COLUMN = re.compile(
    r"姓名|名字|小名|乳名|身份证|证件号|护照|电话|手机|联系方式|联系人|家长|监护人|住址|家庭地址|出生日期|生日|学号|学籍|社保|银行卡|微信|邮箱"
    r"|(^|_)(id_?cards?|id_?numbers?|identity_number|passports?|phones?|mobiles?|telephones?|child(ren)?s?_names?|names?_of_\w*"
    r"|(full|first|last|given|family|person|parent|contact|guardian|pupil|student|kid|mother|father|nick)s?_?names?"
    r"|birth_?(date|day)|date_of_birth|home_address|wechat|qq|e?mails?|e_mails?)($|_)",
    re.IGNORECASE,
)
# digits may be full-width, and stand in groups with a space or hyphen between them
DIGIT, GAP = "[0-9０-９]", r"[ \-\u3000‐–]?"
APART = "(?<![0-9０-９.])", f"(?!{DIGIT})"
LONG = re.compile(f"{DIGIT}(?:{GAP}{DIGIT}){{10}}")
IDENTITY = re.compile(f"{APART[0]}{DIGIT}(?:{GAP}{DIGIT}){{16}}{GAP}[0-9０-９XxＸｘ]{APART[1]}")
MOBILE = re.compile(f"{APART[0]}[1１]{GAP}[3-9３-９](?:{GAP}{DIGIT}){{9}}{APART[1]}")
AFTER_86 = re.compile(f"(?<![0-9０-９])(?:\\+|00)?86{GAP}1[3-9](?:{GAP}{DIGIT}){{9}}{APART[1]}")
LANDLINE = re.compile(r"(?<![0-9A-Za-z_-])0[1-9][0-9]{1,2}-[2-9][0-9]{6,7}(?![0-9])")
MAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石"
    "廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
LABELLED = re.compile(
    rf"(?:姓名|名字|学生|小朋友|孩子|儿童|家长|监护人|联系人|母亲|父亲|妈妈|爸爸)\s*[:：]\s*[{SURNAMES}][\u4e00-\u9fff]{{1,2}}(?![\u4e00-\u9fff])"
    r"|\b(?i:name|child|pupil|student|parent|guardian|mother|father|contact)\s*:\s*[A-Z][a-z]+\s[A-Z][a-z]+"
)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # of the first 17 digits, ISO 7064 MOD 11-2 as in GB 11643
CHECK_DIGITS = "10X98765432"
FIRST_YEAR = 1900
LEAST_MOBILE = 13_000_000_000
"""No mobile number is a smaller number."""
HALF_WIDTH = str.maketrans("０１２３４５６７８９Ｘｘx", "0123456789XXX")
MASK = "…"


def is_personal_column(name: str) -> bool:
    """Return whether a column name promises data about single people.

    Examples
    --------
    >>> is_personal_column("监护人手机号"), is_personal_column("name_of_child"), is_personal_column("name_en")
    (True, True, False)
    """
    return COLUMN.search(name.strip()) is not None


def personal_in(text: str) -> str:
    """Return what kind of personal data stands in a text, or an empty string.

    Examples
    --------
    >>> personal_in("联系 138-0013-8000"), personal_in("440304001019"), personal_in("家长：王小明"), personal_in("儿童王国")
    ('a mobile number', '', 'the name of a person', '')
    """
    return next((kind for kind, pattern in _worth(text) if any(_counts(kind, found[0]) for found in pattern.finditer(text))), "")


def _worth(text: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return what could stand in a text, told by the characters it would have: most texts have none of them."""
    numbers = LONG.search(text) is not None
    there = {LANDLINE: "-" in text, MAIL: "@" in text, LABELLED: ":" in text or "：" in text}
    return tuple((kind, pattern) for kind, pattern in KINDS if there.get(pattern, numbers))


def masked(text: str) -> str:
    """Return a text in which personal data are left out.

    Examples
    --------
    >>> masked("'13800138000' is not a date")
    "'…' is not a date"
    """
    for kind, pattern in _worth(text):
        text = pattern.sub(partial(_mask, kind), text)
    return text


def _mask(kind: str, found: re.Match[str]) -> str:
    return MASK if _counts(kind, found[0]) else found[0]


def is_mobile(number: float) -> bool:
    """Return whether a number, as such, looks like a mobile number.

    Examples
    --------
    >>> is_mobile(13800138000.0), is_mobile(759531.0)
    (True, False)
    """
    return number == number // 1 and MOBILE.fullmatch(f"{number:.0f}") is not None


def _counts(kind: str, found: str) -> bool:
    return kind != IDENTITY_NUMBER or _is_identity(re.sub(r"[^0-9X]", "", found.translate(HALF_WIDTH)))


def _is_identity(number: str) -> bool:
    """Return whether 18 characters have the check digit and a day of birth where an identity number has them."""
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], WEIGHTS, strict=True))
    if number[0] == "0" or CHECK_DIGITS[total % 11] != number[17]:
        return False
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    return born.year >= FIRST_YEAR


IDENTITY_NUMBER = "an identity number"
KINDS = (
    (IDENTITY_NUMBER, IDENTITY),
    ("a mobile number", MOBILE),
    ("a mobile number", AFTER_86),
    ("a telephone number", LANDLINE),
    ("an e-mail address", MAIL),
    ("the name of a person", LABELLED),
)
"""What is looked for, in this order."""
