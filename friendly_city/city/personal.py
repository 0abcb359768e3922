"""Telling data about single people when they turn up in a register: column names and kinds of number.

A screen, not a proof: it knows what such columns are usually called in Chinese and English, Chinese resident identity
numbers (18 digits with check digit, GB 11643) and mobile numbers (11 digits). Values are never repeated.
"""

from __future__ import annotations

import re

COLUMN = re.compile(
    r"姓名|身份证|证件号|电话|手机|联系方式|联系人|住址|家庭地址|出生日期|生日|微信|邮箱"
    r"|(^|_)(id_?cards?|id_?numbers?|identity_number|passport|phones?|mobiles?|telephones?|child(ren)?s?_names?|names?_of_\w*"
    r"|(full|first|last|given|family|person|parent|contact|guardian)_?names?|birth_?(date|day)|date_of_birth|home_address"
    r"|wechat|e?mail)($|_)",
    re.IGNORECASE,
)
IDENTITY = re.compile(r"(?<![0-9])[1-9][0-9]{16}[0-9Xx](?![0-9])")
MOBILE = re.compile(r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # of the first 17 digits, ISO 7064 MOD 11-2 as in GB 11643
CHECK_DIGITS = "10X98765432"


def is_personal_column(name: str) -> bool:
    """Return whether a column name promises data about single people.

    Examples
    --------
    >>> is_personal_column("监护人手机号"), is_personal_column("name_of_child"), is_personal_column("name_en")
    (True, True, False)
    """
    return COLUMN.search(name.strip()) is not None


def personal_in(text: str) -> str:
    """Return what kind of personal number stands in a text, or an empty string.

    Examples
    --------
    >>> personal_in("联系 13800138000"), personal_in("440304001019")
    ('a mobile number', '')
    """
    if any(_has_check_digit(found) for found in IDENTITY.findall(text)):
        return "an identity number"
    return "a mobile number" if MOBILE.search(text) else ""


def _has_check_digit(number: str) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], WEIGHTS, strict=True))
    return CHECK_DIGITS[total % 11] == number[17].upper()
