"""Documents as data: standards with clauses and criteria, checklists that select from them.

`model` and `requirement` say what they are; `load` reads them from YAML (`reader`: nodes with places; `shorthand` and
`build`: objects; `standard`, `checklist`, `check`, `thresholds`, `fitting`: what they must mean). Knows nothing of cities.
"""
