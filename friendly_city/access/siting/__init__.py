"""Where to build next: from who is left out, by way of candidates and a budget, to a ranked plan.

`service` says who needs what and where it could be; `plan` answers (`most_children`, `least_cost`, `fewest_sites`,
`fairest`). Inside, `savings` turns both maximal cover and least cost into one problem, `search` finds good answers,
`bound` says how good any answer can be, `exact` proves the best one, `capacity` counts places, `words` tells why not.
"""
