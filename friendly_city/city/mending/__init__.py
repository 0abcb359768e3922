"""Faults of a city folder, each with its value and how to mend it: as a table, as a marked workbook, as a mended copy.

`cell` says what can be mended without judgement, `copy` does it in a copy of the folder, `faults` lists what is wrong, `marked`
shows it in a workbook. Nothing is ever mended in place.
"""
