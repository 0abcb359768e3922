"""Documents as data: standards with clauses and criteria, checklists that select from them.

`model` and `requirement` say what they are; `load` reads them from YAML (`reader`: nodes with places; `shorthand` and
`build`: objects; `standard`, `checklist`, `check`, `thresholds`, `fitting`: what they must mean). `tailoring` makes a
checklist from another (`tailored_file`: its form; `changes`: what differs). `crosswalk` says how standards stand to each
other (`relations`; `strictness`: which asks more), `axes` where criteria stand. Knows nothing of cities.
"""
