"""The nine kinds of requirement, one module each: what a kind reads, and how its value is worked out.

`kinds.MEASURES` maps a kind to its function. Shared: `context` (what one audit reads and keeps), `rows` (which rows
count), `fields` (what the data dictionary knows), `limits` (from a value to a degree), `measured` (the result).
"""
